"""Pianorolls as pictures to keep: SVG, and PNG by Pillow. No browser is needed for either.

Time runs in rows of up to sixteen measures of 4/4, each with its keyboard at
the left, so that a long piece is a page and not a ribbon.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from koe.errors import ScoreError
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, TICKS_PER_QUARTER, TICKS_PER_STEP
from koe.music.notes import pitch_name
from koe.music.piece import Piece

# Sizes in pixels of the SVG; a PNG has twice as many where that keeps it below MAX_PNG_PIXELS.
TICK, KEY = 5 / TICKS_PER_STEP, 5  # a sixteenth is as wide as a key is high
KEYBOARD = 26
MARGIN = 16
HEADLINE = 30
ROW_GAP = 26
ROW_TICKS = 1536
FEWEST_KEYS = 25  # two octaves
MAX_PNG_PIXELS = 60_000_000

PAPER, INK, MADE, GREY = "#fbf7f0", "#2b3a55", "#c2492f", "#5d564d"
BLACK_KEY_ROW, BEAT_LINE, BAR_LINE, WHITE_KEY, BLACK_KEY = "#f1ebe1", "#ece5da", "#c3b8a8", "#ffffff", "#4a443d"

BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
_SPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    color: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text that begins at ``x`` and stands on ``y``."""

    x: float
    y: float
    size: float
    text: str
    color: str = GREY


Picture = tuple[int, int, list[Rect | Words]]


def roll_svg(piece: Piece, made_from: int | None = None) -> str:
    """Draw a piece's notes over the keyboard as SVG.

    Parameters
    ----------
    piece : Piece
    made_from : int, optional
        Step from which on a network wrote it; those notes are vermilion.
    """
    width, height, shapes = _picture(piece, made_from)
    return "\n".join(
        [
            f'<svg xmlns="{_SPACE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            "font-family=\"'Source Serif 4', Georgia, serif\">",
            *(_element(shape) for shape in shapes),
            "</svg>",
            "",
        ]
    )


def roll_png(piece: Piece, made_from: int | None = None) -> bytes:
    """Draw the same picture as PNG.

    Raises
    ------
    ScoreError
        If Pillow is missing.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise ScoreError("PNG pictures are written by Pillow, which is missing; take the SVG instead.") from error
    width, height, shapes = _picture(piece, made_from)
    scale = 2 if 4 * width * height <= MAX_PNG_PIXELS else 1
    # An image of a few colours by number: a byte a pixel, and small files.
    colors = list(dict.fromkeys([PAPER, *(shape.color for shape in shapes)]))
    image = Image.new("P", (width * scale, height * scale), 0)
    image.putpalette(bytes(int(color[place : place + 2], 16) for color in colors for place in (1, 3, 5)))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # no in-between colours, which the palette lacks
    for shape in shapes:
        if isinstance(shape, Rect):
            left, top = round(shape.x * scale), round(shape.y * scale)
            right, bottom = round((shape.x + shape.width) * scale) - 1, round((shape.y + shape.height) * scale) - 1
            if right >= left and bottom >= top:
                draw.rectangle((left, top, right, bottom), fill=colors.index(shape.color))
        else:
            font = ImageFont.load_default(shape.size * scale)
            text = shape.text.encode("latin-1", "replace").decode("latin-1")
            draw.text((shape.x * scale, shape.y * scale), text, colors.index(shape.color), font, anchor="ls")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _picture(piece: Piece, made_from: int | None) -> Picture:
    """Width, height, and what is drawn in that order."""
    low, high = pitch_range(piece)
    rows = _rows(piece)
    longest = max(stop - start for start, stop in rows)
    row_height = (high - low + 1) * KEY
    width = 2 * MARGIN + KEYBOARD + round(longest * TICK)
    height = HEADLINE + len(rows) * (row_height + ROW_GAP) + MARGIN
    shapes: list[Rect | Words] = [Rect(0, 0, width, height, PAPER)]
    if piece.title:
        shapes.append(Words(MARGIN, MARGIN + 5, 14, _cut(piece.title, width), INK))
    for number, (start, stop) in enumerate(rows):
        top = HEADLINE + ROW_GAP / 2 + number * (row_height + ROW_GAP)
        shapes.extend(_ground(piece, start, stop, low, high, top))
        for note in piece.notes:
            begin, end = max(note.onset, start), min(note.end, stop)
            if begin >= end:
                continue
            made = made_from is not None and note.onset >= made_from * TICKS_PER_STEP
            x, y = MARGIN + KEYBOARD + (begin - start) * TICK, top + (high - note.pitch) * KEY
            # A hair's breadth at the end keeps struck-again notes apart.
            shapes.append(Rect(x, y, max((end - begin) * TICK - 1, 1), KEY - 0.5, MADE if made else INK, 1.2))
    return width, height, shapes


def _ground(piece: Piece, start: int, stop: int, low: int, high: int, top: float) -> Iterator[Rect | Words]:
    """The keyboard, the rows of its black keys, lines of beats and measures, and the measures' numbers."""
    left = MARGIN + KEYBOARD
    across, down = (stop - start) * TICK, (high - low + 1) * KEY
    yield Rect(MARGIN, top, KEYBOARD - 2, down, WHITE_KEY)
    for pitch in range(low, high + 1):
        y = top + (high - pitch) * KEY
        if pitch % 12 in BLACK_KEYS:
            yield Rect(left, y, across, KEY, BLACK_KEY_ROW)
            yield Rect(MARGIN, y, (KEYBOARD - 2) * 0.6, KEY, BLACK_KEY)
        elif pitch % 12 in (0, 5):  # between B and C, E and F no black key parts the white ones
            yield Rect(MARGIN, y + KEY - 0.5, KEYBOARD - 2, 0.5, BAR_LINE)
        if pitch % 12 == 0:
            yield Words(MARGIN + 11, y + KEY - 0.6, 6, pitch_name(pitch))
    for tick in range(start, stop, TICKS_PER_QUARTER):
        yield Rect(left + (tick - start) * TICK, top, 0.5, down, BEAT_LINE)
    for number, onset in enumerate(piece.measure_onsets, start=1):
        if start <= onset < stop:
            x = left + (onset - start) * TICK
            yield Rect(x, top, 1, down, BAR_LINE)
            yield Words(x + 2, top - 3, 8, str(number))
    yield Rect(left + across, top, 1, down, BAR_LINE)


def pitch_range(piece: Piece) -> tuple[int, int]:
    """Lowest and highest pitch of the picture: all that sounds and a little more, two octaves at least."""
    pitches = [note.pitch for note in piece.notes] or [60]
    low, high = min(pitches) - 2, max(pitches) + 2
    missing = max(FEWEST_KEYS - (high - low + 1), 0)
    low, high = low - missing // 2, high + missing - missing // 2
    return max(low, LOWEST_PITCH), min(high, HIGHEST_PITCH)


def _rows(piece: Piece) -> list[tuple[int, int]]:
    """First tick and end of every row; rows begin with a measure where measures are shorter than rows."""
    end = max(piece.n_ticks, TICKS_PER_QUARTER)
    rows: list[tuple[int, int]] = []
    start = 0
    while start < end:
        stop = min(start + ROW_TICKS, end)
        if stop < end:
            stop = max((onset for onset in piece.measure_onsets if start < onset <= stop), default=stop)
        rows.append((start, stop))
        start = stop
    return rows


def _cut(title: str, width: int) -> str:
    """As much of a title as there is room for; a letter is some seven pixels wide."""
    room = max((width - 2 * MARGIN) // 7, 12)
    shown = "".join(character if character.isprintable() else " " for character in title)
    return shown if len(shown) <= room else shown[: room - 1] + "…"


def _element(shape: Rect | Words) -> str:
    if isinstance(shape, Words):
        place = f'x="{shape.x:g}" y="{shape.y:g}" font-size="{shape.size:g}"'
        return f'<text {place} fill="{shape.color}">{escape(shape.text)}</text>'
    radius = f' rx="{shape.radius:g}"' if shape.radius else ""
    size = f'x="{shape.x:g}" y="{shape.y:g}" width="{shape.width:g}" height="{shape.height:g}"'
    return f'<rect {size}{radius} fill="{shape.color}"/>'
