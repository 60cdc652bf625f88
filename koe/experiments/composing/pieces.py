"""Letting a model compose many pieces, kept as MIDI files, so that they can be listened to and measured again.

A folder holds a file for each piece and ``pieces.json``, which says by which
weights and wishes they were made. What is there already is not written again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from koe.errors import InputError
from koe.generation.composer import EARLIEST_END, LATEST_END, MAX_CHUNKS, compose, drawn_told, qpm_of
from koe.generation.plans import Plans
from koe.generation.wishes import Wishes, time_signature
from koe.models.interfaces import Composer
from koe.models.tr1_interface import CHUNK, Told, notes_from
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.piece import Piece, Tempo
from koe.progress import Progress
from koe.writing import write_bytes

INDEX = "pieces.json"


@dataclass(frozen=True)
class Job:
    """A piece to be composed.

    Attributes
    ----------
    name : str
        Of its file, without the ending.
    wishes : Wishes
    seed : int
    """

    name: str
    wishes: Wishes
    seed: int


@dataclass(frozen=True)
class Composed:
    """A piece that was composed, and what for."""

    job: Job
    piece: Piece

    @property
    def ended(self) -> bool:
        """Whether it ended by itself within a quarter of the length that was asked.

        An end to which it was forced, since nothing else was left to be
        written, is none: all notes begin a measure before that at the latest.
        """
        signature = time_signature(self.job.wishes.metre)
        asked = self.job.wishes.measures * signature.measure_ticks
        last = max((note.onset for note in self.piece.notes), default=0)
        end = max((note.end for note in self.piece.notes), default=0)
        is_long_enough = -(-end // signature.measure_ticks) * signature.measure_ticks >= EARLIEST_END * asked
        return is_long_enough and last < LATEST_END * asked - signature.measure_ticks


def write_pieces(
    model: Composer,
    weights_sha256: str,
    jobs: Sequence[Job],
    folder: Path,
    at_once: int = 1,
    plans: Plans | None = None,
    progress: Progress | None = None,
) -> list[Composed]:
    """Compose pieces, or read those that are there.

    Parameters
    ----------
    model : Composer
    weights_sha256 : str
        Of the model, so that pieces of other weights are not taken for its.
    jobs : sequence of Job
    folder : Path
    at_once : int
        How many pieces of the same wishes are written side by side; 1 writes
        them as the app does, with faulty chunks drawn again. Several at once
        are as drawn; each has luck of its own, whoever is beside it.
    plans : Plans, optional
        Of real pieces, one of which is drawn where no form is wished, as in the app.
    progress : callable, optional
        Called with pieces done and pieces in all.

    Raises
    ------
    InputError
        If the folder holds pieces made otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / INDEX
    about: dict[str, Any] = {
        "weights_sha256": weights_sha256,
        "guarded": at_once == 1,
        "planned": plans is not None,
        "pieces": {job.name: {"seed": job.seed, "wishes": asdict(job.wishes)} for job in jobs},
    }
    if index.exists():
        there = json.loads(index.read_text("utf-8"))
        same = {name: about["pieces"].get(name, made) == made for name, made in there["pieces"].items()}
        if any(there[name] != about[name] for name in ("weights_sha256", "guarded", "planned")) or not all(
            same.values()
        ):
            raise InputError(f"The pieces in {folder} were made by other weights or wishes; choose another folder.")
        about["pieces"] = {**there["pieces"], **about["pieces"]}
    write_bytes(index, lambda: (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode())
    done = 0
    found: dict[str, Piece] = {}
    for group in _alike(jobs, at_once):
        missing = [job for job in group if not _path(folder, job).exists()]
        for job, piece in zip(missing, _composed(model, missing, at_once, plans), strict=True):
            _path(folder, job).write_bytes(write_midi(piece))
        for job in group:
            found[job.name] = read_midi(_path(folder, job).read_bytes())
        done += len(group)
        if progress:
            progress(done, len(jobs))
    return [Composed(job, found[job.name]) for job in jobs]


def _path(folder: Path, job: Job) -> Path:
    return folder / f"{job.name}.mid"


def _alike(jobs: Sequence[Job], at_once: int) -> list[list[Job]]:
    """Groups of jobs with the same wishes, as many each as are written side by side."""
    by_wishes: dict[Wishes, list[Job]] = {}
    for job in jobs:
        by_wishes.setdefault(job.wishes, []).append(job)
    return [group[first : first + at_once] for group in by_wishes.values() for first in range(0, len(group), at_once)]


def _composed(model: Composer, jobs: Sequence[Job], at_once: int, plans: Plans | None) -> list[Piece]:
    if at_once == 1:
        return [compose(model, job.wishes, job.seed, plans=plans) for job in jobs]
    return side_by_side(model, jobs[0].wishes, [job.seed for job in jobs], plans) if jobs else []


def side_by_side(model: Composer, wishes: Wishes, seeds: Sequence[int], plans: Plans | None = None) -> list[Piece]:
    """Pieces of the same wishes, as drawn, each from the luck of its seed; and what is drawn is the same for all."""
    told = drawn_told(model, wishes, seeds[0], plans)
    end_from, end_at = (round(share * wishes.measures * told.measure_ticks) for share in (EARLIEST_END, LATEST_END))
    frame = model.frame(told, end_from=end_from, end_at=end_at, cadence=True)
    memory = model.begin(len(seeds))
    events = []
    for number in range(MAX_CHUNKS):
        luck = np.stack([np.random.default_rng((seed, number)).random((CHUNK, 3)) for seed in seeds], axis=1)
        memory, chunk, _ = model.write(memory, frame, luck, wishes.temperatures)
        events.append(chunk)
        if model.is_over(memory).all():
            break
    whole = np.concatenate(events)
    return [_piece(notes_from(whole[:, number]), wishes, told) for number in range(len(seeds))]


def _piece(rows: np.ndarray, wishes: Wishes, told: Told) -> Piece:
    signature = time_signature(wishes.metre)
    end = int(rows[:, :2].sum(axis=1).max(initial=1))
    return Piece(
        tuple(sorted(Note(onset, pitch, duration) for onset, duration, pitch in rows.tolist())),
        -(-end // signature.measure_ticks) * signature.measure_ticks,
        (Tempo(0, qpm_of(told)),),
        (signature,),
    )


def jobs_of(prefix: str, wishes: Sequence[Wishes], n: int, seed: int) -> list[Job]:
    """So many jobs, the wishes taken in turn, each with a seed of its own."""
    width = len(str(max(n - 1, 1)))
    return [
        Job(f"{prefix}-{number:0{width}}", wishes[number % len(wishes)], 100_000 * seed + number) for number in range(n)
    ]


def with_wish(wishes: Wishes, wish: Mapping[str, object]) -> Wishes:
    """The same wishes, and one more."""
    return replace(wishes, **wish)  # type: ignore[arg-type]
