"""Fingerprints of music: what a few notes have in common with the same notes in another key.

A note is an onset in the pianoroll, as the paper's networks hear it: how long
it is held does not count, nor does a key that is struck again while it sounds.

From every note two threads go on to the next three steps with onsets, one
along their highest and one along their lowest notes. A fingerprint is a hash
of the intervals and distances in steps along a thread. One wrong note in a
chord leaves most of the others' fingerprints whole, which those of whole
chords would not survive; and three notes alone are shared by too much music.
"""

from dataclasses import dataclass

import numpy as np

from koe.music.grid import N_KEYS

THREAD = 4  # notes of a fingerprint
LONGEST_GAP = 63  # steps; a longer one counts as this
# A step of a thread: an interval of -88..88 beside a gap of 0..63.
_INTERVALS = 256
_GAPS = LONGEST_GAP + 1

assert 2 * N_KEYS < _INTERVALS
assert (_INTERVALS * _GAPS) ** (THREAD - 1) < 2**64


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The fingerprints of a piece.

    Attributes
    ----------
    hashes : np.ndarray, shape=(n,), dtype=uint64
        Uniform over all 64 bits.
    notes : np.ndarray, shape=(n, 4), dtype=int64
        Which notes each was made from, in order of time; the first is where it lies.
    """

    hashes: np.ndarray
    notes: np.ndarray


def onsets_of(pianoroll: np.ndarray) -> np.ndarray:
    """Step and key of every onset: int64, ``(n, 2)``, in order of step, then key."""
    roll = np.asarray(pianoroll, dtype=bool)
    began = roll.copy()
    began[1:] &= ~roll[:-1]
    return np.argwhere(began)


def fingerprints(onsets: np.ndarray) -> Fingerprints:
    """All fingerprints of a piece.

    Parameters
    ----------
    onsets : np.ndarray, shape=(n, 2), dtype=int
        See `onsets_of`. A piece with onsets at fewer than four steps has no fingerprint.
    """
    steps, keys = onsets[:, 0], onsets[:, 1]
    chords, lowest = np.unique(steps, return_index=True)
    highest = np.append(lowest[1:], len(onsets)) - 1
    chord = np.searchsorted(chords, steps)
    start = np.flatnonzero(chord + THREAD <= len(chords))
    threads = [
        np.stack([start, *(ends[chord[start] + ahead] for ahead in range(1, THREAD))], axis=1)
        for ends in (highest, lowest)
    ]
    # Where single notes follow, both threads are one.
    apart = np.any(threads[0] != threads[1], axis=1)
    notes = np.concatenate([threads[0], threads[1][apart]])
    return Fingerprints(_hashed(steps[notes], keys[notes]), notes)


def _hashed(steps: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Hashes of threads, steps and keys ``(n, 4)`` each, by the distances within them alone."""
    intervals = (np.diff(keys, axis=1) + N_KEYS).astype(np.uint64)
    gaps = np.minimum(np.diff(steps, axis=1), LONGEST_GAP).astype(np.uint64)
    packed = np.zeros(len(steps), dtype=np.uint64)
    for interval, gap in zip(intervals.T, gaps.T, strict=True):
        packed = packed * np.uint64(_INTERVALS * _GAPS) + interval * np.uint64(_GAPS) + gap
    return _mixed(packed)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Spread numbers over 64 bits, different ones to different ones: the finalizer of SplitMix64 (Steele 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
