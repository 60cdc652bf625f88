"""The button below a result that keeps it in the gallery, and what it opens."""

from contextlib import suppress

import streamlit as st

from koe.errors import GalleryError, KoeError
from koe.gallery.titles import clean_title
from koe.music.piece import Piece
from koe.web.gallery import house, origin
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.session.links import home_address
from koe.web.texts import gallery as texts
from koe.web.texts.pages import escape

REMOVE = "remove"  # in the address, with the entry's id and its deletion token
MAX_TYPED = 200  # some more than a title may have, so that who types too much is told


def keep_button(piece: Piece, key: str) -> None:
    """A button that asks for a title; nothing where there is no gallery.

    Parameters
    ----------
    piece : Piece
    key : str
        Of its result.
    """
    if house.is_there() and piece.notes:
        st.button(
            texts.KEEP,
            key=f"{key}-keep",
            icon=":material/wall_art:",
            help=texts.KEEP_HELP,
            type="tertiary",
            on_click=lambda: state.keep(_asked(key), cached_studio.fingerprint(piece)),
        )


def keep_box(piece: Piece, key: str, made_from: int | None) -> None:
    """What the button opened, if it was pressed for this piece: a field for the title, then the two addresses."""
    if not house.is_there() or state.peek(_asked(key), b"") != cached_studio.fingerprint(piece):
        return
    with st.container(key=f"{key}-keep-box", gap="small"):
        kept = state.peek(_said(key), None)
        if kept is not None and kept[0] == cached_studio.fingerprint(piece):
            _tell(*kept[1:])
            return
        with st.form(f"{key}-keep-form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(texts.KEEP_TITLE, _proposed(piece), max_chars=MAX_TYPED, key=f"{key}-keep-title")
            st.form_submit_button(texts.KEEP_YES, key=f"{key}-keep-yes", on_click=_keep, args=(piece, key, made_from))
        if fault := state.peek(_fault(key), ""):
            st.error(escape(fault), icon=":material/error:")
        st.caption(texts.KEEP_LEAD)


def _keep(piece: Piece, key: str, made_from: int | None) -> None:
    state.forget(_fault(key))
    try:
        done = house.keep(piece, made_from, st.session_state[f"{key}-keep-title"], origin.parent_of(piece))
    except KoeError as error:
        state.keep(_fault(key), texts.refused(error))
        return
    origin.take(done.entry.id)
    state.keep(_said(key), (cached_studio.fingerprint(piece), done.entry.id, done.entry.title, done.deletion))


def _tell(id: str, title: str, deletion: str) -> None:
    """Say where it is, and, in this visit alone, what takes it away."""
    st.success(texts.KEPT.format(title=escape(title), address=f"{home_address()}/g/{id}"))
    st.caption(texts.KEPT_DELETION)
    st.code(f"{home_address()}/gallery?{REMOVE}={id}.{deletion}", language=None, wrap_lines=True)


def _proposed(piece: Piece) -> str:
    """The piece's own title, if the gallery would take it."""
    with suppress(GalleryError):
        return clean_title(piece.title)
    return ""


def _asked(key: str) -> str:
    return f"{key}-keep-asked"


def _said(key: str) -> str:
    return f"{key}-keep-said"


def _fault(key: str) -> str:
    return f"{key}-keep-fault-said"
