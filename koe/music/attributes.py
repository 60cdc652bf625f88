"""What four measures are like, in six numbers that anybody has a word for.

All are of states ``(steps, 88)`` as `koe.music.states` numbers them, and NaN
where there is nothing to measure.

References
----------
Longuet-Higgins and Lee, "The rhythmic interpretation of monophonic music",
Music Perception, 1984: a note is syncopated that begins between beats and lasts
over the next one. Krumhansl, "Cognitive foundations of musical pitch", 1990:
keys by the correlation of their profiles.
"""

import numpy as np

from koe.music.grid import LOWEST_PITCH, N_KEYS, STEPS_PER_QUARTER
from koe.music.states import SILENT, STRUCK
from koe.music.tonality import profiles

ATTRIBUTES = ("density", "register", "polyphony", "syncopation", "mode", "dissonance")
# Semitones, octaves left out, that rub: seconds, sevenths and the tritone.
_ROUGH = np.isin(np.arange(12), (1, 2, 6, 10, 11))
_RUBS = _ROUGH[np.abs(np.arange(N_KEYS)[:, None] - np.arange(N_KEYS)[None]) % 12] & ~np.eye(N_KEYS, dtype=bool)
_CLASSES = np.eye(12)[(np.arange(N_KEYS) + LOWEST_PITCH) % 12]
_PROFILES = profiles() - profiles().mean(axis=1, keepdims=True)
_PROFILES = _PROFILES / np.linalg.norm(_PROFILES, axis=1, keepdims=True)


def density(states: np.ndarray) -> float:
    """Notes struck a step."""
    return float((states == STRUCK).sum() / len(states))


def register(states: np.ndarray) -> float:
    """Mean MIDI pitch of what is struck."""
    keys = np.nonzero(states == STRUCK)[1]
    return float(keys.mean() + LOWEST_PITCH) if len(keys) else float("nan")


def polyphony(states: np.ndarray) -> float:
    """Keys that sound together, as a mean over the steps at which any does."""
    sounding = (states != SILENT).sum(axis=1)
    return float(sounding[sounding > 0].mean()) if sounding.any() else float("nan")


def syncopation(states: np.ndarray) -> float:
    """Share of notes that begin between two beats, quarters from the first step on, and sound on over the next."""
    struck = states == STRUCK
    if not struck.any():
        return float("nan")
    n_over = 0
    for beat in range(STEPS_PER_QUARTER, len(states), STEPS_PER_QUARTER):
        between = states[beat - STEPS_PER_QUARTER + 1 : beat + 1]
        # Held on the beat, and its last beginning lies after the beat before.
        held = (between[-1] != SILENT) & (between[-1] != STRUCK)
        n_over += int((held & (between[:-1] == STRUCK).any(axis=0)).sum())
    return float(n_over / struck.sum())


def mode(states: np.ndarray) -> float:
    """How much better the likeliest major key fits than the likeliest minor one: from -2, minor, to 2, major."""
    lengths = (states != SILENT).sum(axis=0) @ _CLASSES
    lengths = lengths - lengths.mean()
    size = np.linalg.norm(lengths)
    if not size:
        return float("nan")
    fits = _PROFILES @ lengths / size
    return float(fits[:12].max() - fits[12:].max())


def dissonance(states: np.ndarray) -> float:
    """Share of seconds, sevenths and tritones among all pairs of keys that sound together."""
    sounding = (states != SILENT).astype(np.int64)
    n_keys = sounding.sum(axis=1)
    n_pairs = (n_keys * (n_keys - 1)).sum()
    return float(((sounding @ _RUBS) * sounding).sum() / n_pairs) if n_pairs else float("nan")


_MEASURES = {
    "density": density,
    "register": register,
    "polyphony": polyphony,
    "syncopation": syncopation,
    "mode": mode,
    "dissonance": dissonance,
}


def attributes(states: np.ndarray) -> np.ndarray:
    """All of `ATTRIBUTES` of states ``(steps, 88)``: float64, ``(6,)``."""
    return np.array([_MEASURES[name](states) for name in ATTRIBUTES])


def attributes_of_all(states: np.ndarray) -> np.ndarray:
    """The same of several: ``(n, steps, 88)`` to ``(n, 6)``."""
    return np.array([attributes(one) for one in states]).reshape(-1, len(ATTRIBUTES))
