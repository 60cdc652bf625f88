"""What a corpus holds, in figures."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from koe.corpus.store import SPLITS, Corpus, Entry, unpack
from koe.errors import CorpusError
from koe.music.grid import LOWEST_PITCH, N_KEYS, STEPS_PER_MEASURE
from koe.progress import Progress

LONGEST_DURATION = 64  # steps; longer notes are counted here
MOST_KEYS = 24  # keys at once; more are counted here
QPM_WIDTH = 10  # quarters a minute in a bar of the histogram of tempi

# Measures by their length; the corpus keeps no more of the metre than that.
METRES = {4: "1/4", 6: "3/8", 8: "2/4", 12: "3/4 or 6/8", 16: "4/4", 18: "9/8", 20: "5/4", 24: "6/4 or 12/8", 32: "4/2"}


@dataclass
class _Tally:
    """Counts over the rolls of some pieces."""

    pieces: int = 0
    works: set[str] = field(default_factory=set)
    steps: int = 0
    notes: int = 0
    measures: int = 0
    pitches: np.ndarray = field(default_factory=lambda: np.zeros(N_KEYS, dtype=np.int64))
    durations: np.ndarray = field(default_factory=lambda: np.zeros(LONGEST_DURATION + 1, dtype=np.int64))
    at_once: np.ndarray = field(default_factory=lambda: np.zeros(MOST_KEYS + 1, dtype=np.int64))
    cells: int = 0

    def add(self, entry: Entry, roll: np.ndarray, onsets: np.ndarray) -> None:
        keys_at_once = roll.sum(axis=1)
        self.pieces += 1
        self.works.add(entry.work)
        self.steps += entry.n_steps
        self.notes += entry.n_notes
        self.measures += -(-entry.n_steps // entry.measure_steps)
        self.pitches += onsets.sum(axis=0)
        durations = np.minimum(note_durations(roll, onsets), LONGEST_DURATION)
        self.durations += np.bincount(durations, minlength=LONGEST_DURATION + 1)
        self.at_once += np.bincount(np.minimum(keys_at_once, MOST_KEYS), minlength=MOST_KEYS + 1)
        self.cells += int(keys_at_once.sum())

    def join(self, other: "_Tally") -> None:
        self.works |= other.works
        for name in ("pieces", "steps", "notes", "measures", "pitches", "durations", "at_once", "cells"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self) -> dict:
        sounding = int(self.at_once[1:].sum())
        struck = int(self.durations.sum())
        return {
            "pieces": self.pieces,
            "works": len(self.works),
            "measures": self.measures,
            "measures_of_16_steps": round(self.steps / STEPS_PER_MEASURE),
            "steps": self.steps,
            "notes": self.notes,
            "density": _share(self.cells, self.steps * N_KEYS),
            "silent_steps": _share(self.steps - sounding, self.steps),
            "polyphony": _share(self.cells, sounding),
            "notes_per_measure_of_16_steps": _share(struck * STEPS_PER_MEASURE, self.steps),
            "mean_duration": _share(int(self.durations @ np.arange(LONGEST_DURATION + 1)), struck),
        }


def corpus_stats(corpus: Corpus, progress: Progress | None = None) -> dict:
    """Count what a corpus holds, one piece at a time.

    Parameters
    ----------
    corpus : Corpus
    progress : callable, optional
        Called with pieces done and pieces in all.

    Returns
    -------
    stats : dict
        ``total``, and the same figures for each of ``splits`` and, from many
        pieces to few, ``composers``: counts; ``density``, share of ones in
        the roll; ``polyphony``, keys at once where any sounds;
        ``mean_duration`` in steps. Histograms, each a dict from value to
        count: ``pitches`` (MIDI, notes struck), ``durations`` (steps, up to
        `LONGEST_DURATION` and more), ``keys_at_once`` (steps), ``metres``,
        ``tempi`` (lower edges, quarters a minute; pieces), ``lengths``
        (measures of 16 steps, lower edges; pieces). ``length_quantiles``
        in the same measures, ``skipped`` by reason, ``sha256``.
    """
    composers: dict[str, _Tally] = {}
    splits = {split: _Tally() for split in SPLITS}
    try:
        for done, entry in enumerate(corpus.entries, 1):
            roll = corpus.pianoroll(entry)
            onsets = unpack(corpus.packed_onsets[entry.start : entry.start + entry.n_steps])
            piece = _Tally()
            piece.add(entry, roll, onsets)
            splits[entry.split].join(piece)
            composers.setdefault(entry.composer or "unknown", _Tally()).join(piece)
            if progress:
                progress(done, len(corpus.entries))
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise CorpusError(f"The rolls in {corpus.folder} do not fit its index; build the corpus again.") from error
    total = _Tally()
    for tally in splits.values():
        total.join(tally)
    lengths = np.array([entry.n_steps / STEPS_PER_MEASURE for entry in corpus.entries])
    width = _round_width(float(np.quantile(lengths, 0.95)) / 20)
    by_size = sorted(composers.items(), key=lambda item: (-item[1].pieces, item[0]))
    return {
        "sha256": corpus.sha256,
        "total": total.figures(),
        "splits": {split: tally.figures() for split, tally in splits.items()},
        "composers": {name: tally.figures() for name, tally in by_size},
        "skipped": _skipped(corpus),
        "length_quantiles": {str(q): round(float(np.quantile(lengths, q)), 2) for q in (0, 0.25, 0.5, 0.75, 1)},
        "lengths": _histogram(int(length // width) * width for length in lengths),
        "metres": _metres(entry.measure_steps for entry in corpus.entries),
        "tempi": _histogram(int(entry.qpm // QPM_WIDTH) * QPM_WIDTH for entry in corpus.entries),
        "pitches": {LOWEST_PITCH + key: int(count) for key, count in enumerate(total.pitches)},
        "durations": {steps: int(count) for steps, count in enumerate(total.durations) if steps},
        "keys_at_once": {keys: int(count) for keys, count in enumerate(total.at_once)},
    }


def note_durations(roll: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    """Length of every note struck: until its key falls silent or is struck again.

    Parameters
    ----------
    roll, onsets : np.ndarray, shape=(steps, 88), dtype=bool
        Which keys sound, and which of them are struck.

    Returns
    -------
    durations : np.ndarray, shape=(n,), dtype=int64
        In steps; by key, then by time.
    """
    # One key after another in one long line, with a silent step after each.
    pad = ((0, 0), (0, 1))
    sounds = np.pad(roll.T, pad).ravel()
    struck = np.pad(onsets.T, pad).ravel()
    starts = np.flatnonzero(struck)
    ends = np.flatnonzero(struck | ~sounds)
    return ends[np.searchsorted(ends, starts, side="right")] - starts


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _round_width(width: float) -> int:
    """Width of a bar: the smallest of 1, 2, 5, 10 and so on that is not less."""
    return next(step * ten for ten in (1, 10, 100, 1000) for step in (1, 2, 5) if step * ten >= width)


def _histogram(values: Iterable[int]) -> dict[int, int]:
    return dict(sorted(Counter(values).items()))


def _metres(measure_steps: Iterable[int]) -> dict[str, int]:
    counts: Mapping[int, int] = Counter(measure_steps)
    largest: Sequence[int] = sorted(counts, key=lambda steps: (-counts[steps], steps))
    return {METRES.get(steps, f"{steps} sixteenths"): counts[steps] for steps in largest}


def _skipped(corpus: Corpus) -> dict[str, int]:
    try:
        rows = json.loads((corpus.folder / "skipped.json").read_text("utf-8"))
        return dict(sorted(Counter(row["reason"] for row in rows).items()))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
