"""A network that composes, beside a piece that is there: it goes on from it, fills a gap, or harmonises a tune.

What it is told (key, metre, tempo, density, register, length) it is told of the
piece itself, as in training. It hears what lies before, and what is given stays
as it is. Each variation has luck of its own, so how many there are changes none
of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.generation.answering import answer_plan
from koe.generation.composer import Part, written
from koe.models.tr1_interface import DENSITIES, MEASURES, REGISTERS, TEMPOS, Temperatures, Told, class_of
from koe.music.events import MAX_PLACES, events_of, short_measures, tidy_notes
from koe.music.grid import N_KEYS, TICKS_PER_MEASURE, TICKS_PER_STEP
from koe.music.piece import Piece
from koe.music.repetition import MAX_LAG
from koe.music.tonality import key_class_of
from koe.progress import Progress, ShouldStop

if TYPE_CHECKING:
    from koe.models.interfaces import Composer

HEARD_NOTES = 1200  # of a piece are heard, its last ones
MAX_TICKS = MAX_LAG * TICKS_PER_MEASURE
TICKS_PER_QUARTER = TICKS_PER_MEASURE // 4
# What is found between things that are there is drawn less freely than what goes on: at these, a gap of two
# measures is as likely as what stood there (`koe benchmark filling`, on valid), else 1.10 times as surprising.
BESIDE_TEMPERATURE, BESIDE_TOP_P = 0.9, 0.95
# Of what was asked for, so much is written before the piece may end.
EARLIEST_END = 0.875
ANSWERED = 3  # of a seed: the stream that the intervals of an answer are drawn from

OnWritten = Callable[[list[np.ndarray]], None]  # gets the rows so far of each variation


def rows_of(piece: Piece) -> np.ndarray:
    """A piece's notes as rows of onset, duration, pitch, in order."""
    return np.array([(note.onset, note.duration, note.pitch) for note in piece.notes], dtype=np.int64).reshape(-1, 3)


def told_of_piece(piece: Piece, rows: np.ndarray, n_measures: int, measure_ticks: int) -> Told:
    """What a network is told so that it goes on in a piece's manner, key, metre and tempo."""
    conditions = {"tempo": int(class_of(piece.qpm, TEMPOS)), "length": int(class_of(n_measures, MEASURES))}
    key = 0
    if len(rows):
        length = max(piece.n_ticks, 1)
        conditions["density"] = int(class_of(len(rows) * TICKS_PER_QUARTER / length, DENSITIES))
        conditions["register"] = int(class_of(float(rows[:, 2].mean()), REGISTERS))
        key = key_class_of(rows)
    sixteenths = bool(len(rows)) and not (rows[:, :2] % TICKS_PER_STEP).any()
    return Told(conditions, key, n_measures=n_measures, measure_ticks=measure_ticks, sixteenths=sixteenths)


def continued(
    model: "Composer",
    piece: Piece | None,
    n_ticks: int,
    seed: int,
    n_variations: int = 1,
    temperatures: Temperatures | None = None,
    *,
    guard: bool = True,
    answer: bool = False,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    on_written: OnWritten | None = None,
) -> list[np.ndarray]:
    """What follows a piece: rows of onset, duration and pitch, counted from its end, for each variation.

    It comes to an end by itself within ``n_ticks``. An answer brings back first
    what was played last, as `koe.generation.answering` plans it.
    """
    seam = piece.n_ticks if piece else 0
    lines = list(piece.measure_onsets) if piece and piece.measure_onsets else [0]
    measure_ticks = min(piece.time_signatures[-1].measure_ticks if piece else TICKS_PER_MEASURE, MAX_PLACES)
    rows = tidy_notes(rows_of(piece)) if piece else np.zeros((0, 3), np.int64)
    first = _begin(rows, lines, MAX_TICKS - n_ticks - 2 * MAX_PLACES, seam)
    rows, lines, seam = _from(rows, first), [line - first for line in lines if line >= first], seam - first
    starts = short_measures(lines, max(seam, 1))
    n_new = max(1, round(n_ticks / measure_ticks))
    n_heard = len(starts) - 1 if piece else 0
    told = (
        told_of_piece(piece, rows, n_heard + n_new, measure_ticks)
        if piece
        else Told(n_measures=n_new, measure_ticks=measure_ticks)
    )

    def begun(told: Told) -> tuple[Any, Any]:
        frame = model.frame(
            told,
            starts[:-1],
            end_from=seam + round(EARLIEST_END * n_ticks),
            end_at=seam + n_ticks - TICKS_PER_STEP // 2,  # what begins later would be heard in the step after the last
            free_from=seam,
        )
        memory = model.begin(1)
        if len(rows):
            memory, _ = model.hear(memory, frame, events_of(rows, starts))
        return memory, frame

    answers = answer and len(rows) > 0
    memory, frame = (None, None) if answers else begun(told)

    def write(number: int) -> Iterator[Part]:
        # Each variation of an answer has a plan of its own, which is in mind from the last chord that was heard on.
        plan = answer_plan(rows, starts, n_new, told.key, (seed, number, ANSWERED)) if answers else None
        own = begun(replace(told, plan=plan)) if answers else (memory, frame)
        return written(model, *own, (seed, number, 1), temperatures, rows, should_stop=should_stop, guard=guard)

    written_rows = _variations(
        write,
        n_variations,
        (seam, seam + n_ticks),
        progress,
        on_written,
    )
    return [_within(part - np.array([seam, 0, 0]), n_ticks) for part in written_rows]


def found(
    model: "Composer",
    piece: Piece,
    kept: np.ndarray,
    part: tuple[int, int],
    seed: int,
    n_variations: int = 1,
    temperatures: Temperatures | None = None,
    *,
    room: np.ndarray | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[np.ndarray]:
    """What is found for a part of a piece, beside the notes that are kept: rows, for each variation.

    Parameters
    ----------
    model : Composer
    piece : Piece
        Its metre and tempo; what is told of it is found in ``kept``.
    kept : np.ndarray, shape=(n, 3)
        Rows of the notes that stay, before, in and after the part.
    part : tuple of 2 ints
        First tick, and the one after the last.
    seed, n_variations, temperatures, progress, should_stop
    room : np.ndarray, shape=(n_ticks, 2), optional
        Keys that are open at each tick of the piece; see `koe.models.tr1_writer.TR1Writer.frame`.
    """
    start, stop = part
    temperatures = (temperatures or model.temperatures).bent(BESIDE_TEMPERATURE, BESIDE_TOP_P)
    lines = list(piece.measure_onsets) or [0]
    kept = tidy_notes(kept)
    before = kept[kept[:, 0] < start]
    first = _begin(before, lines, MAX_TICKS // 2, start)
    rows = _from(kept, first)
    rows = rows[rows[:, 0] < MAX_TICKS - 2 * MAX_PLACES]
    start, stop, lines = start - first, stop - first, [line - first for line in lines if line >= first]
    starts = short_measures(lines, max(piece.n_ticks - first, stop))
    measure_ticks = min(piece.time_signatures[-1].measure_ticks, MAX_PLACES)
    told = told_of_piece(piece, rows, len(starts) - 1, measure_ticks)
    heard, given = rows[rows[:, 0] < start], rows[rows[:, 0] >= start]
    frame = model.frame(
        told,
        starts[starts < MAX_TICKS - MAX_PLACES][:-1],
        given,
        end_from=stop,
        free_from=start,
        room=None if room is None else room[first:],
    )
    memory = model.begin(1)
    if len(heard):
        memory, _ = model.hear(memory, frame, events_of(heard, starts))
    parts = _variations(
        lambda number: written(
            model, memory, frame, (seed, number, 2), temperatures, heard, stop_at=stop, should_stop=should_stop
        ),
        n_variations,
        (start, stop),
        progress,
        None,
    )
    known = {(onset, pitch) for onset, _, pitch in given.tolist()}
    results = []
    for rows_found in parts:
        rows_found = rows_found[(rows_found[:, 0] >= start) & (rows_found[:, 0] < stop)]
        is_new = np.array([(onset, pitch) not in known for onset, _, pitch in rows_found.tolist()], dtype=bool)
        results.append(_beside(rows_found[is_new], given, stop) + np.array([first, 0, 0]))
    return results


def room_below(rows: np.ndarray, n_ticks: int) -> np.ndarray:
    """Keys below a tune: in its rests, below what it played last; before it begins, below its first note."""
    lowest: np.ndarray = np.full(n_ticks, N_KEYS, dtype=np.int64)
    for onset, duration, pitch in rows.tolist():
        part = slice(onset, onset + duration)
        lowest[part] = np.minimum(lowest[part], pitch - 21)
    known = np.flatnonzero(lowest < N_KEYS)
    places = np.clip(np.searchsorted(known, np.arange(n_ticks), side="right") - 1, 0, None)
    return np.stack([np.zeros(n_ticks, np.int64), np.maximum(lowest[known[places]], 1)], axis=1)


def _variations(
    write: Callable[[int], Iterator[Part]],
    n: int,
    bounds: tuple[int, int],
    progress: Progress | None,
    on_written: OnWritten | None,
) -> list[np.ndarray]:
    """Variations side by side, a chunk of each in turn."""
    streams = {number: write(number) for number in range(n)}
    rows = [np.zeros((0, 3), np.int64) for _ in range(n)]
    reached = [bounds[0]] * n
    whole = bounds[1] - bounds[0]
    while streams:
        for number in list(streams):
            part = next(streams[number], None)
            if part is None:
                del streams[number]
                reached[number] = bounds[1]
            else:
                rows[number] = np.concatenate([rows[number], part.notes])
                reached[number] = min(max(part.reached, bounds[0]), bounds[1])
        if progress:
            progress(sum(reached) - n * bounds[0], n * whole)
        if on_written and streams:
            on_written([one - np.array([bounds[0], 0, 0]) for one in rows])
    return rows


def _begin(rows: np.ndarray, lines: list[int], most_ticks: int, stop: int) -> int:
    """The first tick of the measure from which on a piece is heard up to a tick."""
    allowed = [line for line in lines if line <= stop and stop - line <= most_ticks] or [lines[-1]]
    for line in allowed:
        if int((rows[:, 0] >= line).sum()) <= HEARD_NOTES:
            return line
    return allowed[-1]


def _from(rows: np.ndarray, first: int) -> np.ndarray:
    return rows[rows[:, 0] >= first] - np.array([first, 0, 0])


def _within(rows: np.ndarray, n_ticks: int) -> np.ndarray:
    rows = rows[(rows[:, 0] >= 0) & (rows[:, 0] < n_ticks)]
    rows[:, 1] = np.minimum(rows[:, 1], n_ticks - rows[:, 0])
    return rows


def _beside(rows: np.ndarray, given: np.ndarray, stop: int) -> np.ndarray:
    """Notes let go where the same key is given, and where the part ends."""
    ends = np.minimum(rows[:, :2].sum(axis=1), stop)
    for number, (onset, _, pitch) in enumerate(rows.tolist()):
        later = given[(given[:, 2] == pitch) & (given[:, 0] > onset), 0]
        ends[number] = min(ends[number], later.min(initial=stop))
    rows[:, 1] = np.maximum(ends - rows[:, 0], 1)
    return rows


def states_of(rows: list[np.ndarray]) -> Any:
    """What is written of some variations so far, for the eye: states ``(steps, n, 88)``."""
    n_steps = max((int(one[:, 0].max(initial=0)) // TICKS_PER_STEP + 1 for one in rows), default=1)
    states = np.zeros((n_steps, len(rows), N_KEYS), np.uint8)
    for number, one in enumerate(rows):
        for onset, duration, pitch in one.tolist():
            step = onset // TICKS_PER_STEP
            states[step : -(-(onset + duration) // TICKS_PER_STEP), number, pitch - 21] = 1
            states[step, number, pitch - 21] = 2
    return states
