"""What each key does at each step: silent, held, or struck.

A pianoroll knows which keys sound and melts a key struck twice into one long
note. States keep the two apart: uint8, ``(steps, 88)``, `SILENT` 0, `HELD` 1,
`STRUCK` 2; ``states > 0`` is the pianoroll. The first step of a note is
struck, the rest is held.
"""

import numpy as np

from koe.music.grid import DEFAULT_VELOCITY, LOWEST_PITCH, SEGMENT_STEPS
from koe.music.notes import Note, note_at_step

SILENT, HELD, STRUCK = 0, 1, 2
# In place of a state, int8, where a network is to decide: freely, or but for
# holding on to what sounded before.
FREE, UNHELD = -1, -2


def sounding(segments: np.ndarray) -> np.ndarray:
    """The roll of what may be states, uint8, or a roll already; any shape."""
    segments = np.asarray(segments)
    return segments > SILENT if segments.dtype == np.uint8 else segments


def states_from_rolls(pianoroll: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    """States from which keys sound and which are struck, both bool of one shape."""
    return np.where(onsets, STRUCK, np.where(pianoroll, HELD, SILENT)).astype(np.uint8)


def states_from_pianoroll(pianoroll: np.ndarray) -> np.ndarray:
    """States of a mere roll ``(..., steps, 88)``: a key is struck where it begins to sound."""
    pianoroll = np.asarray(pianoroll, dtype=bool)
    began = pianoroll.copy()
    began[..., 1:, :] &= ~pianoroll[..., :-1, :]
    return states_from_rolls(pianoroll, began)


def notes_from_states(states: np.ndarray, velocity: int = DEFAULT_VELOCITY) -> tuple[Note, ...]:
    """Read each struck key with the held steps after it as one note, in order of onset, then pitch.

    A key that is held without having been struck counts as struck.

    Parameters
    ----------
    states : np.ndarray, shape=(steps, 88)
    velocity : int
        Loudness given to every note.
    """
    states = np.asarray(states)
    sounding = states > 0
    ended = np.zeros((len(states) + 1, states.shape[1]), dtype=bool)
    ended[1:-1] = sounding[:-1] & ((states[1:] == STRUCK) | ~sounding[1:])
    ended[-1:] = sounding[-1:]
    began = states == STRUCK
    began[:1] |= sounding[:1]
    began[1:] |= sounding[1:] & ~sounding[:-1]
    # Key by key, a note ends where the next of its ends lies: they alternate with the beginnings.
    keys, onsets = np.nonzero(began.T)
    _, ends = np.nonzero(ended.T)
    order = np.lexsort((keys, onsets))
    return tuple(
        note_at_step(int(onset), int(key) + LOWEST_PITCH, int(end - onset), velocity)
        for key, onset, end in zip(keys[order], onsets[order], ends[order], strict=True)
    )


def segments_of(states: np.ndarray, hop: int = SEGMENT_STEPS) -> np.ndarray:
    """Cut states into segments of 64 steps, one every ``hop`` steps, the last one filled with silence.

    Parameters
    ----------
    states : np.ndarray, shape=(steps, 88)
    hop : int
        Steps from one segment's start to the next.

    Returns
    -------
    segments : np.ndarray, shape=(n, 64, 88), dtype=uint8
    """
    starts = range(0, max(len(states), 1), hop)
    segments = np.zeros((len(starts), SEGMENT_STEPS, states.shape[1]), dtype=np.uint8)
    for segment, start in zip(segments, starts, strict=True):
        part = states[start : start + SEGMENT_STEPS]
        segment[: len(part)] = part
    return segments
