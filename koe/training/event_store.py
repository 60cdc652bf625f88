"""Pieces as events with what their slots propose, computed once and kept on disk.

A folder holds an array for each of `FIELDS`, all pieces end to end, and
``index.json`` with a `Prepared` for each piece. Everything is memory-mapped.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from koe.errors import CorpusError
from koe.music.events import TICKS_PER_QUARTER, Events, events_of, notes_of, short_measures, tidy_notes
from koe.music.repetition import plan_of, proposals
from koe.music.tonality import key_class_of

INDEX = "index.json"
EVENTS = {"onset": "i4", "pitch": "u1", "duration": "u1", "ends": "i4", "advance": "u1", "measure": "i2"}
EVENTS |= {"place": "u1", "length": "u1"}
PROPOSED = {"lag": "u2", "fast": "f2", "slow": "f2", "there": "?", "kind": "u1"}
PROPOSED |= {f"next_{name}": kind for name, kind in PROPOSED.items()}
PROPOSED |= {"proposed_advance": "u1", "proposed_pitch": "u1", "chord": "u1", "proposed_duration": "u1"}
PROPOSED |= {"came": "u1", "next_place": "u1"}
FIELDS = EVENTS | PROPOSED
_RENAMED = {"proposed_advance": "advance", "proposed_pitch": "pitch", "proposed_duration": "duration"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """One piece of a store.

    ``first`` and ``n_events`` say where it lies. ``key`` is 0 where it is
    unknown, else one more than the tonic's pitch class, 12 added in minor;
    ``density`` is in notes a quarter.
    """

    path: str
    split: str
    composer: str
    source: str
    qpm: float
    n_ticks: int
    n_measures: int
    key: int
    density: float
    mean_pitch: float
    first: int = 0
    n_events: int = 0


def prepared(notes: np.ndarray, lines: list[int], n_ticks: int) -> tuple[Events, dict[str, np.ndarray]]:
    """A piece's events and fields.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch; at least one.
    lines : list of ints
        First tick of every measure.
    n_ticks : int
    """
    notes = tidy_notes(notes)
    starts = short_measures(lines, n_ticks)
    events = events_of(notes, starts)
    proposed = proposals(events, starts, plan_of(notes[:, 0], notes[:, 2], starts))
    fields = {name: getattr(events, name).astype(kind) for name, kind in EVENTS.items()}
    return events, fields | {name: proposed[_RENAMED.get(name, name)].astype(kind) for name, kind in PROPOSED.items()}


def prepare(pieces: Iterable[tuple[dict[str, Any], np.ndarray, list[int], int]], folder: Path) -> None:
    """Write a store.

    Parameters
    ----------
    pieces : iterable of (about, notes, lines, n_ticks)
        ``about`` with ``path``, ``split``, ``composer``, ``source`` and
        ``qpm``; the others as in `prepared`. Pieces without notes are left out.
    folder : Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[Prepared] = []
    files = {name: (folder / f"{name}.raw").open("wb") for name in FIELDS}
    shapes: dict[str, tuple[int, ...]] = {}
    first = 0
    try:
        for about, notes, lines, n_ticks in pieces:
            if not len(notes):
                continue
            events, fields = prepared(notes, lines, n_ticks)
            for name, values in fields.items():
                shapes[name] = values.shape[1:]
                files[name].write(np.ascontiguousarray(values).tobytes())
            kept = notes_of(events)
            entries.append(
                Prepared(
                    **about,
                    n_ticks=int(n_ticks),
                    n_measures=int(events.measure[-1]) + 1,
                    key=key_class_of(kept),
                    density=round(len(kept) * TICKS_PER_QUARTER / max(int(n_ticks), 1), 3),
                    mean_pitch=round(float(kept[:, 2].mean()), 2),
                    first=first,
                    n_events=len(events),
                )
            )
            first += len(events)
    finally:
        for file in files.values():
            file.close()
    index = {"shapes": shapes, "n_events": first, "entries": [asdict(entry) for entry in entries]}
    (folder / INDEX).write_text(json.dumps(index), "utf-8")


class EventStore:
    """An opened store.

    Raises
    ------
    CorpusError
        If the folder holds none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        try:
            index = json.loads((self.folder / INDEX).read_text("utf-8"))
            self.entries = tuple(Prepared(**entry) for entry in index["entries"])
            self.fields = {
                name: np.memmap(
                    self.folder / f"{name}.raw", dtype=kind, mode="r", shape=(index["n_events"], *index["shapes"][name])
                )
                for name, kind in FIELDS.items()
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{self.folder} holds no prepared events; prepare them from a corpus first.") from error

    def read(self, entry: Prepared, start: int, stop: int) -> dict[str, np.ndarray]:
        """The fields of some of a piece's events."""
        part = slice(entry.first + start, entry.first + min(stop, entry.n_events))
        return {name: np.asarray(values[part]) for name, values in self.fields.items()}
