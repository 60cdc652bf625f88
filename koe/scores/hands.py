"""Which hand plays which note, and so which staff it stands on.

At every onset the keyboard is split at one key: what lies at or above it is
the right hand's. The path of the split through the piece that costs least is
found by dynamic programming (Viterbi). It costs to stretch a hand beyond an
octave, to cut where notes lie close together, to leave everything to one
hand, to move, to lie on ledger lines, and to leave the middle of the keyboard.
"""

from collections.abc import Sequence

import numpy as np

from koe.music.notes import Note

LOWEST_SPLIT, HIGHEST_SPLIT = 40, 80  # MIDI pitches
MIDDLE = 60
OCTAVE = 12

# Costs, chosen on the seventeen demo pieces, whose scores say which hand plays what: of their notes 96 % come to the
# hand that plays them, where a fixed split at middle C gets 79 %.
STRETCH = 3.0  # a semitone of reach beyond the octave: a hand cannot do that
CLOSE = 3.0  # divided by the semitones between the notes on both sides of the split
ALONE = 3.0  # several notes sound, and all in one hand
MOVE = 1.25  # a semitone from one onset to the next
LEDGER = 0.06  # a semitone below A3 in the upper staff, or above E4 in the lower
LOWEST_IN_TREBLE, HIGHEST_IN_BASS = 57, 64
FROM_MIDDLE = 0.005  # a semitone; decides where nothing else does


def right_hand(notes: Sequence[Note]) -> np.ndarray:
    """Whether each note is the right hand's.

    Parameters
    ----------
    notes : sequence of Note
        In order of onset.

    Returns
    -------
    right : np.ndarray, shape=(n,), dtype=bool
    """
    if not notes:
        return np.zeros(0, dtype=bool)
    onsets = np.array([note.onset for note in notes])
    pitches = np.array([note.pitch for note in notes])
    starts: list[int] = np.flatnonzero(np.diff(onsets, prepend=-1)).tolist()
    splits = np.arange(LOWEST_SPLIT, HIGHEST_SPLIT + 1)
    sounding: list[Note] = []
    costs = np.zeros((len(starts), len(splits)))
    for place, start in enumerate(starts):
        stop = starts[place + 1] if place + 1 < len(starts) else len(notes)
        sounding = [note for note in sounding if note.end > onsets[start]]
        held = np.array([note.pitch for note in sounding], dtype=np.int64)
        costs[place] = _costs(pitches[start:stop], held, splits)
        sounding += notes[start:stop]
    path = _cheapest_path(costs, MOVE * np.abs(splits[:, None] - splits))
    return pitches >= splits[path][np.searchsorted(onsets[starts], onsets)]


def _costs(struck: np.ndarray, held: np.ndarray, splits: np.ndarray) -> np.ndarray:
    """What each split costs at one onset."""
    cost = FROM_MIDDLE * np.abs(splits - MIDDLE).astype(np.float64)
    above = struck[:, None] >= splits  # (notes, splits)
    for side in (above, ~above):
        highest = np.where(side, struck[:, None], -128).max(axis=0)
        lowest = np.where(side, struck[:, None], 128).min(axis=0)
        cost += STRETCH * np.maximum(highest - lowest - OCTAVE, 0)
    cost += LEDGER * np.where(above, np.maximum(LOWEST_IN_TREBLE - struck[:, None], 0), 0).sum(axis=0)
    cost += LEDGER * np.where(above, 0, np.maximum(struck[:, None] - HIGHEST_IN_BASS, 0)).sum(axis=0)
    # Held notes tell where the other hand is: a melody note that goes on is no part of the accompaniment below.
    pitches = np.concatenate([struck, held])
    above = pitches[:, None] >= splits
    gap = np.where(above, pitches[:, None], 256).min(axis=0) - np.where(above, -256, pitches[:, None]).max(axis=0)
    return cost + np.where(gap < 128, CLOSE / np.maximum(gap, 1), ALONE if len(pitches) > 1 else 0.0)


def _cheapest_path(costs: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Column to take in each row of ``costs`` so that it and ``moves[from, to]`` cost least in all."""
    total = costs[0]
    came_from = np.zeros(costs.shape, dtype=np.int64)
    for row in range(1, len(costs)):
        ways = total[:, None] + moves
        came_from[row] = ways.argmin(axis=0)
        total = ways.min(axis=0) + costs[row]
    path = np.zeros(len(costs), dtype=np.int64)
    path[-1] = total.argmin()
    for row in range(len(costs) - 1, 0, -1):
        path[row - 1] = came_from[row, path[row]]
    return path
