"""Scores as pages of SVG, engraved by Verovio.

Verovio reads the score's MusicXML and breaks it into systems and pages. Its
drawing is then rewritten plainly: no style sheet, no fonts but the reader's
own, names only on the notes, and a head of our own with title and page.
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from xml.etree import ElementTree

from koe.errors import ScoreError
from koe.scores.musicxml import musicxml

if TYPE_CHECKING:
    from koe.scores.written import Score

UNITS_PER_MM = 100  # of the drawings' coordinates
FONTS = "Times, 'Times New Roman', 'Liberation Serif', 'Nimbus Roman', serif"

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_JOINERS = "\u200c\u200d\u200e\u200f"  # part of how Persian, Hindi and others are written
_DOT = "\uecb7"  # SMuFL: the dot after a metronome mark's note
_EQUALS_EMS, _DIGIT_EMS = 0.82, 0.5  # how wide "= " and a digit are in Times Bold
_NOTE = re.compile(r"n\d+(-\d+)?")
_KEPT = {
    "g": (),
    "path": ("d", "transform", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"),
    "polygon": ("points", "stroke-width"),
    "polyline": ("points", "stroke-width", "fill"),
    "rect": ("x", "y", "width", "height", "rx", "stroke-width"),
    "ellipse": ("cx", "cy", "rx", "ry", "stroke-width"),
    "use": ("transform",),
}

# Verovio is no place for two visitors at once.
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a score is laid out on.

    Attributes
    ----------
    width, height : int
        In millimetres. The height is the most that a page takes.
    margin : int
        At the sides and below, in millimetres.
    head : int
        Room above the music, in millimetres; 0 for none, and then no title either.
    unit : float
        Half the distance of two staff lines, in tenths of a millimetre.
    cut : bool
        Whether a page ends below its last system.
    """

    width: int
    height: int
    margin: int
    head: int
    unit: float
    cut: bool


A4 = Paper(210, 297, 15, 24, 8.0, cut=False)
SCREEN = Paper(220, 260, 5, 0, 8.5, cut=True)
PHONE = Paper(96, 190, 4, 0, 7.2, cut=True)


def svg_pages(score: "Score", paper: Paper = A4, ink: str = "#000000") -> list[str]:
    """Draw a score, one SVG a page; the same score gives the same text.

    Each note head is a group with the name of `WrittenNote.name` as its
    ``id``. A coordinate of 100 is a millimetre.

    Parameters
    ----------
    score : Score
    paper : Paper
    ink : str
        Colour of everything.

    Raises
    ------
    ScoreError
        If Verovio is missing or cannot read the score.
    """
    return [_as_text(page) for page in draw_pages(score, paper, ink)]


def svg_sheet(score: "Score", paper: Paper = A4, ink: str = "#000000") -> str:
    """Draw a score as a single SVG, its pages one below the other; see `svg_pages`."""
    pages = draw_pages(score, paper, ink)
    sheet = ElementTree.Element("svg", pages[0].attrib)
    definitions = ElementTree.SubElement(sheet, "defs")
    outlines = {outline.attrib["id"]: outline for page in pages for outline in page.iterfind("defs/path")}
    definitions.extend(outlines.values())
    top, widest = 0.0, 0.0
    for page in pages:
        _, _, width, height = (float(value) for value in page.attrib["viewBox"].split())
        placed = ElementTree.SubElement(sheet, "g", {"transform": f"translate(0,{top:g})"})
        placed.extend(child for child in page if child.tag != "defs")
        top, widest = top + height, max(widest, width)
    _set_size(sheet, widest, top)
    return _as_text(sheet)


def draw_pages(score: "Score", paper: Paper = A4, ink: str = "#000000") -> list[ElementTree.Element]:
    """Draw a score as trees of SVG; see `svg_pages`."""
    drawings = _engraved(musicxml(score), paper)
    return [
        _page(ElementTree.fromstring(drawing), score, paper, ink, (number, len(drawings)))
        for number, drawing in enumerate(drawings, start=1)
    ]


def _engraved(text: str, paper: Paper) -> list[str]:
    try:
        import verovio
    except ImportError as error:
        raise ScoreError(
            "Scores are drawn by Verovio, which is not installed; set Koe up again (make setup) or take the MusicXML."
        ) from error
    options: dict[str, Any] = {
        "pageWidth": paper.width * 10,
        "pageHeight": paper.height * 10,
        "pageMarginLeft": paper.margin * 10,
        "pageMarginRight": paper.margin * 10,
        "pageMarginTop": max(paper.head, paper.margin) * 10,
        "pageMarginBottom": paper.margin * 10,
        "unit": paper.unit,
        "adjustPageHeight": paper.cut,
        "spacingSystem": 8,
        "spacingStaff": 9,
        "header": "none",
        "footer": "none",
        "svgViewBox": True,
        "smuflTextFont": "none",
        "svgFormatRaw": True,
        "xmlIdSeed": 1,
    }
    with _lock:
        # Verovio tells where its fonts lie to the thread that imports it alone.
        toolkit = verovio.toolkit(False)
        toolkit.setResourcePath(str(files("verovio") / "data"))
        toolkit.setOptions(options)
        if not toolkit.loadData(text):
            raise ScoreError("The score could not be drawn; take the MusicXML and open it in a notation program.")
        return [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]


def _page(
    drawing: ElementTree.Element, score: "Score", paper: Paper, ink: str, number: tuple[int, int]
) -> ElementTree.Element:
    inner = drawing.find(f".//{{{_SVG}}}svg[@viewBox]")
    assert inner is not None, "Verovio draws in an inner frame"
    _, _, width, height = (float(value) for value in inner.attrib["viewBox"].split())
    page = ElementTree.Element("svg")
    page.attrib = {
        "xmlns": _SVG,
        "xmlns:xlink": _XLINK,
        "font-family": FONTS,
        "fill": ink,
        "stroke": "none",
    }
    _set_size(page, width, height)
    definitions = ElementTree.SubElement(page, "defs")
    for glyph in drawing.iterfind(f".//{{{_SVG}}}defs/{{{_SVG}}}g"):
        path = glyph.find(f"{{{_SVG}}}path")
        if path is not None:
            attributes = {"id": _glyph(glyph.attrib["id"]), "d": path.attrib["d"], "transform": "scale(1,-1)"}
            ElementTree.SubElement(definitions, "path", attributes)
    if paper.head:
        page.extend(_head(score, paper, number))
    music = ElementTree.SubElement(page, "g", {"stroke": ink})
    for child in inner:
        music.extend(_plain(child, ""))
    return page


def _plain(element: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    """An element and what is in it, without what is not drawn."""
    tag = element.tag.rpartition("}")[2]
    kinds = element.get("class", "").split()
    if "placeholder" in kinds:
        return
    if tag == "text":
        yield from _tempo(element) if kind == "tempo" else _words(element)
        return
    if tag not in _KEPT:
        return
    plain = ElementTree.Element(tag, {name: element.attrib[name] for name in _KEPT[tag] if name in element.attrib})
    if tag == "use":
        plain.set("xlink:href", "#" + _glyph(element.attrib[_HREF].removeprefix("#")))
        plain.set("stroke", "none")
    if tag != "g":
        yield plain
        return
    if transform := element.get("transform"):
        plain.set("transform", transform)
    if "note" in kinds and _NOTE.fullmatch(element.get("id", "")):
        plain.attrib |= {"id": element.attrib["id"], "class": "note"}
    for child in element:
        plain.extend(_plain(child, kinds[0] if kinds else kind))
    if not len(plain):
        return
    if plain.attrib:
        yield plain
    else:
        yield from plain


def _words(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """A measure's number: the only other text in our scores."""
    text = "".join(element.itertext()).strip()
    sizes = [part.attrib["font-size"] for part in element.iter() if part.get("font-size", "0px") != "0px"]
    placed = next((part for part in element.iter() if part.get("y")), element)
    if text and sizes:
        yield _text(
            text,
            float(placed.get("x", 0)),
            float(placed.get("y", 0)),
            float(sizes[0].removesuffix("px")),
            anchor=placed.get("text-anchor", "start"),
            style="italic",
        )


def _tempo(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The tempo, with its note drawn, as readers lack the font that Verovio writes it with."""
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    size = max(float(part.get("font-size", "0px").removesuffix("px")) for part in element.iter())
    scale = size * 0.8 / 1000
    words = "".join(element.itertext())
    dotted, per_minute = _DOT in words, "".join(re.findall(r"\d+", words))
    for name, advance in (("E1D5", 360), *([("E1E7", 190)] if dotted else [])):
        placed = f"translate({x:g},{y:g}) scale({scale:g},{-scale:g})"
        yield ElementTree.Element("path", {"d": _outline(name), "transform": placed, "stroke": "none"})
        x += advance * scale
    told = _text(f"= {per_minute}", x + 80 * scale, y, size * 0.56, weight="bold")
    # Verovio sees to it that nothing lies under letters as wide as those of Times; a reader's serif may be wider.
    told.attrib |= {
        "textLength": f"{(_EQUALS_EMS + _DIGIT_EMS * len(per_minute)) * size * 0.56:g}",
        "lengthAdjust": "spacingAndGlyphs",
    }
    yield told


def _head(score: "Score", paper: Paper, number: tuple[int, int]) -> Iterator[ElementTree.Element]:
    """Title and maker on the first page, title and page number on the others."""
    left, right = paper.margin * UNITS_PER_MM, (paper.width - paper.margin) * UNITS_PER_MM
    first, n_pages = number
    if first == 1:
        if score.title:
            size = min(700.0, (right - left) / _ems(score.title))  # a long title is set smaller
            yield _text(score.title, (left + right) / 2, 1550, size, anchor="middle")
        if score.credit:
            yield _text(score.credit, right, 2150, 330, anchor="end", style="italic")
    else:
        if score.title:
            yield _text(score.title, left, 1450, min(330.0, 0.8 * (right - left) / _ems(score.title)), style="italic")
        yield _text(f"{first} / {n_pages}", right, 1450, 330, anchor="end")


def _ems(text: str) -> float:
    """About how wide a text is, as a multiple of its font's size."""
    wide = sum(east_asian_width(letter) in "WF" or "\u0900" <= letter < "\u1100" for letter in text)
    return 0.5 * (len(text) + wide)


def _text(
    text: str, x: float, y: float, size: float, anchor: str = "start", style: str = "", weight: str = ""
) -> ElementTree.Element:
    attributes = {"x": f"{x:g}", "y": f"{y:g}", "font-size": f"{size:g}", "text-anchor": anchor, "stroke": "none"}
    if style:
        attributes["font-style"] = style
    if weight:
        attributes["font-weight"] = weight
    element = ElementTree.Element("text", attributes)
    element.text = "".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in text)
    return element


def _set_size(drawing: ElementTree.Element, width: float, height: float) -> None:
    drawing.attrib |= {
        "width": f"{width / UNITS_PER_MM:g}mm",
        "height": f"{height / UNITS_PER_MM:g}mm",
        "viewBox": f"0 0 {width:g} {height:g}",
    }


def _as_text(drawing: ElementTree.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(drawing, encoding="unicode") + "\n"


def _glyph(name: str) -> str:
    """A glyph's name, ``"E0A4"``, without what Verovio adds for each drawing."""
    return name.partition("-")[0]


@cache
def _outline(name: str) -> str:
    """Outline of a glyph of Verovio's font Leipzig, y upward, 1000 units to the font's size."""
    glyph = ElementTree.fromstring((files("verovio") / "data" / "Leipzig" / f"{name}.xml").read_text())
    path = glyph.find(".//path")
    if path is None:
        path = glyph.find(f".//{{{_SVG}}}path")
    assert path is not None, name
    return path.attrib["d"]
