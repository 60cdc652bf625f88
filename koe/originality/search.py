"""Where a piece runs along with the pieces of an index.

Each fingerprint of the piece that the index knows votes for an *alignment*:
the piece lies so many steps later and so many semitones away there. Of the
alignments with the most votes every note is asked whether one of its
fingerprints was found in that alignment; if so it is *shared*.

The piece is looked at through windows of four measures. The *share* of a
window is that of its notes which are shared in its best alignment. A *run* is
a stretch of successive onsets without a note that is not shared. Both count
what is certain: a note between two wrong ones, or in a figure too common to be
in the index, is not counted though the passage may have it as well.
"""

from dataclasses import dataclass

import numpy as np

from koe.evaluation.copying import MIN_NOTES, MIN_PITCHES
from koe.music.grid import N_KEYS, SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.originality.fingerprints import fingerprints
from koe.originality.index import Index

WINDOW_STEPS = SEGMENT_STEPS
HOP_STEPS = STEPS_PER_MEASURE
LEAST_SHARED = 12  # notes: half of a handful is shared with something before long
BLOCK_STEPS = 128  # alignments are chosen by their votes in each stretch of so many steps
BEST_OF_BLOCK = 24
_SHIFTS = 2 * N_KEYS  # a key moves by -87 to 87 semitones; a false hit may say more


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a piece lies on the corpus.

    Attributes
    ----------
    offset : int
        Step counted over all pieces, less step in the piece.
    semitones : int
        What the corpus is to be transposed by to meet the piece; positive is up.
    """

    offset: int
    semitones: int


@dataclass(frozen=True, slots=True)
class Window:
    """Four measures, or what there is, in their best alignment.

    Attributes
    ----------
    start, stop : int
        First step and step after the last.
    n_notes, n_shared : int
    alignment : int
        Which of `Found.alignments`; -1 where nothing is shared.
    counts : bool
        Whether it holds enough notes on enough keys to say anything.
    """

    start: int
    stop: int
    n_notes: int
    n_shared: int
    alignment: int
    counts: bool

    @property
    def share(self) -> float:
        """Shared notes among its notes."""
        return self.n_shared / self.n_notes if self.n_notes else 0.0

    @property
    def tells(self) -> bool:
        """Whether so many notes are shared that their share means something."""
        return self.counts and self.n_shared >= LEAST_SHARED


@dataclass(frozen=True, slots=True)
class Run:
    """The longest stretch of notes that are all shared; steps as in `Window`."""

    start: int
    stop: int
    n_notes: int
    alignment: int


@dataclass(frozen=True, slots=True)
class Found:
    """What `search` found.

    Attributes
    ----------
    onsets : np.ndarray, shape=(n, 2)
        The notes that were looked for.
    alignments : tuple of Alignment
    shared : np.ndarray, shape=(n_alignments, n), dtype=bool
        Which notes are shared in which alignment.
    windows : tuple of Window
        In order of time, overlapping.
    run : Run or None
        None where nothing is shared.
    """

    onsets: np.ndarray
    alignments: tuple[Alignment, ...]
    shared: np.ndarray
    windows: tuple[Window, ...]
    run: Run | None


def search(onsets: np.ndarray, start: int, stop: int, index: Index) -> Found:
    """Find where a stretch of a piece runs along with the corpus.

    Parameters
    ----------
    onsets : np.ndarray, shape=(n, 2)
        See `koe.originality.fingerprints.onsets_of`; those outside the stretch are not looked at.
    start, stop : int
        First step of the stretch, and the step after its last.
    index : Index
    """
    onsets = onsets[(onsets[:, 0] >= start) & (onsets[:, 0] < stop)]
    alignments, shared = _aligned(onsets, index)
    runs = _runs(onsets[:, 0], shared)
    order = sorted(range(len(alignments)), key=lambda one: -runs[one][0]) if alignments else []
    # With the longest run first, the first of equals is the best.
    alignments, shared = [alignments[one] for one in order], shared[order]
    windows = tuple(_windows(onsets, shared, start, stop))
    run = None
    if order and runs[order[0]][0]:
        n_notes, first, last = runs[order[0]]
        run = Run(int(onsets[first, 0]), int(onsets[last, 0]) + 1, n_notes, 0)
    return Found(onsets, tuple(alignments), shared, windows, run)


def _aligned(onsets: np.ndarray, index: Index) -> tuple[list[Alignment], np.ndarray]:
    """The alignments worth looking at, and which notes each shares."""
    asked = fingerprints(onsets)
    hits = index.lookup(asked.hashes)
    first = onsets[asked.notes[hits.asked, 0]]
    semitones = first[:, 1] - hits.keys
    true = np.abs(semitones) < N_KEYS
    number = (hits.steps - first[:, 0]) * _SHIFTS + semitones + N_KEYS
    number, of_notes, block = number[true], asked.notes[hits.asked[true]], first[true, 0] // BLOCK_STEPS
    chosen = _most_votes(number, block)
    row = np.searchsorted(chosen, number)
    row[row == len(chosen)] = 0
    kept = chosen[row] == number if len(chosen) else np.zeros(0, dtype=bool)
    shared = np.zeros((len(chosen), len(onsets)), dtype=bool)
    shared[row[kept][:, None], of_notes[kept]] = True
    places = [divmod(int(one), _SHIFTS) for one in chosen]
    return [Alignment(offset, moved - N_KEYS) for offset, moved in places], shared


def _most_votes(numbers: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """The numbers that occur most often in each block, in ascending order."""
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((numbers, blocks))
    numbers, blocks = numbers[order], blocks[order]
    new = np.append(True, (np.diff(numbers) != 0) | (np.diff(blocks) != 0))
    first = np.flatnonzero(new)
    votes = np.diff(np.append(first, len(numbers)))
    numbers, blocks = numbers[first], blocks[first]
    order = np.lexsort((-votes, blocks))
    begins = np.flatnonzero(np.append(True, np.diff(blocks[order]) != 0))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    return np.unique(numbers[order[rank < BEST_OF_BLOCK]])


def chords_of(steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First note, and note after the last, of each step with onsets."""
    first = np.flatnonzero(np.append(True, np.diff(steps) != 0))
    return first, np.append(first[1:], len(steps))


def _runs(steps: np.ndarray, shared: np.ndarray) -> list[tuple[int, int, int]]:
    """The longest run of each alignment: its notes, its first note and its last."""
    if not len(steps):
        return [(0, 0, 0)] * len(shared)
    first, ends = chords_of(steps)
    whole = np.logical_and.reduceat(shared, first, axis=1)
    notes = np.cumsum(whole * (ends - first), axis=1)
    run = notes - np.maximum.accumulate(np.where(whole, 0, notes), axis=1)
    last = run.argmax(axis=1)
    lengths = np.take_along_axis(run, last[:, None], axis=1)[:, 0]
    return [(int(n), int(ends[end] - n), int(ends[end] - 1)) for n, end in zip(lengths, last, strict=True)]


def _windows(onsets: np.ndarray, shared: np.ndarray, start: int, stop: int) -> list[Window]:
    """Windows a measure apart, the last one at the end."""
    latest = max(start, stop - WINDOW_STEPS)
    windows = []
    sums = np.pad(np.cumsum(shared, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    for begin in [*range(start, latest, HOP_STEPS), latest]:
        end = min(begin + WINDOW_STEPS, stop)
        first, last = np.searchsorted(onsets[:, 0], [begin, end])
        inside = sums[:, last] - sums[:, first]
        best = int(inside.argmax()) if len(inside) and inside.max() else -1
        n_notes = int(last - first)
        enough = n_notes >= MIN_NOTES and len(np.unique(onsets[first:last, 1])) >= MIN_PITCHES
        windows.append(Window(begin, end, n_notes, int(inside[best]) if best >= 0 else 0, best, enough))
    return windows
