"""Reconstruct: a segment through every model that has a bottleneck, side by side."""

import streamlit as st

from koe.music.piece import Piece
from koe.plots.comparison import comparison_figure, shared_pitches
from koe.plots.heatmaps import latents_figure, probabilities_figure
from koe.web import backend, controls, pieces, state, texts
from koe.web.frame import heading, palette
from koe.web.playhead import result_key
from koe.web.result import STILL, show_player, show_result
from koe.web.warmup import require_models

HEIGHT = 230

heading(texts.RECONSTRUCT_TITLE, texts.RECONSTRUCT_LEAD)
pieces.current_piece_bar("reconstruct")
require_models()

colors = palette()
original = state.segment_piece()
segment = state.segment()
cards = backend.studio().latent_models()
made = {card.name: backend.reconstruct(segment, card.name) for card in cards}
# One scale for all, so that the eye can compare.
pitches = shared_pitches(segment, *(made[card.name].pianoroll(card.threshold) for card in cards))

with st.container(horizontal=True, vertical_alignment="center"):
    legend_place = st.container()
    views = (texts.NOTES, texts.PROBABILITIES)
    view = st.segmented_control(
        texts.VIEW,
        views,
        default=texts.NOTES,
        required=True,
        label_visibility="collapsed",
        key="reconstruct-view",
        persist_state="session",
    )
legend = texts.RECONSTRUCT_LEGEND if view == texts.NOTES else texts.SURE_LEGEND
legend_place.html(legend.format(original=colors.original, missed=colors.missed, made=colors.made))

# The original and the models, two in a row.
columns = [column for _ in range(len(cards) // 2 + 1) for column in st.columns(2, gap="large")]
with columns[0]:
    st.subheader(texts.RECONSTRUCT_ORIGINAL, anchor=False)
    st.caption(
        f"{pieces.name_of(state.current_piece())}, {pieces.segment_name(state.current_piece(), state.measure())}."
    )
    show_result(
        original,
        "original",
        made_from=None,
        first_measure=state.measure(),
        height=HEIGHT,
        pitches=pitches,
        usable=False,
    )

players = []
for column, card in zip(columns[1:], cards, strict=False):
    result = made[card.name]
    with column:
        st.subheader(card.title, anchor=False)
        st.caption(texts.MODEL_IN_WORDS.get(card.name, card.description))
        name = f"reconstruct-threshold-{card.name}"
        with st.container(key=result_key(card.name, original), gap="small"):
            roll_place = st.container()
            figures_place = st.container()
            threshold = controls.threshold_slider(name, card.threshold)
            roll = result.pianoroll(threshold)
            shared = {"palette": colors, "piece": original, "first_measure": state.measure(), "pitches": pitches}
            if view == texts.PROBABILITIES:
                figure = probabilities_figure(result.probabilities, **shared, height=HEIGHT)
            else:
                figure = comparison_figure(segment, roll, **shared, height=HEIGHT)
            roll_place.plotly_chart(figure, key=f"{name}-roll", config=STILL)
            with figures_place:
                controls.figures_line(result.metrics(threshold))
            st.plotly_chart(
                latents_figure(result.latents, card.latent_range, palette=colors, height=56),
                key=f"{name}-latents",
                config=STILL,
                alt=texts.NUMBERS_16,
            )
            st.caption(texts.NUMBERS_16)
            title = f"{original.title} ({card.title})"
            piece = Piece.from_pianoroll(roll, original.qpm, title, time_signatures=original.time_signatures)
            players.append((st.container(), piece, card.name))

# Sound takes longer than pictures, so all pictures come first.
for place, piece, key in players:
    with place:
        show_player(piece, f"reconstruct-{key}", usable=True)
