"""The switch between a piece as it is written and played, and how much the pianist makes of it."""

import streamlit as st

from koe.music.piece import Piece
from koe.web.serving import cached_studio
from koe.web.session import playing, state
from koe.web.texts import playing as texts


def playing_switch(key: str, piece: Piece | None = None, made_from: int | None = 0) -> None:
    """Draw the switch; nothing where no model here plays scores.

    Parameters
    ----------
    key : str
        Of the result, or of what stands for all results of a page.
    piece : Piece, optional
        Whose switch it is; without one it is that of what Koe writes.
    made_from : int, optional
    """
    if not cached_studio.can_perform() or (piece is not None and not piece.notes):
        return
    is_own = piece is not None and playing.own_way(piece, made_from)
    name = playing.OWN_WAY if is_own else playing.WAY
    labels = texts.OWN_WAYS if is_own else texts.WAYS
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key=f"{key}-playing"):
        st.segmented_control(
            texts.PLAYING,
            tuple(labels),
            required=True,
            format_func=labels.__getitem__,
            label_visibility="collapsed",
            **_mirror(f"{key}-way", name),
        )
        if playing.value(name) == playing.PLAYED:
            with st.popover(texts.MORE, icon=":material/tune:", type="tertiary", key=f"{key}-playing-more"):
                _more(key)


def _more(key: str) -> None:
    st.slider(
        texts.AMOUNT,
        playing.LEAST,
        playing.MOST,
        step=0.1,
        format="%.1f",
        help=texts.AMOUNT_HELP,
        **_mirror(f"{key}-amount", playing.AMOUNT),
    )
    st.number_input(
        texts.READING,
        0,
        state.MAX_SEED,
        step=1,
        help=texts.READING_HELP,
        **_mirror(f"{key}-reading", playing.READING),
    )
    st.toggle(texts.MARKS, help=texts.MARKS_HELP, **_mirror(f"{key}-marks", playing.MARKS))
    st.caption(texts.TEACHER)


def _mirror(widget: str, name: str) -> dict:
    """Key and callback of a widget that shows a choice which other results show too."""
    st.session_state[widget] = playing.value(name)

    def chosen() -> None:
        st.session_state[name] = st.session_state[widget]

    return {"key": widget, "on_change": chosen}
