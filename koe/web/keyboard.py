"""A piano keyboard to choose a chord on, as a component without a build step."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

_STATIC = Path(__file__).parent / "static"


def keyboard(pitches: Sequence[int], *, key: str, on_change: Callable[[tuple[int, ...]], None]) -> None:
    """Draw 88 keys that toggle when touched.

    Parameters
    ----------
    pitches : sequence of int
        MIDI pitches that are down.
    key : str
    on_change : callable
        Called with the pitches, ascending, when the visitor touches a key,
        before the page runs anew.
    """
    component = st.components.v2.component(
        "koe_keyboard",
        html=(_STATIC / "keyboard.html").read_text(encoding="utf-8"),
        css=(_STATIC / "keyboard.css").read_text(encoding="utf-8"),
        js=(_STATIC / "keyboard.js").read_text(encoding="utf-8"),
    )

    def changed() -> None:
        # What a browser sends is input like any other: keep whole numbers on the piano.
        sent = st.session_state[key].get("pitches") or ()
        on_change(
            tuple(sorted({int(pitch) for pitch in sent if isinstance(pitch, int | float) and 21 <= pitch <= 108}))
        )

    component(key=key, data={"pitches": list(pitches)}, on_pitches_change=changed)
