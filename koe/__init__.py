"""Koe: classical piano music with neural networks.

The package is layered and imports point one way: ``web`` and ``cli`` call
``studio``; ``studio`` calls ``generation``, ``training`` and ``evaluation``;
those stand on ``models``, and everything stands on ``music``. See
``docs/architecture.md``.
"""

__version__ = "0.1.0"
