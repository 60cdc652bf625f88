"""Single notes, and the names of pitches."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from koe.music.grid import (
    DEFAULT_VELOCITY,
    LOWEST_PITCH,
    PULSES_PER_STEP,
    PULSES_PER_TICK,
    TICKS_PER_STEP,
)
from koe.music.naming import ENGLISH, Notation


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """One note: where it is written, and how much it is played off that place.

    Attributes
    ----------
    onset : int
        First tick, from 0.
    pitch : int
        MIDI pitch, 21 (A0) to 108 (C8).
    duration : int
        Length in ticks, at least 1.
    velocity : int
        Loudness, 1 to 127.
    shift, release : int
        How many pulses later (earlier below 0) than written it is struck, and
        let go.
    """

    onset: int
    pitch: int
    duration: int = TICKS_PER_STEP
    velocity: int = DEFAULT_VELOCITY
    shift: int = 0
    release: int = 0

    @property
    def end(self) -> int:
        """First tick after the note."""
        return self.onset + self.duration

    @property
    def key(self) -> int:
        """Piano key, 0 (A0) to 87 (C8)."""
        return self.pitch - LOWEST_PITCH

    @property
    def first_pulse(self) -> int:
        """Pulse at which it is struck, from 0."""
        return max(self.onset * PULSES_PER_TICK + self.shift, 0)

    @property
    def last_pulse(self) -> int:
        """Pulse at which it is let go, after `first_pulse`."""
        return max(self.end * PULSES_PER_TICK + self.release, self.first_pulse + 1)

    @property
    def step(self) -> int:
        """The step that it begins at in the pianoroll: the nearest one, halves up."""
        return int(nearest_steps(self.onset, self.shift))

    @property
    def end_step(self) -> int:
        """First step after it in the pianoroll; a note sounds for one step at least."""
        return max(int(nearest_steps(self.end, self.release)), self.step + 1)

    @property
    def n_steps(self) -> int:
        """Length in the pianoroll."""
        return self.end_step - self.step

    @property
    def on_step(self) -> bool:
        """Whether it begins where the pianoroll says it does."""
        return self.onset % TICKS_PER_STEP == 0

    def moved(self, n_ticks: int) -> "Note":
        """The same note, so many ticks later."""
        return Note(self.onset + n_ticks, self.pitch, self.duration, self.velocity, self.shift, self.release)


def nearest_steps(ticks: Any, shifts: Any) -> Any:
    """The steps nearest to ticks, halves up; whole numbers, or arrays of them.

    Half a tick of what is played earlier or later says on which side of the
    middle between two steps a tick lies.
    """
    half = PULSES_PER_TICK // 2
    pulses = ticks * PULSES_PER_TICK + np.clip(shifts, -half, half)
    return (pulses + PULSES_PER_STEP // 2) // PULSES_PER_STEP


def note_at_step(step: int, pitch: int, n_steps: int = 1, velocity: int = DEFAULT_VELOCITY) -> Note:
    """A note of so many steps, where a pianoroll has it."""
    return Note(step * TICKS_PER_STEP, pitch, n_steps * TICKS_PER_STEP, velocity)


def pitch_name(pitch: int, notation: Notation = ENGLISH) -> str:
    """Name a MIDI pitch, in scientific notation unless another is given.

    Examples
    --------
    >>> pitch_name(60), pitch_name(21), pitch_name(61), pitch_name(71)
    ('C4', 'A0', 'C♯4', 'B4')
    """
    return notation.name(pitch)


def pitch_from_name(name: str, notation: Notation = ENGLISH) -> int:
    """Read a pitch name such as ``"C4"``, ``"f#3"`` or ``"Bb2"``.

    Raises
    ------
    InputError
        If the name is none, or lies outside the piano's A0 to C8.

    Examples
    --------
    >>> pitch_from_name("C4"), pitch_from_name("Bb2")
    (60, 46)
    """
    return notation.pitch(name)


def chord_from_names(names: str, notation: Notation = ENGLISH) -> tuple[int, ...]:
    """Read a chord such as ``"C4 E4 G4"`` as ascending MIDI pitches: see `koe.music.naming.Notation.chord`."""
    return notation.chord(names)
