"""A piece as events, one a note, in order of onset, then pitch: what networks of notes read and write.

An event says how many ticks it begins after the one before it, which key it
strikes, and for how long. Where nothing begins for `REST` ticks, an event
without a note says so; a last one ends the piece. Keys that sound are not
struck: a key that is struck again ends the note before it.

Time is counted in ticks, 24 a quarter. Measures longer than `MAX_PLACES` ticks
count as several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

TICKS_PER_QUARTER = 24
MAX_PLACES = 144  # ticks of the longest measure: 12/8 and 6/4
# How many ticks later the next event begins, 0 for one more note of a chord; or that nothing does; or the end.
REST = 96
END = REST + 1
N_ADVANCES = END + 1
# Lengths of notes in ticks that have a class of their own; others take the nearest.
DURATIONS = np.array([*range(1, 49), *range(54, 193, 6), *range(216, 577, 24), 600])
N_DURATIONS = len(DURATIONS)
# In place of a length, where an event is no note.
NO_NOTE, BEGINNING = N_DURATIONS, N_DURATIONS + 1
_CLASSES = np.abs(np.arange(1, DURATIONS[-1] + 1)[:, None] - DURATIONS).argmin(axis=1).astype(np.uint8)


@dataclass(frozen=True)
class Events:
    """The events of a piece after its beginning, which is number 0 and no note.

    Attributes
    ----------
    onset : np.ndarray, shape=(n + 1,), dtype=int64
        Tick of each event.
    pitch : np.ndarray, shape=(n + 1,), dtype=int64
        MIDI pitch; that of the note before it where an event is no note, at first 60.
    duration : np.ndarray, shape=(n + 1,), dtype=int64
        Class of the note's length, `NO_NOTE` or `BEGINNING`.
    ends : np.ndarray, shape=(n + 1,), dtype=int64
        Tick at which the note ends; 0 where an event is no note.
    advance : np.ndarray, shape=(n + 1,), dtype=int64
        From each event to the next: ticks, `REST`, or `END`.
    measure, place, length : np.ndarray, shape=(n + 1,), dtype=int64
        Each event's measure, its tick in it, and the measure's ticks.
    """

    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    ends: np.ndarray
    advance: np.ndarray
    measure: np.ndarray
    place: np.ndarray
    length: np.ndarray

    @property
    def is_note(self) -> np.ndarray:
        """Which events are notes."""
        return self.duration < N_DURATIONS

    def __len__(self) -> int:
        return len(self.onset)


def duration_class(ticks: np.ndarray) -> np.ndarray:
    """The class of lengths nearest to each length in ticks, from 1."""
    return _CLASSES[np.clip(ticks, 1, DURATIONS[-1]) - 1]


def tidy_notes(notes: np.ndarray) -> np.ndarray:
    """Notes in order, each key's ended where it is struck again.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch; in any order. Of notes that strike one
        key at a time the longest stays.

    Returns
    -------
    notes : np.ndarray, shape=(m, 3), dtype=int64
        In order of onset, then pitch.
    """
    notes = np.asarray(notes, dtype=np.int64).reshape(-1, 3)
    onset, duration, pitch = notes[np.lexsort((-notes[:, 1], notes[:, 0], notes[:, 2]))].T
    first = np.ones(len(onset), dtype=bool)
    first[1:] = (pitch[1:] != pitch[:-1]) | (onset[1:] != onset[:-1])
    onset, duration, pitch = onset[first], duration[first], pitch[first]
    again = np.flatnonzero(pitch[1:] == pitch[:-1])
    duration[again] = np.minimum(duration[again], onset[again + 1] - onset[again])
    order = np.lexsort((pitch, onset))
    return np.stack([onset, duration, pitch], axis=1)[order]


def short_measures(lines: Sequence[int], n_ticks: int) -> np.ndarray:
    """First ticks of measures, none of them longer than `MAX_PLACES`, and the end: int64.

    Parameters
    ----------
    lines : sequence of ints
        First tick of every measure, from 0 on.
    n_ticks : int
        Where the last one ends at the latest.
    """
    borders = [*lines, max(n_ticks, lines[-1] + 1)]
    starts: list[int] = []
    for start, end in pairwise(borders):
        starts.extend(range(start, end, MAX_PLACES))
    return np.array([*starts, borders[-1]], dtype=np.int64)


def events_of(notes: np.ndarray, starts: np.ndarray) -> Events:
    """Events from the notes of `tidy_notes` and the measures of `short_measures`."""
    onset, duration, pitch = notes.T
    before = np.concatenate([[0], onset[:-1]])
    n_rests = (onset - before) // REST
    owner = np.repeat(np.arange(len(onset)), n_rests + 1)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(n_rests + 1) - n_rests - 1, n_rests + 1)
    is_note = number == n_rests[owner]
    onsets = np.where(is_note, onset[owner], before[owner] + (number + 1) * REST)
    pitches = np.where(is_note, pitch[owner], np.concatenate([[60], pitch[:-1]])[owner])
    classes = np.where(is_note, duration_class(duration)[owner], NO_NOTE)
    ends = np.where(is_note, (onset + duration)[owner], 0)
    onsets = np.concatenate([[0], onsets])
    advance = np.concatenate([np.diff(onsets), [END]])
    advance[:-1][~is_note] = REST
    measure = np.minimum(np.searchsorted(starts, onsets, side="right") - 1, len(starts) - 2)
    length = np.diff(starts)[measure]
    return Events(
        onset=onsets,
        pitch=np.concatenate([[60], pitches]),
        duration=np.concatenate([[BEGINNING], classes]).astype(np.int64),
        ends=np.concatenate([[0], ends]),
        advance=advance,
        measure=measure,
        place=np.minimum(onsets - starts[measure], MAX_PLACES - 1),
        length=np.minimum(length, MAX_PLACES),
    )


def notes_of(events: Events) -> np.ndarray:
    """Onset, duration in ticks and pitch of each note: int64, ``(n, 3)``."""
    kept = events.is_note
    return np.stack([events.onset, events.ends - events.onset, events.pitch], axis=1)[kept]
