"""The score of a piece on its page, engraved when it is asked for, its notes lit as the player plays them.

The pages are engraved twice: for laptops, and in narrow systems for phones;
the browser takes one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from koe.errors import ScoreError
from koe.music.piece import Piece
from koe.web.browser.component import component
from koe.web.frame import palette
from koe.web.player import music_id
from koe.web.serving import cached_studio
from koe.web.serving.queued_studio import once
from koe.web.texts import pages as texts
from koe.web.texts.errors import told
from koe.web.texts.titles import titled

COMPONENT = "koe_sheet"
ENTRIES = 16  # a page of SVG is 100 kB, or 200 kB twice; each for two widths
MAX_PAGES = {"wide": 4, "narrow": 12}  # about a hundred measures
# What is engraved at most to fill them, however long the piece is: an hour of music would take a quarter of a minute.
MAX_MEASURES = 200

_HERE = Path(__file__).parents[1] / "player"


@cache
def _component() -> Callable[..., Any]:
    # The frame scrolls, so that who has no mouse must be able to reach it.
    return component(COMPONENT, _HERE, ("sheet.js",), html="sheet.html", style="sheet.css")


def score_switch(piece: Piece, key: str) -> bool:
    """A switch by which a visitor asks for the score; whether it is on."""
    return bool(piece.notes) and st.toggle(texts.SCORE_VIEW, key=f"{key}-score", help=texts.SCORE_VIEW_HELP)


def show_score(piece: Piece, key: str, heard: Piece | None = None, *, marks: bool = False) -> None:
    """Engrave a piece and show its pages, the first ones of a long piece.

    Parameters
    ----------
    piece : Piece
    key : str
        Of the player that plays it.
    heard : Piece, optional
        As the player plays it, where that is not as it is written.
    marks : bool
        Whether the score says how that is.
    """
    colors = palette()
    midi = cached_studio.midi(piece)
    try:
        said = heard if marks and heard is not piece else None
        sheets = _sheets(midi, colors.original, piece, cached_studio.midi(said) if said else b"", said)
    except ScoreError as error:
        st.caption(texts.escape(told(error)))
        return
    music = music_id(piece if heard is None else heard)
    pages = {
        width: [[page, _alt(piece, sheet.key, number)] for number, page in enumerate(sheet.pages, start=1)]
        for width, sheet in sheets.items()
    }
    data = {
        "player": key,
        "music": music,
        "drawing": f"{music_id(said or piece)} {colors.original} {marks}",
        "label": texts.SCORE_VIEW,
        "title": piece.title or texts.UNTITLED,
        "lit": colors.made,
        "pages": pages,
        "heads": sheets["wide"].heads,
    }
    _component()(key=f"{key}-sheet", data=data)
    if sheets["wide"].cut:
        st.caption(texts.SCORE_CUT)


@dataclass(frozen=True)
class _Sheet:
    """The first pages of a score, as SVG; its key; whether there would be more of them.

    And of each note head its name, the tick from which on it sounds and the tick after.
    """

    pages: list[str]
    key: str
    cut: bool
    heads: list[tuple[str, int, int]]


@once
@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _sheets(
    midi: bytes, ink: str, _piece: Piece, played: bytes = b"", _played: Piece | None = None
) -> dict[str, _Sheet]:
    """One score, drawn for each width of screen; kept by the bytes of the piece's and the performance's MIDI files."""
    onsets = _piece.measure_onsets
    long = len(onsets) > MAX_MEASURES
    shown = _piece.slice(0, onsets[MAX_MEASURES]) if long else _piece
    score = cached_studio.studio().score(shown, _played) if _played else cached_studio.studio().score(shown)
    sheets = {}
    for width, most in MAX_PAGES.items():
        pages = cached_studio.studio().score_on_screen(score, ink, narrow=width == "narrow")
        # The same ones on every screen, so told once.
        heads = [(name, start, end) for name, (start, end) in score.heads.items()] if width == "wide" else []
        sheets[width] = _Sheet(pages[:most], str(score.key), long or len(pages) > most, heads)
    return sheets


def _alt(piece: Piece, key: str, page: int) -> str:
    return texts.SCORE_ALT.format(
        title=titled(piece.title) or texts.UNTITLED,
        page=page,
        key=key,
        metre=piece.time_signatures[0],
        measures=texts.count(piece.n_measures, "measure"),
    )
