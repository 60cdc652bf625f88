"""What TR1's writer is told and gives, without Keras."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from koe.errors import InputError
from koe.music.events import DURATIONS, N_DURATIONS, REST
from koe.music.repetition import Plan

CHUNK = 32  # events written at a time
FIRST_CHUNK = 8  # and at first, so that music comes soon
NO_EVENT = -2  # in place of an advance, where a piece is over
TICKS_PER_MEASURE = 96
COLDEST, HOTTEST = 1e-5, 100.0  # temperatures; the first in place of 0: always the likeliest
# Borders between the classes of what is told, which are counted from 1.
TEMPOS, DENSITIES, REGISTERS = (76.0, 112.0), (3.0, 5.5), (58.0, 66.0)  # a minute; notes a quarter; mean pitch
MEASURES = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48)  # in all, and left


@dataclass(frozen=True)
class Told:
    """What is asked of a piece; 0 or None is no wish.

    Attributes
    ----------
    conditions : mapping
        Classes by the names of `koe.models.tr1_layout.CONDITIONS`; ``left`` is found
        from ``n_measures``.
    key : int
        1 to 12 major from C on, 13 to 24 minor.
    leaning : float
        How much the keys that belong to it are preferred, beyond what the
        network makes of being told it: what is added to log-odds is so many
        times the logarithm of the key's profile (`koe.music.tonality`).
    n_measures : int or None
        How long it is to be.
    measure_ticks : int
        Length of its measures.
    sixteenths : bool
        Whether all lies on the sixteenth grid.
    plan : Plan or None
    """

    conditions: dict[str, int] = field(default_factory=dict)
    key: int = 0
    leaning: float = 0.0
    n_measures: int | None = None
    measure_ticks: int = TICKS_PER_MEASURE
    sixteenths: bool = False
    plan: Plan | None = None


@dataclass(frozen=True)
class Temperatures:
    """How freely is drawn when, which key and how long, and from what share of probability.

    Raises
    ------
    InputError
        If a temperature is not above 0 and at most 100, or the share not above 0 and at most 1.
    """

    when: float = 1.0
    which: float = 1.0
    long: float = 1.0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        for value in (self.when, self.which, self.long):
            if not 0 < value <= HOTTEST:
                raise InputError(f"A temperature lies above 0, up to {HOTTEST:g}, but {value:g} came.")
        if not 0 < self.top_p <= 1:
            raise InputError(f"A share of probability lies above 0, up to 1, but {self.top_p:g} came.")

    def bent(self, temperature: float = 1.0, top_p: float = 1.0) -> "Temperatures":
        """All of them times a temperature, and no more than a share of probability."""
        temperature = max(temperature, COLDEST)
        return Temperatures(
            self.when * temperature, self.which * temperature, self.long * temperature, min(self.top_p, top_p)
        )

    def array(self) -> np.ndarray:
        """As the loop takes them."""
        return np.array([self.when, self.which, self.long, self.top_p], dtype=np.float32)


def class_of(value: Any, borders: tuple[float, ...]) -> Any:
    """The class of a number, from 1, by the borders between classes."""
    return np.searchsorted(borders, value, side="right") + 1


def notes_from(events: np.ndarray) -> np.ndarray:
    """Onset, duration in ticks and pitch of the notes among events ``(n, 4)``."""
    kept = events[(events[:, 0] != NO_EVENT) & (events[:, 0] < REST) & (events[:, 2] < N_DURATIONS)]
    return np.stack([kept[:, 3], DURATIONS[kept[:, 2]], kept[:, 1]], axis=1)
