"""How languages name pitches: letters, or do re mi; accidentals as signs or as endings; which octave is which.

German reads B as B flat and H as B, and ends names with -is and -es. French
and Italian sing do re mi, and count octaves from one lower.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from koe.errors import InputError
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH

MIDDLE_C = 60
_SIGNS = {"": 0, "#": 1, "♯": 1, "##": 2, "x": 2, "b": -1, "♭": -1, "bb": -2}


@dataclass(frozen=True)
class Notation:
    """How one language names pitches.

    Attributes
    ----------
    names : tuple of 12 str
        As they are written, from C upwards by semitones.
    stems : mapping of str to int
        What can be read: pitch classes of the names without accidentals, in
        small letters.
    accidentals : mapping of str to int
        What may follow a stem, and by how many semitones it moves it.
    whole : mapping of str to int
        Pitch classes of names that are read as they stand, before all others.
    octave : int
        Number of the octave that begins with middle C.
    """

    names: tuple[str, ...]
    stems: Mapping[str, int]
    accidentals: Mapping[str, int]
    whole: Mapping[str, int]
    octave: int = 4

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        def longest_first(words: Mapping[str, int]) -> str:
            return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

        return re.compile(
            rf"(?:(?P<whole>{longest_first(self.whole) or '(?!)'})"
            rf"|(?P<stem>{longest_first(self.stems)})(?P<accidental>{longest_first(self.accidentals)}))"
            r"(?P<octave>-?\d)",
            re.IGNORECASE,
        )

    @property
    def example(self) -> str:
        """A chord of three notes in it, for sentences."""
        return " ".join(self.name(pitch) for pitch in (60, 64, 67))

    def name(self, pitch: int) -> str:
        """Name a MIDI pitch."""
        return f"{self.names[pitch % 12]}{(pitch - MIDDLE_C) // 12 + self.octave}"

    def pitch(self, name: str) -> int:
        """Read a name.

        Raises
        ------
        InputError
            If the name is none, or lies outside the piano's 88 keys.
        """
        found = self._pattern.fullmatch(name.strip())
        if not found:
            examples = ", ".join(map(self.name, (60, 54, 46)))
            raise InputError(f"{name!r} is no note name; write letter, accidental if any, and octave: {examples}.")
        if found["whole"]:
            pitch_class = self.whole[found["whole"].lower()]
        else:
            pitch_class = self.stems[found["stem"].lower()] + self.accidentals[found["accidental"].lower()]
        pitch = MIDDLE_C + 12 * (int(found["octave"]) - self.octave) + pitch_class
        if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            lowest, highest = map(self.name, (LOWEST_PITCH, HIGHEST_PITCH))
            raise InputError(f"{name!r} lies outside the piano; choose a note from {lowest} to {highest}.")
        return pitch

    def chord(self, names: str) -> tuple[int, ...]:
        """Read a chord such as ``"C4 E4 G4"`` as ascending MIDI pitches.

        Spaces and commas separate the notes; a note named twice counts once.

        Raises
        ------
        InputError
            If it holds no note, or something that is none.
        """
        pitches = {self.pitch(name) for name in re.split(r"[\s,]+", names.strip()) if name}
        if not pitches:
            raise InputError(f"The chord holds no note; name at least one, such as {self.example}.")
        return tuple(sorted(pitches))


ENGLISH = Notation(
    ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"),
    {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11},
    {**_SIGNS, "s": 1},
    {},
)
# Signs are read as well, since keyboards and files show them; B with one more flat sign is still B flat.
GERMAN = Notation(
    ("C", "Cis", "D", "Es", "E", "F", "Fis", "G", "As", "A", "B", "H"),
    {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "h": 11},
    {**_SIGNS, "is": 1, "isis": 2, "es": -1, "eses": -2},
    {"es": 3, "eses": 2, "as": 8, "ases": 7, "b": 10, "b♭": 10, "bb": 10},
)
_DEGREES = {"do": 0, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}
FRENCH = Notation(
    ("do", "do♯", "ré", "mi♭", "mi", "fa", "fa♯", "sol", "la♭", "la", "si♭", "si"),
    {**_DEGREES, "ré": 2, "ut": 0},
    _SIGNS,
    {},
    octave=3,
)
ITALIAN = Notation(
    ("do", "do♯", "re", "mi♭", "mi", "fa", "fa♯", "sol", "la♭", "la", "si♭", "si"), _DEGREES, _SIGNS, {}, octave=3
)
NOTATIONS: Mapping[str, Notation] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "it": ITALIAN}
