"""A line that runs over the roll while its sound plays."""

from pathlib import Path

import streamlit as st

from koe.music.grid import STEPS_PER_QUARTER
from koe.music.piece import Piece

_SCRIPT = Path(__file__).parent / "static" / "playhead.js"


def mount_playhead() -> None:
    """Listen for sounds on this page: rolls follow theirs, and one plays at a time."""
    component = st.components.v2.component("koe_playhead", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)
    component(key="koe_playhead", height=1)


def result_key(key: str, piece: Piece) -> str:
    """Key of a container whose roll shall follow the sound in it.

    It tells the browser the speed, in steps a second times a million.
    """
    return f"result-{key}-tempo-{round(piece.qpm / 60 * STEPS_PER_QUARTER * 1e6)}"
