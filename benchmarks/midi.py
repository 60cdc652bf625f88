"""Pieces a second that are read from MIDI files, against plain pretty_midi.

Koe's reader also lays the notes on the grid, which pretty_midi does not. The
limit is a loop of Python that looks at each byte once and does nothing.
"""

import io
import random
from pathlib import Path

import pretty_midi

from benchmarks.figures import Figure
from benchmarks.machine import best_sec
from benchmarks.options import Options
from koe.errors import KoeError
from koe.music.library import list_pieces, load_piece
from koe.music.midi import read_midi, write_midi

MOST_FILES = 100


def files_of(folder: Path | None) -> list[bytes]:
    """MIDI files: some of a folder's, by chance but always the same, or the demo pieces."""
    if folder is None:
        return [write_midi(load_piece(entry.slug)) for entry in list_pieces()]
    paths = sorted(folder.rglob("*.mid"))
    random.Random(0).shuffle(paths)
    return [path.read_bytes() for path in paths[:MOST_FILES]]


def readable(data: bytes) -> bool:
    """Whether both readers take it."""
    try:
        read_midi(data)
        pretty_midi.PrettyMIDI(io.BytesIO(data))
    except (KoeError, OSError, ValueError, IndexError, EOFError, KeyError):
        return False
    return True


def look(files: list[bytes]) -> None:
    """Each byte once."""
    for data in files:
        for _ in data:
            pass


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Pieces a second on one core."""
    given = files_of(options.midi)
    files = [data for data in given if readable(data)]
    rates = [
        len(files) / best_sec(work, 3)
        for work in (
            lambda: [read_midi(data) for data in files],
            lambda: [read_midi(data, quick=True) for data in files],
            lambda: [pretty_midi.PrettyMIDI(io.BytesIO(data)) for data in files],
            lambda: look(files),
        )
    ]
    carefully, quickly, theirs, limit = rates
    what = "pieces that ship with Koe" if options.midi is None else "files of a folder, drawn by chance"
    remarks = (
        f"{len(given)} {what}, {sum(map(len, files)) / len(files) / 1024:.1f} KB each on average;",
        f"{len(given) - len(files)} that pretty_midi or Koe refuses are left out. Koe's time includes checking and",
        "laying on the grid. The limit is a loop of Python over the bytes.",
    )
    found = [
        Figure(
            name,
            rate,
            "pieces/s",
            "pretty_midi, notes only",
            theirs,
            "a loop over the bytes",
            limit,
            more_is_better=True,
        )
        for name, rate in (("open a visitor's file", carefully), ("read a file for a corpus", quickly))
    ]
    return found, [" ".join(remarks)]
