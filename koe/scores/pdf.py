"""Scores as PDF, for printing.

The pages are those of `koe.scores.layout`, drawn with ReportLab, which is
Python alone. The converters of any SVG that there are need Cairo from the
system; ours has only the few shapes that a score is made of. What the text is
set in says `koe.scores.fonts`.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from koe.errors import ScoreError
from koe.scores.fonts import Run, runs, searchable
from koe.scores.layout import A4, UNITS_PER_MM, Paper, draw_pages
from koe.scores.shaping import Shaped, shape

if TYPE_CHECKING:
    from koe.scores.written import Score

POINTS_PER_UNIT = 72 / 25.4 / UNITS_PER_MM

_FILL_NON_ZERO = 1  # of ReportLab: where the strokes of letters cross, both are ink
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_N_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "Z": 0}

Point = tuple[float, float]


def pdf(score: "Score", paper: Paper = A4) -> bytes:
    """A score as a PDF file; the same score gives the same bytes.

    Raises
    ------
    ScoreError
        If ReportLab or Verovio is missing.
    """
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise ScoreError(
            "PDF files are written by ReportLab, which is missing; set Koe up again (make setup) or print the SVG."
        ) from error
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(score.title or "Score")
    canvas.setAuthor("Koe")
    canvas.setCreator("Koe")
    canvas.setSubject(score.credit)
    known: set[str] = set()
    for page in draw_pages(score, paper):
        _, _, width, height = (float(value) for value in page.attrib["viewBox"].split())
        for outline in page.iterfind("defs/path"):
            if outline.attrib["id"] not in known:
                known.add(outline.attrib["id"])
                canvas.beginForm(outline.attrib["id"], -2000, -2000, 4000, 4000)
                _draw_path(canvas, outline, outlined=False)
                canvas.endForm()
        canvas.setPageSize((width * POINTS_PER_UNIT, height * POINTS_PER_UNIT))
        # SVG counts from the top downward, PDF from the bottom upward.
        canvas.transform(POINTS_PER_UNIT, 0, 0, -POINTS_PER_UNIT, 0, height * POINTS_PER_UNIT)
        for child in page:
            if child.tag != "defs":
                _draw(canvas, child, outlined=False)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Any, element: Element, outlined: bool) -> None:
    """Draw an element of a page; ``outlined`` if what it stands in has a stroke."""
    if "stroke" in element.attrib:
        outlined = element.attrib["stroke"] != "none"
    _DRAWERS[element.tag](canvas, element, outlined)


def _draw_group(canvas: Any, element: Element, outlined: bool) -> None:
    canvas.saveState()
    _transform(canvas, element)
    for child in element:
        _draw(canvas, child, outlined)
    canvas.restoreState()


def _draw_use(canvas: Any, element: Element, outlined: bool) -> None:
    canvas.saveState()
    _transform(canvas, element)
    canvas.doForm(element.attrib["xlink:href"].removeprefix("#"))
    canvas.restoreState()


def _draw_path(canvas: Any, element: Element, outlined: bool) -> None:
    path = canvas.beginPath()
    _follow(path, path_commands(element.attrib["d"]))
    _paint(canvas, path, element, outlined)


def _follow(path: Any, commands: Iterable[tuple[str, Sequence[Point]]]) -> None:
    for command, points in commands:
        if command == "M":
            path.moveTo(*points[0])
        elif command == "L":
            path.lineTo(*points[0])
        elif command == "C":
            path.curveTo(*points[0], *points[1], *points[2])
        else:
            path.close()


def _draw_polygon(canvas: Any, element: Element, outlined: bool) -> None:
    path = canvas.beginPath()
    corners = [tuple(float(value) for value in corner.split(",")) for corner in element.attrib["points"].split()]
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    if element.tag == "polygon":
        path.close()
    _paint(canvas, path, element, outlined)


def _draw_rect(canvas: Any, element: Element, outlined: bool) -> None:
    path = canvas.beginPath()
    path.rect(*(float(element.get(name, 0)) for name in ("x", "y", "width", "height")))
    _paint(canvas, path, element, outlined)


def _draw_ellipse(canvas: Any, element: Element, outlined: bool) -> None:
    x, y, across, down = (float(element.get(name, 0)) for name in ("cx", "cy", "rx", "ry"))
    path = canvas.beginPath()
    path.ellipse(x - across, y - down, 2 * across, 2 * down)
    _paint(canvas, path, element, outlined)


def _draw_text(canvas: Any, element: Element, outlined: bool) -> None:
    parts = runs(element.text or "", element.get("font-weight") or element.get("font-style") or "")
    size = float(element.attrib["font-size"])
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
    shapes = [None if isinstance(part.font, str) else shape(part.font, part.text, part.right_to_left) for part in parts]
    widths = [
        shaped.width * size if shaped else canvas.stringWidth(part.text, part.font, size)
        for part, shaped in zip(parts, shapes, strict=True)
    ]
    canvas.saveState()
    canvas.translate(x - shift * sum(widths), y)
    canvas.scale(1, -1)
    for part, shaped, width in zip(parts, shapes, widths, strict=True):
        if shaped:
            _draw_shaped(canvas, part, shaped, size)
        else:
            canvas.setFont(part.font, size)
            canvas.drawString(0, 0, part.text)
        canvas.translate(width, 0)
    canvas.restoreState()


def _draw_shaped(canvas: Any, part: Run, shaped: Shaped, size: float) -> None:
    """Outlines, and the text itself unseen over them, so that it can be searched and copied."""
    canvas.saveState()
    canvas.scale(size, size)
    for glyph in shaped.glyphs:
        path = canvas.beginPath()
        _follow(path, glyph)
        canvas.drawPath(path, stroke=0, fill=1, fillMode=_FILL_NON_ZERO)
    canvas.restoreState()
    assert not isinstance(part.font, str), "what stands as it is, is not shaped"
    font = searchable(part.font)
    width = font and canvas.stringWidth(part.text, font, size)
    if not width:
        return
    canvas.saveState()
    unseen = canvas.beginText(0, 0)
    unseen.setFont(font, size)
    unseen.setTextRenderMode(3)
    unseen.setHorizScale(100 * shaped.width * size / width)
    # Readers of PDF expect letters from left to right, and turn those of scripts that run from the right.
    unseen.textOut(part.text[::-1] if part.right_to_left else part.text)
    canvas.drawText(unseen)
    canvas.restoreState()


def _paint(canvas: Any, path: Any, element: Element, outlined: bool) -> None:
    canvas.saveState()
    _transform(canvas, element)
    if outlined:
        canvas.setLineWidth(float(element.get("stroke-width", 1)))
        rounded = element.get("stroke-linecap") == "round"
        canvas.setLineCap(1 if rounded else 0)
        canvas.setLineJoin(1 if rounded else 0)
    canvas.drawPath(path, stroke=int(outlined), fill=int(element.get("fill") != "none"))
    canvas.restoreState()


_DRAWERS: dict[str, Callable[[Any, Element, bool], None]] = {
    "g": _draw_group,
    "use": _draw_use,
    "path": _draw_path,
    "polygon": _draw_polygon,
    "polyline": _draw_polygon,
    "rect": _draw_rect,
    "ellipse": _draw_ellipse,
    "text": _draw_text,
}


def _transform(canvas: Any, element: Element) -> None:
    for kind, values in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
        numbers = [float(value) for value in re.split(r"[\s,]+", values.strip())]
        if kind == "translate":
            canvas.translate(numbers[0], numbers[1] if len(numbers) > 1 else 0.0)
        elif kind == "scale":
            canvas.scale(numbers[0], numbers[-1])
        elif kind == "rotate":
            x, y = numbers[1:] if len(numbers) == 3 else (0.0, 0.0)
            canvas.translate(x, y)
            canvas.rotate(numbers[0])
            canvas.translate(-x, -y)
        else:
            raise ScoreError(f"The score is drawn with {kind!r}, which PDF files of Koe lack; take the SVG.")


def path_commands(data: str) -> Iterator[tuple[str, list[Point]]]:
    """Read the data of an SVG path as moves (M), lines (L), cubic curves (C) and closings (Z), all absolute.

    Arcs and smooth quadratic curves are not known: Verovio and its font draw none.

    Examples
    --------
    >>> list(path_commands("M1 1h2v-1z"))
    [('M', [(1.0, 1.0)]), ('L', [(3.0, 1.0)]), ('L', [(3.0, 0.0)]), ('Z', [])]
    """
    tokens = _TOKEN.findall(data)
    place = 0
    command = "M"
    here: Point = (0.0, 0.0)
    start = here
    handle = here  # the last curve's second control point, which S mirrors
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        kind = command.upper()
        if kind not in _N_NUMBERS:
            raise ScoreError(f"The score is drawn with the path command {command!r}, which Koe cannot write as PDF.")
        numbers = [float(token) for token in tokens[place : place + _N_NUMBERS[kind]]]
        place += len(numbers)
        x, y = here if command.islower() else (0.0, 0.0)
        points = [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
        if kind == "H":
            points, kind = [(x + numbers[0], here[1])], "L"
        elif kind == "V":
            points, kind = [(here[0], y + numbers[0])], "L"
        elif kind == "S":
            points, kind = [(2 * here[0] - handle[0], 2 * here[1] - handle[1]), *points], "C"
        elif kind == "Q":
            control, end = points
            thirds = [tuple(p + 2 / 3 * (c - p) for p, c in zip(one, control, strict=True)) for one in (here, end)]
            points, kind = [(thirds[0][0], thirds[0][1]), (thirds[1][0], thirds[1][1]), end], "C"
        yield kind, points
        here = start if kind == "Z" else points[-1]
        if kind == "M":
            start = here
            command = "L" if command == "M" else "l"
        handle = points[1] if kind == "C" else here
