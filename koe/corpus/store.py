"""A corpus on disk: bit-packed rolls of all pieces end to end, and an index.

A corpus folder holds

``pianoroll.npy``
    uint8, ``(total_steps, 11)``: which of the 88 keys sound at a step, packed
    by ``numpy.packbits(axis=1)``; opened memory-mapped.
``onsets.npy``
    The same for which keys are struck.
``index.json``
    The format's version and one entry a piece, in the order of the rolls.
``skipped.json``
    What was left out, and why.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from koe.errors import CorpusError
from koe.music.grid import N_KEYS

FORMAT_VERSION = 1
PACKED_KEYS = N_KEYS // 8
SPLITS = ("train", "valid", "test")

assert PACKED_KEYS * 8 == N_KEYS


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of a corpus; ``start`` and ``n_steps`` say where it lies in the rolls."""

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

    @cached_property
    def packed(self) -> np.ndarray:
        """All rolls end to end: uint8, ``(total_steps, 11)``, memory-mapped."""
        return np.load(self.folder / "pianoroll.npy", mmap_mode="r", allow_pickle=False)

    @cached_property
    def packed_onsets(self) -> np.ndarray:
        """All onset rolls end to end, as `packed`."""
        return np.load(self.folder / "onsets.npy", mmap_mode="r", allow_pickle=False)

    def split(self, name: str) -> tuple[Entry, ...]:
        """The pieces of ``"train"``, ``"valid"`` or ``"test"``."""
        if name not in SPLITS:
            raise CorpusError(f"{name!r} is no split; choose train, valid or test.")
        entries = tuple(entry for entry in self.entries if entry.split == name)
        if not entries:
            raise CorpusError(
                f"The corpus in {self.folder} has no piece in its {name} split; add pieces, or a manifest.csv."
            )
        return entries

    def pianoroll(self, entry: Entry) -> np.ndarray:
        """One piece's roll: bool, shape ``(n_steps, 88)``."""
        packed = self.packed[entry.start : entry.start + entry.n_steps]
        if len(packed) != entry.n_steps:
            raise CorpusError(
                f"The rolls in {self.folder} end before {entry.path}: they are not those of the index; "
                "build the corpus again with `koe corpus build`."
            )
        return unpack(packed)

    def pianorolls(self, split: str) -> Iterator[np.ndarray]:
        """The rolls of a split, one after another."""
        return (self.pianoroll(entry) for entry in self.split(split))


def _is_whole(entry: Entry) -> bool:
    words = (entry.path, entry.split, entry.work, entry.composer, entry.title, entry.licence)
    numbers = (entry.start, entry.n_steps, entry.n_notes, entry.measure_steps)
    return (
        all(isinstance(word, str) for word in words)
        and all(type(number) is int and number >= 0 for number in numbers)
        and isinstance(entry.qpm, int | float)
    )


def pack(pianoroll: np.ndarray) -> np.ndarray:
    """Bool ``(..., 88)`` to uint8 ``(..., 11)``."""
    return np.packbits(pianoroll, axis=-1)


def unpack(packed: np.ndarray) -> np.ndarray:
    """Uint8 ``(..., 11)`` to bool ``(..., 88)``."""
    return np.unpackbits(packed, axis=-1).view(bool)
