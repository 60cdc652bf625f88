"""Reconstruct: a segment through every model that has a bottleneck, side by side."""

import streamlit as st

from koe.models.registry import is_as_in_the_paper
from koe.music.piece import Piece
from koe.plots.axes import shared_pitches
from koe.web import controls, pieces
from koe.web.frame import heading, palette
from koe.web.models_page.model_cards import description
from koe.web.pictures import latents_picture
from koe.web.result.playing_switch import playing_switch
from koe.web.result.result import STILL, show_result, show_sound
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import pages
from koe.web.texts import reconstruct as texts

HEIGHT = 230

heading(texts.RECONSTRUCT_TITLE, texts.RECONSTRUCT_LEAD)
pieces.current_piece_bar("reconstruct")
require_models()
playing_switch("reconstruct")

colors = palette()
original = state.segment_piece()
segment = state.segment()
cards = cached_studio.studio().latent_models()
made = {card.name: cached_studio.reconstruct(segment, card.name) for card in cards}
# One scale for all, so that the eye can compare.
pitches = shared_pitches(segment, *(made[card.name].pianoroll(card.threshold) for card in cards))

view = controls.choice("reconstruct-view", texts.VIEW, texts.VIEWS.__getitem__, quiet=True)
with st.container():  # there, if empty, so that what follows keeps its place
    if view == "probabilities":
        st.caption(texts.SURE_LEGEND)

# The original and the models, two in a row.
with st.container(key="reconstruct-rolls"):
    columns = [column for _ in range(len(cards) // 2 + 1) for column in st.columns(2, gap="large")]
with columns[0]:
    st.header(texts.RECONSTRUCT_ORIGINAL, anchor=False)
    st.caption(
        f"{pieces.name_of(state.current_piece())}, {pieces.segment_name(state.current_piece(), state.measure())}."
    )
    pieces.say_moved(pages.EVERY_NETWORK, original)
    show_result(
        original,
        "original",
        made_from=None,
        first_measure=state.measure_number(),
        height=HEIGHT,
        pitches=pitches,
        usable=False,
        sound=False,
        switch=False,
    )

waiting: list[tuple[Piece, str, int | None]] = [(original, "original", None)]
for column, card in zip(columns[1:], cards, strict=False):
    result = made[card.name]
    with column:
        st.header(card.title, anchor=False)
        of_paper = f"*{pages.AS_IN_THE_PAPER}.* " if is_as_in_the_paper(card) else ""
        st.caption(of_paper + (texts.MODEL_IN_WORDS.get(card.name) or description(card)))
        roll_place = st.container()
        figures_place = st.container()
        more = st.popover(pages.MORE, icon=":material/tune:", key=f"reconstruct-more-{card.name}")
        with more:
            threshold = controls.threshold_slider(f"reconstruct-threshold-{card.name}")
        title = f"{original.title} ({card.title})"
        piece = cached_studio.piece_from_latents(
            result.latents, card.name, threshold, original.qpm, title, original.time_signatures
        )
        with roll_place:
            show_result(
                piece,
                f"reconstruct-{card.name}",
                original=segment,
                probabilities=result.probabilities if view == "probabilities" else None,
                threshold=threshold,
                first_measure=state.measure_number(),
                height=HEIGHT,
                pitches=pitches,
                sound=False,
                switch=False,
            )
        waiting.append((piece, f"reconstruct-{card.name}", 0))
        there = {(note.step, note.pitch) for note in piece.notes}
        found = sum((note.step, note.pitch) in there for note in original.notes)
        figures_place.markdown(texts.FOUND.format(found=found, total=pages.count(len(original.notes), "note")))
        with more:
            controls.figures_line(result.metrics(threshold))
        st.plotly_chart(
            latents_picture(result.latents, card.latent_range, texts.NUMBER_HOVER, colors, height=56),
            key=f"reconstruct-latents-{card.name}",
            config=STILL,
            alt=texts.NUMBERS_KEPT.format(n=card.latent_dim),
        )
        st.caption(texts.NUMBERS_KEPT.format(n=card.latent_dim))

# Sound takes longer than pictures, so all pictures come first.
for piece, key, made_from in waiting:
    show_sound(piece, key, made_from)
