"""Models: how each learned, to be heard and seen, and how good it became."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from koe.errors import ModelError
from koe.web import backend, controls, evolution, figures, learning, mirror, model_texts, modelcards, state, texts
from koe.web.frame import heading

TAB = "models-tab"

heading(model_texts.MODELS_TITLE, model_texts.MODELS_LEAD)

cards = backend.studio().models()
left, right = st.columns([2, 3], vertical_alignment="bottom", gap="medium")
with left:
    card = controls.choose_model(cards, "models")
with right, st.container(gap=None):
    st.markdown(card.description)
    st.caption(modelcards.facts(card))

record = None
try:
    record = backend.training_record(card.name)
    if record is None:
        st.markdown(model_texts.NO_RECORD.format(model=card.title))
except ModelError as error:
    st.error(texts.escape(str(error)), icon=":material/error:")

chosen = card.recipe.get("epoch_chosen")
aspects: dict[str, Callable[[], None]] = {}
if record is not None and record.pieces.size:
    aspects[model_texts.TAB_EVOLUTION] = partial(evolution.show_evolution, card, record, chosen)
if record is not None and record.n_epochs:
    aspects[model_texts.TAB_CURVES] = partial(learning.show_curves, card, record, chosen)
if record is not None and len(record.weight_epochs) and record.histograms:
    aspects[model_texts.TAB_WEIGHTS] = partial(learning.show_weights, card, record, chosen)
if card.kind == "latent":
    aspects[model_texts.TAB_MIRROR] = partial(mirror.show_mirror, card)
aspects[model_texts.TAB_FIGURES] = partial(figures.show_figures, card, cards)
aspects[model_texts.TAB_CARD] = partial(modelcards.show_card, card)

# The next model opens at what was looked at last, where it has the same to show.
wanted = state.kept(TAB, "")
key = f"{TAB}-{card.name}"
tabs = st.tabs(
    list(aspects),
    default=wanted if wanted in aspects else None,
    key=key,
    on_change=lambda: state.keep(TAB, st.session_state[key]),
)
for tab, show in zip(tabs, aspects.values(), strict=True):
    if tab.open:  # only what is looked at is made
        with tab:
            show()
