"""Text whose letters join, stack or run from the right: HarfBuzz says which outlines stand where.

What `koe.scores.fonts` finds no use for is not loaded: uharfbuzz and
python-bidi are imported for titles in such scripts alone.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from koe.scores.system_fonts import FontFile

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shaped:
    """A line as it is drawn.

    Attributes
    ----------
    glyphs : tuple of outlines
        Each a tuple of moves (M), lines (L), cubic curves (C) and closings (Z) with their points, y upward,
        as parts of the font's size.
    width : float
        As a part of the font's size.
    """

    glyphs: tuple[tuple[tuple[str, tuple[Point, ...]], ...], ...]
    width: float


def shape(font: FontFile, text: str, right_to_left: bool = False) -> Shaped:
    """Outlines of a text in one font and one direction, from the left; ``text`` is in the order of reading."""
    import uharfbuzz

    face = _face(font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    placed = uharfbuzz.Font(face)
    uharfbuzz.shape(placed, buffer)
    glyphs = []
    x = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = _Pen(x + position.x_offset, position.y_offset, 1 / face.upem)
        placed.draw_glyph_with_pen(info.codepoint, pen)
        glyphs.append(tuple(pen.drawn))
        x += position.x_advance
    return Shaped(tuple(glyph for glyph in glyphs if glyph), x / face.upem)


@cache
def letters_of(font: FontFile) -> frozenset[int]:
    """The code points that a font has; none where there is no HarfBuzz to draw them."""
    try:
        return frozenset(_face(font).unicodes)
    except ImportError:
        return frozenset()


@cache
def _face(font: FontFile) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font.path), font.number)


class _Pen:
    """Takes down an outline, in the way of fontTools' pens."""

    def __init__(self, x: float, y: float, scale: float) -> None:
        self.drawn: list[tuple[str, tuple[Point, ...]]] = []
        self._x, self._y, self._scale = x, y, scale
        self._here: Point = (0.0, 0.0)

    def _add(self, kind: str, *points: Point) -> None:
        scaled = tuple(((self._x + x) * self._scale, (self._y + y) * self._scale) for x, y in points)
        self.drawn.append((kind, scaled))
        if points:
            self._here = points[-1]

    def moveTo(self, point: Point) -> None:  # noqa: N802
        self._add("M", point)

    def lineTo(self, point: Point) -> None:  # noqa: N802
        self._add("L", point)

    def curveTo(self, *points: Point) -> None:  # noqa: N802
        self._add("C", *points)

    def qCurveTo(self, control: Point, end: Point) -> None:  # noqa: N802
        first, second = (
            (p[0] + 2 / 3 * (control[0] - p[0]), p[1] + 2 / 3 * (control[1] - p[1])) for p in (self._here, end)
        )
        self._add("C", first, second, end)

    def closePath(self) -> None:  # noqa: N802
        self._add("Z")

    endPath = closePath  # noqa: N815


def visual_order(text: str) -> list[tuple[int, bool]]:
    """Where each letter stands: its place in the text, and whether it is read from the right, from left to right.

    By the bidirectional algorithm of Unicode (UAX #9), as python-bidi has it; without it, everything stands in
    order of reading.
    """
    try:
        from bidi import algorithm
    except ImportError:
        return [(place, False) for place in range(len(text))]
    storage = algorithm.get_empty_storage()
    level = algorithm.get_base_level(text)
    storage["base_level"], storage["base_dir"] = level, "LR"[level]
    algorithm.get_embedding_levels(text, storage)
    for place, letter in enumerate(storage["chars"]):
        letter["place"] = place
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    algorithm.reorder_resolved_levels(storage, False)
    order = [(letter["place"], letter["level"] % 2 == 1) for letter in storage["chars"]]
    return _with_joiners(order, len(text))


def _with_joiners(order: list[tuple[int, bool]], n_letters: int) -> list[tuple[int, bool]]:
    """Put back what the algorithm leaves out and HarfBuzz reads, such as zero-width joiners, beside the one before."""
    kept = sorted(place for place, _ in order)
    left_out = {}
    for before, after in pairwise([*kept, n_letters]):
        left_out[before] = range(before + 1, after)
    whole = []
    for place, right_to_left in order:
        joiners = [(joiner, right_to_left) for joiner in left_out.get(place, ())]
        whole += [*reversed(joiners), (place, True)] if right_to_left else [(place, False), *joiners]
    return whole
