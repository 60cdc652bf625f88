"""Models: how each learned, to be heard and seen, and how good it became."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from koe.errors import ModelError
from koe.web import controls
from koe.web.frame import heading
from koe.web.models_page import evolution, figures, learning, model_cards, playing, reconstruction
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import models_page as model_texts
from koe.web.texts import pages as texts
from koe.web.texts.errors import told

TAB = "models-tab"

heading(model_texts.MODELS_TITLE, model_texts.MODELS_LEAD)

cards = cached_studio.studio().models()
left, right = st.columns([2, 3], vertical_alignment="bottom", gap="medium")
with left:
    card = controls.choose_model(cards, "models", apart=False)
with right, st.container(gap=None):
    st.markdown(model_cards.description(card))
    st.caption(model_cards.facts(card))

record = lessons = None
try:
    record = cached_studio.training_record(card.name)
    lessons = cached_studio.lessons(card.name)
    if record is None and lessons is None:
        st.markdown(model_texts.NO_RECORD.format(model=card.title))
except ModelError as error:
    st.error(texts.escape(told(error)), icon=":material/error:")

chosen = card.recipe.get("epoch_chosen")
aspects: dict[str, Callable[[], None]] = {}  # by their names
if lessons is not None:
    aspects["playing"] = partial(playing.show_playing, card, lessons)
if record is not None and record.pieces.size:
    aspects["evolution"] = partial(evolution.show_evolution, card, record, chosen)
if record is not None and record.n_epochs:
    aspects["curves"] = partial(learning.show_curves, card, record, chosen)
if record is not None and len(record.weight_epochs) and record.histograms:
    aspects["weights"] = partial(learning.show_weights, card, record, chosen)
if card.kind == "latent":
    aspects["mirror"] = partial(reconstruction.show_mirror, card)
aspects["figures"] = partial(figures.show_figures, card, cards)
aspects["card"] = partial(model_cards.show_card, card)

# The next model opens at what was looked at last, where it has the same to show.
labels = {name: model_texts.TABS[name] for name in aspects}
wanted = state.kept(TAB, "")
key = f"{TAB}-{card.name}"
tabs = st.tabs(
    list(labels.values()),
    default=labels.get(wanted),
    key=key,
    on_change=lambda: state.keep(TAB, {label: name for name, label in labels.items()}.get(st.session_state[key], "")),
)
for tab, show in zip(tabs, aspects.values(), strict=True):
    if tab.open:  # only what is looked at is made
        with tab:
            show()
