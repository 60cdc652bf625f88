"""Answers: what somebody played comes back in the first measures of what follows it, varied.

The plan says so: the last measures that were played, `MOST` at the most, are
brought back, moved by an interval under which the motif stays in its key; one
or two measures are brought back twice, the second time at another interval.
What comes after is left open.
"""

import numpy as np

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH
from koe.music.repetition import UNKNOWN, VARIED, Plan

MOST = 4  # measures of a motif
FOUND = 0.6  # share of its notes from which on a motif counts as taken up
TWICE = 2  # measures of one that comes back twice
# By these it may be moved: not at all, fifths, fourths, steps.
SHIFTS = (0, 7, -7, 5, -5, 2, -2, 1, -1)
STRAYING = 0.15  # share of the motif's notes that may leave the key by being moved
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)


def motif_measures(onsets: np.ndarray, starts: np.ndarray) -> tuple[int, int]:
    """Which measures are the motif: the first, and the one after the last; the same where nothing was played.

    Parameters
    ----------
    onsets : np.ndarray, shape=(n,)
        Ticks at which notes begin.
    starts : np.ndarray, shape=(n_measures + 1,)
        First ticks of the measures, and the end.

    Examples
    --------
    >>> motif_measures(np.array([96, 130, 200]), np.array([0, 96, 192, 288, 384]))
    (1, 3)
    """
    sounding = np.flatnonzero(np.histogram(onsets, bins=starts)[0])
    if not len(sounding):
        return 0, 0
    stop = int(sounding[-1]) + 1
    first = int(sounding[sounding >= stop - MOST][0])
    return first, stop


def shifts_in_key(pitches: np.ndarray, key: int) -> tuple[int, ...]:
    """Those of `SHIFTS` under which notes stay on the piano, and in the key about as far as they are in it.

    Parameters
    ----------
    pitches : np.ndarray, shape=(n,)
        MIDI pitches.
    key : int
        1 to 12 major from C on, 13 to 24 minor; 0 where none is known, so that all are in it.
    """
    minor, tonic = divmod(max(key - 1, 0), 12)
    scale = [(tonic + step) % 12 for step in (_MINOR if minor else _MAJOR)] if key else list(range(12))

    def share(shift: int) -> float:
        return float(np.isin((pitches + shift) % 12, scale).mean())

    def fits(shift: int) -> bool:
        return bool(pitches.min() + shift >= LOWEST_PITCH and pitches.max() + shift <= HIGHEST_PITCH)

    return tuple(shift for shift in SHIFTS if fits(shift) and share(shift) >= share(0) - STRAYING)


def answer_plan(rows: np.ndarray, starts: np.ndarray, n_new: int, key: int, seed: tuple[int, ...]) -> Plan:
    """The plan of a piece that is answered: nothing is said of its own measures, and the new ones bring them back.

    Parameters
    ----------
    rows : np.ndarray, shape=(n, 3)
        Onset, duration in ticks and pitch of what was played.
    starts : np.ndarray, shape=(n_measures + 1,)
        First ticks of its measures, and where the answer begins.
    n_new : int
        Measures of the answer.
    key : int
        As `shifts_in_key` takes it.
    seed : tuple of ints
        Draws the intervals.
    """
    n_heard = len(starts) - 1
    kind = np.full(n_heard + n_new, UNKNOWN, dtype=np.int64)
    lag, shift = np.zeros_like(kind), np.zeros_like(kind)
    first, stop = motif_measures(rows[:, 0], starts)
    if first == stop:
        return Plan(kind, lag, shift)
    measure = np.searchsorted(starts, rows[:, 0], side="right") - 1
    pitches = rows[(measure >= first) & (measure < stop), 2]
    drawn = np.random.default_rng(seed).permutation(shifts_in_key(pitches, key))
    new = n_heard
    for number in range(2 if stop - first <= TWICE else 1):
        for source in range(first, stop):
            if new < len(kind) and (measure == source).any():
                kind[new], lag[new], shift[new] = VARIED, new - source, drawn[number % len(drawn)]
            new += 1
    return Plan(kind, lag, shift)
