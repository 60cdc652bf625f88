"""Writing a corpus piece by piece, so that its size needs no memory.

Rolls, index and what was left out are written as they come. The figures at
their heads (how many steps, which checksum) have a fixed width and are filled
in at the end.
"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import IO

import numpy as np

from koe.corpus.scores import FRAME_COLUMNS, NOTE_COLUMNS
from koe.corpus.store import FORMAT_VERSION, PACKED_KEYS, SPLITS, Entry
from koe.music.grid import STEPS_PER_MEASURE

FILES = (
    "pianoroll.npy",
    "onsets.npy",
    "notes.npy",
    "frame.npy",
    "skipped.json",
    "index.json",
)  # the index last: with it the corpus is complete


_encoded = json.JSONEncoder(ensure_ascii=False).encode


class CorpusWriter:
    """A corpus in the making.

    Parameters
    ----------
    folder : Path
        Where the unfinished files lie; exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.n_steps = 0
        self._counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
        self._skipped: Counter[str] = Counter()
        self._digest = hashlib.sha256()
        self.n_notes = self.n_rows = 0
        self._rolls, self._onsets, self._notes, self._frame = ((folder / name).open("wb") for name in FILES[:4])
        self._write_headers()
        # File names that are no UTF-8 have half characters, which JSON can only hold escaped.
        self._left_out, self._index = (
            (folder / name).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") for name in FILES[4:]
        )
        self._index.write(f'{{\n"format_version": {FORMAT_VERSION},\n"sha256": "')
        self._checksum_place = self._index.tell()
        self._index.write(f'{self._digest.hexdigest()}",\n"entries": ')

    @property
    def n_pieces(self) -> int:
        """Pieces so far."""
        return sum(counts["pieces"] for counts in self._counts.values())

    @property
    def skipped(self) -> dict[str, int]:
        """Files left out so far, by reason."""
        return dict(sorted(self._skipped.items()))

    def add(self, entry: Entry, pianoroll: bytes, onsets: bytes, notes: bytes, frame: bytes) -> None:
        """Append a piece; it lies where `n_steps`, `n_notes` and `n_rows` stand, its rolls are packed."""
        _append(self._index, asdict(entry), first=not self.n_pieces)
        self._rolls.write(pianoroll)
        self._onsets.write(onsets)
        self._notes.write(notes)
        self._frame.write(frame)
        self._digest.update(pianoroll + onsets)
        self._counts[entry.split].update(pieces=1, notes=entry.n_notes, steps=entry.n_steps)
        self.n_steps += entry.n_steps
        self.n_notes += entry.n_notes
        self.n_rows += entry.n_rows

    def skip(self, path: str, reason: str, detail: str) -> None:
        """Record a file that was left out."""
        first = not self._skipped
        _append(self._left_out, {"path": path, "reason": reason, "detail": detail}, first)
        self._skipped[reason] += 1

    def finish(self, target: Path) -> dict:
        """Complete the files, move them to ``target`` in place of an earlier corpus, and sum up."""
        self._write_headers()
        _end_list(self._left_out, empty=not self._skipped)
        self._left_out.write("\n")
        _end_list(self._index, empty=not self.n_pieces)
        self._index.write("\n}\n")
        self._index.seek(self._checksum_place)
        self._index.write(self._digest.hexdigest())
        self.close()
        # Never an old index beside new rolls, whenever this is interrupted.
        (target / "index.json").unlink(missing_ok=True)
        for name in FILES:
            (self.folder / name).replace(target / name)
        return {
            **_figures(sum(self._counts.values(), Counter())),
            "splits": {split: _figures(counts) for split, counts in self._counts.items()},
            "skipped": self.skipped,
            "sha256": self._digest.hexdigest(),
        }

    def close(self) -> None:
        """Close the files, finished or not."""
        for file in (self._rolls, self._onsets, self._notes, self._frame, self._left_out, self._index):
            file.close()

    def _write_headers(self) -> None:
        """As `numpy.save` writes them, which leaves room for the counts to grow."""
        for file, kind, shape in (
            (self._rolls, "|u1", (self.n_steps, PACKED_KEYS)),
            (self._onsets, "|u1", (self.n_steps, PACKED_KEYS)),
            (self._notes, "<i4", (self.n_notes, NOTE_COLUMNS)),
            (self._frame, "<i4", (self.n_rows, FRAME_COLUMNS)),
        ):
            file.seek(0)
            np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})


def _append(file: IO[str], fields: dict, first: bool) -> None:
    # As json writes it with indent=0, which would leave 3 KB of cyclic garbage at each call.
    lines = (f"{_encoded(name)}: {_encoded(value)}" for name, value in fields.items())
    file.write(("[\n{\n" if first else ",\n{\n") + ",\n".join(lines) + "\n}")


def _end_list(file: IO[str], empty: bool) -> None:
    file.write("[]" if empty else "\n]")


def _figures(counts: Counter[str]) -> dict[str, int]:
    return {
        "pieces": counts["pieces"],
        "notes": counts["notes"],
        "measures": round(counts["steps"] / STEPS_PER_MEASURE),
    }
