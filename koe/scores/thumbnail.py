"""A piece as one small picture: all of it side by side in a frame of a given size, as lists and messengers show it."""

import io
from collections.abc import Iterator

from koe.music.grid import TICKS_PER_QUARTER, TICKS_PER_STEP
from koe.music.piece import Piece
from koe.scores.fonts import PLAIN, font_file, glyphs
from koe.scores.roll import BAR_LINE, BLACK_KEY_ROW, BLACK_KEYS, GREY, INK, MADE, PAPER, Rect, pitch_range

MAX_NOTES = 4000  # a picture of more shows the beginning
MAX_LINES = 64  # of measures; more would be a grey ground
WIDTH, HEIGHT = 360, 150
CARD = 1200, 630  # what Open Graph's readers cut others to
_CARD_MARGIN, _TITLE_SIZE, _MARK_SIZE = 60, 54, 34


def thumbnail_svg(piece: Piece, made_from: int | None = None, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The picture as SVG, its notes in one path for each colour.

    Parameters
    ----------
    piece : Piece
    made_from : int, optional
        Step from which on a network wrote it; those notes are vermilion.
    width, height : int
        In pixels.
    """
    paths: dict[str, list[str]] = {}
    for shape in _shapes(piece, made_from, 0, 0, width, height):
        place = f"M{shape.x:.1f} {shape.y:.1f}h{shape.width:.1f}v{shape.height:.1f}h{-shape.width:.1f}z"
        paths.setdefault(shape.color, []).append(place)
    drawn = "".join(f'<path fill="{color}" d="{"".join(parts)}"/>' for color, parts in paths.items())
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="100%" height="100%" fill="{PAPER}"/>{drawn}</svg>'
    )


def card_png(piece: Piece, made_from: int | None = None, title: str = "") -> bytes:
    """The picture as PNG of `CARD`'s size, with a title where a font here has all its letters."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = CARD
    image = Image.new("RGB", CARD, PAPER)
    draw = ImageDraw.Draw(image)
    top = _CARD_MARGIN + _TITLE_SIZE + 30
    room = width - 2 * _CARD_MARGIN
    for shape in _shapes(piece, made_from, _CARD_MARGIN, top, room, height - top - _CARD_MARGIN):
        corner = round(shape.x + shape.width) - 1, round(shape.y + shape.height) - 1
        place = round(shape.x), round(shape.y)
        draw.rectangle((*place, max(corner[0], place[0]), max(corner[1], place[1])), fill=shape.color)
    name = next((font for font in PLAIN if all(ord(letter) in glyphs(font) for letter in title)), None)
    mark = ImageFont.truetype(str(font_file(PLAIN[0]).path), _MARK_SIZE)
    draw.text((width - _CARD_MARGIN, _CARD_MARGIN + 46), "Koe", fill=MADE, font=mark, anchor="rs")
    if title and name:
        font = ImageFont.truetype(str(font_file(name).path), _TITLE_SIZE)
        shown, most = title, room - 110
        while draw.textlength(shown, font=font) > most:
            shown = f"{shown.rstrip('…')[:-1].rstrip()}…"
        draw.text((_CARD_MARGIN, _CARD_MARGIN + 46), shown, fill=INK, font=font, anchor="ls")
    buffer = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _shapes(
    piece: Piece, made_from: int | None, left: float, top: float, width: float, height: float
) -> Iterator[Rect]:
    """Black keys' rows, lines of measures, and notes, in a frame."""
    notes = sorted(piece.notes)[:MAX_NOTES]
    whole = len(notes) == len(piece.notes)
    n_ticks = max(piece.n_ticks if whole else max(note.end for note in notes), TICKS_PER_QUARTER)
    low, high = pitch_range(piece)
    across, down = width / n_ticks, height / (high - low + 1)
    for pitch in range(low, high + 1):
        if pitch % 12 in BLACK_KEYS:
            yield Rect(left, top + (high - pitch) * down, width, down, BLACK_KEY_ROW)
    lines = [onset for onset in piece.measure_onsets if onset < n_ticks]
    for onset in lines if len(lines) <= MAX_LINES else ():
        yield Rect(left + onset * across, top, 1, height, BAR_LINE)
    yield Rect(left, top + height, width, 1, GREY)
    for note in notes:
        made = made_from is not None and note.onset >= made_from * TICKS_PER_STEP
        # A hair's breadth at the end keeps struck-again notes apart.
        long = max(min(note.duration, n_ticks - note.onset) * across - 0.7, 1)
        place = left + note.onset * across, top + (high - note.pitch) * down
        yield Rect(*place, long, max(down * 0.85, 1), MADE if made else INK)
