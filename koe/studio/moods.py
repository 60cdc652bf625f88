"""Moods that a picture can say, as wishes for a network that composes: short pieces for whoever stands and listens."""

from dataclasses import dataclass

import numpy as np

from koe.errors import InputError
from koe.generation.wishes import Wishes
from koe.studio.one_press import BRIGHT, DARK, Asked, wishes_for

MIN_MINUTES, MAX_MINUTES = 0.6, 0.85
_FORMS = ("A A' B A'", "A B A'", "A A' B B'")
_LUCK = 0x3D


@dataclass(frozen=True)
class Mood:
    """What is wished of a piece in a mood; one of several metres is drawn.

    Attributes
    ----------
    mode, pace : str
        As `koe.studio.one_press.Asked` has them.
    density, register : str, optional
    metres : tuple of str
    """

    mode: str
    pace: str
    density: str | None = None
    register: str | None = None
    metres: tuple[str, ...] = ("4/4",)


MOODS = {
    "calm": Mood(BRIGHT, "calm", "low", None, ("4/4", "3/4", "6/8")),
    "cheerful": Mood(BRIGHT, "lively", "medium", "high", ("2/4", "4/4")),
    "sad": Mood(DARK, "calm", "medium", None, ("4/4", "3/4")),
    "stormy": Mood(DARK, "lively", "high", None, ("4/4",)),
    "dance": Mood(BRIGHT, "medium", "high", None, ("3/4", "3/4", "6/8")),
    "solemn": Mood(DARK, "calm", "low", "low", ("4/4",)),
}


def wishes_for_mood(name: str, seed: int) -> Wishes:
    """What the seed's piece in a mood is to be: some forty seconds with a form.

    Parameters
    ----------
    name : str
        One of `MOODS`.
    seed : int

    Raises
    ------
    InputError
        If there is no such mood.
    """
    if name not in MOODS:
        raise InputError(f"{name!r} is no mood that is known; choose one of {', '.join(MOODS)}.")
    mood = MOODS[name]
    luck = np.random.default_rng((seed, _LUCK))
    asked = Asked(
        minutes=float(luck.uniform(MIN_MINUTES, MAX_MINUTES)),
        mood=mood.mode,
        pace=mood.pace,
        form=str(luck.choice(_FORMS)),
        metre=str(luck.choice(mood.metres)),
        density=mood.density,
        register=mood.register,
    )
    return wishes_for(asked, seed)
