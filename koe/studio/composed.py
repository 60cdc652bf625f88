"""A network that composes, in place of one that writes steps: what it adds to a piece, as pieces."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError
from koe.models.sampling import TOSS, Sampling
from koe.music.grid import DEFAULT_VELOCITY, LOWEST_PITCH, N_KEYS, TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.progress import Progress, ShouldStop

if TYPE_CHECKING:
    from koe.models.interfaces import Composer
    from koe.models.tr1_interface import Temperatures


def temperatures_for(composer: "Composer", sampling: Sampling | None) -> "Temperatures":
    """How a model that composes draws: as its card says, bent by what is asked for.

    Raises
    ------
    InputError
        If it is asked to draw in a way that it does not know.
    """
    sampling = sampling or Sampling()
    if sampling.way != TOSS or sampling.density or sampling.holding:
        raise InputError(
            f"{composer.name.upper()} draws by coin toss at a temperature, perhaps from a share of probability; "
            "thresholds, density and holding are for other models."
        )
    return composer.temperatures.bent(sampling.temperature, sampling.top_p)


def loudness_of(piece: Piece | None) -> int:
    """How loud a piece's notes are on average."""
    if not (piece and piece.notes):
        return DEFAULT_VELOCITY
    return round(sum(note.velocity for note in piece.notes) / len(piece.notes))


def tails(
    composer: "Composer",
    prompt: Piece | None,
    n_steps: int,
    *,
    seed: int,
    n_variations: int,
    sampling: Sampling | None,
    guard: bool,
    answer: bool = False,
    progress: Progress | None,
    should_stop: ShouldStop | None,
    on_written: Callable[[np.ndarray], None] | None,
) -> tuple[Piece, ...]:
    """What follows a piece, ``n_steps`` long each, as loud as the piece is on average."""
    from koe.generation.going_on import continued, states_of

    found = continued(
        composer,
        prompt,
        n_steps * TICKS_PER_STEP,
        seed,
        n_variations,
        temperatures_for(composer, sampling),
        guard=guard,
        answer=answer,
        progress=progress,
        should_stop=should_stop,
        on_written=(lambda rows: on_written(states_of(rows))) if on_written else None,
    )
    loudness = loudness_of(prompt)
    return tuple(Piece(_notes(rows, loudness), n_steps * TICKS_PER_STEP) for rows in found)


def filled(
    composer: "Composer",
    kept: Piece,
    part: tuple[int, int],
    *,
    room: np.ndarray | None,
    seed: int,
    n_fillings: int,
    sampling: Sampling | None,
    progress: Progress | None,
    should_stop: ShouldStop | None,
) -> tuple[Piece, ...]:
    """A piece, whose notes stay as they are, with what is found for a part of it, two ticks."""
    from koe.generation.going_on import found, rows_of

    results = found(
        composer,
        kept,
        rows_of(kept),
        part,
        seed,
        n_fillings,
        temperatures_for(composer, sampling),
        room=room,
        progress=progress,
        should_stop=should_stop,
    )
    loudness = loudness_of(kept)
    return tuple(
        replace(kept, notes=tuple(sorted((*kept.notes, *_notes(rows, loudness)))), warnings=()) for rows in results
    )


def room_for_hand(piece: Piece, others: list[bool], is_right: bool) -> np.ndarray:
    """Keys that a hand may take at each tick without crossing the other's notes: lowest, and one above the highest."""
    room = np.tile(np.array([0, N_KEYS], dtype=np.int64), (piece.n_ticks, 1))
    column, known = 0 if is_right else 1, np.zeros(piece.n_ticks, dtype=bool)
    room[:, column] = 60 - LOWEST_PITCH  # where the other hand rests
    for note, is_other in zip(piece.notes, others, strict=True):
        if is_other:
            part = slice(note.onset, note.end)
            border = min(note.key + 1, N_KEYS - 1) if is_right else max(note.key, 1)
            farther = np.maximum if is_right else np.minimum
            room[part, column] = np.where(known[part], farther(room[part, column], border), border)
            known[part] = True
    return room


def _notes(rows: np.ndarray, loudness: int) -> tuple[Note, ...]:
    return tuple(Note(onset, pitch, duration, loudness) for onset, duration, pitch in rows.tolist())
