"""A small text notation for keyboard scores on the sixteenth grid.

A score is a header and a body, with an empty line between them::

    title: Minuet in G major
    composer: Christian Petzold
    dates: 1677-1733
    metre: 3/4
    tempo: 116

    1   R  d5:4 g4:2 a4 b4 c5
        L  g3+b3+d4:8 a3:4
    2   R  d5:4 g4 g4
        L  b3:12

Header
    ``title``, ``composer``, ``metre`` and ``tempo`` (quarter notes a minute)
    are needed. ``opus``, ``dates`` and ``key`` are for people. ``upbeat`` is
    the length of measure 0. ``melody`` names the voices that are played
    louder; without it that is R. The lines in `CHECK_FIELDS` say which
    reference the score was compared with; see ``tools/check_pieces.py``.

Body
    One line a voice: hand (R or L), voice number from 2 on (R2, L2), then
    what it plays. The measure's number stands before its first line. A voice
    without a line rests for the measure. What follows a ``#`` that stands
    alone is a remark.

Music
    ``f#4:6`` is a note: letter, accidental, octave, and after the colon its
    length in sixteenths, which holds for what follows until another one is
    given. ``c4+e4+g4:4`` is a chord and ``r:4`` a rest. ``~`` after a note
    (``c4+e4~:4``) ties that note to the same one that the voice plays next;
    after the length (``c4+e4:4~``) it ties all of them. ``=5`` alone on the
    line repeats what this voice played in measure 5. Every line has to fill
    its measure exactly. Accidentals hold for their note alone, and there is
    no key signature: every note says what it is.

An upbeat is padded with rests in front, so that bar lines fall on multiples
of the measure. Triplets and ornaments are written at the nearest sixteenth.
"""

import re
from dataclasses import dataclass

from koe.errors import InputError
from koe.music.grid import MAX_QPM, MAX_STEPS, MIN_CHOSEN_QPM
from koe.music.notes import Note, note_at_step, pitch_from_name
from koe.music.piece import Piece, TimeSignature

MELODY_VELOCITY = 80
ACCOMPANIMENT_VELOCITY = 64

NEEDED_FIELDS = ("title", "composer", "metre", "tempo")
CHECK_FIELDS = ("source", "checked-against", "reference-parts", "reference-scale", "difference")
FIELDS = (*NEEDED_FIELDS, "opus", "dates", "key", "upbeat", "melody", *CHECK_FIELDS)

_VOICE_LINE = re.compile(r"(?:(\d+)\s+)?([RL]\d?)(?:\s+(.*))?")


@dataclass(frozen=True)
class Score:
    """A score as it was read.

    Attributes
    ----------
    fields : dict
        The header, text by field name; a field that was given more than once
        (only ``difference`` may be) has one line of text for each.
    piece : Piece
        The music.
    upbeat : int
        Length of measure 0 in steps; 0 where the score begins with measure 1.
    hands : dict
        Number of notes in ``"R"`` and ``"L"``.
    """

    fields: dict[str, str]
    piece: Piece
    upbeat: int
    hands: dict[str, int]


@dataclass
class _Held:
    """A note that is tied to the next one of its voice."""

    onset: int
    end: int


def piece_from_score(text: str) -> Piece:
    r"""Read a piece from the text notation that this module describes.

    Raises
    ------
    InputError
        If the text does not keep to the notation; the message names the line
        and the measure.

    Examples
    --------
    >>> text = "title: A\ncomposer: B\nmetre: 2/4\ntempo: 90\n\n1 R c5:4 e5\n  L c4+g4:8"
    >>> [(note.onset, note.pitch, note.duration) for note in piece_from_score(text).notes]
    [(0, 60, 8), (0, 67, 8), (0, 72, 4), (4, 76, 4)]
    """
    return read_score(text).piece


def read_score(text: str) -> Score:
    """Read a score with its header; see `piece_from_score`."""
    lines = text.removeprefix("\ufeff").splitlines()
    fields, n_header_lines = _read_header(lines)
    signature = _read_metre(fields["metre"])
    tempo = _read_number(fields, "tempo", MIN_CHOSEN_QPM, MAX_QPM)
    upbeat = int(_read_number(fields, "upbeat", 0, signature.measure_steps - 1)) if "upbeat" in fields else 0
    melody = fields.get("melody", "R").split()
    body = _Body(signature.measure_steps, upbeat)
    for number, line in enumerate(lines[n_header_lines:], start=n_header_lines + 1):
        line = re.sub(r"(^|\s)#(\s.*)?$", "", line).strip()
        if line:
            body.read_line(number, line)
    body.finish()
    # Two voices that strike one key together are one note on the piano.
    notes: dict[tuple[int, int], Note] = {}
    for voice, onset, end, pitch in body.played:
        velocity = MELODY_VELOCITY if voice in melody else ACCOMPANIMENT_VELOCITY
        other = notes.get((onset, pitch))
        if other:
            end, velocity = max(end, other.end_step), max(velocity, other.velocity)
        notes[onset, pitch] = note_at_step(onset, pitch, end - onset, velocity)
    hands = {hand: sum(voice[0] == hand for voice, *_ in body.played) for hand in "RL"}
    ordered = tuple(notes[place] for place in sorted(notes))
    piece = Piece.on_steps(ordered, body.n_steps, tempo, (signature,), fields["title"])
    return Score(fields, piece, upbeat, hands)


class _Body:
    """The measures as far as they have been read.

    Voices are read one measure at a time, so the state is the current
    measure, what each voice played in each measure (for ``=5``), and the
    notes that wait for the other end of their tie.
    """

    def __init__(self, measure_steps: int, upbeat: int):
        self.measure_steps = measure_steps
        self.upbeat = upbeat
        self.measure = 0 if upbeat else 1
        self.n_measures = 0
        self.played: list[tuple[str, int, int, int]] = []  # voice, onset, end, pitch
        self.lines: dict[tuple[str, int], list[str]] = {}  # words by voice and measure
        self.held: dict[str, dict[int, _Held]] = {}  # by voice, then pitch
        self.line = 0

    @property
    def n_steps(self) -> int:
        return self.n_measures * self.measure_steps

    def error(self, what: str) -> InputError:
        return InputError(f"Line {self.line} of the score, measure {self.measure}: {what}")

    def read_line(self, number: int, line: str) -> None:
        self.line = number
        found = _VOICE_LINE.fullmatch(line)
        if not found:
            raise self.error(f"{line!r} is no line of music; begin with a measure number and R or L, as in '1 R c5:4'.")
        measure, voice, music = found.groups()
        if measure:
            expected = self.measure + (self.n_measures > 0)
            if int(measure) != expected:
                raise self.error(
                    f"measure {measure} comes where measure {expected} was expected; number them in order."
                )
            self.measure = expected
            self.n_measures += 1
            if self.n_steps > MAX_STEPS:
                raise self.error(f"the score is longer than {MAX_STEPS} steps; cut it.")
        elif not self.n_measures:
            raise self.error("the first line of music needs its measure number in front, as in '1 R c5:4'.")
        if (voice, self.measure) in self.lines:
            raise self.error(f"voice {voice} has two lines; call the second voice of a hand {voice[0]}2.")
        self.read_music(voice, (music or "").split())

    def read_music(self, voice: str, words: list[str]) -> None:
        if len(words) == 1 and re.fullmatch(r"=\d+", words[0]):
            copied = self.lines.get((voice, int(words[0][1:])))
            if copied is None:
                raise self.error(f"{words[0]} repeats a measure in which voice {voice} has no line.")
            words = copied
        self.lines[voice, self.measure] = words
        length = self.upbeat if self.measure == 0 else self.measure_steps
        end_of_measure = self.n_steps
        step = end_of_measure - length
        duration = 0
        for word in words:
            sound, colon, digits = word.partition(":")
            if digits.endswith("~"):
                digits = digits[:-1]
                sound = "+".join(name.removesuffix("~") + "~" for name in sound.split("+"))
            if colon:
                if not re.fullmatch(r"[1-9]\d?\d?", digits):
                    raise self.error(
                        f"{word!r} has no length in sixteenths after the colon; write {sound}:4 for a quarter."
                    )
                duration = int(digits)
            if not duration:
                raise self.error(f"{word!r} is the voice's first sound and needs a length, as in {sound}:4.")
            self.play(voice, sound, step, step + duration)
            step += duration
        filled = step - (end_of_measure - length)
        if filled != length:
            raise self.error(f"voice {voice} fills {filled} sixteenths where the measure has {length}.")

    def play(self, voice: str, sound: str, onset: int, end: int) -> None:
        held = self.held.get(voice, {})
        still: dict[int, _Held] = {}
        for name in [] if sound == "r" else sound.split("+"):
            tied = name.endswith("~")
            try:
                pitch = pitch_from_name(name.removesuffix("~"))
            except InputError as error:
                raise self.error(str(error)) from error
            before = held.pop(pitch, None)
            start = onset
            if before:
                if before.end != onset:
                    raise self.error(f"the tie to {name} is broken, for voice {voice} has no line in between.")
                start = before.onset
            if tied:
                still[pitch] = _Held(start, end)
            else:
                self.played.append((voice, start, end, pitch))
        if held:
            raise self.error(f"voice {voice} has a tie ('~') to a note that does not come next; {sound!r} comes.")
        self.held[voice] = still

    def finish(self) -> None:
        if not self.n_measures:
            raise InputError(
                "The score has a header but no music; write measures such as '1 R c5:4' after an empty line."
            )
        for voice, held in self.held.items():
            if held:
                raise self.error(f"the score ends while voice {voice} holds a tie ('~').")


def _read_header(lines: list[str]) -> tuple[dict[str, str], int]:
    """The fields, and how many lines they take."""
    fields: dict[str, str] = {}
    for index, line in enumerate(lines):
        if not line.strip():
            break
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(
                f"Line {index + 1} of the score: {line!r} is no header line; "
                f"write 'field: text' with one of {known}, and an empty line before the music."
            )
        if name in fields and name != "difference":
            raise InputError(f"Line {index + 1} of the score: the header gives {name!r} twice; keep one.")
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    else:
        index = len(lines)
    missing = [name for name in NEEDED_FIELDS if not fields.get(name)]
    if missing:
        raise InputError(f"The score's header lacks {', '.join(missing)}; write a line such as '{missing[0]}: ...'.")
    return fields, index


def _read_metre(text: str) -> TimeSignature:
    found = re.fullmatch(r"([1-9]\d?)/(1|2|4|8|16)", text)
    if not found:
        raise InputError(f"The score's metre is {text!r}; write a fraction such as 3/4, with 1, 2, 4, 8 or 16 below.")
    return TimeSignature(0, int(found[1]), int(found[2]))


def _read_number(fields: dict[str, str], name: str, lowest: float, highest: float) -> float:
    try:
        value = float(fields[name])
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise InputError(
            f"The score's {name} is {fields[name]!r}; a number from {lowest:g} to {highest:g} was expected."
        )
    return value
