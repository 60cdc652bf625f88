"""Single notes, and the names of pitches."""

import re
from dataclasses import dataclass

from koe.errors import InputError
from koe.music.grid import DEFAULT_VELOCITY, HIGHEST_PITCH, LOWEST_PITCH

_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "s": 1, "##": 2, "x": 2, "b": -1, "♭": -1, "bb": -2}
_NAME = re.compile(r"([A-Ga-g])(##|bb|[#♯sxb♭]?)(-?\d)")


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """One note on the grid.

    Attributes
    ----------
    onset : int
        First step, from 0.
    pitch : int
        MIDI pitch, 21 (A0) to 108 (C8).
    duration : int
        Length in steps, at least 1.
    velocity : int
        Loudness, 1 to 127.
    """

    onset: int
    pitch: int
    duration: int = 1
    velocity: int = DEFAULT_VELOCITY

    @property
    def end(self) -> int:
        """First step after the note."""
        return self.onset + self.duration

    @property
    def key(self) -> int:
        """Piano key, 0 (A0) to 87 (C8)."""
        return self.pitch - LOWEST_PITCH


def pitch_name(pitch: int) -> str:
    """Name a MIDI pitch in scientific notation.

    Examples
    --------
    >>> pitch_name(60), pitch_name(21), pitch_name(61)
    ('C4', 'A0', 'C♯4')
    """
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"


def pitch_from_name(name: str) -> int:
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
    found = _NAME.fullmatch(name.strip())
    if not found:
        raise InputError(f"{name!r} is no note name; write letter, accidental if any, and octave: C4, F#3, Bb2.")
    letter, accidental, octave = found.groups()
    pitch = 12 * (int(octave) + 1) + _PITCH_CLASSES[letter.upper()] + _ACCIDENTALS[accidental]
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        raise InputError(f"{name!r} lies outside the piano; choose a note from A0 to C8.")
    return pitch


def chord_from_names(names: str) -> tuple[int, ...]:
    """Read a chord such as ``"C4 E4 G4"`` as ascending MIDI pitches.

    Spaces and commas separate the notes; a note named twice counts once.
    """
    pitches = {pitch_from_name(name) for name in re.split(r"[\s,]+", names.strip()) if name}
    if not pitches:
        raise InputError("The chord holds no note; name at least one, such as C4 E4 G4.")
    return tuple(sorted(pitches))
