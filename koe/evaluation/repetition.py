"""How much a piece brings back, and from how far: measures that are like earlier ones.

Conventions: a measure is the set of its notes' places (onset in ticks from the
measure's beginning, and pitch). Two are as alike as these sets overlap: what
both have over what either has (Jaccard). A measure without notes repeats
nothing and is not counted. Of several earlier ones the nearest counts.

Three kinds of repetition are told apart, `KINDS`: all notes the same; four of
five; and four of five in any key, up to an octave higher or lower.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.noted import Noted, sums_of

ALIKE = 0.8
# Measures back, from and to.
LAG_CLASSES: Mapping[str, tuple[int, int]] = {"1-2": (1, 2), "3-8": (3, 8), "9-16": (9, 16), "17-": (17, 10**6)}
IN_ALL = "all"
# Each kind: how alike, and by how many semitones the earlier measure may be moved.
KINDS: Mapping[str, tuple[float, int]] = {"exact": (1.0, 0), "alike": (ALIKE, 0), "in_any_key": (ALIKE, 12)}
_ROUNDING = 1e-6


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


def validate(notes: np.ndarray, starts: np.ndarray) -> None:
    """Refuse notes that begin before the first measure, and measures out of order.

    Raises
    ------
    InputError
    """
    if len(starts) and (np.diff(starts) <= 0).any():
        raise InputError("Measures have to follow one another; some begin before the one before them.")
    if len(notes) and (not len(starts) or notes[:, 0].min() < starts[0]):
        raise InputError("A note begins before the first measure; let the measures begin with the piece.")


def likeness(notes: np.ndarray, starts: Sequence[int] | np.ndarray, most_shift: int = 0) -> np.ndarray:
    """How alike all pairs of measures are: the largest Jaccard index over the transpositions.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch.
    starts : sequence of ints
        First tick of each measure.
    most_shift : int
        Semitones by which the second of two measures may be moved, up or down.

    Returns
    -------
    alike : np.ndarray, shape=(n_measures, n_measures), dtype=float64
        0 where either has no note.
    """
    notes = np.asarray(notes, dtype=np.int64).reshape(-1, 3)
    starts = np.asarray(starts, dtype=np.int64)
    validate(notes, starts)
    n, n_shifts = len(starts), 2 * most_shift + 1
    measure = np.searchsorted(starts, notes[:, 0], side="right") - 1
    rows = np.unique(np.stack([notes[:, 0] - starts[measure], measure, notes[:, 2]], axis=1), axis=0)
    places, measure, pitch = rows.reshape(-1, 3).T
    both = np.zeros(n * n * n_shifts, dtype=np.int64)
    # All pairs of notes at one place of their measures, by the measures and how far they are apart.
    for first, last in pairwise([*np.flatnonzero(np.diff(places, prepend=-1)), len(places)]):
        apart = pitch[first:last, None] - pitch[first:last] + most_shift
        pair = (measure[first:last, None] * n + measure[first:last]) * n_shifts + apart
        both += np.bincount(pair[(apart >= 0) & (apart < n_shifts)], minlength=len(both))
    size = np.bincount(measure, minlength=n)
    common = both.reshape(n, n, n_shifts).max(axis=2, initial=0)
    return common / np.maximum(size[:, None] + size - common, 1)


def nearest_repeated(
    notes: np.ndarray, starts: Sequence[int] | np.ndarray, alike: float = ALIKE, most_shift: int = 0
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
    most_shift : int
        Semitones by which the earlier one may be moved, up or down.

    Returns
    -------
    lags : np.ndarray, shape=(n_measures,), dtype=int64
        0 where there is none, -1 where a measure has no note.
    """
    notes, starts = np.asarray(notes, dtype=np.int64).reshape(-1, 3), np.asarray(starts, dtype=np.int64)
    return _nearest(likeness(notes, starts, most_shift), _sounding(notes, starts), alike)


def _sounding(notes: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Which measures have a note that begins in them."""
    counts = np.bincount(np.searchsorted(starts, notes[:, 0], side="right") - 1, minlength=len(starts))
    return counts > 0


def _nearest(alike: np.ndarray, sounding: np.ndarray, border: float) -> np.ndarray:
    n = len(alike)
    found = (alike >= border - _ROUNDING) & np.tri(n, n, -1, dtype=bool) & sounding
    # The last of the earlier ones.
    lag = np.arange(n) - (n - 1 - found[:, ::-1].argmax(axis=1)) if n else np.zeros(0, dtype=np.int64)
    return np.where(sounding, np.where(found.any(axis=1), lag, 0), -1)


def repetition(lags: Iterable[np.ndarray]) -> Repetition:
    """Count over pieces what `nearest_repeated` found in each."""
    whole = np.concatenate([np.asarray(one) for one in lags] or [np.zeros(0)])
    counts = {
        name: int(np.count_nonzero((whole >= first) & (whole <= last))) for name, (first, last) in LAG_CLASSES.items()
    }
    return Repetition(int(np.count_nonzero(whole >= 0)), counts)


def counts(piece: Noted) -> np.ndarray:
    """Measures with notes; then for each kind, how many repeat one in all, and in each class of lags."""
    sounding = _sounding(piece.notes, piece.starts)
    plain = likeness(piece.notes, piece.starts)
    row = [int(sounding.sum())]
    for border, most_shift in KINDS.values():
        alike = likeness(piece.notes, piece.starts, most_shift) if most_shift else plain
        found = repetition([_nearest(alike, sounding, border)]).repeated
        row += [sum(found.values()), *found.values()]
    return np.array(row, dtype=np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Shares by kind and class, such as ``"alike 3-8"``, from sums ``(..., 16)`` of `counts`."""
    names = [f"{kind} {lags}" for kind in KINDS for lags in (IN_ALL, *LAG_CLASSES)]
    n = np.maximum(sums[..., 0], 1)
    return {name: sums[..., column] / n for column, name in enumerate(names, 1)}


def evaluate(pieces: Sequence[Noted], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict[str, dict]:
    """Share of the measures that repeat an earlier one, for each kind and class of lags.

    Returns
    -------
    figures : dict
        As `measures` names them: ``value`` and ``interval`` over groups.
    """
    return over_groups(*sums_of(counts, pieces), measures, n_resamples, seed)
