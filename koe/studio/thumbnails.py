"""Small pictures of pieces, for lists and for messengers."""

from koe.music.piece import Piece
from koe.studio.base import StudioBase


class Thumbnails(StudioBase):
    """A piece at a glance; a part of `koe.studio.Studio`."""

    def thumbnail(self, piece: Piece, made_from: int | None = None) -> str:
        """All of it in a small frame, as SVG; notes from step ``made_from`` on are drawn as a network's."""
        from koe.scores.thumbnail import thumbnail_svg

        return thumbnail_svg(piece, made_from)

    def card_png(self, piece: Piece, made_from: int | None = None, title: str = "") -> bytes:
        """The same as PNG of 1200 by 630 pixels with a title, as messengers show it beside a link."""
        from koe.scores.thumbnail import card_png

        return card_png(piece, made_from, title)
