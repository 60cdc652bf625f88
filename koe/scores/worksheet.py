"""Sheets for a class, for printing: things to try, with room for what is expected and seen, and the answers apart.

Set by ReportLab, as scores are. Answers begin on a page of their own, so that it can be kept back.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from koe.errors import ScoreError

MARGIN_MM = 17.0
PADDING = 6.0  # points that ReportLab leaves free within
_SAME_TO_EYES = str.maketrans("\N{MINUS SIGN}", "–")  # Times has no minus, and a dash as long
BOX = 9.0  # points a side of what is ticked
INK, FAINT = "#231f1b", "#8a8178"


@dataclass(frozen=True)
class Task:
    """One thing to try.

    Attributes
    ----------
    title, what : str
    where : str
        What stands beside the title in small letters: a place, a time.
    choices : tuple of str
        What may be expected.
    right : int or None
        Which of them comes true, from 0.
    why : str
    """

    title: str
    where: str
    what: str
    choices: tuple[str, ...]
    right: int | None
    why: str


@dataclass(frozen=True)
class Worksheet:
    """A sheet with all its words.

    Attributes
    ----------
    title, lead : str
    language : str
        For those who have it read aloud: ``"en"``, ``"de"``.
    head : tuple of str
        What is filled in at the top: a name, a date.
    tasks : tuple of Task
    expect, because, seen : str
        Above the choices of each task, and before its two lines for writing.
    answers, answers_lead : str
        Title of the last part, and what it is for.
    address : str
        Where all of it is; empty where nobody else can go there.
    """

    title: str
    lead: str
    language: str
    head: tuple[str, ...]
    tasks: tuple[Task, ...]
    expect: str
    because: str
    seen: str
    answers: str
    answers_lead: str
    address: str = ""


def worksheet_pdf(sheet: Worksheet) -> bytes:
    """A sheet as a PDF file, A4; the same sheet gives the same bytes.

    Raises
    ------
    ScoreError
        If ReportLab is missing.
    """
    try:
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.units import mm
        from reportlab.platypus import KeepTogether, PageBreak, SimpleDocTemplate
    except ImportError as error:
        raise ScoreError(
            "PDF files are written by ReportLab, which is missing; set Koe up again (make setup)."
        ) from error
    styles = _styles()
    story: list[Any] = [_paragraph(sheet.title, styles["title"]), _paragraph(sheet.lead, styles["lead"])]
    if sheet.address:
        story.append(_paragraph(sheet.address, styles["where"]))
    story.append(_blanks(sheet.head, share=(0.62, 0.38)))
    for number, task in enumerate(sheet.tasks, start=1):
        story.append(KeepTogether(_task(number, task, sheet, styles)))
    story += [PageBreak(), _paragraph(sheet.answers, styles["title"]), _paragraph(sheet.answers_lead, styles["lead"])]
    for number, task in enumerate(sheet.tasks, start=1):
        story.append(KeepTogether(_answer(number, task, styles)))
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN_MM * mm),
        title=sheet.title,
        author="Koe",
        creator="Koe",
        lang=sheet.language,
        invariant=1,
        pageCompression=1,
    )
    foot = partial(_foot, sheet.title)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _task(number: int, task: Task, sheet: Worksheet, styles: dict[str, Any]) -> list[Any]:
    return [
        _heading(number, task, styles),
        _paragraph(task.what, styles["text"]),
        _paragraph(sheet.expect, styles["expect"]),
        *_choices(task.choices, styles),
        _blanks((sheet.because,)),
        _blanks((sheet.seen,)),
    ]


def _answer(number: int, task: Task, styles: dict[str, Any]) -> list[Any]:
    right = [] if task.right is None else _choices((task.choices[task.right],), styles, ticked=True)
    return [_heading(number, task, styles), *right, _paragraph(task.why, styles["text"])]


def _heading(number: int, task: Task, styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Paragraph

    where = f'&nbsp;&nbsp; <font size="9" color="{FAINT}">{_marked(task.where)}</font>'
    return Paragraph(f"<b>{number}. {_marked(task.title, 'bold')}</b>{where}", styles["heading"])


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    plain = ParagraphStyle("plain", fontName="Times-Roman", fontSize=10.5, leading=13.5, textColor=HexColor(INK))

    def style(name: str, **other: Any) -> Any:
        return ParagraphStyle(name, parent=plain, **other)

    return {
        "title": style("title", fontName="Times-Bold", fontSize=21, leading=26, spaceAfter=4),
        "lead": style("lead", fontSize=12, leading=16, spaceAfter=4),
        "where": style("where", fontName="Courier", fontSize=9, leading=12, textColor=HexColor(FAINT)),
        "heading": style("heading", fontSize=12.5, leading=16, spaceBefore=11, spaceAfter=2),
        "text": style("text", spaceAfter=2),
        "expect": style("expect", fontName="Times-Italic", spaceBefore=2, spaceAfter=2),
        "choice": style("choice", leftIndent=18),
    }


def _paragraph(text: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(_marked(text), style)


def _marked(text: str, style: str = "") -> str:
    """Text in ReportLab's mark-up: ``**bold**``, and letters that Times lacks in a font that has them."""
    from koe.scores.fonts import runs

    parts = []
    for place, part in enumerate(text.translate(_SAME_TO_EYES).split("**")):
        bold = place % 2 == 1
        letters = "".join(
            # Where letters join or run from the right, the font is a file; no sheet has such, and Times has boxes.
            f'<font name="{run.font}">{escape(run.text)}</font>'
            if isinstance(run.font, str) and not run.font.startswith("Times")
            else escape(run.text)
            for run in runs(part, "bold" if bold else style)
        )
        parts.append(f"<b>{letters}</b>" if bold else letters)
    return "".join(parts)


def _choices(words: Sequence[str], styles: dict[str, Any], ticked: bool = False) -> list[Any]:
    """Words, each behind a box that is ticked with a pen, or is ticked already: in one line where they fit into it."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table

    class Choice(Paragraph):
        def draw(self) -> None:
            super().draw()
            canvas = self.canv
            bottom = self.height - self.style.leading + 2.5
            canvas.setStrokeColor(HexColor(INK))
            canvas.setLineWidth(0.8)
            canvas.rect(2, bottom, BOX, BOX)
            if ticked:
                canvas.setLineWidth(1.6)
                canvas.lines([(4, bottom + 4.5, 6, bottom + 2), (6, bottom + 2, 11.5, bottom + 10)])

    choices = [Choice(_marked(one), styles["choice"]) for one in words]
    widths = [_width(one, styles) for one in words]
    room = A4[0] - 2 * MARGIN_MM * mm - 2 * PADDING
    if sum(widths) > room:
        return choices
    row = Table([choices], colWidths=widths, hAlign="LEFT")
    row.setStyle([(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")])
    return [row]


def _width(text: str, styles: dict[str, Any]) -> float:
    """Points that a choice takes with its box, and to the next one."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    style = styles["choice"]
    letters: float = stringWidth(text.translate(_SAME_TO_EYES), style.fontName, style.fontSize)
    return style.leftIndent + letters + 22


def _blanks(words: Sequence[str], share: Sequence[float] = (1.0,)) -> Any:
    """Words, each with a line to write on behind it, side by side."""
    from reportlab.lib.colors import HexColor
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import Flowable

    class Blanks(Flowable):
        def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
            self.width = available_width
            return available_width, 23

        def draw(self) -> None:
            canvas, left = self.canv, 0.0
            for one, part in zip(words, share, strict=True):
                canvas.setFont("Times-Roman", 10)
                canvas.setFillColor(HexColor(FAINT))
                canvas.drawString(left, 3, one)
                canvas.setStrokeColor(HexColor(FAINT))
                canvas.setLineWidth(0.5)
                canvas.line(left + stringWidth(one, "Times-Roman", 10) + 6, 1, left + part * self.width - 8, 1)
                left += part * self.width

    return Blanks()


def _foot(title: str, canvas: Any, document: Any) -> None:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm

    canvas.saveState()
    canvas.setFont("Times-Roman", 9)
    canvas.setFillColor(HexColor(FAINT))
    canvas.drawString(MARGIN_MM * mm + PADDING, 10 * mm, f"Koe · {title}")
    canvas.drawRightString(document.pagesize[0] - MARGIN_MM * mm - PADDING, 10 * mm, str(document.page))
    canvas.restoreState()
