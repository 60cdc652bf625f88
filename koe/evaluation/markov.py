"""A Markov chain of first order for each key: what a model must beat that looks one step back.

Of key ``k`` it knows two probabilities, counted over all neighbouring steps
of the training pieces and smoothed by ``a`` pseudo-counts:

    p(k sounds | it sounded the step before) = (n11 + a) / (n10 + n11 + 2 a)

where ``n11`` is how often it sounded at both steps and ``n10`` how often it
sounded at the first alone; and likewise where it did not sound before. Keys
know nothing of one another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from koe.music.grid import N_KEYS

# Laplace's rule of succession: one transition of each kind is taken as seen beforehand.
SMOOTHING = 1.0


@dataclass(frozen=True)
class KeyMarkov:
    """A fitted chain.

    Attributes
    ----------
    after_silence, after_sound : np.ndarray, shape=(88,), dtype=float32
        Probability that each key sounds, by whether it did at the step before.
    """

    after_silence: np.ndarray
    after_sound: np.ndarray

    def next_steps(self, pianorolls: np.ndarray) -> np.ndarray:
        """From bool ``(..., 88)`` to the probabilities of each step's successor, float32, same shape."""
        return np.where(pianorolls, self.after_sound, self.after_silence)


def fit_markov(pianorolls: Iterable[np.ndarray], smoothing: float = SMOOTHING) -> KeyMarkov:
    """Count the transitions within each of many pianorolls, bool, ``(steps, 88)``."""
    n_before = np.zeros((2, N_KEYS))  # steps with a successor; row 1: at which the key sounds
    n_sounding = np.zeros((2, N_KEYS))  # those of them at whose successor it sounds
    for roll in pianorolls:
        before, after = roll[:-1], roll[1:]
        sounding, both = np.count_nonzero(before, axis=0), np.count_nonzero(before & after, axis=0)
        n_before += np.stack([len(before) - sounding, sounding])
        n_sounding += np.stack([np.count_nonzero(after, axis=0) - both, both])
    silence, sound = ((n_sounding + smoothing) / (n_before + 2 * smoothing)).astype(np.float32)
    return KeyMarkov(silence, sound)
