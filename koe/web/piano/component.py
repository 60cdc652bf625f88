"""The piano's two manners in the page. Both are one component: scripts joined to one module, nothing built."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from koe.errors import InputError
from koe.music.piece import Piece
from koe.web import frame
from koe.web.browser.component import component
from koe.web.piano.messages import MEASURES, phrase_from_message, pitches_from_message, recording_from_message
from koe.web.player import score
from koe.web.serving import cached_studio
from koe.web.texts import pages as shared_texts
from koe.web.texts import piano as texts
from koe.web.texts.errors import told
from koe.web.texts.language import notation_for_scripts

COMPONENT = "koe_piano"
TEMPI = (50, 60, 70, 80, 90, 100, 110, 120, 140, 160)
USUAL_QPM, USUAL_MEASURES = 90, 4

_HERE = Path(__file__).parent
_SCRIPTS = ("tone.js", "keys.js", "midi.js", "take.js", "piano.js")


@cache
def _component() -> Callable[..., Any]:
    return component(COMPONENT, _HERE, _SCRIPTS, html="piano.html", style="piano.css")


def choose_chord(pitches: Sequence[int], *, key: str, on_change: Callable[[tuple[int, ...]], None]) -> None:
    """Draw 88 keys that toggle when touched, each heard as it goes down.

    Parameters
    ----------
    pitches : sequence of int
        MIDI pitches that are down.
    key : str
    on_change : callable
        Called with the pitches, ascending, when the visitor touches a key,
        before the page runs anew.
    """

    def changed() -> None:
        on_change(pitches_from_message(st.session_state[key].get("pitches")))

    data = {"manner": "chord", "pitches": list(pitches), "labels": texts.PIANO, "notation": notation_for_scripts()}
    _component()(key=key, data=data, on_pitches_change=changed)


def play_in(
    take: Piece | None,
    *,
    key: str,
    on_take: Callable[[Piece | None, str], None],
    on_go: Callable[[], None],
    on_phrase: Callable[[Piece | None, str], None] | None = None,
    said: str = "",
    follow: str = "",
) -> None:
    """Draw a piano that is played, and recorded to the beat of a metronome, or heard without one.

    Parameters
    ----------
    take : Piece or None
        What was played last, as `on_take` was given it.
    key : str
    on_take : callable
        Called with what was played and ``""``, before the page runs anew; or
        with None and the sentence why there is nothing, which is empty when
        the visitor cleared it.
    on_go : callable
        Called when the visitor wants the network to go on from the take.
    on_phrase : callable, optional
        Called as ``on_take`` with what was played without a metronome, as soon
        as the visitor stops. Unless given, nobody listens to that.
    said : str
        A sentence to show, such as why the last take was none.
    follow : str
        CSS selector of the place below which the answer to ``on_go`` appears;
        the page scrolls there.
    """

    def taken() -> None:
        sent = st.session_state[key].get("take")
        if sent is None:  # another of the piano's events
            return
        try:
            on_take(piece_from_message(sent), "")
        except InputError as error:
            on_take(None, told(error))

    def heard() -> None:
        sent = st.session_state[key].get("phrase")
        if sent is None or on_phrase is None:
            return
        try:
            on_phrase(cached_studio.studio().played_freely(phrase_from_message(sent), texts.PLAYED), "")
        except InputError as error:
            on_phrase(None, told(error))

    data = {
        "manner": "play",
        "answers": on_phrase is not None,
        "labels": texts.PIANO,
        "notation": notation_for_scripts(),
        "tempi": {str(qpm): texts.TEMPO.format(qpm=qpm) for qpm in TEMPI},
        "lengths": {str(number): shared_texts.count(number, "measure") for number in MEASURES},
        "usual": [USUAL_QPM, USUAL_MEASURES],
        "ink": frame.palette().original,
        "take": _take(take),
        "said": said,
        "follow": follow,
    }
    _component()(
        key=key,
        data=data,
        on_take_change=taken,
        on_phrase_change=heard,
        on_go_change=on_go,
        on_clear_change=lambda: on_take(None, ""),
    )


def piece_from_message(sent: object) -> Piece:
    """The piece that a browser says was played.

    Raises
    ------
    InputError
        If it cannot be read, or holds no note.
    """
    recording = recording_from_message(sent)
    return cached_studio.studio().played(recording.presses, recording.qpm, recording.n_measures, texts.PLAYED)


def _take(piece: Piece | None) -> dict[str, Any] | None:
    if piece is None:
        return None
    notes = score.by_origin(piece, None)
    columns = score.columns(notes)
    return {
        "onset": columns["onset"],
        "pitch": columns["pitch"],
        "length": columns["length"],
        "velocity": [int(note.velocity) for note, _ in notes],
        "n_ticks": piece.n_ticks,
        "qpm": piece.qpm,
        "words": score.in_words(piece, notes),
    }
