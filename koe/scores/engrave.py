"""From a piece to its score: two staves, measures, voices, note values, ties, accidentals and beams.

No note is left out and none is moved: every one stands in the score with its
pitch and onset, where needed as several notes tied. Its length is the one that
it is printed with (`koe.scores.printed`), and a grace note has none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from koe.errors import ScoreError
from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece
from koe.scores.accidentals import with_accidentals
from koe.scores.clefs import clefs
from koe.scores.filling import Stretch, filled
from koe.scores.hands import right_hand
from koe.scores.key import Key
from koe.scores.marks import played_marks
from koe.scores.measures import Bar, bars
from koe.scores.printed import Printed, printed
from koe.scores.signatures import measure_keys
from koe.scores.spelling import Spelling, spell
from koe.scores.tempo import tempo_marks
from koe.scores.voices import voices
from koe.scores.written import Measure, Score, Sound, Voice, WrittenNote

__all__ = ["MAX_SCORE_NOTES", "MAX_SCORE_STEPS", "Score", "engrave"]

MAX_SCORE_STEPS = 10_240  # 640 measures of 4/4, some fifty pages; engraved and printed in about five seconds
MAX_SCORE_NOTES = 20_000


def engrave(piece: Piece, credit: str = "", played: Piece | None = None) -> Score:
    """Make the score of a piece.

    Parameters
    ----------
    piece : Piece
    credit : str
        Who made it, such as ``"Made with Koe, LSTM1, seed 7"``.
    played : Piece, optional
        The same piece as it is played: the score stays as it is, with dynamics, ritardandi and pedal of it.

    Raises
    ------
    ScoreError
        If it is longer than `MAX_SCORE_STEPS` steps or has more than `MAX_SCORE_NOTES` notes.
    """
    if piece.n_ticks > MAX_SCORE_STEPS * TICKS_PER_STEP or len(piece.notes) > MAX_SCORE_NOTES:
        raise ScoreError(
            f"The piece has {piece.n_steps:,} sixteenths and {len(piece.notes):,} notes; a score is made of at most "
            f"{MAX_SCORE_STEPS:,} sixteenths and {MAX_SCORE_NOTES:,} notes. Choose a part of it."
        )
    rights = right_hand(piece.notes)
    shown = printed(piece, rights)
    layout = bars(piece, shown.notes)
    keys = measure_keys(layout, piece.notes, piece.keys)
    spellings = spell(piece.notes, _note_keys(piece, layout, keys))
    staves = []
    for right in (True, False):
        members = [member for member, is_right in enumerate(rights) if is_right == right]
        staves.append(_staff(shown, members, spellings, layout, keys))
    read = (
        clefs([_heads(voices) for voices in staves[0]], "treble"),
        clefs([_heads(voices) for voices in staves[1]], "bass"),
    )
    measures = tuple(
        Measure(bar, (upper, lower), (above, below), key)
        for bar, upper, lower, above, below, key in zip(layout, *staves, *read, keys, strict=True)
    )
    marks = played_marks(played, layout) if played is not None else ()
    return Score(piece, piece.title, credit, measures, shown, tempo_marks(piece, layout), marks)


def _note_keys(piece: Piece, layout: Sequence[Bar], keys: Sequence[Key]) -> list[Key]:
    """The key that each note stands in."""
    found = []
    place = 0
    for note in piece.notes:
        while place + 1 < len(layout) and note.onset >= layout[place].end:
            place += 1
        found.append(keys[place])
    return found


def _staff(
    shown: Printed,
    members: Sequence[int],
    spellings: Sequence[Spelling],
    layout: Sequence[Bar],
    keys: Sequence[Key],
) -> list[tuple[Voice, ...]]:
    """The voices of one staff, measure by measure."""
    in_bars: list[dict[int, list[Stretch]]] = [{} for _ in layout]
    ornaments = shown.is_grace
    # Rolled chords have moved, so in order once more.
    printed_members = sorted((member for member in members if member not in ornaments), key=lambda m: shown.notes[m])
    for number, line in enumerate(voices(shown.notes, printed_members)):
        place = 0
        for chord in line:
            while chord.onset >= layout[place].end:
                place += 1
            for bar, in_bar in zip(layout[place:], in_bars[place:], strict=True):
                if bar.onset >= chord.end:
                    break
                start, end = max(chord.onset, bar.onset), min(chord.end, bar.end)
                in_bar.setdefault(number, []).append(Stretch(start - bar.onset, end - bar.onset, tuple(chord.members)))
    parts: dict[int, int] = defaultdict(int)
    staff = []
    for bar, in_bar, key in zip(layout, in_bars, keys, strict=True):
        numbers = sorted(in_bar) or [0]
        written = [
            _with_heads(line, bar, shown, spellings, parts)
            for line in filled([in_bar.get(n, []) for n in numbers], bar)
        ]
        signed = with_accidentals(written, key)
        staff.append(tuple(Voice(number, tuple(line)) for number, line in zip(numbers, signed, strict=True)))
    return staff


def _heads(staff: Sequence[Voice]) -> list[Spelling]:
    return [head.spelling for voice in staff for sound in voice.sounds for head in (*sound.notes, *sound.graces)]


def _with_heads(
    line: Sequence[tuple[Sound, tuple[int, ...]]],
    bar: Bar,
    shown: Printed,
    spellings: Sequence[Spelling],
    parts: dict[int, int],
) -> list[Sound]:
    """A voice's sounds with the heads of their notes; ``parts`` counts those of each note."""
    notes = shown.notes
    sounds = []
    for sound, members in line:
        heads: list[WrittenNote] = []
        graces: list[int] = []
        end = bar.onset + sound.start + sound.length
        for member in sorted(members, key=lambda member: notes[member].pitch):
            if not parts[member]:
                graces += shown.graces.get(member, ())
            heads.append(WrittenNote(member, parts[member], spellings[member], notes[member].end > end))
            parts[member] += 1
        ornaments = tuple(
            WrittenNote(
                *(member, 0, spellings[member], False),
                steal=shown.steals.get(member, 0.0),
                joined=member in shown.joined,
            )
            for member in graces
        )
        heads = [replace(head, late=0.0 if head.part else shown.late.get(head.member, 0.0)) for head in heads]
        rolled = len(heads) > 1 and any(head.member in shown.rolled and not head.part for head in heads)
        sounds.append(replace(sound, notes=tuple(heads), graces=ornaments, rolled=rolled) if heads else sound)
    return sounds
