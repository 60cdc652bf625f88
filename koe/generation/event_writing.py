"""A network that composes, where figures want states: it continues, fills gaps and accompanies tunes, on sixteenths.

Conventions: notes are rows of onset, duration in ticks and pitch; ``starts``
are the first ticks of measures. What was heard or given stays, note for note.
Every function writes once, without choosing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.generation.composer import written
from koe.models.tr1_interface import Temperatures, Told
from koe.music.events import Events, events_of, short_measures, tidy_notes
from koe.music.grid import LOWEST_PITCH, N_KEYS, TICKS_PER_STEP
from koe.music.states import HELD, STRUCK, notes_from_states

if TYPE_CHECKING:
    from koe.models.interfaces import Composer


def rows_of(states: np.ndarray) -> np.ndarray:
    """The notes of states ``(n_steps, 88)``."""
    rows = [(note.onset, note.duration, note.pitch) for note in notes_from_states(states)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def states_of(rows: np.ndarray, n_steps: int) -> np.ndarray:
    """States of notes, those that begin beyond ``n_steps`` left out."""
    states: np.ndarray = np.zeros((n_steps, N_KEYS), np.uint8)
    for onset, duration, pitch in rows[np.argsort(rows[:, 0], kind="stable")].tolist():
        first, stop = onset // TICKS_PER_STEP, -(-(onset + duration) // TICKS_PER_STEP)
        if first < n_steps:
            states[first:stop, pitch - LOWEST_PITCH] = HELD
            states[first, pitch - LOWEST_PITCH] = STRUCK
    return states


def lines_of(clock: np.ndarray, n_steps: int) -> np.ndarray:
    """First ticks of the measures of ``n_steps`` steps whose first has a place in its measure and a length, ``(2,)``."""
    place, length = (int(number) for number in clock)
    return np.unique([0, *range((-place) % length, n_steps, length)]).astype(np.int64) * TICKS_PER_STEP


def heard_events(rows: np.ndarray, starts: np.ndarray, n_ticks: int) -> Events:
    """Notes as a network hears them."""
    return events_of(tidy_notes(rows), short_measures([*starts.tolist()], n_ticks))


def written_from(
    model: "Composer",
    told: Told,
    rows: np.ndarray,
    starts: np.ndarray,
    span: tuple[int, int],
    seed: Sequence[int],
    given: np.ndarray | None = None,
    temperatures: Temperatures | None = None,
) -> np.ndarray:
    """Hear notes, and write from one tick to another.

    Parameters
    ----------
    model : Composer
    told : Told
    rows : np.ndarray, shape=(n, 3)
        All that came before ``span``.
    starts : np.ndarray
        Of the measures up to the end of ``span`` at least.
    span : tuple of 2 ints
    seed : sequence of ints
    given : np.ndarray, shape=(m, 3), optional
        Notes from the beginning of ``span`` on that stay as they are.
    temperatures : Temperatures, optional

    Returns
    -------
    rows : np.ndarray, shape=(k, 3)
        Those that begin in ``span``, given ones included.
    """
    frame, memory = opened(model, told, rows, starts, span, given)
    parts = written(model, memory, frame, tuple(seed), temperatures, heard=rows, stop_at=span[1])
    found = np.concatenate([np.zeros((0, 3), np.int64), *(part.notes for part in parts)])
    return found[(found[:, 0] >= span[0]) & (found[:, 0] < span[1])]


def opened(
    model: "Composer",
    told: Told,
    rows: np.ndarray,
    starts: np.ndarray,
    span: tuple[int, int],
    given: np.ndarray | None = None,
) -> tuple[Any, Any]:
    """A frame, and the memory of what was heard in it."""
    frame = model.frame(told, starts=starts, given=given, end_from=span[1], free_from=span[0])
    memory = model.begin(1)
    if len(rows):
        memory, _ = model.hear(memory, frame, heard_events(rows, starts, span[0]))
    return frame, memory


def continue_states(
    model: "Composer",
    prompt: np.ndarray,
    clock: np.ndarray,
    n_steps: int,
    seed: Sequence[int],
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
    seed : sequence of ints
    temperatures : Temperatures, optional

    Returns
    -------
    states : np.ndarray, shape=(n_steps, 88), dtype=uint8
    """
    starts = lines_of(clock[0], len(prompt) + n_steps)
    span = len(prompt) * TICKS_PER_STEP, (len(prompt) + n_steps) * TICKS_PER_STEP
    told = Told(measure_ticks=int(clock[-1, 1]) * TICKS_PER_STEP, sixteenths=True)
    rows = rows_of(prompt)
    more = written_from(model, told, rows, starts, span, seed, temperatures=temperatures)
    return states_of(np.concatenate([rows, more]), len(prompt) + n_steps)[len(prompt) :]


def fill_states(
    model: "Composer",
    states: np.ndarray,
    gap: tuple[int, int],
    clock: np.ndarray,
    seed: Sequence[int],
    temperatures: Temperatures | None = None,
) -> np.ndarray:
    """Fill the steps of a gap; what stands before and after is known and stays.

    Parameters
    ----------
    model : Composer
    states : np.ndarray, shape=(steps, 88), dtype=uint8
    gap : tuple of 2 ints
        First step, and the one after the last.
    clock : np.ndarray, shape=(steps, 2)
    seed : sequence of ints
    temperatures : Temperatures, optional

    Returns
    -------
    states : np.ndarray, shape=(steps, 88), dtype=uint8
    """
    rows, starts = rows_of(states), lines_of(clock[0], len(states))
    span = gap[0] * TICKS_PER_STEP, gap[1] * TICKS_PER_STEP
    before, after = rows[rows[:, 0] < span[0]], rows[rows[:, 0] >= span[1]]
    # What sounds into the gap is let go at its beginning, as in what it is compared with.
    before[:, 1] = np.minimum(before[:, 1], span[0] - before[:, 0])
    told = Told(measure_ticks=int(clock[gap[0], 1]) * TICKS_PER_STEP, sixteenths=True)
    made = written_from(model, told, before, starts, span, seed, after, temperatures)
    made[:, 1] = np.minimum(made[:, 1], span[1] - made[:, 0])
    filled = states.copy()
    filled[gap[0] : gap[1]] = states_of(made, gap[1])[gap[0] :]
    return filled
