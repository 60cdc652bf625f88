"""What whole pieces cost a network of events, exactly, in nats a sixteenth step.

A piece on the sixteenth grid and its events tell the same: whatever key is
struck, held or silent at each step. Where a class of lengths holds several
multiples of a sixteenth, the choice among them is counted as an even one. The
end of the piece is counted as well.
"""

from collections.abc import Sequence

import keras
import numpy as np

from koe.models.tr1_layout import SIXTEENTHS
from koe.music.events import DURATIONS, N_DURATIONS, TICKS_PER_QUARTER, duration_class
from koe.training.event_store import EventStore, Prepared
from koe.training.event_windows import window

STEP = TICKS_PER_QUARTER // 4
LONGEST = 4000 * STEP  # ticks of the longest length that is told apart
_LENGTHS = np.arange(STEP, LONGEST + 1, STEP)
# Nats of saying which of the multiples of a sixteenth in a class is meant.
CHOICE = np.log(np.maximum(np.bincount(duration_class(_LENGTHS), minlength=N_DURATIONS), 1))

assert STEP * 4 == TICKS_PER_QUARTER
assert DURATIONS[STEP - 1] == STEP


def piece_nats(
    model: keras.Model,
    store: EventStore,
    entries: Sequence[Prepared],
    n_events: int = 512,
    n_windows: int = 8,
) -> np.ndarray:
    """Nats of pieces on the sixteenth grid, nothing told of them but the metre.

    Parameters
    ----------
    model : keras.Model
        TR1.
    store : EventStore
    entries : sequence of Prepared
    n_events : int
        Of a window; each event but a piece's first ones has half as many before it.
    n_windows : int
        Heard at once.

    Returns
    -------
    nats : np.ndarray, shape=(n, 3)
        When, which, how long.
    """
    half = n_events // 2
    jobs = [
        (number, start)
        for number, entry in enumerate(entries)
        for start in range(0, max(entry.n_events - half, 1), half)
    ]
    total = np.zeros((len(entries), 3))
    for first in range(0, len(jobs), n_windows):
        part = jobs[first : first + n_windows]
        wanted = part + [part[0]] * (n_windows - len(part))
        windows = [window(store, entries[number], start, n_events, SIXTEENTHS) for number, start in wanted]
        batch = {name: np.stack([one[name] for one in windows]) for name in windows[0]}
        nats = np.asarray(model.predict_on_batch(batch), dtype=np.float64)
        nats[..., 2] += CHOICE[batch["next_duration"]] * batch["next_is_note"] * batch["counts"]
        for row, (number, start) in enumerate(part):
            total[number] += nats[row, half if start else 0 :].sum(axis=0)
    return total


def nats_a_step(model: keras.Model, store: EventStore, entries: Sequence[Prepared]) -> float:
    """Nats of pieces over their sixteenth steps."""
    return float(piece_nats(model, store, entries).sum() / sum(entry.n_ticks // STEP for entry in entries))
