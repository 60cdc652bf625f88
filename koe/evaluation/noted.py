"""Pieces as measures of form hear them: notes on sixteenths, and where each measure begins.

Everything is laid on sixteenths, however finely a model writes, so that all
models and real music are compared alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from koe.corpus.store import Corpus, Entry
from koe.music.grid import TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.states import notes_from_states, states_from_pianoroll


@dataclass(frozen=True)
class Noted:
    """A piece, or a stretch of one.

    Attributes
    ----------
    notes : np.ndarray, shape=(n, 3), dtype=int64
        Onset, duration in ticks, pitch; in order of onset, then pitch.
    starts : np.ndarray, shape=(n_measures,), dtype=int64
        First tick of each measure, the first of them 0.
    n_ticks : int
    states : np.ndarray, shape=(n_steps, 88), dtype=uint8
        The same as states.
    group : str
        What is drawn as one in a bootstrap, such as the work.
    """

    notes: np.ndarray
    starts: np.ndarray
    n_ticks: int
    states: np.ndarray
    group: str

    @property
    def as_notes(self) -> list[Note]:
        """The notes as the rest of Koe has them."""
        return [Note(onset, pitch, duration) for onset, duration, pitch in self.notes.tolist()]

    def first_measures(self, n: int) -> "Noted":
        """Its first measures, notes cut where they end."""
        if n >= len(self.starts):
            return self
        return noted_states(self.states[: int(self.starts[n]) // TICKS_PER_STEP], self.starts[:n], self.group)


def noted_states(states: np.ndarray, starts: Sequence[int] | np.ndarray, group: str) -> Noted:
    """States ``(n_steps, 88)``, or a roll, whose measures begin at some ticks."""
    states = states if states.dtype == np.uint8 else states_from_pianoroll(states)
    rows = [(note.onset, note.duration, note.pitch) for note in notes_from_states(states)]
    notes = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Noted(notes, np.asarray(starts, dtype=np.int64), len(states) * TICKS_PER_STEP, states, group)


def noted_stretch(states: np.ndarray, clock: np.ndarray, group: str) -> Noted:
    """States whose first step has a place in a measure of so many steps, ``clock``, such as ``(0, 16)``.

    What is left of a measure that had begun before counts as one.
    """
    place, length = (int(number) for number in clock)
    first = (-place) % length
    lines = range(first, len(states), length)
    steps = [*lines] if first == 0 else [0, *lines]
    return noted_states(states, np.array(steps) * TICKS_PER_STEP, group)


def noted_stretches(states: np.ndarray, clocks: np.ndarray, groups: Sequence[str]) -> list[Noted]:
    """Stretches ``(n, n_steps, 88)``, each with the clock of its first step, ``(n, 2)``, and its group."""
    return [noted_stretch(*one) for one in zip(states, clocks, groups, strict=True)]


def noted_piece(piece: Piece, group: str) -> Noted:
    """A whole piece with its own measures."""
    lines = sorted({line // TICKS_PER_STEP * TICKS_PER_STEP for line in piece.measure_onsets} | {0})
    inside = [line for line in lines if line < max(piece.n_steps, 1) * TICKS_PER_STEP]
    return noted_states(piece.states, inside, group)


def noted_entries(corpus: Corpus, entries: Sequence[Entry]) -> list[Noted]:
    """Pieces of a corpus, whole, in their works."""
    return [noted_piece(corpus.piece(entry), entry.work) for entry in entries]


def sums_of(counts: Callable[[Noted], np.ndarray], pieces: Sequence[Noted]) -> tuple[np.ndarray, list[str]]:
    """What is counted in each piece, a row each, and its group: what `koe.evaluation.intervals.over_groups` takes."""
    return np.array([counts(piece) for piece in pieces]).reshape(len(pieces), -1), [piece.group for piece in pieces]
