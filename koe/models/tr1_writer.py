"""TR1 as a writer: pieces that begin, remember, return and end, event by event, in chunks.

What is settled before anything is written stands in a frame: the measures, what
is told of the piece, a plan of what comes back where, and notes that are given.
A memory is handed in and out, so one writer serves many visitors.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

from koe.models.compile import compiled
from koe.models.tr1 import TR1
from koe.models.tr1_interface import CHUNK, MEASURES, Temperatures, Told, class_of
from koe.models.tr1_layout import CONDITIONS, HEAD_WIDTH, N_POINTERS, SIXTEENTHS, TICKS
from koe.models.tr1_loops import NO_TONIC, write_events
from koe.models.tr1_memory import MAX_TICKS, MEMORY
from koe.music.events import BEGINNING, DURATIONS, END, MAX_PLACES, N_DURATIONS, Events, duration_class
from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.music.repetition import MAX_LAG, N_FOUND, N_SHIFTS, Plan
from koe.music.tonality import profiles

SIXTEENTH = 6
# At the end of a piece its key is leaned to more, as in its first measure.
OUTER_MEASURES, OUTER_LEANING = 2, 1.5
# Left to itself the network writes some three semitones lower than real music: what is added to the log-odds of each
# pitch, for each semitone above the middle of the keyboard. Found on `valid`.
TILT = 0.015
ONLY_HOME = 0.8  # of the time in which a piece may end, so long on its tonic's chord alone


class TR1Writer:
    """TR1, unrolled event by event. Safe to share between threads.

    Parameters
    ----------
    network : TR1
        Its weights are taken as they are when it first writes.
    composers : mapping, optional
        The class of each composer that it knows.
    temperatures : Temperatures, optional
        How it draws unless it is told otherwise.
    """

    def __init__(
        self,
        network: TR1,
        composers: Mapping[str, int] | None = None,
        temperatures: Temperatures | None = None,
    ) -> None:
        self.network, self.name = network, network.name
        self.composers = dict(composers or {})
        self.temperatures = temperatures or Temperatures()
        self._write = compiled(
            lambda memory, frame, luck, wanted, settings, n: write_events(
                network, memory, frame, luck, wanted, settings, n
            ),
            fuse=True,
        )
        # Compiling is for one thread at a time; what is compiled runs in several.
        self._lock, self._known = threading.Lock(), set[int]()

    def frame(
        self,
        told: Told,
        starts: np.ndarray | None = None,
        given: np.ndarray | None = None,
        end_from: int = 0,
        end_at: int | None = None,
        free_from: int = 0,
        room: np.ndarray | None = None,
        cadence: bool = False,
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
        free_from : int
            The tick before which nothing begins but what is given.
        room : np.ndarray, shape=(n_ticks, 2), optional
            For each tick the lowest key that is open to what is not given, and
            the one above the highest, of 0 to 88; there must be one. All keys
            are open unless they are given, and after the last tick.
        cadence : bool
            Whether the piece ends on the chord of its key's tonic alone, in the
            first four fifths of the time in which it may. Without a key it
            makes no difference.
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
            left = class_of(np.maximum(told.n_measures - measure, 1), MEASURES)
        plan = told.plan or Plan(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
        given_at = np.zeros((MAX_TICKS, N_KEYS), dtype=np.uint8)
        if given is not None and len(given):
            onset, duration, pitch = np.asarray(given, dtype=np.int64).T
            given_at[onset, pitch - LOWEST_PITCH] = duration_class(duration) + 1
        given_left = np.cumsum((given_at > 0).sum(axis=1)[::-1])[::-1]
        open_to = np.tile(np.array([0, N_KEYS], dtype=np.int32), (MAX_TICKS, 1))
        if room is not None:
            open_to[: len(room)] = room[:MAX_TICKS]
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
            "lean": _leaning_to(told.key),
            "leaning": _strength(told, measure),
            "tilt": (TILT * (np.arange(N_KEYS) - N_KEYS / 2)).astype(np.float32),
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
            "free_from": np.int32(free_from),
            "tonic": np.int32((told.key - 1) % 12 if cadence and told.key else NO_TONIC),
            "any_chord_from": np.int32(end_from + ONLY_HOME * ((MAX_TICKS if end_at is None else end_at) - end_from)),
            "lowest": open_to[:, 0].copy(),
            "highest": open_to[:, 1].copy(),
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
            Uniform numbers; up to `CHUNK` events are written by one compiled loop.
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
        size, n = luck.shape[:2]
        padded = max(CHUNK, size)
        luck_of_all, wanted_of_all = np.zeros((padded, n, 3), np.float32), np.full((padded, n, 3), -1, np.int32)
        luck_of_all[:size] = luck
        if wanted is not None:
            wanted_of_all[:size] = wanted
        settings = (temperatures or self.temperatures).array()
        arguments = memory, frame, luck_of_all, wanted_of_all, settings, np.int32(size)
        if n in self._known and padded == CHUNK:
            memory, events, nats = self._write(*arguments)
        else:
            with self._lock:
                memory, events, nats = self._write(*arguments)
                if padded == CHUNK:
                    self._known.add(n)
        return memory, ops.convert_to_numpy(events)[:size], ops.convert_to_numpy(nats)[:size]

    def is_over(self, memory: dict) -> np.ndarray:
        """Which of the pieces have come to their end: bool, ``(n,)``."""
        return ops.convert_to_numpy(memory["over"]) > 0

    def reached(self, memory: dict) -> np.ndarray:
        """The tick of each piece's last event: ``(n,)``."""
        return ops.convert_to_numpy(memory["onset"])

    def hear(self, memory: dict, frame: dict, events: Events) -> tuple[dict, np.ndarray]:
        """Take in a piece's events after its beginning; and what each of them cost, ``(events, 3)``."""
        wanted = np.stack([events.advance[:-1], events.pitch[1:], events.duration[1:]], axis=1)
        wanted[~events.is_note[1:], 1:] = -1
        n, costs = memory["pitch"].shape[0], []
        for first in range(0, len(wanted), CHUNK):
            part = wanted[first : first + CHUNK]
            memory, _, nats = self.write(
                memory, frame, np.zeros((len(part), n, 3)), wanted=np.repeat(part[:, None], n, axis=1)
            )
            costs.append(nats[:, 0])
        return memory, np.concatenate(costs) if costs else np.zeros((0, 3))


def _leaning_to(key: int) -> np.ndarray:
    """How much more than others each piano key belongs to a key: ``(88,)``, logarithms."""
    if not key:
        return np.zeros(N_KEYS, dtype=np.float32)
    belongs = profiles()[key - 1]
    return np.log(belongs / belongs.mean())[(np.arange(N_KEYS) + LOWEST_PITCH) % 12].astype(np.float32)


def _strength(told: Told, measure: np.ndarray) -> np.ndarray:
    """How much that counts at each tick: more at both ends, where a key is made known."""
    strength = np.full(len(measure), told.leaning, dtype=np.float32)
    outer = measure < 1
    if told.n_measures:
        outer |= measure >= told.n_measures - OUTER_MEASURES
    strength[outer] = OUTER_LEANING if told.leaning else 0
    return strength


def _by_measure(values: np.ndarray, n: int) -> np.ndarray:
    result = np.zeros(n, dtype=np.int32)
    result[: len(values)] = values[:n]
    return result
