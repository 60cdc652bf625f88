"""Which letter a pitch is written with: C sharp or D flat.

The method is Meredith's ps13s1, with the key of the piece as what it starts
from. In a scale of twelve notes on a tonic every pitch class has one letter
(the harmonic chromatic scale: on the line of fifths, from five places below
the tonic to six above). Every note heard shortly before or after counts as
one vote for itself as tonic, and the letter with most votes is taken. So a
passage in another key is spelled by that key.

References
----------
Meredith (2006), The ps13 pitch spelling algorithm, Journal of New Music
Research 35(2), 121-159.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.music.notes import Note
from koe.scores.key import LETTERS_BY_FIFTHS, Key

# How many notes before and after one have a vote; Meredith found these to do best.
NOTES_BEFORE = 10
NOTES_AFTER = 42

_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FARTHEST = 15  # B double sharp... F double flat lies at -15: no triple accidentals


@dataclass(frozen=True, slots=True, order=True)
class Spelling:
    """A pitch as it is written.

    Attributes
    ----------
    step : str
        Letter, ``"A"`` to ``"G"``.
    alter : int
        Sharps, flats below 0; -2 to 2.
    octave : int
        Of the letter: B sharp 3 sounds as C 4.
    """

    step: str
    alter: int
    octave: int

    @property
    def pitch(self) -> int:
        """MIDI pitch."""
        return 12 * (self.octave + 1) + _NATURALS[self.step] + self.alter


def spelling_at(fifths: int, pitch: int) -> Spelling:
    """Write a MIDI pitch with the name at this place of the line of fifths (C is 0, G is 1)."""
    step, alter = LETTERS_BY_FIFTHS[(fifths + 1) % 7], (fifths + 1) // 7
    return Spelling(step, alter, (pitch - alter) // 12 - 1)


def spell(notes: Sequence[Note], key: Key | Sequence[Key]) -> tuple[Spelling, ...]:
    """Spell notes that stand in order of onset.

    Parameters
    ----------
    notes : sequence of Note
    key : Key, or sequence of Key
        Of all notes, or of each.

    Examples
    --------
    >>> [f"{s.step}{s.alter:+d}" for s in spell([Note(0, 60), Note(6, 63), Note(12, 59)], Key(-3, "minor"))]
    ['C+0', 'E-1', 'B+0']
    """
    if not notes:
        return ()
    classes = np.array([note.pitch % 12 for note in notes])
    # How often each class occurs among the first n notes, so that a window is one subtraction.
    counts = np.zeros((len(notes) + 1, 12), dtype=np.int64)
    counts[1:] = np.cumsum(np.eye(12, dtype=np.int64)[classes], axis=0)
    places = np.arange(len(notes))
    votes = counts[np.minimum(places + NOTES_AFTER, len(notes))] - counts[np.maximum(places - NOTES_BEFORE, 0)]

    keys = [key] * len(notes) if isinstance(key, Key) else key
    tables = {tonic: _names(tonic) for tonic in {one.tonic for one in keys}}
    spellings = []
    for note, pitch_class, vote, one in zip(notes, classes.tolist(), votes.tolist(), keys, strict=True):
        names = tables[one.tonic][pitch_class]
        by_name: dict[int, int] = {}
        for name, count in zip(names, vote, strict=True):
            by_name[name] = by_name.get(name, 0) + count
        home = _nearest(pitch_class, one.tonic)
        # Of names with the same votes the one that the key itself gives, then the one nearer to it.
        fifths = max(by_name, key=lambda name: (by_name[name], -abs(name - home)))
        spellings.append(spelling_at(fifths, note.pitch))
    return tuple(spellings)


def _names(tonic: int) -> list[list[int]]:
    """By pitch class and by which class has a vote, the name of the first where the second is tonic."""
    tonics = [_nearest(voter, tonic) for voter in range(12)]
    return [[_nearest(pitch_class, voter) for voter in tonics] for pitch_class in range(12)]


def _nearest(pitch_class: int, tonic: int) -> int:
    """The name of a pitch class in the harmonic chromatic scale on ``tonic``, as a place on the line of fifths."""
    # A fifth is seven semitones and 7 * 7 = 49 = 1 (mod 12), so class p lies at 7 p, give or take twelves.
    place = (7 * pitch_class - (tonic - 5)) % 12 + tonic - 5
    while place > _FARTHEST + 4:
        place -= 12
    while place < -_FARTHEST:
        place += 12
    return place
