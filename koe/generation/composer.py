"""Writing with a network that composes: wishes in, notes out while they are written, a piece in the end.

Luck comes from a stream of its own for each seed, variation, chunk of events
and try, so the same wishes and seed give the same piece, whoever else is
writing and however many variations there are. A chunk with a silence, a stuck
note or a burst is written again, up to `MAX_REDRAWS` times, and the soundest
stays.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.errors import Cancelled
from koe.generation.plans import Plans
from koe.generation.wishes import TEMPO_CLASSES, TEMPO_QPM, Wishes, key_name, key_signature, time_signature, told_of
from koe.models.tr1_interface import CHUNK, FIRST_CHUNK, Temperatures, Told, notes_from
from koe.music.faults import faults_at_end
from koe.music.grid import LOWEST_PITCH, N_KEYS, TICKS_PER_STEP
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Piece, Tempo
from koe.music.states import HELD, STRUCK
from koe.progress import Progress, ShouldStop

if TYPE_CHECKING:
    from koe.models.interfaces import Composer

__all__ = ["Part", "Wishes", "compose", "notes_of_rows", "worst_fault", "written"]

# A piece may end when so much of what was asked for is written, and does when so much is.
EARLIEST_END, LATEST_END = 0.75, 1.25
MAX_CHUNKS = 2000
MAX_REDRAWS = 6
PATIENCE = 0.75  # silences and held keys count as faults when they are this much of what is one
PLANNED, KEYED = 1, 2  # of a seed: the streams that a plan and a key are drawn from
# Those that are drawn where none is wished, up to four sharps or flats: majors from C on, and minors.
HOME_MAJORS, HOME_MINORS = (1, 8, 3, 10, 5, 6, 11, 4, 9), (22, 17, 24, 19, 14, 15, 20, 13, 18)
LOOK_BACK = 8 * 96  # ticks before a chunk in which what it goes on with may have begun


@dataclass(frozen=True)
class Part:
    """A chunk that was written: its notes ``(n, 3)``, onset, duration and pitch, and how far the piece is, in ticks."""

    notes: np.ndarray
    reached: int


def written(
    model: "Composer",
    memory: Any,
    frame: Any,
    seed: tuple[int, ...],
    temperatures: Temperatures | None = None,
    heard: np.ndarray | None = None,
    stop_at: int | None = None,
    should_stop: ShouldStop | None = None,
    guard: bool = True,
) -> Iterator[Part]:
    """Write on from a memory, chunk by chunk, until the piece is over.

    Parameters
    ----------
    model : Composer
    memory, frame
        Of the model, for one piece.
    seed : tuple of ints
        Of the luck.
    temperatures : Temperatures, optional
    heard : np.ndarray, shape=(n, 3), optional
        Notes before, which silences and held keys may go on from.
    stop_at : int, optional
        Stop when all notes before this tick are written.
    should_stop : callable, optional
        Asked between chunks.
    guard : bool
        Whether faulty chunks are written again.

    Raises
    ------
    Cancelled
    """
    tries = 1 + MAX_REDRAWS if guard else 1
    notes = np.zeros((0, 3), np.int64) if heard is None else heard
    for number in range(MAX_CHUNKS):
        if should_stop and should_stop():
            raise Cancelled
        memory, part = _soundest(model, memory, frame, (*seed, number), temperatures, notes, tries)
        yield part
        if model.is_over(memory)[0] or (stop_at is not None and part.reached >= stop_at):
            return
        notes = np.concatenate([notes, part.notes])
        notes = notes[notes[:, :2].sum(axis=1) > part.reached - LOOK_BACK]


def _soundest(
    model: "Composer",
    memory: Any,
    frame: Any,
    seed: tuple[int, ...],
    temperatures: Temperatures | None,
    notes: np.ndarray,
    tries: int,
) -> tuple[Any, Part]:
    """A chunk, written again while it is faulty."""
    size, start = CHUNK if seed[-1] else FIRST_CHUNK, int(model.reached(memory)[0])
    best: tuple[float, Any, Part] | None = None
    for attempt in range(tries):
        luck = np.random.default_rng((*seed, attempt)).random((size, 1, 3))
        after, events, _ = model.write(memory, frame, luck, temperatures)
        part = Part(notes_from(events[:, 0]), int(model.reached(after)[0]))
        fault = worst_fault(np.concatenate([notes, part.notes]), start, part.reached)
        if best is None or fault < best[0]:
            best = fault, after, part
        if fault <= 1:
            break
    assert best is not None
    return best[1], best[2]


def worst_fault(notes: np.ndarray, start: int, reached: int) -> float:
    """How bad the worst fault is that what was written from one tick to another takes part in; above 1 is one."""
    first = max(0, start - LOOK_BACK)
    end = max(reached, int(notes[:, :2].sum(axis=1).max(initial=0)))
    states: np.ndarray = np.zeros((max(1, -(-(end - first) // TICKS_PER_STEP)), N_KEYS), np.uint8)
    for onset, duration, pitch in notes.tolist():
        step, stop = (onset - first) // TICKS_PER_STEP, -(-(onset + duration - first) // TICKS_PER_STEP)
        if stop > 0:
            states[max(step, 0) : stop, pitch - LOWEST_PITCH] = HELD
            states[max(step, 0), pitch - LOWEST_PITCH] = STRUCK
    n_new = max(1, len(states) - max(0, start - first) // TICKS_PER_STEP)
    return max(faults_at_end(states, n_new, PATIENCE).values())


def compose(
    model: "Composer",
    wishes: Wishes,
    seed: int,
    *,
    plans: Plans | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    on_written: Callable[[Piece], None] | None = None,
) -> Piece:
    """A whole piece; see `koe.studio.whole_pieces.WholePieces.compose_piece`.

    Raises
    ------
    InputError
        If a wish is none that the model knows.
    """
    # What a piece says of itself is to make it again when the model's card has other temperatures.
    wishes = replace(wishes, temperatures=wishes.temperatures or model.temperatures)
    told = drawn_told(model, wishes, seed, plans)
    end_from, end_at = (round(share * wishes.measures * told.measure_ticks) for share in (EARLIEST_END, LATEST_END))
    frame = model.frame(told, end_from=end_from, end_at=end_at, cadence=True)
    last_line = -(-end_at // told.measure_ticks) * told.measure_ticks
    notes: list[Note] = []
    parts = written(model, model.begin(1), frame, (seed, 0), wishes.temperatures, should_stop=should_stop)
    for part in parts:
        part.notes[:, 1] = np.minimum(part.notes[:, 1], last_line - part.notes[:, 0])  # let go at the latest end
        notes += notes_of_rows(part.notes)
        if on_written:
            on_written(_piece(model.name, wishes, told, seed, notes, part.reached))
        if progress:
            progress(min(part.reached // told.measure_ticks, wishes.measures), wishes.measures)
    return _piece(model.name, wishes, told, seed, notes, 0)


def drawn_told(model: "Composer", wishes: Wishes, seed: int, plans: Plans | None) -> Told:
    """What is told of a piece: what is wished, and for the rest the key, plan and manner of a real one, by seed."""
    told = told_of(wishes, model.composers)
    if not wishes.planned:
        return told
    minor = None
    if plans:
        plan, manner = plans.draw(wishes.measures, (seed, PLANNED), wishes.composer)
        minor = manner.minor
        drawn = {"tempo": manner.tempo, "density": manner.density, "register": manner.register}
        drawn["composer"] = model.composers.get(manner.composer, 0)
        conditions = {name: value or drawn.get(name, 0) for name, value in told.conditions.items()}
        told = replace(told, plan=told.plan or plan, conditions=conditions)
    if not told.key:  # without a home key there is none to come back to
        keys = {None: HOME_MAJORS + HOME_MINORS, False: HOME_MAJORS, True: HOME_MINORS}[minor]
        told = replace(told, key=int(np.random.default_rng((seed, KEYED)).choice(keys)))
    return told


def qpm_of(told: Told) -> float:
    """The tempo at which a piece is to be played."""
    return list(TEMPO_QPM.values())[(told.conditions["tempo"] or TEMPO_CLASSES["medium"]) - 1]


def notes_of_rows(rows: np.ndarray) -> list[Note]:
    """Notes from rows of onset, duration, pitch."""
    return [Note(onset, pitch, duration) for onset, duration, pitch in rows.tolist()]


def _piece(name: str, wishes: Wishes, told: Told, seed: int, notes: list[Note], reached: int) -> Piece:
    signature = time_signature(wishes.metre)
    end = max([reached, 1, *(note.end for note in notes)])
    return Piece(
        tuple(sorted(notes)),
        -(-end // signature.measure_ticks) * signature.measure_ticks,
        (Tempo(0, qpm_of(told)),),
        (signature,),
        keys=(key_signature(key_name(told.key)),) if told.key else (),
        title=f"Piece No. {seed}",
        made_by=Making(name, seed, wishes.as_settings()),
    )
