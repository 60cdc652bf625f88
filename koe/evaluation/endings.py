"""How pieces end: whether with the chord of the home key's tonic.

Conventions: the last chord is what sounds at the last onset, so what is held
from before counts, and a broken chord with its pedal too. It is the tonic
where its lowest note is the tonic's and all others belong to the triad, major
or minor; a bare tonic counts. The home key is found from the notes of the
whole piece (`koe.scores.key`).
"""

from collections.abc import Sequence

import numpy as np

from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.noted import Noted, sums_of
from koe.music.tonality import TRIAD
from koe.scores.key import Key, find_key


def tonic_class(key: Key) -> int:
    """Pitch class of a key's tonic, from C on.

    Examples
    --------
    >>> tonic_class(Key(0, "major")), tonic_class(Key(0, "minor")), tonic_class(Key(-3, "minor"))
    (0, 9, 0)
    """
    return 7 * key.tonic % 12


def validate(notes: np.ndarray) -> None:
    """Refuse a piece without notes.

    Raises
    ------
    InputError
    """
    if not len(notes):
        raise InputError("A piece without notes has no last chord; leave it out.")


def last_chord(notes: np.ndarray) -> np.ndarray:
    """The pitches that sound at the last onset, upwards.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch.
    """
    validate(notes)
    onset, duration, pitch = np.asarray(notes, dtype=np.int64).T
    last = onset.max()
    return np.unique(pitch[onset + duration > last])


def ends_with_tonic(notes: np.ndarray, key: Key) -> tuple[bool, bool]:
    """Whether a piece ends on the tonic's chord, and whether at least on its bass."""
    chord = (last_chord(notes) - tonic_class(key)) % 12
    on_bass = int(chord[0]) == 0
    return on_bass and set(chord.tolist()).issubset(TRIAD), on_bass


def counts(piece: Noted) -> np.ndarray:
    """Whether a piece ends on the tonic's chord, whether on its bass, and 1; zeros for a piece without notes."""
    if not len(piece.notes):
        return np.zeros(3)
    return np.array([*ends_with_tonic(piece.notes, find_key(piece.as_notes)), 1], dtype=np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """``tonic_chord`` and ``tonic_bass``, shares of the pieces, from sums ``(..., 3)`` of `counts`."""
    n = np.maximum(sums[..., 2], 1)
    return {"tonic_chord": sums[..., 0] / n, "tonic_bass": sums[..., 1] / n}


def evaluate(pieces: Sequence[Noted], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict[str, dict]:
    """Share of the pieces that end with the chord of the tonic, and over its bass; pieces without notes are left out.

    Returns
    -------
    figures : dict
        As `measures` names them: ``value`` and ``interval`` over groups.
    """
    return over_groups(*sums_of(counts, pieces), measures, n_resamples, seed)
