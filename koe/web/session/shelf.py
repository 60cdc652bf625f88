"""A shelf of pieces that a visitor wants to keep, in the browser's own storage: a heart on each result, and the list.

The server holds nothing of it but the names by which pieces are told apart, so
that hearts are full where a piece is on the shelf.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from koe.errors import KoeError
from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece
from koe.projects.schema import MAX_TITLE_CHARS, Project, plain
from koe.projects.writing import pack_project
from koe.web.browser.component import component
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import errors
from koe.web.texts import pages as shared_texts
from koe.web.texts import shelf as texts
from koe.web.texts.titles import titled

COMPONENT = "koe_shelf"
KEEPER = "koe-shelf-keeper"
LIST = "koe-shelf-list"
MOST = 60  # pieces, as in shelf.js

_ON_IT = "koe_shelf_ids"
_ORDER = "koe_shelf_order"
_SAYING = "koe_shelf_saying"
_ID = re.compile(r"[0-9a-f]{32}")
_PICTURE_STEPS, _PICTURE_BARS = 64, 64
_WIDTH, _HEIGHT = 100, 24  # of the picture, as in shelf.js

_HERE = Path(__file__).parent


@cache
def _component() -> Callable[..., Any]:
    return component(COMPONENT, _HERE, ("shelf.js",), html="shelf.html", style="shelf.css")


def heart(piece: Piece, key: str) -> None:
    """A button that puts a piece on the shelf, or takes it off.

    Parameters
    ----------
    piece : Piece
        As it is written.
    key : str
        Of the result.
    """
    if not piece.notes:
        return
    is_on = name_on_shelf(piece) in _on_shelf()
    st.button(
        texts.KEPT if is_on else texts.KEEP,
        key=f"{key}-heart-{'on' if is_on else 'off'}",
        icon=":material/favorite:",
        help=texts.KEPT_HELP if is_on else texts.KEEP_HELP,
        on_click=_take_off if is_on else _put,
        args=(piece,),
    )


def keep_shelf(session: str) -> None:
    """Do in the browser what hearts asked for, and learn what is on the shelf; unseen, at the end of every run.

    Parameters
    ----------
    session : str
        By which a browser tells this session from another.
    """
    data = {"list": False, "session": session, "known": list(_on_shelf()), "order": st.session_state.get(_ORDER)}
    _component()(key=KEEPER, data=data, height=1, on_told_change=_told)
    if said := st.session_state.pop(_SAYING, ""):
        st.toast(said, icon=":material/favorite:")


def show_shelf() -> None:
    """The list, from which pieces are opened, renamed and removed; nothing where it is empty."""
    _component()(key=LIST, data={"list": True, "labels": texts.SHELF}, on_open_change=_opened)


def clear_shelf() -> None:
    """Leave nothing on it."""
    _order(clear=True)
    st.session_state[_ON_IT] = ()


def is_empty() -> bool:
    """Whether nothing is on it, as far as the browser has said."""
    return not _on_shelf()


def name_on_shelf(piece: Piece) -> str:
    """By what a piece is known there, whatever it is called."""
    return cached_studio.fingerprint(replace(piece, title="")).hex()


def picture(piece: Piece) -> list[list[float]]:
    """The beginning of a piece as bars: x, y and width of each, in a field of 100 by 24."""
    end = _PICTURE_STEPS * TICKS_PER_STEP
    notes = [note for note in piece.notes if note.onset < end][:_PICTURE_BARS]
    if not notes:
        return []
    high = max(note.pitch for note in notes)
    span = max(high - min(note.pitch for note in notes), 12)
    across = _WIDTH / end
    return [
        [
            round(note.onset * across, 1),
            round((high - note.pitch) * (_HEIGHT - 2) / span, 1),
            round(max(min(note.duration, end - note.onset) * across - 0.4, 0.8), 1),
        ]
        for note in notes
    ]


def _on_shelf() -> tuple[str, ...]:
    return st.session_state.get(_ON_IT, ())


def _put(piece: Piece) -> None:
    _order(
        id=name_on_shelf(piece),
        name=plain(titled(piece.title))[:MAX_TITLE_CHARS] or shared_texts.UNTITLED,
        piece=pack_project(Project(piece)),
        sec=round(piece.duration_sec, 1),
        picture=picture(piece),
    )


def _take_off(piece: Piece) -> None:
    _order(id=name_on_shelf(piece))


def _order(**what: Any) -> None:
    st.session_state[_ORDER] = {"turn": secrets.token_hex(8), **what}


def _told() -> None:
    """The browser says what is on the shelf, and perhaps how an order went."""
    told = st.session_state[KEEPER].get("told")
    if not isinstance(told, dict):
        return
    ids = told.get("ids")
    if isinstance(ids, list):
        known = (one for one in ids[:MOST] if isinstance(one, str) and _ID.fullmatch(one))
        st.session_state[_ON_IT] = tuple(known)
    said = told.get("said")
    if isinstance(said, str) and said in texts.SAID:
        st.session_state[_SAYING] = texts.SAID[said]
        st.session_state.pop(_ORDER, None)


def _opened() -> None:
    """Make a piece of the shelf the current one."""
    wanted = st.session_state[LIST].get("open")
    if not isinstance(wanted, dict) or not isinstance(wanted.get("piece"), str):
        return
    try:
        piece = cached_studio.open_kept(wanted["piece"]).piece
    except KoeError as error:
        reason = errors.refused(error)
        state.notice(texts.UNREADABLE.format(reason=shared_texts.escape(reason)))
        return
    if piece is None:
        return
    name = wanted.get("name")
    if isinstance(name, str) and name != shared_texts.UNTITLED:
        piece = replace(piece, title=plain(name)[:MAX_TITLE_CHARS])
    state.use_piece(piece)
    state.notice(texts.TOOK.format(name=shared_texts.escape(titled(piece.title)) or shared_texts.UNTITLED))
