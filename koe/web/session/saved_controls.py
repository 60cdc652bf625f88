"""The pages' choices: sliders and switches that a project holds beside what was made with them.

Each control is declared here once, under its widget's key: what it allows, and
what it shows at first. `koe.web.controls` draws its widget from that; undo
remembers what was chosen with each moment, and projects hold it. Only what
differs from what a control shows at first is a choice. Values of a file that no
control allows are left out. (A link says how its own piece was made, so it
needs no controls.)
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import streamlit as st

from koe.errors import KoeError
from koe.models.latent import LINE, PATHS
from koe.models.sampling import DEFAULT_THRESHOLD, WAYS
from koe.studio.one_press import MAX_MINUTES, MIN_MINUTES
from koe.web.serving import cached_studio
from koe.web.session import playing, state
from koe.web.texts import composing
from koe.web.texts import continuing as continuing_texts
from koe.web.texts import fill as fill_texts
from koe.web.texts import interpolate as interpolate_texts
from koe.web.texts import reconstruct as reconstruct_texts

# Of the Compose page; the first is what it shows at first, and stands for none where it is empty.
_TONICS = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
KEYS = ("", *(f"{tonic} {mode}" for tonic in _TONICS for mode in ("major", "minor")))
METRES = ("4/4", "3/4", "2/4", "6/8", "3/8", "12/8")

DRAWING_STEP = 0.05  # of what bends how freely a network draws

Value: TypeAlias = bool | int | float | str


@dataclass(frozen=True)
class Slider:
    """Numbers from ``low`` to ``high``, a hand's move ``step`` apart; a file may hold any between them."""

    low: float
    high: float
    default: float
    step: float = 0.01

    def fitting(self, value: object) -> Value | None:
        """The value as the slider takes it; None if it does not."""
        if not isinstance(value, int | float) or isinstance(value, bool) or not self.low <= value <= self.high:
            return None
        return float(value) if math.isfinite(value) else None


@dataclass(frozen=True)
class Count:
    """Whole numbers from ``low`` to ``high``, one every ``step``."""

    low: int
    high: int
    default: int
    step: int = 1

    def fitting(self, value: object) -> Value | None:
        """The number, if it is one of these."""
        whole = type(value) is int and self.low <= value <= self.high and (value - self.low) % self.step == 0
        return value if whole else None  # type: ignore[return-value]


@dataclass(frozen=True)
class Options:
    """One of some words."""

    words: Sequence[str]
    default: str

    def fitting(self, value: object) -> Value | None:
        """The word, if it is one of them."""
        return value if isinstance(value, str) and value in self.words else None


@dataclass(frozen=True)
class Switch:
    """On or off."""

    default: bool

    def fitting(self, value: object) -> Value | None:
        """On or off, if it is that."""
        return value if isinstance(value, bool) else None


Control: TypeAlias = Slider | Count | Options | Switch


def controls() -> dict[str, Control]:
    """All controls whose choice is kept, by the keys of their widgets."""
    try:
        return _of_all_models() | _of_models()
    except KoeError:  # a damaged folder of models: the pages say so
        return _of_all_models()


def control(key: str) -> Control:
    """One of them.

    Raises
    ------
    KeyError
        If it is not declared here.
    ModelError
        If the folder of models is damaged.
    """
    return (_of_all_models() | _of_models())[key]


def _of_all_models() -> dict[str, Control]:
    return {
        "continue-start": Options(tuple(continuing_texts.STARTS), "chord"),
        "continue-way": Options(WAYS, WAYS[0]),
        "continue-threshold": Slider(0.0, 1.0, DEFAULT_THRESHOLD),
        "temperature": Slider(0.1, 3.0, 1.0, DRAWING_STEP),
        "continue-guard": Switch(True),
        "continue-top-p": Slider(0.55, 1.0, 1.0, DRAWING_STEP),
        "continue-density": Slider(-3.0, 3.0, 0.0, DRAWING_STEP),
        "continue-holding": Slider(-3.0, 3.0, 0.0, DRAWING_STEP),
        "continue-steps": Count(16, 1024, 256, 16),
        "variations": Count(1, 8, 1),
        "continue-view": Options(tuple(continuing_texts.VIEWS), "whole"),
        "fill-view": Options(tuple(fill_texts.FILL_VIEWS), "whole"),
        "fill-task": Options(tuple(fill_texts.FILL_TASKS), "gap"),
        "fill-hand": Options(tuple(fill_texts.FILL_HANDS), "both"),
        "reconstruct-view": Options(tuple(reconstruct_texts.VIEWS), "notes"),
        "interpolate-between": Options(tuple(interpolate_texts.BETWEEN), "two"),
        "interpolate-way": Options(PATHS, LINE),
        "interpolate-respect": Options(tuple(interpolate_texts.RESPECTS), "all"),
        "interpolate-one-key": Switch(False),
        "blend": Slider(0.0, 1.0, 0.5),
        "latent-variation": Slider(0.0, 1.0, 0.3, 0.05),
        "latent-liken-amount": Slider(0.0, 1.0, 0.5, 0.05),
        "path-stops": Count(2, 16, 5),
        playing.WAY: Options((playing.PLAYED, playing.WRITTEN), playing.AT_FIRST[playing.WAY]),
        playing.OWN_WAY: Options((playing.WRITTEN, playing.PLAYED), playing.AT_FIRST[playing.OWN_WAY]),
        playing.AMOUNT: Slider(playing.LEAST, playing.MOST, playing.AT_FIRST[playing.AMOUNT], 0.1),
        playing.READING: Count(0, state.MAX_SEED, playing.AT_FIRST[playing.READING]),
        playing.MARKS: Switch(playing.AT_FIRST[playing.MARKS]),
    }


def _of_models() -> dict[str, Control]:
    """Those that depend on which models are here."""
    studio = cached_studio.studio()
    latent, writing, filling = studio.latent_models(), studio.continuation_models(), studio.fillers()
    retold = bool(cached_studio.writer())
    found: dict[str, Control] = {
        "blend-by": Options(
            [by for by in interpolate_texts.BLENDS if by != "retold" or retold], "retold" if retold else "network"
        )
    }
    whole = studio.composers()
    if whole:
        found |= _of_a_composer(whole[0].composers)
    for page, cards in (("latent", latent), ("interpolate", latent), ("continue", writing), ("fill", filling)):
        if len(cards) > 1:
            found[f"{page}-model"] = Options([card.name for card in cards], cards[0].name)
    for page in ("reconstruct", "latent", "interpolate"):
        found |= {f"{page}-threshold-{card.name}": Slider(0.0, 1.0, float(card.threshold)) for card in latent}
    return found


def _of_a_composer(composers: Iterable[str]) -> dict[str, Control]:
    """Those of a model that composes whole pieces and knows the manner of some composers."""
    return {
        "compose-composer": Options(("", *composers), ""),
        "compose-mood": Options(tuple(composing.MOODS), "either"),
        "compose-pace": Options(tuple(composing.PACES), "any"),
        "compose-minutes": Slider(MIN_MINUTES, MAX_MINUTES, 1.5, 0.5),
        "compose-shape": Options(tuple(composing.SHAPES), "free"),
        "compose-key": Options(KEYS, KEYS[0]),
        "compose-metre": Options(METRES, METRES[0]),
        "compose-density": Options(tuple(composing.LEVELS), "any"),
        "compose-register": Options(tuple(composing.PLACES), "any"),
        "compose-temperature": Slider(0.5, 1.5, 1.0, DRAWING_STEP),
        "compose-top-p": Slider(0.5, 1.0, 1.0, DRAWING_STEP),
        "fill-temperature": Slider(0.1, 3.0, 1.0, DRAWING_STEP),
        "fill-top-p": Slider(0.55, 1.0, 1.0, DRAWING_STEP),
    }


def chosen() -> dict[str, Value]:
    """What a visitor chose, where it is not what a control shows at first; of all pages."""
    found = {}
    for key, control in controls().items():
        if key in st.session_state:
            value = control.fitting(st.session_state[key])
            if value is not None and value != control.default:
                found[key] = value
    return found


def choose(values: Callable[[str], Any]) -> None:
    """Set all controls; before the page runs.

    Parameters
    ----------
    values : callable
        Gives what is wanted for a key; what its control does not allow leaves
        it as it is at first.
    """
    for key, control in controls().items():
        value = control.fitting(values(key))
        wanted = control.default if value is None else value
        # A widget that nobody has seen shows its default by itself.
        if st.session_state.get(key, control.default) != wanted:
            st.session_state[key] = wanted
