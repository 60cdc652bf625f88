"""Which font the letters of a title are set in.

Times is in every reader of PDF and has the letters of Western Europe. For
others fonts are shipped in ``assets/fonts``, and what these lack may be in a
font of the system. A letter that no font has becomes a box, and
`unprintable` names it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from koe.errors import ScoreError
from koe.scores.shaping import letters_of, visual_order
from koe.scores.system_fonts import FontFile, system_font
from koe.settings import asset_folder

FONTS_DIR = asset_folder("fonts")
TIMES = {"": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic"}
# Whose letters stand side by side, and whose join, stack or run from the right.
PLAIN = ("DejaVuSerif", "DroidSansFallback")
SHAPED = tuple(
    f"NotoSans{script}"
    for script in (
        *("Arabic", "Hebrew", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Tamil", "Telugu", "Kannada"),
        *("Malayalam", "Sinhala", "Thai", "Lao", "Khmer", "Myanmar"),
    )
)

_NARROW_KANA = re.compile(r"[\uff61-\uff9f]+")
# Joiners, marks of direction and choosers of a letter's form: nothing is to be seen of them.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f]")
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO"}
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


class Run(NamedTuple):
    """A part of a line in one font.

    Attributes
    ----------
    font : str or FontFile
        One of `TIMES` or `PLAIN`, drawn as it stands, or the file of a font that is to be shaped.
    text : str
        In order of reading where it is shaped, else from the left.
    right_to_left : bool
    """

    font: str | FontFile
    text: str
    right_to_left: bool = False


def runs(text: str, style: str = "") -> list[Run]:
    """Cut a line into parts of one font and direction each, from left to right.

    Parameters
    ----------
    text : str
    style : str
        ``""``, ``"bold"`` or ``"italic"``.

    Raises
    ------
    ScoreError
        If ReportLab is missing.

    Examples
    --------
    >>> [(run.font, run.text) for run in runs("Für Elise – Рондо 月の光")[1:]]
    [('DejaVuSerif', 'Рондо'), ('Times-Roman', ' '), ('DroidSansFallback', '月の光')]
    """
    letters = [(font, letter) for font, part, _ in _clusters(text, TIMES[style]) for letter in part]
    whole = "".join(letter for _, letter in letters)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in whole):
        order = visual_order(whole)
    else:
        order = [(place, False) for place in range(len(whole))]
    found = []
    for (font, right_to_left), places in groupby(order, key=lambda at: (letters[at[0]][0], at[1])):
        part = "".join(letters[place][1] for place, _ in places)
        if right_to_left and isinstance(font, FontFile):
            part = part[::-1]
        elif right_to_left:
            part = part.translate(_MIRRORED)
        found.append(Run(font, part, right_to_left and isinstance(font, FontFile)))
    return found


def unprintable(text: str) -> str:
    """The letters of a line that no font here has, each once; the PDF has boxes in their place."""
    if _in_times(text):
        return ""
    return "".join(dict.fromkeys(part for _, _, part in _clusters(text, TIMES[""]) if part))


def what_pdf_lacks(title: str) -> str:
    """A sentence about what of a title cannot be printed; empty where all of it can.

    Examples
    --------
    >>> what_pdf_lacks("Für Elise")
    ''
    """
    missing = unprintable(title)
    if not missing:
        return ""
    return (
        f"No font here has {missing}: the PDF has boxes or plainer letters in the title instead; "
        "install a font that has them, or change the title."
    )


def _clusters(text: str, times: str) -> Iterator[tuple[str | FontFile, str, str]]:
    """Letters with the marks on them: font, what is drawn, and what of it could not be drawn."""
    text = _NARROW_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), text)
    clusters: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if clusters and (unicodedata.category(letter).startswith("M") or _UNSEEN.match(letter)):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    before: str | FontFile = times
    for cluster in clusters:
        if cluster == " " and isinstance(before, FontFile) and ord(" ") in letters_of(before):
            yield before, cluster, ""  # so that words in one script stay together
            continue
        found = _drawn(cluster, times)
        before = found[0]
        yield found


def _drawn(cluster: str, times: str) -> tuple[str | FontFile, str, str]:
    seen = _UNSEEN.sub("", cluster)
    if not seen:
        return times, "", ""
    compatible = unicodedata.normalize("NFKC", seen)
    for way in dict.fromkeys((seen, compatible, unicodedata.normalize("NFKD", seen))):
        if font := _unshaped(way, times):
            return font, way, ""
        if shaped := next((file for file in map(font_file, SHAPED) if _has(letters_of(file), way)), None):
            return shaped, cluster if way == seen else way, ""
    system = system_font(seen)
    if system and _has(letters_of(system), seen):
        return system, cluster, ""
    plain = unicodedata.normalize("NFKD", seen)[:1]
    if font := _unshaped(plain, times):
        return font, plain, seen
    file = font_file(SHAPED[0])
    # What HarfBuzz draws for a letter that its font lacks is a box.
    return (file if letters_of(file) else times), seen, seen


def _unshaped(text: str, times: str) -> str | None:
    if _in_times(text):
        return times
    return next((font for font in PLAIN if _has(glyphs(font), text)), None)


def _in_times(text: str) -> bool:
    try:
        return bool(text.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _has(points: frozenset[int], text: str) -> bool:
    return bool(text) and all(ord(letter) in points for letter in text)


@cache
def glyphs(font: str) -> frozenset[int]:
    """The code points that a font of `PLAIN` has, which makes it known to ReportLab as well."""
    return frozenset(_registered(font, font_file(font)).face.charToGlyph)


@cache
def searchable(font: FontFile) -> str:
    """The name by which ReportLab knows a font; empty where it cannot embed it, as with outlines of PostScript."""
    name = f"{Path(font.path).stem}-{font.number}"
    try:
        _registered(name, font)
    except ScoreError:
        raise
    except Exception:
        return ""  # whatever a font of the system may have that ReportLab does not expect: it is drawn all the same
    return name


def _registered(name: str, font: FontFile) -> Any:
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    except ImportError as error:
        raise ScoreError(
            "PDF files are written by ReportLab, which is missing; set Koe up again (make setup) or print the SVG."
        ) from error
    made: Any = TTFont(name, font.path, subfontIndex=font.number)
    pdfmetrics.registerFont(made)
    return made


def font_file(font: str) -> FontFile:
    """Where a shipped font lies."""
    return FontFile(str(FONTS_DIR / f"{font}-subset.ttf"))
