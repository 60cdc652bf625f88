"""How much a piece brings back, and from how far: measures that are like earlier ones.

A measure is the set of its notes' places (onset in ticks from the measure's
beginning, and pitch). Two are as alike as these sets overlap: what both have
over what either has (Jaccard). A measure without notes repeats nothing and is
not counted. Of several earlier ones the nearest counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

ALIKE = 0.8
# Measures back, from and to.
LAG_CLASSES: Mapping[str, tuple[int, int]] = {"1-2": (1, 2), "3-8": (3, 8), "9-16": (9, 16), "17-": (17, 10**6)}


@dataclass(frozen=True)
class Repetition:
    """Measures of pieces together: how many, and how many repeat one in each class of `LAG_CLASSES`."""

    n_measures: int
    repeated: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of the measures that repeat an earlier one."""
        return sum(self.repeated.values()) / max(self.n_measures, 1)

    @property
    def shares(self) -> dict[str, float]:
        """The same by class."""
        return {name: count / max(self.n_measures, 1) for name, count in self.repeated.items()}


def nearest_repeated(
    notes: np.ndarray, starts: Sequence[int], alike: float = ALIKE, shifts: Iterable[int] = (0,)
) -> np.ndarray:
    """For each measure, how many measures back the nearest one is that it is like.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch.
    starts : sequence of ints
        First tick of each measure.
    alike : float
        What counts as like, from 0 to 1.
    shifts : iterable of ints
        Semitones by which the earlier one may be moved.

    Returns
    -------
    lags : np.ndarray, shape=(n_measures,), dtype=int64
        0 where there is none, -1 where a measure has no note.
    """
    n = len(starts)
    notes = np.asarray(notes, dtype=np.int64).reshape(-1, 3)
    measure = np.searchsorted(np.asarray(starts), notes[:, 0], side="right") - 1
    starts = [int(start) for start in starts]
    sets: list[set[tuple[int, int]]] = [set() for _ in range(n)]
    for number, (onset, _, pitch) in zip(measure.tolist(), notes.tolist(), strict=True):
        sets[number].add((onset - starts[number], pitch))
    moved = {shift: [{(place, pitch + shift) for place, pitch in one} for one in sets] for shift in shifts}
    lags = np.zeros(n, dtype=np.int64)
    for number, own in enumerate(sets):
        if not own:
            lags[number] = -1
            continue
        for lag in range(1, number + 1):
            if any(_overlap(own, earlier[number - lag]) >= alike for earlier in moved.values()):
                lags[number] = lag
                break
    return lags


def _overlap(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> float:
    return len(one & other) / len(one | other)


def repetition(lags: Iterable[np.ndarray]) -> Repetition:
    """Count over pieces what `nearest_repeated` found in each."""
    whole = np.concatenate([np.asarray(one) for one in lags] or [np.zeros(0)])
    counts = {
        name: int(np.count_nonzero((whole >= first) & (whole <= last))) for name, (first, last) in LAG_CLASSES.items()
    }
    return Repetition(int(np.count_nonzero(whole >= 0)), counts)
