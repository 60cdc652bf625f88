"""The score of a piece on its page, engraved when it is asked for.

The pages are pictures, in which no script can run. They are engraved twice:
for laptops, and in narrow systems for phones; the style sheet shows one.
"""

from base64 import b64encode
from dataclasses import dataclass
from html import escape

import streamlit as st

from koe.errors import ScoreError
from koe.music.piece import Piece
from koe.web import backend, texts
from koe.web.frame import palette

ENTRIES = 32  # a page of SVG is 100 kB, or 200 kB twice
MAX_PAGES = {"wide": 4, "narrow": 12}  # about a hundred measures
# What is engraved at most to fill them, however long the piece is: an hour of music would take a quarter of a minute.
MAX_MEASURES = 200


def score_switch(piece: Piece, key: str) -> bool:
    """A switch by which a visitor asks for the score; whether it is on."""
    return bool(piece.notes) and st.toggle(texts.SCORE_VIEW, key=f"{key}-score", help=texts.SCORE_VIEW_HELP)


def show_score(piece: Piece) -> None:
    """Engrave a piece and show its pages, the first ones of a long piece."""
    ink = palette().original
    midi = backend.midi(piece)
    try:
        sheets = {width: _sheet(midi, ink, width, piece) for width in MAX_PAGES}
    except ScoreError as error:
        st.caption(texts.escape(str(error)))
        return
    pictures = [
        _picture(page, f"koe-{width}", _alt(piece, sheet.key, number))
        for width, sheet in sheets.items()
        for number, page in enumerate(sheet.pages, start=1)
    ]
    st.html(f'<div class="koe-score">{"".join(pictures)}</div>')
    if sheets["wide"].cut:
        st.caption(texts.SCORE_CUT)


@dataclass(frozen=True)
class _Sheet:
    """The first pages of a score, as SVG; its key; and whether there would be more of them."""

    pages: list[str]
    key: str
    cut: bool


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _sheet(midi: bytes, ink: str, width: str, _piece: Piece) -> _Sheet:
    """Engrave for one width of screen; kept by the bytes of the piece's MIDI file."""
    onsets, most = _piece.measure_onsets, MAX_PAGES[width]
    long = len(onsets) > MAX_MEASURES
    shown = _piece.slice(0, onsets[MAX_MEASURES]) if long else _piece
    pages = backend.studio().score_on_screen(shown, ink, narrow=width == "narrow")
    return _Sheet(pages[:most], str(backend.studio().score(shown).key), long or len(pages) > most)


def _picture(page: str, kind: str, alt: str) -> str:
    data = b64encode(page.encode()).decode()
    return f'<img class="{kind}" alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def _alt(piece: Piece, key: str, page: int) -> str:
    return texts.SCORE_ALT.format(
        title=piece.title or texts.UNTITLED,
        page=page,
        key=key,
        metre=piece.time_signatures[0],
        measures=texts.count(piece.n_measures, "measure"),
    )
