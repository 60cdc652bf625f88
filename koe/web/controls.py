"""Widgets of the controls that `koe.web.session.saved_controls` declares, and others that several pages have."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.web.session import state
from koe.web.session.saved_controls import Count, Options, Slider, Switch, control
from koe.web.texts import pages as texts
from koe.web.texts import reconstruct as reconstructing

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


def slider(key: str, label: str, hint: str | None = None, form: str | None = None) -> float:
    """A slider of fractions, as it is declared under this key; ``form`` is how its number is written."""
    one = control(key)
    assert isinstance(one, Slider)
    return st.slider(label, one.low, one.high, one.default, one.step, form, key=key, help=hint, persist_state="session")


def count(key: str, label: str, hint: str | None = None) -> int:
    """A slider of whole numbers, as it is declared under this key."""
    one = control(key)
    assert isinstance(one, Count)
    return st.slider(label, one.low, one.high, one.default, one.step, key=key, help=hint, persist_state="session")


def switch(key: str, label: str, hint: str | None = None) -> bool:
    """A switch, as it is declared under this key."""
    one = control(key)
    assert isinstance(one, Switch)
    return st.toggle(label, one.default, key=key, help=hint, persist_state="session")


def choice(
    key: str,
    label: str,
    name_of: Callable[[str], Any],
    hint: str | None = None,
    *,
    words: Sequence[str] | None = None,
    quiet: bool = False,
    set_elsewhere: bool = False,
) -> str:
    """One of some words in sight, as they are declared under this key.

    Parameters
    ----------
    key, label : str
    name_of : callable
        How a word is said to visitors.
    hint : str, optional
    words : sequence of str, optional
        Those of them that can be chosen now; all unless given.
    quiet : bool
        Whether the label is only read aloud.
    set_elsewhere : bool
        Whether other pages choose, too, perhaps before this one was ever shown.
    """
    one = control(key)
    assert isinstance(one, Options)
    if set_elsewhere:
        st.session_state.setdefault(key, one.default)
    chosen = st.segmented_control(
        label,
        one.words if words is None else words,
        default=None if set_elsewhere else one.default,
        required=True,
        format_func=name_of,
        key=key,
        help=hint,
        label_visibility="collapsed" if quiet else "visible",
        persist_state="session",
    )
    return chosen or one.default


def choice_of_many(key: str, label: str, name_of: Callable[[str], Any] = str) -> str:
    """One of more words than there is room for, as they are declared under this key."""
    one = control(key)
    assert isinstance(one, Options)
    at_first = one.words.index(one.default)
    return st.selectbox(label, one.words, at_first, format_func=name_of, key=key, persist_state="session")


def threshold_slider(key: str) -> float:
    """The probability from which a key sounds; at first the model's own."""
    return slider(key, texts.THRESHOLD, texts.THRESHOLD_HELP)


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
        f'<span title="{escape(reconstructing.METRIC_HELP[name])}"><small>{label}</small> {metrics[name]:{form}}</span>'
        for name, label, form in (
            ("f1", reconstructing.F1, ".2f"),
            ("precision", reconstructing.PRECISION, ".2f"),
            ("recall", reconstructing.RECALL, ".2f"),
            ("mse", reconstructing.MSE, ".4f"),
        )
    ]
    st.html(f'<div class="koe-figures">{"".join(parts)}</div>')
