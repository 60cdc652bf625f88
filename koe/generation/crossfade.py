"""Blending two segments without a network: the baseline of every interpolation."""

import numpy as np

from koe.music.notes import Note
from koe.music.states import HELD, STRUCK, notes_from_states


def union(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """States of both ends played at once: struck where either strikes."""
    return np.maximum(first, second)


def crossfade(first: np.ndarray, second: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """A blend of two segments, cut back to whole notes at the density that lies between theirs.

    Parameters
    ----------
    first, second : np.ndarray, shape=(steps, 88), dtype=uint8
        States.
    weight : float
        Of the second, 0 to 1; at either end that end comes back, what it
        holds at its first step struck.
    rng : np.random.Generator
        Dithers.

    Returns
    -------
    states : np.ndarray, shape=(steps, 88), dtype=uint8
    """
    values = (1 - weight) * (first > 0) + weight * (second > 0)
    n_ones = round(float(values.sum()))
    # At either end the other one's notes have no part, even where they fall on keys that sound.
    notes = sorted(
        {*(notes_from_states(first) if weight < 1 else ()), *(notes_from_states(second) if weight > 0 else ())}
    )
    shares = np.array([values[note.step : note.end_step, note.key].mean() for note in notes])
    # What is white already needs no dithering.
    scores = np.where(shares < 1, shares + rng.random(len(notes)), np.inf)
    sounding, struck = np.zeros(first.shape, bool), np.zeros(first.shape, bool)
    count = 0
    for number in np.argsort(scores)[::-1]:
        note: Note = notes[number]
        cells = sounding[note.step : note.end_step, note.key]
        new = int(np.count_nonzero(~cells))
        # The last note is kept if that brings the density nearer.
        if count + new - n_ones > n_ones - count:
            break
        cells[:] = True
        struck[note.step, note.key] = True
        count += new
    return np.where(struck, STRUCK, np.where(sounding, HELD, 0)).astype(np.uint8)
