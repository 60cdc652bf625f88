"""How every piece of music is shown: its roll, its sound, and ways to take it along."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from koe.music.piece import Piece
from koe.projects.recipes import Recipe
from koe.web.gallery.keeping import keep_box, keep_button
from koe.web.player import Choose, mount_roll, music_id, offer_sound, score
from koe.web.result.downloads import downloads
from koe.web.result.originality import originality_switch, show_originality
from koe.web.result.playing_switch import playing_switch
from koe.web.result.score_view import score_switch, show_score
from koe.web.serving import cached_studio
from koe.web.serving.sounds import shelf
from koe.web.session import continued, playing, state
from koe.web.session.as_project import note_take
from koe.web.session.links import link_button
from koe.web.session.shelf import heart
from koe.web.texts import pages as texts

ASK_BEFORE_SEC = cached_studio.LONG_SEC  # a longer piece is rendered when somebody asks for it

_GOING_ON = "koe_goes_on"

# Small plots leave a touch of the finger to the page, which scrolls.
STILL = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def show_result(
    piece: Piece,
    key: str,
    *,
    made_from: int | None = 0,
    original: np.ndarray | None = None,
    before: Piece | None = None,
    probabilities: np.ndarray | None = None,
    threshold: float = 1.0,
    first_measure: int | None = None,
    height: int = 260,
    pitches: tuple[int, int] | None = None,
    segment: tuple[int, int] | None = None,
    part: tuple[int, int] | None = None,
    begin: int = 0,
    autoplay: bool = False,
    usable: bool = True,
    whole: Piece | None = None,
    ask_before_sec: float = ASK_BEFORE_SEC,
    sound: bool = True,
    work: str = "",
    on_pick: Callable[[int], None] | None = None,
    choose: Choose | None = None,
    recipe: Recipe | None = None,
    actions: Callable[[], None] | None = None,
    switch: bool = True,
    next_steps: Callable[[], object] | None = None,
    goes_on: bool = False,
    on_end: Callable[[], None] | None = None,
) -> None:
    """Draw a piece in its player, and offer what can be done with it.

    Parameters
    ----------
    piece : Piece
    key : str
        Unlike that of every other result on the page.
    made_from : int, optional
        Step from which on a network wrote it; None if a person wrote it all.
    original : np.ndarray, shape=(steps, 88), dtype=bool, optional
        Laid over the piece, which a network made of it; then notes are told
        apart by who has them, and ``made_from`` counts for nothing.
    before : Piece, optional
        Laid under it note by note, where a part of that one was replaced.
    probabilities : np.ndarray, shape=(steps, 88), optional
        Drawn faintly where they are below ``threshold``.
    threshold : float
    first_measure : int
        Number of its first measure; `Piece.first_number` unless given.
    height : int
        Of the roll, in pixels.
    pitches : tuple of int, optional
        Lowest and highest pitch of the roll; what the piece needs unless given.
    segment : tuple of int, optional
        First tick and tick after the last of a stretch to highlight.
    part : tuple of int, optional
        First tick and tick after the last of what a network found in it,
        which is highlighted, and alone asked about whether it is new.
    begin : int
        Tick from which it plays until the visitor goes elsewhere.
    autoplay : bool
        Whether to play at once.
    usable : bool
        Whether it is offered as the visitor's current piece.
    whole : Piece, optional
        Offered in its place, where it is an excerpt.
    ask_before_sec : float
        Longer pieces get their sound when the visitor asks for it.
    sound : bool
        Whether its sound is made now; `show_sound` makes it later otherwise,
        so that a page can draw all its pictures first.
    work : str
        See `koe.web.player.mount_roll`.
    on_pick : callable, optional
        Called with a measure, from 1 in this piece, at which the visitor wants
        a segment to start.
    choose : Choose, optional
        A stretch that is moved on it by hand.
    recipe : Recipe, optional
        How it was made, where the piece does not say so itself; for its link.
    actions : callable, optional
        Draws what else can be done with it, beside the buttons that every
        result has.
    switch : bool
        Whether it has a switch of its own between written and played; a page
        of many results has one for all.
    next_steps : callable, optional
        Draws what may come after it, beside sharing it; the player points
        there when it has come to its end.
    goes_on : bool
        Whether going on from it, on the page Continue, is among that.
    on_end : callable, optional
        Called when it has been heard to its end.
    """
    heard = playing.heard(piece, made_from)
    if usable:  # an excerpt, or what was there before, is nothing by itself
        note_take(piece if whole is None else whole, made_from)
    if first_measure is None:
        first_measure = piece.first_number
    if before is not None:
        notes = score.replaced(before, heard)
    elif original is not None:
        notes = score.compared(original, piece.pianoroll)
    else:
        notes = score.by_origin(heard, made_from)
    with st.container(key=f"result-{key}", gap="small"):
        mount_roll(
            heard,
            key,
            notes,
            first_measure=first_measure,
            height=height,
            pitches=pitches,
            nearly=None if probabilities is None else (probabilities, threshold),
            segment=segment or part,
            begin=begin,
            form=original is None and probabilities is None and before is None,
            work=work,
            fresh=autoplay,
            on_ask=(lambda: _ask(heard, key)) if piece.duration_sec > ask_before_sec and not shelf.served else None,
            on_pick=on_pick,
            choose=choose,
            on_end=on_end,
        )
        if not piece.notes:
            st.caption(texts.SILENT)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-row"):
            with st.popover(texts.TAKE_HOME, icon=":material/download:", key=f"{key}-take"):
                downloads(piece, key, made_from, recipe, heard)
            if switch:
                playing_switch(key, piece, made_from)
            if usable and piece.notes:
                st.button(
                    texts.USE,
                    key=f"{key}-use",
                    icon=":material/queue_music:",
                    help=texts.USE_HELP,
                    on_click=_use,
                    args=(piece if whole is None else whole,),
                )
                keep_button(piece if whole is None else whole, key)
                heart(piece if whole is None else whole, key)
            if actions:
                actions()
            scored = score_switch(piece, key)
            asked = originality_switch(piece, key, 0 if part else made_from)
        if usable:
            keep_box(piece if whole is None else whole, key, made_from)
        if next_steps and piece.notes:
            _next(piece, key, made_from, recipe, next_steps, goes_on)
        if sound:
            show_sound(piece, key, made_from, autoplay=autoplay, ask_before_sec=ask_before_sec)
        if scored:
            show_score(piece, key, heard, marks=playing.value(playing.MARKS))
        if asked:
            if part:  # what was kept is not the network's
                lines = sum(line <= part[0] for line in piece.measure_onsets)
                show_originality(piece.slice(*part), key, 0, first_measure + max(lines - 1, 0))
            else:
                show_originality(piece, key, made_from or 0, first_measure)


def show_sound(
    piece: Piece,
    key: str,
    made_from: int | None = 0,
    *,
    autoplay: bool = False,
    ask_before_sec: float = ASK_BEFORE_SEC,
) -> None:
    """Make the sound of a result and hand it to its player, which says why where none can be made.

    Koe's own server makes it when the player asks for it.
    """
    if not piece.n_steps:
        return
    piece = playing.heard(piece, made_from)
    asked = shelf.served or piece.duration_sec <= ask_before_sec or state.kept(f"{key}-asked", "") == music_id(piece)
    if asked:
        offer_sound(piece, key, autoplay=autoplay)


def _next(
    piece: Piece,
    key: str,
    made_from: int | None,
    recipe: Recipe | None,
    next_steps: Callable[[], object],
    goes_on: bool,
) -> None:
    """What may come after a piece."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-next"):
        st.caption(texts.WHAT_NEXT, width="content")
        if goes_on:
            st.button(texts.GO_ON, icon=":material/edit_note:", key=f"{key}-goes-on", on_click=_go_on, args=(piece,))
        next_steps()
        heart(piece, f"{key}-next")
        link_button(piece, f"{key}-share", made_from, recipe, label=texts.SHARE)
    if st.session_state.pop(_GOING_ON, False):
        st.switch_page("pages/continue.py")


def _go_on(piece: Piece) -> None:
    """Make it the visitor's piece, and let the Continue page go on from its end."""
    state.use_piece(piece)
    st.session_state[continued.START] = continued.FROM_PIECE
    st.session_state[_GOING_ON] = True
    continued.ask()


def _ask(piece: Piece, key: str) -> None:
    state.keep(f"{key}-asked", music_id(piece))


def _use(piece: Piece) -> None:
    state.use_piece(piece)
    state.notice(texts.USED)
