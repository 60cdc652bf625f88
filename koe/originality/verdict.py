"""What a listener wants to know: whether this is new, or somebody's already.

The verdict rests on fingerprints alone, so it is the same on every machine.
Where the corpus is at hand, its notes are counted beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from koe.music.piece import Piece
from koe.originality.chance import limits_for
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Index, Limits, Source
from koe.originality.search import Found, Window, chords_of, search
from koe.originality.words import ENGLISH, Words, measures, transposed

NEW, COPY, SHORT = "new", "copy", "short"
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Near:
    """A passage of the result beside what it comes nearest to.

    Attributes
    ----------
    step, n_steps : int
        Where it lies in the result.
    first_measure, last_measure : int
        The same in measures, from 1.
    n_notes, n_shared : int
        Its notes, and those that fingerprints find in the source.
    source : Source
    source_step : int
        Where its first step lies in the source; below 0 where the source begins later.
    source_first_measure, source_last_measure : int
        Where its first and its last shared note lie there.
    semitones : int
        What the source is to be transposed by to meet it; positive is up.
    exact_share : float or None
        Share of its notes that the source has, counted note by note; None
        where the corpus is not at hand.
    """

    step: int
    n_steps: int
    first_measure: int
    last_measure: int
    n_notes: int
    n_shared: int
    source: Source
    source_step: int
    source_first_measure: int
    source_last_measure: int
    semitones: int
    exact_share: float | None = None

    @property
    def share(self) -> float:
        """Shared notes among its notes, by fingerprints: at most what a count of all notes would give."""
        return self.n_shared / self.n_notes if self.n_notes else 0.0

    @property
    def place(self) -> str:
        """Where it comes from, such as ``"Chopin: Waltz, measures 3 to 5"``."""
        return self.in_words()[0]

    def in_words(self, words: Words = ENGLISH) -> tuple[str, str]:
        """Where it comes from, and how far it was transposed, ``", three semitones higher"`` or nothing."""
        where = measures(self.source_first_measure, self.source_last_measure, words)
        return f"{self.source.name}, {where}", transposed(self.semitones, words)


@dataclass(frozen=True, slots=True)
class Originality:
    """How new a piece is.

    Attributes
    ----------
    kind : str
        ``"new"``, ``"copy"``, or ``"short"`` where there are too few notes to say.
    n_notes : int
        Notes that were looked at.
    n_copied : int
        Those in passages that share more than chance gives.
    run : Near or None
        The longest stretch of notes that one of the training pieces has as
        well; None where not even four are.
    nearest : tuple of Near
        Four measures or more each, without overlap, the nearest first; those with few notes in common come last.
    limits : Limits
        Above which a piece of this length is called a copy.
    n_pieces : int
        Training pieces that were searched.
    other_corpus : bool
        Whether the network that made it learned from other pieces than these.
    """

    kind: str
    n_notes: int
    n_copied: int
    run: Near | None
    nearest: tuple[Near, ...]
    limits: Limits
    n_pieces: int
    other_corpus: bool = False

    @property
    def copied_share(self) -> float:
        """Share of the notes that are in passages called copies."""
        return self.n_copied / self.n_notes if self.n_notes else 0.0

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return self.in_words()

    def in_words(self, first_measure: int = 1, words: Words = ENGLISH) -> str:
        """The verdict in words, the piece's first measure having this number."""
        if self.kind == SHORT:
            return words["short"]
        run = self.run
        if self.kind == COPY:
            if run is not None and run.n_notes > self.limits.run:
                source = "".join(run.in_words(words))
                return words["run"].format(first=run.first_measure + first_measure - 1, n=run.n_notes, source=source)
            near = self.nearest[0]
            where = measures(near.first_measure + first_measure - 1, near.last_measure + first_measure - 1, words)
            source = "".join(near.in_words(words))
            return words["window"].format(where=where, share=f"{near.share:.0%}", source=source)
        if run is None:
            return words["alone"].format(pieces=self.n_pieces)
        return words["new"].format(pieces=self.n_pieces, n=run.n_notes)


def judge(piece: Piece, index: Index, made_from: int = 0) -> Originality:
    """Look a piece up in an index.

    Parameters
    ----------
    piece : Piece
    index : Index
    made_from : int
        Step from which on a network wrote it; what comes before is not looked at.
    """
    found = search(onsets_of(piece.pianoroll), made_from, piece.n_steps, index)
    limits = limits_for(piece.n_steps - made_from, index.limits)
    near = _Nears(piece, found, index)
    run = found.run
    copied = copied_notes(found, limits)
    enough = any(window.counts for window in found.windows)
    return Originality(
        kind=SHORT if not enough else COPY if copied.any() else NEW,
        n_notes=len(found.onsets),
        n_copied=int(copied.sum()) if enough else 0,
        run=near(run.start, run.stop, run.alignment) if run else None,
        nearest=tuple(near(*one) for one in _nearest(found.windows)),
        limits=limits,
        n_pieces=len(index.sources),
    )


def copied_notes(found: Found, limits: Limits) -> np.ndarray:
    """Which notes are shared in a window, or lie in a run, above the limits: bool, one for each note."""
    copied = np.zeros(len(found.onsets), dtype=bool)
    for window in found.windows:
        if window.tells and window.share > limits.share:
            first, last = np.searchsorted(found.onsets[:, 0], [window.start, window.stop])
            copied[first:last] |= found.shared[window.alignment, first:last]
    if found.run is not None and found.run.n_notes > limits.run:
        for shared in found.shared:
            copied |= _in_long_runs(found.onsets[:, 0], shared, limits.run)
    return copied


def _in_long_runs(steps: np.ndarray, shared: np.ndarray, longer_than: int) -> np.ndarray:
    first, ends = chords_of(steps)
    whole = np.logical_and.reduceat(shared, first)
    begins = np.flatnonzero(whole & ~np.append(False, whole[:-1]))
    stops = np.flatnonzero(whole & ~np.append(whole[1:], False))
    inside = np.zeros(len(steps), dtype=bool)
    for begin, stop in zip(begins, stops, strict=True):
        if ends[stop] - first[begin] > longer_than:
            inside[first[begin] : ends[stop]] = True
    return inside


def _nearest(windows: Sequence[Window]) -> list[tuple[int, int, int]]:
    """Start, stop and alignment of the best windows that do not overlap; neighbours of one alignment are joined.

    Windows that tell come first.
    """
    chosen: list[Window] = []
    for window in sorted(windows, key=lambda one: (-one.tells, -one.share, -one.n_shared, one.start)):
        apart = all(window.stop <= other.start or other.stop <= window.start for other in chosen)
        if window.counts and window.alignment >= 0 and apart:
            chosen.append(window)
    joined: list[list[int]] = []
    best: list[tuple[bool, float]] = []
    for window in sorted(chosen, key=lambda one: one.start):
        if joined and joined[-1][2] == window.alignment and joined[-1][1] == window.start:
            joined[-1][1], best[-1] = window.stop, max(best[-1], (window.tells, window.share))
        else:
            joined.append([window.start, window.stop, window.alignment])
            best.append((window.tells, window.share))
    order = sorted(range(len(joined)), key=lambda one: best[one], reverse=True)[:MOST_NEAREST]
    return [(joined[one][0], joined[one][1], joined[one][2]) for one in order]


class _Nears:
    """Describes stretches of a result in one of its alignments."""

    def __init__(self, piece: Piece, found: Found, index: Index) -> None:
        self._found, self._index = found, index
        self._measures = np.array(piece.measure_steps or (0,))

    def __call__(self, start: int, stop: int, alignment: int) -> Near:
        found = self._found
        place = found.alignments[alignment]
        first, last = np.searchsorted(found.onsets[:, 0], [start, stop])
        steps = found.onsets[first:last, 0][found.shared[alignment, first:last]]
        # At a seam between two pieces most of the notes decide.
        source = self._index.source_at(int(np.median(steps)) + place.offset)
        moved = place.offset - source.start
        return Near(
            step=start,
            n_steps=stop - start,
            first_measure=self._measure(start),
            last_measure=self._measure(stop - 1),
            n_notes=int(last - first),
            n_shared=len(steps),
            source=source,
            source_step=start + moved,
            source_first_measure=source.measure(int(steps[0]) + moved),
            source_last_measure=source.measure(int(steps[-1]) + moved),
            semitones=place.semitones,
        )

    def _measure(self, step: int) -> int:
        return max(int(np.searchsorted(self._measures, step, side="right")), 1)


def with_exact_shares(verdict: Originality, shares: Iterable[float | None]) -> Originality:
    """The same verdict with the notes counted: a share for each of ``nearest``."""
    counted = zip(verdict.nearest, shares, strict=True)
    return replace(verdict, nearest=tuple(replace(near, exact_share=share) for near, share in counted))
