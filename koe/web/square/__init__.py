"""A square with a puck: a point between four things, by hand."""

from koe.web.square.component import choose_point

__all__ = ["choose_point"]
