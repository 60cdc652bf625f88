"""Moves in a latent space that have a word: otherwise, denser, more like this and less like that."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.music.attributes import ATTRIBUTES
from koe.web import controls, pieces
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import latents as texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

MOST = 2.0  # spreads, either way
_SLIDERS = tuple(f"latent-attribute-{name}" for name in ATTRIBUTES)


def show_changes(card: "ModelCard", kept: str, move_to: Callable[[np.ndarray], None]) -> None:
    """A box in which the vector that is kept under ``kept`` is changed, in ways that have names.

    Only for models that write in time: what others make of a point that is no
    piece is blurred.

    Parameters
    ----------
    card : ModelCard
    kept : str
        Where the page keeps the vector.
    move_to : callable
        Sets all sliders.
    """
    studio = cached_studio.studio()
    if not studio.writes_in_time(card.name):
        return

    def here() -> np.ndarray:
        return np.asarray(state.kept(kept, lambda: studio.encode(state.segment(), card.name)), np.float32)

    box = st.expander(texts.CHANGE, icon=":material/conversion_path:", key="latent-change", on_change="rerun")
    if not box.open:
        return
    with box:
        first, second, third = st.columns(3, gap="large")
    with first:
        _otherwise(card, here, move_to)
    with second:
        if studio.attributes(card.name):
            _by_attributes(card, here, move_to)
    with third:
        _by_examples(card, here, move_to)


def _otherwise(card: "ModelCard", here: Callable[[], np.ndarray], move_to: Callable[[np.ndarray], None]) -> None:
    distance = controls.slider("latent-variation", texts.VARIATION, texts.VARIATION_HELP)

    def vary() -> None:
        move_to(cached_studio.studio().varied(here(), card.name, distance, state.new_seed()))

    st.button(texts.VARY, icon=":material/casino:", key="latent-vary", on_click=vary)


def _by_attributes(card: "ModelCard", here: Callable[[], np.ndarray], move_to: Callable[[np.ndarray], None]) -> None:
    st.caption(texts.ATTRIBUTES_LEAD)
    changes = {}
    for name, key in zip(ATTRIBUTES, _SLIDERS, strict=True):
        title, less, more = texts.ATTRIBUTES[name]
        changes[name] = st.slider(f"{title}: {less} – {more}", -MOST, MOST, 0.0, 0.25, key=key)

    def steer() -> None:
        move_to(cached_studio.studio().steered(here(), card.name, changes))
        for key in _SLIDERS:
            st.session_state[key] = 0.0

    st.button(
        texts.STEER, icon=":material/tune:", key="latent-steer", on_click=steer, disabled=not any(changes.values())
    )


def _by_examples(card: "ModelCard", here: Callable[[], np.ndarray], move_to: Callable[[np.ndarray], None]) -> None:
    more, more_measure = pieces.choose_piece("more-like", texts.MORE_LIKE)
    less, less_measure = pieces.choose_piece("less-like", texts.LESS_LIKE, another=1)
    amount = controls.slider("latent-liken-amount", texts.LIKEN_AMOUNT)

    def liken() -> None:
        studio = cached_studio.studio()
        examples = studio.segment(more, more_measure), studio.segment(less, less_measure)
        move_to(studio.likened(here(), card.name, *examples, amount))

    st.button(texts.LIKEN, icon=":material/compare_arrows:", key="latent-liken", on_click=liken)
