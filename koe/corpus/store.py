"""A corpus on disk: the notes and the bit-packed rolls of all pieces end to end, and an index.

A corpus folder holds

``pianoroll.npy``
    uint8, ``(total_steps, 11)``: which of the 88 keys sound at a step, packed
    by ``numpy.packbits(axis=1)``; opened memory-mapped.
``onsets.npy``
    The same for which keys are struck.
``notes.npy``, ``frame.npy``
    int32, ``(total_notes, 6)`` and ``(total_rows, 4)``: the pieces in their
    own time, with loudness, tempo, metre, key and pedal, as
    `koe.corpus.scores` says; memory-mapped.
``index.json``
    The format's version and one entry a piece, in the order of the rolls.
``skipped.json``
    What was left out, and why.
"""

import copy
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from koe.corpus.scores import piece_from_rows
from koe.errors import CorpusError
from koe.music.grid import N_KEYS
from koe.music.piece import Piece

FORMAT_VERSION = 2
PACKED_KEYS = N_KEYS // 8
SPLITS = ("train", "valid", "test")

assert PACKED_KEYS * 8 == N_KEYS


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of a corpus.

    ``start`` and ``n_steps`` say where it lies in the rolls, ``first_note``
    and ``n_notes`` where in the notes, ``first_row`` and ``n_rows`` where in
    the frame. ``source`` is the collection that it comes from, as the manifest
    says, and ``part`` the folder that the corpus was built from.
    """

    path: str
    split: str
    work: str
    composer: str
    title: str
    licence: str
    start: int
    n_steps: int
    n_notes: int
    measure_steps: int
    qpm: float
    source: str = ""
    part: str = ""
    n_ticks: int = 0
    upbeat: int = 0
    first_note: int = 0
    first_row: int = 0
    n_rows: int = 0


class Corpus:
    """An opened corpus. Cheap to open: nothing is read until it is cut.

    Parameters
    ----------
    folder : Path
        What `koe.corpus.build.build_corpus` wrote.

    Raises
    ------
    CorpusError
        If there is no corpus, or one of another format version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        try:
            index = json.loads((self.folder / "index.json").read_text("utf-8"))
            if index["format_version"] != FORMAT_VERSION:
                raise CorpusError(
                    f"{self.folder} is a corpus of format {index['format_version']}, this Koe reads {FORMAT_VERSION}; "
                    "build it again with `koe corpus build`."
                )
            self.entries = tuple(Entry(**entry) for entry in index["entries"])
            self.sha256: str = index["sha256"]
            if not all(map(_is_whole, self.entries)):
                raise ValueError("an entry is not as Koe writes it")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(
                f"{self.folder} holds no corpus; make one with `koe corpus build SOURCE -o DIR`."
            ) from error
        if not self.entries:
            raise CorpusError(f"The corpus in {self.folder} holds no piece; build it from folders with MIDI files.")

    def of(self, name: str | None = None) -> "Corpus":
        """The pieces of one part (a folder that it was built from) or of one source alone, to be measured by.

        Parts are music of different kinds; a figure over several of them
        would say little of any. Where there is one part, it need not be named.

        Raises
        ------
        CorpusError
            If there are several and none is named, or none of this name.
        """
        parts = sorted({entry.part for entry in self.entries})
        if name is None and len(parts) == 1:
            return self
        names = sorted({*parts, *(entry.source for entry in self.entries if entry.source)})
        if name is None or name not in names:
            wanted = f"There is no {name!r} in" if name else "Parts are measured one by one; choose one of"
            raise CorpusError(f"{wanted} the corpus in {self.folder}: it has {', '.join(names)}.")
        chosen = copy.copy(self)
        chosen.entries = tuple(entry for entry in self.entries if name in (entry.part, entry.source))
        return chosen

    @cached_property
    def packed(self) -> np.ndarray:
        """All rolls end to end: uint8, ``(total_steps, 11)``, memory-mapped."""
        return np.load(self.folder / "pianoroll.npy", mmap_mode="r", allow_pickle=False)

    @cached_property
    def packed_onsets(self) -> np.ndarray:
        """All onset rolls end to end, as `packed`."""
        return np.load(self.folder / "onsets.npy", mmap_mode="r", allow_pickle=False)

    @cached_property
    def notes(self) -> np.ndarray:
        """The notes of all pieces end to end: int32, ``(total_notes, 6)``, memory-mapped."""
        return np.load(self.folder / "notes.npy", mmap_mode="r", allow_pickle=False)

    @cached_property
    def frame(self) -> np.ndarray:
        """Tempo, metre, key and pedal of all pieces end to end: int32, ``(total_rows, 4)``, memory-mapped."""
        return np.load(self.folder / "frame.npy", mmap_mode="r", allow_pickle=False)

    def piece(self, entry: Entry) -> Piece:
        """One piece as it was read, in its own time."""
        notes = self.notes[entry.first_note : entry.first_note + entry.n_notes]
        frame = self.frame[entry.first_row : entry.first_row + entry.n_rows]
        if len(notes) != entry.n_notes or len(frame) != entry.n_rows:
            raise self._too_short(entry)
        return piece_from_rows(notes, frame, entry.n_ticks, entry.upbeat, entry.title)

    def split(self, name: str, sources: Collection[str] | None = None) -> tuple[Entry, ...]:
        """The pieces of ``"train"``, ``"valid"`` or ``"test"``, of some sources where they are named."""
        if name not in SPLITS:
            raise CorpusError(f"{name!r} is no split; choose train, valid or test.")
        entries = tuple(
            entry for entry in self.entries if entry.split == name and (sources is None or entry.source in sources)
        )
        if not entries:
            raise CorpusError(
                f"The corpus in {self.folder} has no piece in its {name} split; add pieces, or a manifest.csv."
            )
        return entries

    def pianoroll(self, entry: Entry) -> np.ndarray:
        """One piece's roll: bool, shape ``(n_steps, 88)``."""
        packed = self.packed[entry.start : entry.start + entry.n_steps]
        if len(packed) != entry.n_steps:
            raise self._too_short(entry)
        return unpack(packed)

    def _too_short(self, entry: Entry) -> CorpusError:
        return CorpusError(
            f"The rolls in {self.folder} end before {entry.path}: they are not those of the index; "
            "build the corpus again with `koe corpus build`."
        )

    def pianorolls(self, split: str) -> Iterator[np.ndarray]:
        """The rolls of a split, one after another."""
        return (self.pianoroll(entry) for entry in self.split(split))


def _is_whole(entry: Entry) -> bool:
    words = (entry.path, entry.split, entry.work, entry.composer, entry.title, entry.licence)
    numbers = (entry.start, entry.n_steps, entry.n_notes, entry.measure_steps, entry.n_ticks, entry.upbeat)
    rows = (entry.first_note, entry.first_row, entry.n_rows)
    return (
        all(isinstance(word, str) for word in (*words, entry.source, entry.part))
        and all(type(number) is int and number >= 0 for number in (*numbers, *rows))
        and isinstance(entry.qpm, int | float)
    )


def pack(pianoroll: np.ndarray) -> np.ndarray:
    """Bool ``(..., 88)`` to uint8 ``(..., 11)``."""
    return np.packbits(pianoroll, axis=-1)


def unpack(packed: np.ndarray) -> np.ndarray:
    """Uint8 ``(..., 11)`` to bool ``(..., 88)``."""
    return np.unpackbits(packed, axis=-1).view(bool)
