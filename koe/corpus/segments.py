"""Cutting training examples out of a corpus, at any step and in any key."""

from collections.abc import Sequence

import numpy as np

from koe.corpus.store import Corpus, Entry, unpack
from koe.music.grid import N_KEYS, SEGMENT_STEPS


def window_starts(
    entries: Sequence[Entry], n_steps: int, hop: int, offset: int = 0, *, at_measures: bool = False
) -> np.ndarray:
    """First steps, counted over the whole corpus, of the windows that fit into their pieces.

    Parameters
    ----------
    entries : sequence of Entry
    n_steps : int
        Length of a window. A piece shorter than that gives none.
    hop : int
        Steps from one window to the next within a piece.
    offset : int
        Where in each piece the first window starts.
    at_measures : bool
        Whether windows start where measures of the piece's own metre do:
        ``hop`` and ``offset`` are rounded down to whole measures, ``hop`` to
        one at least. The metre is the one that the piece begins with; an
        upbeat counts as a measure if the file has filled it up, and shifts
        all bar lines if not.
    """
    starts = [np.zeros(0, dtype=np.int64)]
    for entry in entries:
        measure = entry.measure_steps if at_measures else 1
        first, apart = offset // measure * measure, max(hop // measure, 1) * measure
        last = entry.start + entry.n_steps - n_steps
        starts.append(np.arange(entry.start + first, last + 1, apart, dtype=np.int64))
    return np.concatenate(starts)


def cut(packed: np.ndarray, starts: np.ndarray, n_steps: int) -> np.ndarray:
    """Windows of a packed roll: bool, shape ``(len(starts), n_steps, 88)``."""
    return unpack(packed[starts[:, None] + np.arange(n_steps)])


def clock_of(entries: Sequence[Entry], starts: np.ndarray, n_steps: int) -> np.ndarray:
    """Each step's place in its measure and the measure's length: int32, ``(len(starts), n_steps, 2)``.

    The metre is the one that a piece begins with.
    """
    firsts = np.array([entry.start for entry in entries])
    pieces = np.searchsorted(firsts, starts, side="right") - 1
    lengths = np.array([entry.measure_steps for entry in entries])[pieces][:, None]
    places = (starts - firsts[pieces])[:, None] + np.arange(n_steps)
    return np.stack([places % lengths, np.broadcast_to(lengths, places.shape)], axis=-1).astype(np.int32)


def transpose(windows: np.ndarray, semitones: np.ndarray) -> np.ndarray:
    """Shift each window by its own number of semitones, within the keyboard.

    A window that would lose a key at either end of the keyboard is shifted
    only as far as it fits.

    Parameters
    ----------
    windows : np.ndarray, shape=(n, steps, 88), dtype=bool
    semitones : np.ndarray, shape=(n,), dtype=int
        Positive is up.
    """
    used: np.ndarray = np.any(windows, axis=1)
    sounding = np.any(used, axis=1)
    lowest = np.where(sounding, used.argmax(axis=1), 0)
    highest = np.where(sounding, N_KEYS - 1 - used[:, ::-1].argmax(axis=1), N_KEYS - 1)
    shifts = np.clip(semitones, -lowest, N_KEYS - 1 - highest)
    shifted = np.zeros_like(windows)
    for window, moved, shift in zip(windows, shifted, shifts.tolist(), strict=True):
        if shift >= 0:
            moved[:, shift:] = window[:, : N_KEYS - shift]
        else:
            moved[:, :shift] = window[:, -shift:]
    return shifted


def evaluation_segments(corpus: Corpus, split: str) -> tuple[np.ndarray, np.ndarray]:
    """The segments that figures are reported on: each piece cut every 64 steps from its start.

    A last, incomplete segment is left out.

    Returns
    -------
    segments : np.ndarray, shape=(n, 64, 88), dtype=bool
    pieces : np.ndarray, shape=(n,), dtype=int
        Index into ``corpus.split(split)`` of the piece each came from.
    """
    entries = corpus.split(split)
    starts = [window_starts([entry], SEGMENT_STEPS, SEGMENT_STEPS) for entry in entries]
    pieces = np.repeat(np.arange(len(entries)), [len(part) for part in starts])
    return cut(corpus.packed, np.concatenate(starts), SEGMENT_STEPS), pieces
