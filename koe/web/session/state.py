"""What a visitor carries from page to page, under keys of our own.

Widgets forget their values when the page changes, so what matters is kept
here: the current piece, its chosen segment, and whatever a page wants to
find again. Pages read and write through these functions only.
"""

import secrets
from typing import Any

import numpy as np
import streamlit as st

from koe.music.grid import SEGMENT_TICKS
from koe.music.piece import Piece
from koe.web.serving import cached_studio

_PIECE = "koe_piece"
_MEASURE = "koe_measure"
_NOTICE = "koe_notice"
_KEPT = "koe_kept_"
_PAGE = "koe_page"
_ADDRESS = "koe_address"
_VISIT = "koe_visit"

MAX_SEED = 999_999
# What is kept of the current piece, and begins anew with another: where a gap and a tune lie, after how many measures
# a network goes on;
PLACES = ("gap-first", "gap-measures", "harmony-first", "harmony-measures", "continue-after")
# Where a page takes any piece, and the one that is there at first: the current one.
CURRENT = "current"
CHOICES = {
    **{"from": CURRENT, "to": "", "corner-1": CURRENT, "corner-2": "", "corner-3": "", "corner-4": ""},
    **{"more-like": CURRENT, "less-like": ""},
}
LATENTS = "latents-"  # and a model's name: where its sliders stand, which say the segment in numbers


def current_piece() -> Piece:
    """The visitor's piece; the first demo piece until they choose one."""
    if _PIECE not in st.session_state:
        st.session_state[_PIECE] = cached_studio.demo_piece(cached_studio.demo_pieces()[0].slug)
    return st.session_state[_PIECE]


def use_piece(piece: Piece) -> None:
    """Make ``piece`` the current one, with its first measure chosen; what belonged to another is forgotten."""
    if piece != st.session_state.get(_PIECE):
        forget_places()
    st.session_state[_PIECE] = piece
    st.session_state[_MEASURE] = 1


def measure() -> int:
    """First measure of the chosen segment, from 1."""
    return min(st.session_state.get(_MEASURE, 1), max(current_piece().n_measures, 1))


def measure_number() -> int:
    """The number of that measure, as it is printed; see `Piece.first_number`."""
    return measure() - 1 + current_piece().first_number


def choose_measure(number: int) -> None:
    """Let the segment start at this measure; whatever shows it follows."""
    if number != st.session_state.get(_MEASURE, 1):
        _forget_segment()
    st.session_state[_MEASURE] = number


def forget_places() -> None:
    """Let everything that belongs to the current piece begin anew."""
    for name in PLACES:
        forget(name)
    _forget_segment()


def _forget_segment() -> None:
    """Let sliders, and places that show the current piece, take up its segment anew."""
    for place, at_first in CHOICES.items():
        if peek(f"{place}-piece", at_first) == CURRENT:
            forget(f"{place}-measure")
    for name in everything_kept():
        if name.startswith(LATENTS):
            forget(name)


def segment() -> np.ndarray:
    """The chosen segment: states (`koe.music.states`), uint8, shape ``(64, 88)``."""
    return cached_studio.studio().segment(current_piece(), measure())


def segment_piece() -> Piece:
    """The chosen segment as a piece of 64 steps, with its notes as they were written."""
    return excerpt(current_piece(), measure())


def excerpt(piece: Piece, first_measure: int) -> Piece:
    """Four measures of 4/4 of ``piece`` from the start of a measure on."""
    start = piece.measure_onsets[first_measure - 1] if piece.n_measures else 0
    return piece.slice(start, start + SEGMENT_TICKS)


def measures_of_segment(piece: Piece, first_measure: int) -> tuple[int, int]:
    """First and last measure that the 64 steps from ``first_measure`` on touch."""
    onsets = piece.measure_onsets
    if not onsets:
        return 1, 1
    end = onsets[first_measure - 1] + SEGMENT_TICKS
    return first_measure, sum(onset < end for onset in onsets)


def kept(name: str, default: Any) -> Any:
    """A value that outlives its widget; made from ``default`` the first time."""
    key = _KEPT + name
    if key not in st.session_state:
        st.session_state[key] = default() if callable(default) else default
    return st.session_state[key]


def peek(name: str, default: Any) -> Any:
    """The same, but nothing is remembered where nothing is there."""
    return st.session_state.get(_KEPT + name, default)


def keep(name: str, value: object) -> None:
    """Remember ``value`` for `kept`."""
    st.session_state[_KEPT + name] = value


def forget(name: str) -> None:
    """Let `kept` begin anew with this value."""
    st.session_state.pop(_KEPT + name, None)


def everything_kept() -> dict[str, Any]:
    """All values that `keep` remembers, by name."""
    names = [key for key in st.session_state if isinstance(key, str) and key.startswith(_KEPT)]
    return {name.removeprefix(_KEPT): st.session_state[name] for name in names}


def notice(sentence: str | None = None) -> str | None:
    """Leave a sentence for the next run, or take the one that was left."""
    if sentence is not None:
        st.session_state[_NOTICE] = sentence
        return None
    return st.session_state.pop(_NOTICE, None)


def new_seed() -> int:
    """A seed nobody chose, 1 to `MAX_SEED`, short enough to be read aloud."""
    return 1 + secrets.randbelow(MAX_SEED)


def enter(page: str, address: str = "") -> None:
    """Note which page this run shows, and its part of the address."""
    st.session_state[_ADDRESS] = address
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_VISIT] = visit() + 1


def address() -> str:
    """The current page's part of the address; empty for Home."""
    return st.session_state.get(_ADDRESS, "")


def visit() -> int:
    """How many times the visitor has come to a page.

    What was asked for on this visit plays by itself; what is found again
    after a look at another page keeps quiet.
    """
    return st.session_state.get(_VISIT, 0)
