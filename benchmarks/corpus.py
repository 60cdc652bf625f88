"""Files a second and core that a corpus is built from, by ``koe corpus build`` in a process of its own.

The files are excerpts, all with different notes, as `benchmarks.corpus_scale`
makes them in greater numbers. pretty_midi only reads the same files; the limit
is reading their bytes and writing as many as the corpus has, and syncing them.
"""

import io
import os
import tempfile
import time
from pathlib import Path

import pretty_midi

from benchmarks.corpus_scale import Pieces, build, make_files, read_pieces
from benchmarks.figures import Figure
from benchmarks.options import Options
from koe.music.library import list_pieces, load_piece

N_FILES = {False: 150, True: 600}  # the demo pieces give fewer different excerpts than a folder
N_COMPARED = 60


def pieces_of(folder: Path | None) -> Pieces:
    """A folder's pieces, or those that ship with Koe."""
    if folder is not None:
        return read_pieces(folder)
    return tuple((entry.slug, load_piece(entry.slug)) for entry in list_pieces())


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Files a second of processor time, all processes together."""
    n_files = N_FILES[options.midi is not None]
    with tempfile.TemporaryDirectory(prefix="benchmark-corpus") as folder:
        source, target = Path(folder, "midi"), Path(folder, "corpus")
        make_files(pieces_of(options.midi), n_files, source)
        built = build(source, target, workers=1)
        paths = sorted(source.rglob("*.mid"))
        some = paths[:: max(len(paths) // N_COMPARED, 1)]
        started = time.process_time()
        for path in some:
            pretty_midi.PrettyMIDI(io.BytesIO(path.read_bytes()))
        theirs = len(some) / (time.process_time() - started)
        limit = n_files / _disk_sec(paths, target, Path(folder, "written"))
    figure = Figure(
        "build a corpus",
        built.files / built.processor_sec,
        "files/s and core",
        "pretty_midi, reading only",
        theirs,
        "reading and writing the bytes",
        limit,
        more_is_better=True,
    )
    remarks = (
        f"{built.files} files with {built.measures} measures took {built.processor_sec:.1f} s of processor time in all",
        f"and {built.wall_sec:.1f} s by the clock, starting Python included; {built.main_mb:.0f} MB of memory in the",
        f"main process, {built.worker_mb:.0f} MB in the worker. `python -m benchmarks.corpus_scale` does up to",
        "100'000 files.",
    )
    return [figure], [" ".join(remarks)]


def _disk_sec(paths: list[Path], corpus: Path, written: Path) -> float:
    n_bytes = sum(path.stat().st_size for path in corpus.rglob("*") if path.is_file())
    started = time.perf_counter()
    for path in paths:
        path.read_bytes()
    with written.open("wb") as file:
        file.write(bytes(n_bytes))
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - started
