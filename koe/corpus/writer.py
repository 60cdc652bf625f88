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

from koe.corpus.store import FORMAT_VERSION, PACKED_KEYS, SPLITS, Entry
from koe.music.grid import STEPS_PER_MEASURE

FILES = ("pianoroll.npy", "onsets.npy", "skipped.json", "index.json")  # the index last: with it the corpus is complete


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
        self._rolls, self._onsets = ((folder / name).open("wb") for name in FILES[:2])
        for file in (self._rolls, self._onsets):
            _write_npy_header(file, 0)
        # File names that are no UTF-8 have half characters, which JSON can only hold escaped.
        self._left_out, self._index = (
            (folder / name).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") for name in FILES[2:]
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

    def add(self, entry: Entry, pianoroll: bytes, onsets: bytes) -> None:
        """Append a piece; its ``start`` is `n_steps`, its rolls are packed."""
        _append(self._index, asdict(entry), first=not self.n_pieces)
        self._rolls.write(pianoroll)
        self._onsets.write(onsets)
        self._digest.update(pianoroll + onsets)
        self._counts[entry.split].update(pieces=1, notes=entry.n_notes, steps=entry.n_steps)
        self.n_steps += entry.n_steps

    def skip(self, path: str, reason: str, detail: str) -> None:
        """Record a file that was left out."""
        first = not self._skipped
        _append(self._left_out, {"path": path, "reason": reason, "detail": detail}, first)
        self._skipped[reason] += 1

    def finish(self, target: Path) -> dict:
        """Complete the files, move them to ``target`` in place of an earlier corpus, and sum up."""
        for rolls in (self._rolls, self._onsets):
            rolls.seek(0)
            _write_npy_header(rolls, self.n_steps)
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
        for file in (self._rolls, self._onsets, self._left_out, self._index):
            file.close()


def _write_npy_header(file: IO[bytes], n_steps: int) -> None:
    """As `numpy.save` writes it, which leaves room for the count to grow."""
    header = {"descr": "|u1", "fortran_order": False, "shape": (n_steps, PACKED_KEYS)}
    np.lib.format.write_array_header_1_0(file, header)


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
