"""A network that composes, where figures want states: it goes on from them, or fills a gap in them, on sixteenths.

It hears and is told what it is told in the app (`koe.generation.going_on`),
but for the tempo and the length, which states do not have. It writes once,
without choosing, and what it goes on with does not end where the stretch ends.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from koe.generation.composer import written
from koe.generation.going_on import found, rows_of, told_of_piece
from koe.models.tr1_interface import Temperatures
from koe.music.events import events_of, short_measures, tidy_notes
from koe.music.grid import LOWEST_PITCH, N_KEYS, TICKS_PER_STEP
from koe.music.piece import Piece, TimeSignature
from koe.music.states import HELD, STRUCK

if TYPE_CHECKING:
    from koe.models.interfaces import Composer


def piece_of(states: np.ndarray, clock: np.ndarray, qpm: float = 100.0) -> Piece:
    """States as a piece in the metre of their first step's clock, ``(place, length)`` in steps."""
    place, length = (int(number) for number in clock[0])
    return Piece.from_states(
        states, qpm, time_signatures=(TimeSignature(0, length, 16),), upbeat=(-place) % length * TICKS_PER_STEP
    )


def states_of(rows: np.ndarray, n_steps: int) -> np.ndarray:
    """States of notes, rows of onset, duration and pitch; those that begin beyond ``n_steps`` left out."""
    states: np.ndarray = np.zeros((n_steps, N_KEYS), np.uint8)
    for onset, duration, pitch in rows[np.argsort(rows[:, 0], kind="stable")].tolist():
        first, stop = onset // TICKS_PER_STEP, -(-(onset + duration) // TICKS_PER_STEP)
        if first < n_steps:
            states[first:stop, pitch - LOWEST_PITCH] = HELD
            states[first, pitch - LOWEST_PITCH] = STRUCK
    return states


def continue_states(
    model: "Composer",
    prompt: np.ndarray,
    clock: np.ndarray,
    n_steps: int,
    seed: int,
    temperatures: Temperatures | None = None,
) -> np.ndarray:
    """Go on from states by so many steps.

    Parameters
    ----------
    model : Composer
    prompt : np.ndarray, shape=(steps, 88), dtype=uint8
    clock : np.ndarray, shape=(steps, 2)
        See `koe.music.piece.Piece.clock`.
    n_steps : int
    seed : int
    temperatures : Temperatures, optional

    Returns
    -------
    states : np.ndarray, shape=(n_steps, 88), dtype=uint8
    """
    piece = piece_of(prompt, clock)
    rows, seam = tidy_notes(rows_of(piece)), piece.n_ticks
    stop = seam + n_steps * TICKS_PER_STEP
    told = told_of_piece(piece, rows, 1, piece.time_signatures[0].measure_ticks)
    told = replace(told, n_measures=None, conditions=_without(told.conditions), sixteenths=True)
    starts = short_measures(list(piece.measure_onsets), seam)
    frame = model.frame(told, starts[:-1], end_from=stop, free_from=seam)
    memory = model.begin(1)
    if len(rows):
        memory, _ = model.hear(memory, frame, events_of(rows, starts))
    parts = written(model, memory, frame, (seed, 0, 1), temperatures, rows, stop_at=stop)
    more = np.concatenate([np.zeros((0, 3), np.int64), *(part.notes for part in parts)])
    return states_of(np.concatenate([rows, more]), len(prompt) + n_steps)[len(prompt) :]


def _without(conditions: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in conditions.items() if name not in ("tempo", "length")}


def fill_states(
    model: "Composer",
    states: np.ndarray,
    gap: tuple[int, int],
    clock: np.ndarray,
    seed: int,
    qpm: float = 100.0,
) -> np.ndarray:
    """Fill the steps of a gap; what stands before and after is known and stays.

    Parameters
    ----------
    model : Composer
    states : np.ndarray, shape=(steps, 88), dtype=uint8
    gap : tuple of 2 ints
        First step, and the one after the last.
    clock : np.ndarray, shape=(steps, 2)
    seed : int
    qpm : float

    Returns
    -------
    states : np.ndarray, shape=(steps, 88), dtype=uint8
    """
    piece = piece_of(states, clock, qpm)
    rows = rows_of(piece)
    start, stop = (step * TICKS_PER_STEP for step in gap)
    kept = rows[(rows[:, 0] < start) | (rows[:, 0] >= stop)]
    # What sounds into the gap is let go at its beginning; how long it goes on is part of what is to be found.
    before = kept[:, 0] < start
    kept[before, 1] = np.minimum(kept[before, 1], start - kept[before, 0])
    new = found(model, piece, kept, (start, stop), seed)[0]
    filled = states.copy()
    filled[gap[0] : gap[1]] = states_of(new, gap[1])[gap[0] :]
    return filled
