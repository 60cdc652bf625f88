"""A piece of music on the grid: what every part of Koe hands to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from koe.errors import InputError
from koe.music.grid import DEFAULT_QPM, HIGHEST_PITCH, LOWEST_PITCH, N_KEYS, STEPS_PER_MEASURE, STEPS_PER_QUARTER
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.states import notes_from_states, states_from_rolls


@dataclass(frozen=True, order=True, slots=True)
class TimeSignature:
    """A metre that holds from ``onset`` (in steps) on.

    ``numerator`` beats of one ``denominator``-th note make a measure.
    """

    onset: int = 0
    numerator: int = 4
    denominator: int = 4

    @property
    def measure_steps(self) -> int:
        """Length of a measure in steps, rounded to whole steps, at least 1."""
        return max(1, round(self.numerator * STEPS_PER_MEASURE / self.denominator))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many notes of a file were left out, by reason."""

    drums: int = 0
    outside_piano: int = 0
    beyond_limit: int = 0

    @property
    def total(self) -> int:
        """All notes that were left out."""
        return self.drums + self.outside_piano + self.beyond_limit


@dataclass(frozen=True)
class Piece:
    """Notes on a sixteenth grid, with tempo, metre and name.

    Attributes
    ----------
    notes : tuple of Note
        In order of onset, then pitch. Notes of one pitch may touch (a
        re-struck key) or overlap (two voices on one key).
    n_steps : int
        Length in steps, trailing silence included; no note ends later.
    qpm : float
        Quarter notes a minute: the average over the piece where its tempo
        changes.
    time_signatures : tuple of TimeSignature
        In order, the first at step 0. Empty means 4/4.
    title : str
        Name for people; may be empty.
    dropped : Dropped
        What reading the file left out.
    n_tempo_changes : int
        Tempo changes of the file after its first tempo.
    off_grid : float
        Share of the file's onsets that lie between the places of its own
        grid: more than an eighth of a step from every sixteenth and every
        sixteenth of a triplet. Where it is high, the roll is not what was
        played.
    beats_estimated : bool
        Whether the notes follow no beat of the file, as in a live
        performance, and the grid lies on beats found in the playing.
    n_other_instruments : int
        Notes that the file gives to instruments without a keyboard.
    warnings : tuple of str
        Sentences for the user about what was not as expected.
    made_by : Making or None
        Which network made it, or the last part of it, and how; None where
        that is not known. Pieces with the same music are equal whoever made
        them.
    """

    notes: tuple[Note, ...]
    n_steps: int
    qpm: float = DEFAULT_QPM
    time_signatures: tuple[TimeSignature, ...] = ()
    title: str = ""
    dropped: Dropped = field(default_factory=Dropped)
    n_tempo_changes: int = 0
    off_grid: float = 0.0
    beats_estimated: bool = False
    n_other_instruments: int = 0
    warnings: tuple[str, ...] = ()
    made_by: Making | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        last = max((note.end for note in self.notes), default=0)
        if self.n_steps < last:
            raise InputError(f"The piece is {self.n_steps} steps long but a note ends at step {last}.")
        if not self.time_signatures:
            object.__setattr__(self, "time_signatures", (TimeSignature(),))

    @classmethod
    def from_pianoroll(cls, pianoroll: np.ndarray, qpm: float = DEFAULT_QPM, title: str = "", **fields: Any) -> "Piece":
        """Make a piece of a binary roll, shape ``(steps, 88)``; runs of ones become notes."""
        return cls(notes_from_pianoroll(pianoroll), len(pianoroll), qpm, title=title, **fields)

    @classmethod
    def from_states(cls, states: np.ndarray, qpm: float = DEFAULT_QPM, title: str = "", **fields: Any) -> "Piece":
        """Make a piece of states, uint8, shape ``(steps, 88)``: every struck key becomes a note."""
        return cls(notes_from_states(states), len(states), qpm, title=title, **fields)

    @cached_property
    def pianoroll(self) -> np.ndarray:
        """Which keys sound: read-only bool array, shape ``(n_steps, 88)``."""
        roll = np.zeros((self.n_steps, N_KEYS), dtype=bool)
        for note in self.notes:
            roll[note.onset : note.end, note.pitch - LOWEST_PITCH] = True
        roll.flags.writeable = False
        return roll

    @cached_property
    def onsets(self) -> np.ndarray:
        """Which keys are struck: read-only bool array, shape ``(n_steps, 88)``."""
        roll = np.zeros((self.n_steps, N_KEYS), dtype=bool)
        for note in self.notes:
            roll[note.onset, note.pitch - LOWEST_PITCH] = True
        roll.flags.writeable = False
        return roll

    @cached_property
    def states(self) -> np.ndarray:
        """Silent, held or struck, as `koe.music.states` numbers them: read-only uint8, shape ``(n_steps, 88)``."""
        states = states_from_rolls(self.pianoroll, self.onsets)
        states.flags.writeable = False
        return states

    @cached_property
    def clock(self) -> np.ndarray:
        """Each step's place in its measure and the measure's length: int32, shape ``(n_steps, 2)``."""
        clock = np.zeros((self.n_steps, 2), dtype=np.int32)
        ends = [signature.onset for signature in self.time_signatures[1:]] + [self.n_steps]
        for signature, end in zip(self.time_signatures, ends, strict=True):
            part = clock[signature.onset : end]
            part[:, 0] = np.arange(len(part)) % signature.measure_steps
            part[:, 1] = signature.measure_steps
        return clock

    @property
    def duration_sec(self) -> float:
        """Length in seconds at ``qpm``."""
        return self.n_steps / STEPS_PER_QUARTER * 60.0 / self.qpm

    @cached_property
    def measure_onsets(self) -> tuple[int, ...]:
        """First step of every measure, by the time signatures."""
        onsets: list[int] = []
        signatures = self.time_signatures
        for index, signature in enumerate(signatures):
            end = signatures[index + 1].onset if index + 1 < len(signatures) else self.n_steps
            onsets.extend(range(signature.onset, min(end, self.n_steps), signature.measure_steps))
        return tuple(onsets)

    @property
    def n_measures(self) -> int:
        """Number of measures, the last one counted even where it is cut."""
        return len(self.measure_onsets)

    def by(
        self, model: str, seed: int | None = None, settings: Mapping[str, Any] | None = None, **others: Any
    ) -> "Piece":
        """The same piece with a note of which model made it, and with what settings."""
        named = tuple((name.replace("_", " "), str(value)) for name, value in {**(settings or {}), **others}.items())
        return replace(self, made_by=Making(model, seed, named))

    def melody(self) -> "Piece":
        """The top voice: the highest of the notes that begin together, but for those below a longer one above."""
        kept: list[Note] = []
        for note in sorted(self.notes, key=lambda note: (note.onset, -note.pitch)):
            if not any(other.end > note.onset and other.pitch >= note.pitch for other in kept[-8:]):
                kept.append(note)
        return replace(self, notes=tuple(kept), warnings=())

    def transposed(self, semitones: int) -> "Piece":
        """Every note moved by so many semitones; those that would leave the piano stay on it, in another octave."""
        moved = [(note, note.pitch + semitones) for note in self.notes]
        kept = [replace(note, pitch=pitch) for note, pitch in moved if LOWEST_PITCH <= pitch <= HIGHEST_PITCH]
        for note, pitch in moved:
            if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
                inside = LOWEST_PITCH + (pitch - LOWEST_PITCH) % 12 if pitch < LOWEST_PITCH else _below_top(pitch)
                # One key cannot sound twice at a time.
                if not any(
                    other.pitch == inside and other.onset < note.end and note.onset < other.end for other in kept
                ):
                    kept.append(replace(note, pitch=inside))
        return replace(self, notes=tuple(sorted(kept)), warnings=())

    def slice(self, start: int, stop: int) -> "Piece":
        """Cut out steps ``start`` to ``stop``; notes are cut at both ends.

        A note that began before ``start`` begins at 0 in the result. Past the
        end of the piece the result is silent, so it is always
        ``stop - start`` steps long.
        """
        notes = tuple(
            sorted(
                replace(
                    note, onset=max(note.onset, start) - start, duration=min(note.end, stop) - max(note.onset, start)
                )
                for note in self.notes
                if note.onset < stop and note.end > start
            )
        )
        earlier = [signature for signature in self.time_signatures if signature.onset <= start]
        inside = [signature for signature in self.time_signatures if start < signature.onset < stop]
        first = replace(earlier[-1], onset=0) if earlier else TimeSignature()
        signatures = (first, *(replace(signature, onset=signature.onset - start) for signature in inside))
        return replace(
            self, notes=notes, n_steps=stop - start, time_signatures=signatures, warnings=(), dropped=Dropped()
        )


def _below_top(pitch: int) -> int:
    """The highest pitch of the same name that the piano has."""
    return HIGHEST_PITCH - (HIGHEST_PITCH - pitch) % 12
