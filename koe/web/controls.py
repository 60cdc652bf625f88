"""Widgets of the controls that `koe.web.session.saved_controls` declares, and others that several pages have."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.models.registry import is_as_in_the_paper
from koe.web.session import state
from koe.web.session.saved_controls import Count, Options, Slider, Switch, control
from koe.web.texts import pages as texts
from koe.web.texts import reconstruct as reconstructing

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from koe.models.cards import ModelCard

DARING = {"calm": 0.85, "usual": 1.0, "wild": 1.2}  # temperatures


def choose_model(
    cards: Sequence["ModelCard"], key: str, more: "DeltaGenerator | None" = None, *, apart: bool = True
) -> "ModelCard":
    """One of several models, by its title; the paper's stand behind a switch.

    Parameters
    ----------
    cards : sequence of ModelCard
        Best first.
    key : str
    more : DeltaGenerator, optional
        Where one chooses among those that are not the paper's; here unless given.
    apart : bool
        Whether the paper's stand apart; all stand in one row otherwise, if it is only one.
    """
    name = f"{key}-model"
    if st.session_state.get(name) not in [card.name for card in cards]:
        st.session_state[name] = cards[0].name
    groups: dict[bool, list[ModelCard]] = {False: [], True: []}
    for card in cards:
        groups[apart and is_as_in_the_paper(card)].append(card)
    chosen = next(card for card in cards if card.name == st.session_state[name])
    of_paper = chosen in groups[True]
    able = groups[of_paper]
    if all(groups.values()):
        switch = f"{key}-paper"
        st.session_state[switch] = of_paper

        def change() -> None:
            st.session_state[name] = groups[st.session_state[switch]][0].name

        st.toggle(texts.AS_IN_THE_PAPER, key=switch, help=texts.AS_IN_THE_PAPER_HELP, on_change=change)
    if len(able) > 1 or not apart:
        with st.container() if of_paper or more is None else more:
            st.segmented_control(
                texts.MODEL,
                [card.name for card in able],
                required=True,
                format_func={card.name: card.title for card in able}.__getitem__,
                key=name,
                persist_state="session",
            )
    return chosen


def daring(key: str) -> None:
    """How freely a network draws, in three words; ``key`` is that of the slider that says it as a temperature."""
    one = control(key)
    assert isinstance(one, Slider)
    words = f"{key}-words"
    now = st.session_state.get(key, one.default)
    st.session_state[words] = next((word for word, number in DARING.items() if abs(number - now) < 1e-6), None)

    def change() -> None:
        st.session_state[key] = DARING.get(st.session_state[words], one.default)

    st.segmented_control(texts.DARING, list(DARING), format_func=texts.DARINGS.__getitem__, key=words, on_change=change)


def count_in_time(key: str, label: str, in_words: Callable[[int], str], hint: str | None = None) -> int:
    """Whole numbers as they are declared under this key, each said in words."""
    one = control(key)
    assert isinstance(one, Count)
    numbers = range(one.low, one.high + 1, one.step)
    return st.select_slider(
        label, numbers, one.default, format_func=in_words, key=key, help=hint, persist_state="session"
    )


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
        default=None if set_elsewhere else one.default if words is None or one.default in words else words[0],
        required=True,
        format_func=name_of,
        key=key,
        help=hint,
        label_visibility="collapsed" if quiet else "visible",
        persist_state="session",
    )
    return chosen or (one.default if words is None or one.default in words else words[0])


def choice_of_many(key: str, label: str, name_of: Callable[[str], Any] = str) -> str:
    """One of more words than there is room for, as they are declared under this key."""
    one = control(key)
    assert isinstance(one, Options)
    at_first = one.words.index(one.default)
    return st.selectbox(label, one.words, at_first, format_func=name_of, key=key, persist_state="session")


def threshold_slider(key: str) -> float:
    """The probability from which a key sounds; at first the model's own."""
    return slider(key, texts.THRESHOLD, texts.THRESHOLD_HELP)


def choose_seed(key: str, at_first: int | None = None) -> int:
    """The seed, so that a result can be made again, and a button for another; at first one that nobody chose."""
    number = f"{key}-number"
    if number not in st.session_state:
        st.session_state[number] = state.kept(key, state.new_seed if at_first is None else at_first)

    def another() -> None:
        st.session_state[number] = state.new_seed()

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seed = int(st.number_input(texts.SEED, 0, state.MAX_SEED, step=1, key=number, help=texts.SEED_HELP))
        st.button(texts.NEW_SEED, icon=":material/casino:", key=f"{key}-another", on_click=another)
    state.keep(key, seed)
    return seed


def another_seed(key: str, label: str | None = None, ask: Callable[[], None] | None = None) -> None:
    """A button for other music by the same choices; the seed itself is for those who look for it.

    Parameters
    ----------
    key : str
        Of the seed, see `choose_seed`.
    label : str, optional
    ask : callable, optional
        Lets the music be made, where that takes a press.
    """

    def another() -> None:
        st.session_state[f"{key}-number"] = state.new_seed()
        if ask:
            ask()

    st.button(label or texts.ANOTHER, icon=":material/casino:", key=f"{key}-like", on_click=another)


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
