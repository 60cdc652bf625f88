"""A segment beside what one model makes of it."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.music.piece import Piece
from koe.plots.comparison import comparison_figure, shared_pitches
from koe.web import backend, controls, model_texts, pieces, state, texts
from koe.web.frame import palette
from koe.web.playhead import result_key
from koe.web.result import STILL, show_player, show_result
from koe.web.warmup import require_models

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

HEIGHT = 230


def show_mirror(card: "ModelCard") -> None:
    """The visitor's segment and its reconstruction at the model's own threshold, side by side."""
    require_models()
    colors, original, segment = palette(), state.segment_piece(), state.segment()
    result = backend.reconstruct(segment, card.name)
    roll = result.pianoroll(card.threshold)
    pitches = shared_pitches(segment, roll)
    key = f"mirror-{card.name}"
    st.markdown(model_texts.MIRROR_LEAD.format(model=card.title))
    st.html(texts.RECONSTRUCT_LEGEND.format(original=colors.original, missed=colors.missed, made=colors.made))
    left, right = st.columns(2, gap="large")
    shown: dict[str, Any] = {"first_measure": state.measure(), "height": HEIGHT, "pitches": pitches}
    with right, st.container(key=result_key(key, original), gap="small"):
        st.caption(card.title)
        figure = comparison_figure(segment, roll, palette=colors, piece=original, **shown)
        st.plotly_chart(figure, key=f"{key}-roll", config=STILL)
        made_place = st.container()
        controls.figures_line(result.metrics(card.threshold))
    with left:
        segment_name = pieces.segment_name(state.current_piece(), state.measure())
        st.caption(f"{pieces.name_of(state.current_piece())}, {segment_name}")
        show_result(original, f"{key}-original", made_from=None, usable=False, **shown)
        st.page_link("pages/reconstruct.py", label=model_texts.MIRROR_MORE, icon=":material/compare:")
    with made_place:
        title = f"{original.title} ({card.title})"
        piece = Piece.from_pianoroll(roll, original.qpm, title, time_signatures=original.time_signatures)
        show_player(piece, key, usable=True)
