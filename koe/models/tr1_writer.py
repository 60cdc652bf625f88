"""TR1 as a writer: pieces that begin, remember, return and end, event by event, in chunks.

What is settled before anything is written stands in a frame: the measures, what
is told of the piece, a plan of what comes back where, and notes that are given.
A memory is handed in and out, so one writer serves many visitors.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from koe.models.compile import compiled
from koe.models.tr1 import CONDITIONS, HEAD_WIDTH, MEASURES, N_POINTERS, SIXTEENTHS, TICKS, TR1
from koe.models.tr1_interface import CHUNK, NO_EVENT, Temperatures, Told
from koe.models.tr1_loops import MAX_TICKS, MEMORY, write_events
from koe.music.events import BEGINNING, DURATIONS, END, MAX_PLACES, N_DURATIONS, Events, duration_class
from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.music.repetition import MAX_LAG, N_FOUND, N_SHIFTS, Plan

SIXTEENTH = 6


class TR1Writer:
    """TR1, unrolled event by event. Safe to share between threads.

    Parameters
    ----------
    network : TR1
        Its weights are taken as they are when it first writes.
    """

    def __init__(self, network: TR1) -> None:
        self.network = network
        self._write = compiled(
            lambda memory, frame, luck, wanted, settings: write_events(network, memory, frame, luck, wanted, settings),
            fuse=True,
        )
        self._lock = threading.Lock()

    def frame(
        self,
        told: Told,
        starts: np.ndarray | None = None,
        given: np.ndarray | None = None,
        end_from: int = 0,
        end_at: int | None = None,
    ) -> dict[str, np.ndarray]:
        """What is settled beforehand.

        Parameters
        ----------
        told : Told
        starts : np.ndarray, optional
            First ticks of measures that are there already; others follow, of
            ``told.measure_ticks``.
        given : np.ndarray, shape=(n, 3), optional
            Onset, duration in ticks and pitch of notes to come that stay as they are.
        end_from, end_at : int
            The tick from which the piece may end, and before which all notes begin.
        """
        starts = np.asarray([0] if starts is None else starts, dtype=np.int64)
        more = np.arange(
            starts[-1] + min(told.measure_ticks, MAX_PLACES), MAX_TICKS, min(told.measure_ticks, MAX_PLACES)
        )
        starts = np.concatenate([starts, more])[: MAX_TICKS // SIXTEENTH]
        ticks = np.arange(MAX_TICKS)
        measure = np.searchsorted(starts, ticks, side="right") - 1
        length = np.diff(np.append(starts, MAX_TICKS))[measure]
        padded = np.full(MAX_TICKS // SIXTEENTH + 1, MAX_TICKS, dtype=np.int32)
        padded[: len(starts)] = starts
        left: np.ndarray = np.zeros(MAX_TICKS, dtype=np.int32)
        if told.n_measures:
            left = np.searchsorted(MEASURES, np.maximum(told.n_measures - measure, 1), side="right") + 1
        plan = told.plan or Plan(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
        given_at = np.zeros((MAX_TICKS, N_KEYS), dtype=np.uint8)
        if given is not None and len(given):
            onset, duration, pitch = np.asarray(given, dtype=np.int64).T
            given_at[onset, pitch - LOWEST_PITCH] = duration_class(duration) + 1
        given_left = np.cumsum((given_at > 0).sum(axis=1)[::-1])[::-1]
        names = list(CONDITIONS)
        conditions = np.array([told.conditions.get(name, 0) for name in names], dtype=np.int32)
        conditions[names.index("left")] = 0
        conditions[names.index("grid")] = SIXTEENTHS if told.sixteenths else TICKS
        on_grid = DURATIONS % SIXTEENTH == 0 if told.sixteenths else np.ones(N_DURATIONS, dtype=bool)
        return {
            "starts": padded,
            "measure": measure.astype(np.int32),
            "place": (ticks - starts[measure]).astype(np.int32),
            "length": length.astype(np.int32),
            "left": left.astype(np.int32),
            "left_column": np.int32(names.index("left")),
            "conditions": conditions,
            "key": np.int32(told.key),
            "kind": _by_measure(plan.kind, len(padded)),
            "plan_lag": _by_measure(plan.lag, len(padded)),
            "plan_shift": _by_measure(plan.shift, len(padded)),
            "given": given_at,
            "given_left": given_left.astype(np.int32),
            "any_given": np.bool_(given_at.any()),
            "durations": on_grid,
            "grid_ticks": np.int32(SIXTEENTH if told.sixteenths else 1),
            "end_from": np.int32(end_from),
            "end_at": np.int32(MAX_TICKS - 1 if end_at is None else min(end_at, MAX_TICKS - 1)),
        }

    def begin(self, n: int) -> dict[str, Any]:
        """The memory of ``n`` pieces in which nothing has sounded yet."""
        layers, heads = self.network.n_blocks, self.network.n_heads

        def whole(shape: Sequence[int], value: int = 0) -> np.ndarray:
            return np.full(shape, value, dtype=np.int32)

        def real(shape: Sequence[int], value: float = 0.0) -> np.ndarray:
            return np.full(shape, value, dtype=np.float32)

        memory: dict[str, Any] = {
            "keys": real((layers, n, MEMORY, heads, HEAD_WIDTH)),
            "values": real((layers, n, MEMORY, heads, HEAD_WIDTH)),
            "pointers": real((n, MEMORY, N_POINTERS, HEAD_WIDTH)),
            "pitches": whole((n, MEMORY), LOWEST_PITCH),
            "notes": whole((n, MEMORY)),
            "count": np.int32(0),
            "before": whole((n,), 60),
            "pitch": whole((n,), 60),
            "duration": whole((n,), BEGINNING),
            "advanced": whole((n,), END),
            "onset": whole((n,)),
            "came": whole((n, N_FOUND + 2)),
            "sounds_until": whole((n, N_KEYS)),
            "struck": np.zeros((n * MAX_TICKS, N_KEYS), dtype=np.uint8),
            "heard_until": whole((n * MAX_TICKS,)),
            "n_notes": whole((n,)),
            "n_before": whole((n,)),
            "row_onset": whole((n,)),
            "rows": whole((n,)),
            "over": whole((n,)),
            "n_there": whole((n, MAX_LAG)),
            "slot_lag": whole((n, N_FOUND), 1),
            "slot_shift": whole((n, N_FOUND)),
            "slot_fast": real((n, N_FOUND), -1),
            "slot_slow": real((n, N_FOUND), -1),
        }
        for name in ("fast", "slow", "moved"):
            memory[f"same_{name}"] = real((n, MAX_LAG, N_SHIFTS) if name == "moved" else (n, MAX_LAG))
            memory[f"there_{name}"] = real((n, MAX_LAG))
            memory[f"own_{name}"] = real((n,))
        return memory

    def write(
        self,
        memory: dict,
        frame: dict,
        luck: np.ndarray,
        temperatures: Temperatures | None = None,
        wanted: np.ndarray | None = None,
    ) -> tuple[dict, np.ndarray, np.ndarray]:
        """Write events.

        Parameters
        ----------
        memory, frame : dict
        luck : np.ndarray, shape=(chunk, n, 3)
            Uniform numbers.
        temperatures : Temperatures, optional
        wanted : np.ndarray, shape=(chunk, n, 3), optional
            See `koe.models.tr1_loops.write_events`.

        Returns
        -------
        memory : dict
        events : np.ndarray, shape=(chunk, n, 4)
            Advance, pitch, class of length, onset; advance `NO_EVENT` where a piece is over.
        nats : np.ndarray, shape=(chunk, n, 3)
        """
        if wanted is None:
            wanted = np.full((*luck.shape[:2], 3), -1)
        settings = (temperatures or Temperatures()).array()
        with self._lock:
            memory, events, nats = self._write(
                memory, frame, luck.astype(np.float32), wanted.astype(np.int32), settings
            )
        return memory, ops.convert_to_numpy(events), ops.convert_to_numpy(nats)

    def hear(self, memory: dict, frame: dict, events: Events) -> tuple[dict, np.ndarray]:
        """Take in a piece's events after its beginning; and what each of them cost, ``(events, 3)``."""
        wanted = np.stack([events.advance[:-1], events.pitch[1:], events.duration[1:]], axis=1)
        wanted[~events.is_note[1:], 1:] = -1
        n, costs = memory["pitch"].shape[0], []
        for first in range(0, len(wanted), CHUNK):
            part = wanted[first : first + CHUNK]
            filled = np.full((CHUNK, n, 3), NO_EVENT)
            filled[: len(part)] = part[:, None]
            memory, _, nats = self.write(memory, frame, np.zeros((CHUNK, n, 3)), wanted=filled)
            costs.append(nats[: len(part), 0])
        return memory, np.concatenate(costs) if costs else np.zeros((0, 3))


def _by_measure(values: np.ndarray, n: int) -> np.ndarray:
    result = np.zeros(n, dtype=np.int32)
    result[: len(values)] = values[:n]
    return result
