"""Small controls that several pages have: network, threshold, seed, and a line of figures."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from koe.web.session import state
from koe.web.texts import pages as texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard


def choose_model(cards: Sequence["ModelCard"], key: str) -> "ModelCard":
    """One of several models, by its title."""
    chosen = st.segmented_control(
        texts.MODEL,
        [card.name for card in cards],
        default=cards[0].name,
        required=True,
        format_func={card.name: card.title for card in cards}.__getitem__,
        key=f"{key}-model",
        persist_state="session",
    )
    return next(card for card in cards if card.name == chosen)


def threshold_slider(key: str, default: float) -> float:
    """The probability from which a key sounds; at first the model's own."""
    return st.slider(
        texts.THRESHOLD, 0.0, 1.0, default, 0.01, key=key, help=texts.THRESHOLD_HELP, persist_state="session"
    )


def choose_seed(key: str) -> int:
    """The seed, in sight so that a result can be made again, and a button for another."""
    number = f"{key}-number"
    if number not in st.session_state:
        st.session_state[number] = state.kept(key, state.new_seed)

    def another() -> None:
        st.session_state[number] = state.new_seed()

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seed = int(st.number_input(texts.SEED, 0, state.MAX_SEED, step=1, key=number, help=texts.SEED_HELP))
        st.button(texts.NEW_SEED, icon=":material/casino:", key=f"{key}-another", on_click=another)
    state.keep(key, seed)
    return seed


def figures_line(metrics: Mapping[str, float]) -> None:
    """How close a reconstruction came, in one line; each figure explains itself."""
    parts = [
        f'<span title="{escape(texts.METRIC_HELP[name])}"><small>{label}</small> {metrics[name]:{form}}</span>'
        for name, label, form in (
            ("f1", texts.F1, ".2f"),
            ("precision", texts.PRECISION, ".2f"),
            ("recall", texts.RECALL, ".2f"),
            ("mse", texts.MSE, ".4f"),
        )
    ]
    st.html(f'<div class="koe-figures">{"".join(parts)}</div>')
