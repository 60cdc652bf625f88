"""What belongs to which key: the profiles that keys are found by.

References
----------
Krumhansl and Kessler (1982), Tracing the dynamic changes in perceived tonal
organization in a spatial representation of musical keys, Psychological Review
89(4), 334-368. The algorithm: Krumhansl (1990), Cognitive Foundations of
Musical Pitch, chapter 4.
"""

import numpy as np

from koe.music.grid import TICKS_PER_MEASURE
from koe.music.signatures import Mode

MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
TRIAD = (0, 3, 4, 7)  # semitones above a tonic, major and minor


def profiles() -> np.ndarray:
    """The profiles of the 24 keys, majors from C on first, then minors: ``(24, 12)``."""
    return np.array([np.roll(profile, tonic) for profile in (MAJOR_PROFILE, MINOR_PROFILE) for tonic in range(12)])


def key_class_of(notes: np.ndarray) -> int:
    """The key that fits notes ``(n, 3)``, onset, duration in ticks, pitch: 1 to 12 major from C on, 13 to 24 minor."""
    lengths = np.bincount(notes[:, 2] % 12, weights=np.minimum(notes[:, 1], TICKS_PER_MEASURE), minlength=12)
    fits = profiles() - profiles().mean(axis=1, keepdims=True)
    fits /= np.linalg.norm(fits, axis=1, keepdims=True)
    return int((fits @ (lengths - lengths.mean())).argmax()) + 1


def key_of(pitches: np.ndarray, weights: np.ndarray) -> tuple[int, Mode]:
    """The key that notes fit best: its sharps (flats below 0), -5 to 6, and its mode.

    Parameters
    ----------
    pitches, weights : np.ndarray, shape=(n,)
        MIDI pitches, and how much each counts, such as its length.

    Examples
    --------
    >>> key_of(np.array([62, 66, 69, 74, 67, 71]), np.ones(6))
    (2, 'major')
    """
    heard = np.bincount(np.asarray(pitches, dtype=np.int64) % 12, weights, 12)
    centred = profiles() - profiles().mean(axis=1, keepdims=True)
    fit = centred @ (heard - heard.mean()) / np.sqrt((centred**2).sum(axis=1))
    mode, tonic = divmod(int(fit.argmax()), 12)
    fifths = (7 * tonic + (9 if mode else 0)) % 12
    return fifths - 12 if fifths > 6 else fifths, "minor" if mode else "major"
