"""One HTML file with text, tables and figures that loads nothing from elsewhere."""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import plotly.io

from koe.plots.palette import BEAT_LINE, LIGHT

_STYLE = (
    f"body {{ background: {LIGHT.paper}; color: {LIGHT.original}; font: 16px/1.5 Georgia, serif; "
    "max-width: 68rem; margin: 2rem auto; padding: 0 1rem }"
    "table { border-collapse: collapse } td, th { padding: .2rem .6rem; text-align: right; vertical-align: top }"
    "th:first-child, td:first-child { text-align: left; padding-left: 0 }"
    f"tr + tr > td {{ border-top: 1px solid {BEAT_LINE} }} small {{ color: {LIGHT.text} }}"
    "td small { white-space: nowrap; font-size: .72rem }"
    ".wide { overflow-x: auto } .grid { display: grid; gap: 0 1.5rem;"
    " grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)) } .grid > * { min-width: 0 }"
)


def html_page(title: str, parts: Sequence[str | go.Figure]) -> str:
    """Put a page together.

    Parameters
    ----------
    title : str
    parts : sequence of str or go.Figure
        HTML, and figures, from top to bottom. The script that draws the
        figures is written into the page with the first of them.
    """
    pieces: list[str] = []
    n_figures = 0
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        pieces.append(
            plotly.io.to_html(
                part,
                include_plotlyjs=n_figures == 0,
                full_html=False,
                div_id=f"figure-{n_figures}",  # not a random one: the same figures, the same page
                config={"displaylogo": False, "responsive": True},
            )
        )
        n_figures += 1
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    body = "\n".join(pieces)
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already; wider ones can be scrolled."""
    lines = ["".join(f"<th>{cell}</th>" for cell in head)]
    lines += ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return f'<div class="wide"><table>{"".join(f"<tr>{line}</tr>" for line in lines)}</table></div>'
