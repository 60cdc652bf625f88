"""Which font the letters of a title are set in.

Times is in every reader of PDF and has the letters of Western Europe. For
others fonts are shipped in ``assets/fonts``. What none of them has is written
by its plain letter, or as a question mark.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from koe.errors import ScoreError

FONTS_DIR = Path(__file__).resolve().parents[2] / "assets" / "fonts"
TIMES = {"": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic"}
HEBREW = "DejaVuSans-Hebrew"
SHIPPED = ("DejaVuSerif", HEBREW, "DroidSansFallback")


def runs(text: str, style: str = "") -> list[tuple[str, str]]:
    """Cut a line into parts of one font each, in the order in which they are drawn.

    Parameters
    ----------
    text : str
    style : str
        ``""``, ``"bold"`` or ``"italic"``.

    Returns
    -------
    runs : list of (font, text)
        Fonts are those of `TIMES` or `SHIPPED`. Hebrew stands as it is read
        from the left.

    Raises
    ------
    ScoreError
        If ReportLab is missing.

    Examples
    --------
    >>> runs("Für Elise – Рондо 月の光")[1:]
    [('DejaVuSerif', 'Рондо'), ('Times-Roman', ' '), ('DroidSansFallback', '月の光')]
    """
    found: list[tuple[str, str]] = []
    for font, letter in _letters(text, TIMES[style]):
        if font == TIMES[style] and letter == " " and found and found[-1][0] == HEBREW:
            font = HEBREW  # words are in order from the right as well
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + letter)
        else:
            found.append((font, letter))
    return [turned for font, part in found for turned in _from_the_left(font, part, TIMES[style])]


def _from_the_left(font: str, part: str, times: str) -> list[tuple[str, str]]:
    if font != HEBREW:
        return [(font, part)]
    words = part.rstrip()
    space = part[len(words) :]
    return [(font, words[::-1]), *([(times, space)] if space else [])]


def _letters(text: str, times: str) -> Iterator[tuple[str, str]]:
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.combining(letter):
            continue  # the fonts have no room for marks that no letter has
        plain = unicodedata.normalize("NFKD", letter)
        for way in (letter, plain, plain[:1]):
            if _in_times(way):
                yield times, way
                break
            font = next((font for font in SHIPPED if _has(font, way)), None)
            if font:
                yield font, way
                break
        else:
            yield times, "?"


def _in_times(text: str) -> bool:
    try:
        return bool(text.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _has(font: str, text: str) -> bool:
    return bool(text) and all(ord(letter) in glyphs(font) for letter in text)


@cache
def glyphs(font: str) -> frozenset[int]:
    """The code points that a shipped font has, which makes it known to ReportLab as well."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    except ImportError as error:
        raise ScoreError(
            "PDF files are written by ReportLab, which is missing; set Koe up again (make setup) or print the SVG."
        ) from error
    made: Any = TTFont(font, font_file(font))
    pdfmetrics.registerFont(made)
    return frozenset(made.face.charToGlyph)


def font_file(font: str) -> str:
    """Where a shipped font lies."""
    return str(FONTS_DIR / f"{font}-subset.ttf")
