"""What a visitor asks for in their own words, as wishes that a network that composes is told.

Length is said in minutes, mood as bright or dark and calm or lively; where
nothing is said, the seed chooses, so that the same choices and the same seed
are the same wishes.
"""

from dataclasses import dataclass

import numpy as np

from koe.generation.wishes import TEMPO_QPM, Wishes, time_signature
from koe.models.sampling import check_seed
from koe.models.tr1_interface import Temperatures
from koe.music.grid import TICKS_PER_QUARTER
from koe.music.repetition import MAX_LAG

BRIGHT, DARK = "bright", "dark"
PACES = {"calm": "slow", "medium": "medium", "lively": "fast"}
MIN_MINUTES, MAX_MINUTES = 0.5, 4.0
# Shares of what is written at one press: metres, forms.
_METRES = ("4/4", "4/4", "4/4", "3/4", "3/4", "2/4", "6/8")
_FORMS = ("A A' B A'", "A B A'", "A A B A", "A B A C A", "A A' B B' A'")
_MAJOR = ("C major", "G major", "D major", "F major", "B flat major", "A major", "E flat major")
_MINOR = ("A minor", "E minor", "D minor", "G minor", "C minor", "F minor", "B minor")
_PRESS = 0x0E


@dataclass(frozen=True)
class Asked:
    """What a visitor chose; None is no choice.

    Attributes
    ----------
    minutes : float
    mood : str, optional
        ``"bright"`` or ``"dark"``.
    pace : str, optional
        One of `PACES`.
    composer, form, key, density, register : str, optional
        See `koe.generation.wishes.Wishes`; a key is stronger than a mood.
    metre : str
    temperature, top_p : float
        How freely is drawn; 1 is as the network usually does.
    """

    minutes: float = 1.5
    mood: str | None = None
    pace: str | None = None
    composer: str | None = None
    form: str | None = None
    key: str | None = None
    metre: str = "4/4"
    density: str | None = None
    register: str | None = None
    temperature: float = 1.0
    top_p: float = 1.0


def wishes_for(asked: Asked, seed: int) -> Wishes:
    """Choices as wishes.

    Raises
    ------
    InputError
        If a key, metre or form is none, or the seed is out of range.
    """
    check_seed(seed)
    key = asked.key
    if key is None and asked.mood is not None:
        keys = _MAJOR if asked.mood == BRIGHT else _MINOR
        key = keys[np.random.default_rng((seed, _PRESS)).integers(len(keys))]
    tempo = PACES[asked.pace] if asked.pace else None
    own = (asked.temperature, asked.top_p) != (1.0, 1.0)
    each = asked.temperature
    return Wishes(
        measures=measures_in(asked.minutes, asked.metre, tempo),
        key=key,
        metre=asked.metre,
        tempo=tempo,
        density=asked.density,
        register=asked.register,
        composer=asked.composer,
        form=asked.form,
        temperatures=Temperatures(each, each, each, asked.top_p) if own else None,
    )


def wishes_at_one_press(seed: int) -> Wishes:
    """One to two minutes with a form, in a key, a metre and a tempo that the seed chooses."""
    luck = np.random.default_rng((seed, _PRESS))
    asked = Asked(
        minutes=float(luck.uniform(1.1, 1.8)),
        pace=str(luck.choice(list(PACES))),
        form=str(luck.choice(_FORMS)),
        metre=str(luck.choice(_METRES)),
        key=str(luck.choice(_MAJOR + _MINOR)),
    )
    return wishes_for(asked, seed)


def measures_in(minutes: float, metre: str, tempo: str | None) -> int:
    """How many measures last about so long: whole phrases of four.

    Examples
    --------
    >>> measures_in(1.5, "4/4", "medium"), measures_in(1, "3/4", "slow")
    (36, 20)
    """
    quarters = time_signature(metre).measure_ticks / TICKS_PER_QUARTER
    measures = minutes * TEMPO_QPM[tempo or "medium"] / quarters
    return int(np.clip(4 * round(measures / 4), 4, MAX_LAG))
