"""Notes and changes that are taken from others: the top voice, another key, a stretch of time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH
from koe.music.notes import Note


def top_voice(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The highest of the notes that begin together, but for those below a longer one above."""
    kept: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.onset, -note.pitch)):
        if not any(other.end > note.onset and other.pitch >= note.pitch for other in kept[-8:]):
            kept.append(note)
    return tuple(kept)


def transposed(notes: Sequence[Note], semitones: int) -> tuple[Note, ...]:
    """Every note moved by so many semitones; those that would leave the piano stay on it, in another octave."""
    moved = [(note, note.pitch + semitones) for note in notes]
    kept = [replace(note, pitch=pitch) for note, pitch in moved if LOWEST_PITCH <= pitch <= HIGHEST_PITCH]
    for note, pitch in moved:
        if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            inside = LOWEST_PITCH + (pitch - LOWEST_PITCH) % 12 if pitch < LOWEST_PITCH else _below_top(pitch)
            # One key cannot sound twice at a time.
            if not any(other.pitch == inside and other.onset < note.end and note.onset < other.end for other in kept):
                kept.append(replace(note, pitch=inside))
    return tuple(sorted(kept))


def cut(notes: Sequence[Note], start: int, stop: int) -> tuple[Note, ...]:
    """What of the notes lies between two ticks, counted from the first."""
    inside = (note for note in notes if start < stop and note.onset < stop and note.end > start)
    return tuple(sorted(_cut(note, start, stop) for note in inside))


def _cut(note: Note, start: int, stop: int) -> Note:
    onset, end = max(note.onset, start), min(note.end, stop)
    return Note(
        onset - start,
        note.pitch,
        end - onset,
        note.velocity,
        note.shift if note.onset >= start else 0,
        note.release if note.end <= stop else 0,
    )


def standing(changes: tuple[Any, ...], start: int, stop: int) -> tuple[Any, ...]:
    """What holds between two places, counted from the first: what stood there, and what changes inside."""
    before = [change for change in changes if change.onset <= start][-1:]
    inside = [change for change in changes if start < change.onset < stop]
    return (
        *(replace(change, onset=0) for change in before),
        *(replace(change, onset=change.onset - start) for change in inside),
    )


def _below_top(pitch: int) -> int:
    """The highest pitch of the same name that the piano has."""
    return HIGHEST_PITCH - (HIGHEST_PITCH - pitch) % 12
