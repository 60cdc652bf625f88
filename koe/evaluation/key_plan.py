"""Where pieces go: the key of each four measures beside the home key.

Conventions: the home key is that of the whole piece (`koe.scores.key`), the
key of four measures the one whose profile fits what sounds in them best. Near
are the keys whose signature differs by one accidental at most: the relative,
the dominant and the subdominant with their relatives. A finder of keys errs,
more so over four measures, so figures mean something beside those of real
music only. Measures without notes are left out.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.noted import Noted, sums_of
from koe.scores.key import MAJOR_FIFTHS, MINOR_FIFTHS, Key, find_key, fits_of

N_MEASURES = 4


def validate(n_measures: int) -> None:
    """Refuse windows without a measure.

    Raises
    ------
    InputError
    """
    if n_measures < 1:
        raise InputError(f"A key is found in one measure or more, not in {n_measures}.")


def keys_of(piece: Noted, n_measures: int = N_MEASURES) -> list[Key]:
    """The key of each ``n_measures`` measures; those left over at the end count if they are half as many."""
    validate(n_measures)
    borders = [int(tick) for tick in piece.starts[::n_measures]]
    if len(piece.starts) % n_measures and 2 * (len(piece.starts) % n_measures) < n_measures:
        borders.pop()
    borders.append(piece.n_ticks)
    onset, duration, pitch = piece.notes.T
    table = np.stack([onset, onset + duration, pitch % 12], axis=1)
    keys = []
    for start, stop in pairwise(borders):
        fits = fits_of(table, start, stop)
        if fits.any():
            mode, tonic = divmod(int(fits.argmax()), 12)
            keys.append(Key(MINOR_FIFTHS[tonic], "minor") if mode else Key(MAJOR_FIFTHS[tonic], "major"))
    return keys


def is_near(key: Key, home: Key) -> bool:
    """Whether the signatures of two keys differ by one accidental at most."""
    apart = (key.fifths - home.fifths) % 12
    return min(apart, 12 - apart) <= 1


def counts(piece: Noted) -> np.ndarray:
    """Windows; those in the home key, those near it; changes of key from one window to the next; and where one may be.

    After these whether the last window is at home, and 1 if there is one.
    """
    home, keys = find_key(piece.as_notes), keys_of(piece)
    if not keys:
        return np.zeros(7)
    changes = sum(before != after for before, after in pairwise(keys))
    at_home, near = sum(key == home for key in keys), sum(is_near(key, home) for key in keys)
    return np.array([len(keys), at_home, near, changes, len(keys) - 1, keys[-1] == home, 1], dtype=np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Shares, from sums ``(..., 7)`` of `counts`.

    ``home`` and ``near`` (home included) of all windows; ``changes``: how often
    a window is in another key than the one before; ``home_at_last`` of pieces.
    """
    n, home, near, changes, n_changes, last, n_pieces = np.moveaxis(sums, -1, 0)
    return {
        "home": home / np.maximum(n, 1),
        "near": near / np.maximum(n, 1),
        "changes": changes / np.maximum(n_changes, 1),
        "home_at_last": last / np.maximum(n_pieces, 1),
    }


def evaluate(pieces: Sequence[Noted], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict[str, dict]:
    """How much of the music is at home, and how much near it.

    Returns
    -------
    figures : dict
        As `measures` names them: ``value`` and ``interval`` over groups.
    """
    return over_groups(*sums_of(counts, pieces), measures, n_resamples, seed)
