"""Reading the files of a corpus: what each gave, or the reason why it was left out.

Files are read in parallel processes, a bounded number of them ahead of what
is being written. A file that brings its process down costs only itself.
"""

import hashlib
import multiprocessing
import os
import signal
import threading
import zlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from koe.corpus.scores import FRAME_COLUMNS, rows_of
from koe.corpus.store import PACKED_KEYS, pack
from koe.errors import KoeError
from koe.music.grid import SEGMENT_STEPS
from koe.music.midi import read_midi
from koe.music.piece import Piece

MAX_FOREIGN_SHARE = 0.1  # of the notes, for drums, other instruments, or keys that a piano lacks
MAX_BEYOND_SHARE = 0.1  # of the notes, behind the end of what is read
CHUNK_FILES = 8  # read by a process at a time
CHUNKS_AHEAD = 4  # a process; what is read but not yet written waits in memory


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file must satisfy to be taken.

    Attributes
    ----------
    min_steps : int
        Shorter pieces hold no segment.
    max_tempo_changes : int or None
        The paper left out pieces with much tempo change. Koe lays its grid on
        the beats, where a change of tempo does no harm, so there is no limit
        unless one is given.
    max_off_grid : float
        Largest share of onsets between the places of the file's own grid
        (`koe.music.piece.Piece.off_grid`). The clean scores of a corpus of
        1767 reach 0.3, onsets at random come to about 0.5. Below 1, a
        performance whose beats had to be estimated is left out too.
    drop_transposed : bool
        Whether a piece that is another one in another key counts as its
        duplicate.
    any_instrument : bool
        Whether music for other instruments than keyboards is taken too. What
        a file is for it tells by its General MIDI programs.
    """

    min_steps: int = SEGMENT_STEPS
    max_tempo_changes: int | None = None
    max_off_grid: float = 0.35
    drop_transposed: bool = False
    any_instrument: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file.

    Attributes
    ----------
    reason, detail : str
        Why it was left out; empty if it was not.
    content : str
        The same for files with the same notes.
    rolls : bytes
        Packed roll, packed onsets, and the rows of notes and frame
        (`koe.corpus.scores`), one after the other, compressed.
    """

    reason: str = ""
    detail: str = ""
    content: str = ""
    n_steps: int = 0
    n_notes: int = 0
    measure_steps: int = 0
    qpm: float = 0.0
    title: str = ""
    rolls: bytes = b""
    n_ticks: int = 0
    upbeat: int = 0
    n_rows: int = 0

    def unpacked(self) -> tuple[bytes, bytes, bytes, bytes]:
        """Bytes of the packed roll and of the packed onsets, ``11 * n_steps`` each, of the notes and of the frame."""
        data = zlib.decompress(self.rolls)
        roll = self.n_steps * PACKED_KEYS
        frame = len(data) - self.n_rows * FRAME_COLUMNS * np.dtype(np.int32).itemsize
        return data[:roll], data[roll : 2 * roll], data[2 * roll : frame], data[frame:]


def read_file(path: str, limits: Limits) -> Reading:
    """Read one file; never raises."""
    try:
        piece = read_midi(Path(path), quick=True)
    except KoeError as error:
        return Reading("corrupt", str(error))
    except Exception as error:  # a corpus of strangers' files must not stop at one of them
        return Reading("corrupt", f"{type(error).__name__}: {error}")
    n_all = len(piece.notes) + piece.dropped.total
    n_outside = piece.dropped.drums + piece.dropped.outside_piano
    n_others = 0 if limits.any_instrument else piece.n_other_instruments
    if n_outside + n_others > MAX_FOREIGN_SHARE * n_all:
        why = f"{n_outside} are drums or outside the piano, {n_others} for other instruments"
        return Reading("not keyboard", f"of {n_all} notes {why}")
    if piece.n_steps < limits.min_steps or not piece.notes:
        return Reading("too short", f"{piece.n_steps} steps, {len(piece.notes)} notes")
    if piece.dropped.beyond_limit > MAX_BEYOND_SHARE * n_all:
        return Reading("too long", f"{piece.dropped.beyond_limit} of {n_all} notes lie beyond what is read of a piece")
    if piece.off_grid > limits.max_off_grid or (piece.beats_estimated and limits.max_off_grid < 1):
        why = "a performance without a beat, " if piece.beats_estimated else ""
        return Reading("off the grid", f"{why}{piece.off_grid:.0%} of the onsets lie between the places of the grid")
    # A tempo found in the playing changes from beat to beat; the file's own does not.
    n_changes = 0 if piece.beats_estimated else piece.n_tempo_changes
    if limits.max_tempo_changes is not None and n_changes > limits.max_tempo_changes:
        return Reading("tempo changes", f"{n_changes} tempo changes")
    notes, frame = rows_of(piece)
    packed = (pack(piece.pianoroll), pack(piece.onsets), notes.astype("<i4"), frame.astype("<i4"))
    return Reading(
        content=fingerprint(piece, limits.drop_transposed),
        n_steps=piece.n_steps,
        n_notes=len(piece.notes),
        measure_steps=piece.time_signatures[0].measure_steps,
        qpm=round(piece.qpm, 3),
        title=piece.title,
        n_ticks=piece.n_ticks,
        upbeat=piece.upbeat,
        n_rows=len(frame),
        rolls=zlib.compress(b"".join(array.tobytes() for array in packed), 1),
    )


def fingerprint(piece: Piece, in_any_key: bool = False) -> str:
    """Name the notes of a piece by when their keys are struck.

    Silence before and after, lengths, loudness and tempo make no difference,
    nor with ``in_any_key`` does the key: those change from one transcription
    of the same edition to the next.
    """
    struck = np.argwhere(piece.onsets)  # step and key of every note, in order of step
    struck -= (struck[0, 0], struck[:, 1].min() if in_any_key else 0)
    return hashlib.sha256(struck.astype("<i4").tobytes()).hexdigest()[:32]


def read_files(paths: Iterable[str], limits: Limits, n_workers: int | None = None) -> Generator[Reading, None, None]:
    """Read files in parallel, and give what came of them in the order of their paths.

    Parameters
    ----------
    paths : iterable of str
        Taken a little ahead of what is given back.
    limits : Limits
    n_workers : int, optional
        Processes; by default one a core.
    """
    n_workers = n_workers or os.cpu_count() or 1
    readers = None
    if n_workers > 1:
        try:
            readers = _Readers(limits, n_workers)
        except (OSError, NotImplementedError):  # no shared memory for processes to meet in, as in some containers
            pass
    if readers is None:
        yield from (read_file(path, limits) for path in paths)
        return
    try:
        yield from readers.read(iter(paths))
    finally:
        readers.close()


class _Readers:
    """Processes that read chunks of files."""

    def __init__(self, limits: Limits, n_workers: int) -> None:
        self.limits = limits
        self.n_workers = n_workers
        self.pool = _pool(n_workers)
        self.waiting: deque[tuple[list[str], Future[list[Reading]]]] = deque()

    def read(self, paths: Iterator[str]) -> Iterator[Reading]:
        while chunk := list(islice(paths, CHUNK_FILES)):
            self._submit(chunk)
            if len(self.waiting) >= CHUNKS_AHEAD * self.n_workers:
                yield from self._oldest()
        while self.waiting:
            yield from self._oldest()

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)

    def _submit(self, chunk: list[str]) -> None:
        try:
            future = self.pool.submit(_read_chunk, chunk, self.limits)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)  # dealt with when its turn comes
        self.waiting.append((chunk, future))

    def _oldest(self) -> list[Reading]:
        chunk, future = self.waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            # One of the files read just now brought its process down, and all
            # that waited with it. The oldest are read one at a time to find it.
            readings = [self._alone(path) for path in chunk]
            later = [paths for paths, _ in self.waiting]
            self.waiting.clear()
            self.close()
            self.pool = _pool(self.n_workers)
            for paths in later:
                self._submit(paths)
            return readings

    def _alone(self, path: str) -> Reading:
        with _pool(1) as pool:
            try:
                return pool.submit(_read_chunk, [path], self.limits).result()[0]
            except BrokenProcessPool:
                return Reading("corrupt", "the process that read it was brought down")


def _pool(n_workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent may hold threads of a network library.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(n_workers, mp_context=context, initializer=_start_reader)


def _start_reader() -> None:
    """Leave Ctrl-C to the parent process, and end with it even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_chunk(paths: Sequence[str], limits: Limits) -> list[Reading]:
    return [read_file(path, limits) for path in paths]
