"""What a score consists of: measures, voices, sounds and note heads."""

from dataclasses import dataclass

from koe.music.piece import Piece
from koe.scores.clefs import Clef
from koe.scores.key import Key
from koe.scores.marks import PlayedMark
from koe.scores.measures import Bar
from koe.scores.printed import Printed
from koe.scores.spelling import Spelling
from koe.scores.tempo import TempoMark
from koe.scores.tuplets import Tuplet

C_MAJOR = Key()


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """One note head.

    Attributes
    ----------
    member : int
        Place in the notes of the piece.
    part : int
        0 for the first of a note's heads, 1 for the one tied to it, and so on.
    spelling : Spelling
    tied : bool
        Whether it is tied to the next head of the same note.
    accidental : str
        The sign before it as MusicXML names it, such as ``"sharp"``; empty for none.
    steal : float
        Of a grace note on the beat, how many ticks of its main note it takes.
    late : float
        How many ticks after its place it is played, if no grace note of its
        chord says so.
    joined : bool
        Whether it is a grace note that is struck together with the one before it.
    """

    member: int
    part: int
    spelling: Spelling
    tied: bool
    accidental: str = ""
    steal: float = 0.0
    late: float = 0.0
    joined: bool = False

    @property
    def name(self) -> str:
        """Its name in the score's files: ``"n12"``, and ``"n12-1"`` for the head that is tied to that."""
        return f"n{self.member}-{self.part}" if self.part else f"n{self.member}"


@dataclass(frozen=True, slots=True)
class Sound:
    """A chord or rest of one voice, of a single note value.

    Attributes
    ----------
    start, length : int
        In ticks, from the beginning of the measure.
    value : float
        Length of the note value it is printed with, one of
        `koe.scores.values.VALUES`; in a tuplet that is longer than it sounds.
        0 for the rest of a whole measure.
    notes : tuple of WrittenNote
        From low to high; empty for a rest.
    shown : bool
        False for a rest that is not printed, as another voice sounds.
    beams : tuple of str
        For each beam, from the eighths' on: ``"begin"``, ``"continue"``, ``"end"`` or a hook.
    tuplet : Tuplet or None
        What it stands in.
    first, last : bool
        Whether it is the first, and the last, of its tuplet.
    graces : tuple of WrittenNote
        The grace notes before it, in order.
    rolled : bool
        Whether its notes are played from low to high, one after the other.
    """

    start: int
    length: int
    value: float
    notes: tuple[WrittenNote, ...] = ()
    shown: bool = True
    beams: tuple[str, ...] = ()
    tuplet: Tuplet | None = None
    first: bool = False
    last: bool = False
    graces: tuple[WrittenNote, ...] = ()
    rolled: bool = False

    def exact_start(self, offset: int) -> float:
        """Where it begins to the fraction of a tick, as notes of quintuplets do, in a measure begun at ``offset``."""
        if self.tuplet is None or not self.tuplet.places:
            return self.start
        note = self.tuplet.places.index(self.start + offset - self.tuplet.start)
        return self.tuplet.start - offset + note * self.tuplet.length / self.tuplet.actual


@dataclass(frozen=True, slots=True)
class Voice:
    """What a voice does in one measure.

    Attributes
    ----------
    number : int
        0 for the upper voice of the staff. A tie stays in its voice, over bar lines too.
    sounds : tuple of Sound
        Without gaps.
    """

    number: int
    sounds: tuple[Sound, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: where it lies, its key, and for both staves, the upper one first, its voices and its clef."""

    bar: Bar
    staves: tuple[tuple[Voice, ...], tuple[Voice, ...]]
    clefs: tuple[Clef, Clef] = ("treble", "bass")
    key: Key = C_MAJOR


@dataclass(frozen=True)
class Score:
    """A score, ready to be written down.

    Attributes
    ----------
    piece : Piece
    title, credit : str
        The line on top and the one under it; either may be empty.
    measures : tuple of Measure
        At least one.
    printed : Printed
        Where the notes of the piece are printed, and for how long.
    tempos : tuple of TempoMark
    marks : tuple of PlayedMark
        What a performance adds, where that is wished for.
    """

    piece: Piece
    title: str
    credit: str
    measures: tuple[Measure, ...]
    printed: Printed
    tempos: tuple[TempoMark, ...] = ()
    marks: tuple[PlayedMark, ...] = ()

    @property
    def key(self) -> Key:
        """The key of the first measure."""
        return self.measures[0].key

    @property
    def start(self) -> int:
        """Tick of the piece at which the score begins; above 0 where it begins with a silence that is left out."""
        return self.measures[0].bar.onset

    @property
    def heads(self) -> dict[str, tuple[int, int]]:
        """By its name, from which tick of the piece until which each note head sounds."""
        notes = self.piece.notes
        times = {}
        for measure in self.measures:
            for voice in (voice for staff in measure.staves for voice in staff):
                for sound in voice.sounds:
                    onset = measure.bar.onset + sound.start
                    for head in sound.notes:
                        times[head.name] = (onset, onset + sound.length)
                    for head in sound.graces:
                        times[head.name] = (notes[head.member].onset, notes[head.member].end)
        return times
