"""Which Koe this is: at the bottom of the package, where every part may ask."""

__version__ = "0.1.0"
