"""The score of a piece on its page, engraved when it is asked for.

The pages are pictures, in which no script can run. They are engraved twice:
for laptops, and in narrow systems for phones; the style sheet shows one.
"""

from base64 import b64encode
from html import escape

import streamlit as st

from koe.errors import ScoreError
from koe.music.piece import Piece
from koe.web import backend, texts
from koe.web.frame import palette

ENTRIES = 32  # a page of SVG is 100 kB, or 200 kB twice
MAX_PAGES = {"wide": 4, "narrow": 12}  # about a hundred measures


def score_switch(piece: Piece, key: str) -> bool:
    """A switch by which a visitor asks for the score; whether it is on."""
    return bool(piece.notes) and st.toggle(texts.SCORE_VIEW, key=f"{key}-score", help=texts.SCORE_VIEW_HELP)


def show_score(piece: Piece) -> None:
    """Engrave a piece and show its pages, the first ones of a long piece."""
    ink = palette().original
    midi = backend.midi(piece)
    try:
        pictures = [
            _picture(page, f"koe-{width}", _alt(piece, number))
            for width, most in MAX_PAGES.items()
            for number, page in enumerate(_pages(midi, ink, width, piece)[:most], start=1)
        ]
    except ScoreError as error:
        st.caption(texts.escape(str(error)))
        return
    st.html(f'<div class="koe-score">{"".join(pictures)}</div>')
    if len(_pages(midi, ink, "wide", piece)) > MAX_PAGES["wide"]:
        st.caption(texts.SCORE_CUT)


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _pages(midi: bytes, ink: str, width: str, _piece: Piece) -> list[str]:
    """Pages of SVG, kept by the bytes of the piece's MIDI file."""
    return backend.studio().score_on_screen(_piece, ink, narrow=width == "narrow")


def _picture(page: str, kind: str, alt: str) -> str:
    data = b64encode(page.encode()).decode()
    return f'<img class="{kind}" alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def _alt(piece: Piece, page: int) -> str:
    score = backend.studio().score(piece)
    return texts.SCORE_ALT.format(
        title=piece.title or texts.UNTITLED,
        page=page,
        key=score.key,
        metre=piece.time_signatures[0],
        measures=texts.count(len(score.measures), "measure"),
    )
