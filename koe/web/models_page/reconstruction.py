"""A segment beside what one model makes of it."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.plots.axes import shared_pitches
from koe.web import controls, pieces
from koe.web.result.result import show_result, show_sound
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import models_page as model_texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

HEIGHT = 230


def show_mirror(card: "ModelCard") -> None:
    """The visitor's segment and its reconstruction at the model's own threshold, side by side."""
    require_models()
    original, segment = state.segment_piece(), state.segment()
    result = cached_studio.reconstruct(segment, card.name)
    roll = result.pianoroll(card.threshold)
    key = f"mirror-{card.name}"
    st.markdown(model_texts.MIRROR_LEAD.format(model=card.title))
    left, right = st.columns(2, gap="large")
    shown: dict[str, Any] = {
        "first_measure": state.measure_number(),
        "height": HEIGHT,
        "pitches": shared_pitches(segment, roll),
        "sound": False,
    }
    title = f"{original.title} ({card.title})"
    piece = original.heard_as(roll, title)
    with right:
        st.caption(card.title)
        show_result(piece, key, original=segment, **shown)
        controls.figures_line(result.metrics(card.threshold))
    with left:
        segment_name = pieces.segment_name(state.current_piece(), state.measure())
        st.caption(f"{pieces.name_of(state.current_piece())}, {segment_name}")
        show_result(original, f"{key}-original", made_from=None, usable=False, **shown)
        st.page_link("pages/reconstruct.py", label=model_texts.MIRROR_MORE, icon=":material/compare:")
    # Sound takes longer than pictures, so both pictures come first.
    show_sound(piece, key)
    show_sound(original, f"{key}-original", None)
