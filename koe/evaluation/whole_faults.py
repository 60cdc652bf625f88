"""Faults of whole pieces: silence over two measures, bursts, stuck notes.

Conventions: as `koe.music.faults` has them, in sixteenths, a measure sixteen;
a key that is struck again is not stuck. Silence after the last note is none.
"""

from collections.abc import Sequence

import numpy as np

from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.noted import Noted, sums_of
from koe.music.faults import BURST_KEYS, FAULTS, SILENCE_STEPS, STUCK_STEPS, longest_note, longest_silence, most_keys

ANY = "any_fault"


def validate(states: np.ndarray) -> None:
    """Refuse what are no states.

    Raises
    ------
    InputError
    """
    if states.dtype != np.uint8 or states.ndim != 2:
        raise InputError(f"Faults are found in states, uint8, (steps, 88), not in {states.dtype} {states.shape}.")


def faults_of(states: np.ndarray) -> np.ndarray:
    """Whether a piece has each of `koe.music.faults.FAULTS`: silence, a stuck note, a burst."""
    validate(states)
    heard = np.flatnonzero(states.any(axis=1))
    states = states[: heard[-1] + 1] if len(heard) else states
    return np.array(
        [longest_silence(states) > SILENCE_STEPS, longest_note(states) > STUCK_STEPS, most_keys(states) > BURST_KEYS]
    )


def counts(piece: Noted) -> np.ndarray:
    """Whether a piece has each fault, whether any, and 1."""
    found = faults_of(piece.states)
    return np.array([*found, found.any(), 1], dtype=np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Share of pieces with each fault and with any, from sums ``(..., 5)`` of `counts`."""
    return {name: sums[..., column] / np.maximum(sums[..., 4], 1) for column, name in enumerate((*FAULTS, ANY))}


def evaluate(pieces: Sequence[Noted], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict[str, dict]:
    """Share of the pieces with each fault, and with any.

    Returns
    -------
    figures : dict
        As `measures` names them: ``value`` and ``interval`` over groups.
    """
    return over_groups(*sums_of(counts, pieces), measures, n_resamples, seed)
