"""What a piece is like, as numbers for plain classifiers: of manner, and of metre.

Conventions: `koe.evaluation.noted`; the beginning of a piece counts as much as
its end. Manner is told by pitch classes above the tonic, steps from note to
note, lengths, chords and density, so that it is the same in every key. Metre
is told without its bar lines: by how alike the strength of onsets is so and so
many sixteenths apart.
"""

import numpy as np

from koe.evaluation.endings import tonic_class
from koe.evaluation.noted import Noted
from koe.music.grid import TICKS_PER_STEP
from koe.scores.key import find_key

N_STEPS, LENGTHS, N_CHORD = 25, (1, 2, 3, 4, 6, 8, 12, 16), 8
LAGS = (2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 36)  # sixteenths
QUARTER = 4 * TICKS_PER_STEP


def of_manner(piece: Noted) -> np.ndarray:
    """Features ``(d,)`` that say how a piece is written."""
    onset, duration, pitch = piece.notes.T
    key = find_key(piece.as_notes)
    lengths = np.minimum(duration / TICKS_PER_STEP, 64)
    classes = np.bincount((pitch - tonic_class(key)) % 12, weights=lengths, minlength=12)
    places, size = np.unique(onset, return_counts=True)
    top = np.array([pitch[onset == place].max() for place in places])
    bass = np.array([pitch[onset == place].min() for place in places])
    melody = np.clip(np.diff(top), -12, 12) + 12
    length_class = np.searchsorted(LENGTHS, lengths, side="right") - 1
    n_quarters = max(piece.n_ticks / QUARTER, 1)
    after = np.diff(places) / TICKS_PER_STEP
    numbers = [
        len(onset) / n_quarters,
        len(places) / n_quarters,
        pitch.mean(),
        pitch.std(),
        top.mean(),
        bass.mean(),
        np.ptp(pitch),
        lengths.mean(),
        lengths.std(),
        (piece.states > 0).sum(axis=1).mean(),
        float(key.mode == "minor"),
        np.abs(np.diff(top)).mean() if len(top) > 1 else 0.0,
        np.abs(np.diff(bass)).mean() if len(bass) > 1 else 0.0,
        after.std() if len(after) else 0.0,
    ]
    return np.concatenate(
        [
            _shares(classes),
            _shares(np.bincount(melody, minlength=N_STEPS)),
            _shares(np.bincount(np.maximum(length_class, 0), minlength=len(LENGTHS))),
            _shares(np.bincount(np.minimum(size, N_CHORD), minlength=N_CHORD + 1)),
            _shares(np.bincount(np.minimum(after.astype(int), 16), minlength=17)),
            numbers,
        ]
    )


def of_metre(piece: Noted) -> np.ndarray:
    """Features ``(d,)`` that say in what metre a piece is heard, wherever its bar lines are.

    Three kinds of strength at each sixteenth: notes that begin, how long these
    are, and how low the lowest is; of each the correlation with itself at
    `LAGS`; and how many keys are struck again so many sixteenths later.
    """
    step = piece.notes[:, 0] // TICKS_PER_STEP
    n = max(len(piece.states), max(LAGS) + 2)
    struck: np.ndarray = np.zeros((n, 88), dtype=np.float32)
    struck[step, piece.notes[:, 2] - 21] = 1
    count = struck.sum(axis=1)
    long = np.bincount(step, weights=np.minimum(piece.notes[:, 1] / TICKS_PER_STEP, 16), minlength=n)
    low: np.ndarray = np.zeros(n)
    np.maximum.at(low, step, np.maximum(72 - piece.notes[:, 2], 0) / 12)
    found = []
    for strength in (count, long, low):
        found.append([_correlation(strength[:-lag], strength[lag:]) for lag in LAGS])
    again = [(struck[:-lag] * struck[lag:]).sum() / max(struck.sum(), 1) for lag in LAGS]
    return np.concatenate([*map(np.asarray, found), again])


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    spread = first.std() * second.std()
    return float(((first - first.mean()) * (second - second.mean())).mean() / spread) if spread > 1e-9 else 0.0


def _shares(counts: np.ndarray) -> np.ndarray:
    return counts / max(counts.sum(), 1e-9)
