"""From a piece to its score: two staves, measures, voices, note values, ties, accidentals and beams.

Nothing is rounded: every note of the piece stands in the score with its
pitch, onset and duration, where needed as several notes tied.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from koe.errors import ScoreError
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.scores.clefs import Clef, clefs
from koe.scores.hands import right_hand
from koe.scores.key import LETTERS_BY_FIFTHS, Key, find_key
from koe.scores.measures import Bar, bars
from koe.scores.metre import beam_groups
from koe.scores.spelling import Spelling, spell
from koe.scores.voices import Chord, voices

MAX_SCORE_STEPS = 10_240  # 640 measures of 4/4, some fifty pages; engraved and printed in about five seconds
MAX_SCORE_NOTES = 20_000
ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}


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
    """

    member: int
    part: int
    spelling: Spelling
    tied: bool
    accidental: str = ""

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
        In steps, from the beginning of the measure.
    notes : tuple of WrittenNote
        From low to high; empty for a rest. A rest as long as a measure is a
        whole measure's, whatever the metre.
    shown : bool
        False for a rest that is left out, as another voice sounds.
    beams : tuple of str
        For each beam, from the eighths' on: ``"begin"``, ``"continue"``, ``"end"`` or a hook.
    """

    start: int
    length: int
    notes: tuple[WrittenNote, ...] = ()
    shown: bool = True
    beams: tuple[str, ...] = ()


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
    """One measure: where it lies, and for both staves, the upper one first, its voices and its clef."""

    bar: Bar
    staves: tuple[tuple[Voice, ...], tuple[Voice, ...]]
    clefs: tuple[Clef, Clef] = ("treble", "bass")


@dataclass(frozen=True)
class Score:
    """A score, ready to be written down.

    Attributes
    ----------
    piece : Piece
    title, credit : str
        The line on top and the one under it; either may be empty.
    key : Key
    measures : tuple of Measure
        At least one.
    """

    piece: Piece
    title: str
    credit: str
    key: Key
    measures: tuple[Measure, ...]

    @property
    def start(self) -> int:
        """Step of the piece at which the score begins; above 0 where it begins with an upbeat."""
        return self.measures[0].bar.onset

    @property
    def heads(self) -> dict[str, tuple[int, int]]:
        """By its name, from which step of the piece until which each note head sounds."""
        return {
            head.name: (measure.bar.onset + sound.start, measure.bar.onset + sound.start + sound.length)
            for measure in self.measures
            for staff in measure.staves
            for voice in staff
            for sound in voice.sounds
            for head in sound.notes
        }


def engrave(piece: Piece, credit: str = "") -> Score:
    """Make the score of a piece.

    Parameters
    ----------
    piece : Piece
    credit : str
        Who made it, such as ``"Made with Koe, LSTM1, seed 7"``.

    Raises
    ------
    ScoreError
        If it has more than `MAX_SCORE_STEPS` steps or `MAX_SCORE_NOTES` notes.
    """
    if piece.n_steps > MAX_SCORE_STEPS or len(piece.notes) > MAX_SCORE_NOTES:
        raise ScoreError(
            f"The piece has {piece.n_steps:,} sixteenths and {len(piece.notes):,} notes; a score is made of at most "
            f"{MAX_SCORE_STEPS:,} sixteenths and {MAX_SCORE_NOTES:,} notes. Choose a part of it."
        )
    key = find_key(piece.notes)
    spellings = spell(piece.notes, key)
    rights = right_hand(piece.notes)
    layout = bars(piece)
    staves = []
    for right in (True, False):
        members = [member for member, is_right in enumerate(rights) if is_right == right]
        staves.append(_staff(piece.notes, members, spellings, layout, key))
    read = (
        clefs([_heads(voices) for voices in staves[0]], "treble"),
        clefs([_heads(voices) for voices in staves[1]], "bass"),
    )
    measures = tuple(
        Measure(bar, (upper, lower), (above, below))
        for bar, upper, lower, above, below in zip(layout, *staves, *read, strict=True)
    )
    return Score(piece, piece.title, credit, key, measures)


def _staff(
    notes: Sequence[Note], members: Sequence[int], spellings: Sequence[Spelling], layout: Sequence[Bar], key: Key
) -> list[tuple[Voice, ...]]:
    """The voices of one staff, measure by measure."""
    written: list[list[list[Sound]]] = [[] for _ in layout]
    parts: dict[int, int] = defaultdict(int)
    chords = sorted(
        ((chord.onset, number, chord) for number, line in enumerate(voices(notes, members)) for chord in line),
        key=lambda found: found[:2],
    )
    place = 0
    for onset, number, chord in chords:
        while onset >= layout[place].end:
            place += 1
        for bar, in_measure in zip(layout[place:], written[place:], strict=True):
            if bar.onset >= chord.end:
                break
            while len(in_measure) <= number:
                in_measure.append([])
            in_measure[number].extend(_sounds(notes, chord, spellings, bar, parts))
    staff = []
    for lines, bar in zip(written, layout, strict=True):
        numbers = [number for number, line in enumerate(lines) if line]
        filled = _with_rests(_with_accidentals([lines[number] for number in numbers], key), bar)
        staff.append(
            tuple(Voice(number, _with_beams(line, bar)) for number, line in zip(numbers or [0], filled, strict=True))
        )
    return staff


def _heads(staff: Sequence[Voice]) -> list[Spelling]:
    return [head.spelling for voice in staff for sound in voice.sounds for head in sound.notes]


def _sounds(
    notes: Sequence[Note], chord: Chord, spellings: Sequence[Spelling], bar: Bar, parts: dict[int, int]
) -> Iterable[Sound]:
    """What is written in one measure for a chord; ``parts`` counts the heads of each note."""
    step = max(chord.onset, bar.onset)
    for length in bar.divide(step, min(chord.end, bar.end)):
        heads = []
        for member in sorted(chord.members, key=lambda member: notes[member].pitch):
            heads.append(WrittenNote(member, parts[member], spellings[member], notes[member].end > step + length))
            parts[member] += 1
        yield Sound(step - bar.onset, length, tuple(heads))
        step += length


def _with_accidentals(lines: Sequence[Sequence[Sound]], key: Key) -> list[list[Sound]]:
    """Give the heads of a staff's measure their signs, where the key or an earlier sign does not say it already."""
    # The key's first sharp is on F, its second on C and so on; its first flat on B, the last of the row.
    signature = {letter: (key.fifths - 1 - place) // 7 + 1 for place, letter in enumerate(LETTERS_BY_FIFTHS)}
    state: dict[tuple[str, int], int] = {}
    signed: list[list[Sound]] = [[] for _ in lines]
    places = [(sound.start, number, sound) for number, line in enumerate(lines) for sound in line]
    for _, number, sound in sorted(places, key=lambda place: place[:2]):
        heads = []
        for head in sound.notes:
            spelling = head.spelling
            place_on_staff = (spelling.step, spelling.octave)
            sign = ""
            # What is tied keeps the sign of the note before, even over the bar line, but sets none for others.
            if not head.part and state.get(place_on_staff, signature[spelling.step]) != spelling.alter:
                sign = ACCIDENTALS[spelling.alter]
                state[place_on_staff] = spelling.alter
            heads.append(replace(head, accidental=sign))
        signed[number].append(replace(sound, notes=tuple(heads)))
    return signed


def _with_rests(lines: Sequence[Sequence[Sound]], bar: Bar) -> Iterable[list[Sound]]:
    """Fill the gaps of a measure's voices: with rests in the upper one where no other sounds, with room elsewhere."""
    if not lines:
        yield from [[Sound(0, bar.n_steps)]] if bar.full else _with_rests([[]], bar)
        return
    sounding = {step for line in lines[1:] for sound in line for step in range(sound.start, sound.start + sound.length)}
    for number, line in enumerate(lines):
        filled: list[Sound] = []
        step = 0
        for sound in [*line, Sound(bar.n_steps, 0)]:
            if number and sound.start > step:
                filled.append(Sound(step, sound.start - step, shown=False))
                step = sound.start
            if sound.start > step:
                for length in bar.divide(bar.onset + step, bar.onset + sound.start, rest=True):
                    covered = sounding.issuperset(range(step, step + length))
                    filled.append(Sound(step, length, shown=not covered))
                    step += length
            if sound.length:
                filled.append(sound)
                step = sound.start + sound.length
        yield filled


def _with_beams(sounds: list[Sound], bar: Bar) -> tuple[Sound, ...]:
    """Add the beams."""
    played = [place for place, sound in enumerate(sounds) if sound.notes]
    timed = [(bar.offset + sounds[place].start, sounds[place].length) for place in played]
    for group in beam_groups(bar.metre, timed):
        places = [played[member] for member in group]
        for place, beams in zip(places, _beams([sounds[place].length for place in places]), strict=True):
            sounds[place] = replace(sounds[place], beams=beams)
    return tuple(sounds)


def _beams(lengths: Sequence[int]) -> list[tuple[str, ...]]:
    """The beams of a group of notes: one for eighths, dotted or not, two for sixteenths."""
    beams: list[tuple[str, ...]] = [("begin",), *[("continue",)] * (len(lengths) - 2), ("end",)]
    for place, length in enumerate(lengths):
        if length > 1:
            continue
        before, after = place > 0 and lengths[place - 1] == 1, place + 1 < len(lengths) and lengths[place + 1] == 1
        if before or after:
            second = "continue" if before and after else "end" if before else "begin"
        else:
            second = "backward hook" if place else "forward hook"
        beams[place] = (*beams[place], second)
    return beams
