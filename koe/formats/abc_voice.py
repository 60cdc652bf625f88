"""Reading a voice of ABC: its notes, lines and signs, measure by measure.

References
----------
C. Walshaw et al. (2011), The ABC music standard 2.1.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from koe.formats.abc_fields import (
    ACCENTS,
    LETTERS,
    ORNAMENTS,
    SIGNS,
    STEPS,
    KeyField,
    factor_of,
    key_of,
    metre_of_field,
    octave_of,
    qpm_of,
    transposed_by,
    unit_of,
)
from koe.formats.dynamics import sign_of
from koe.formats.graces import place_graces
from koe.formats.repeats import jump_of
from koe.formats.sheet import Bar, Mark, Sheet, SheetNote
from koe.formats.values import turns

MAX_MEASURES = 20_000
MAX_FACTOR = 1024  # lengths of a plain letter that a note may have
STACCATO = 0.5  # share of its duration that such a note is held

_TOKEN = re.compile(
    r"""
      (?P<field>\[[A-Za-z]:[^\[\]\n]*\])
    | (?P<text>"[^"\n]*"?)
    | (?P<mark>![^!\n]{1,40}!|\+[^+\n]{1,40}\+)
    | (?P<bar>(?P<close>:*)\.?(?:\[?\|+\]?|\[\|\])(?P<open>:*)|::+)[ \t]*(?P<turn>\d[\d,\- \t]*(?=\D|$))?
    | \[(?P<ending>\d[\d,\- \t]*)
    | (?P<tuplet>\((?P<p>\d)(?::(?P<q>\d?))?(?::(?P<r>\d?))?)
    | (?P<note>(?P<sign>\^\^|\^|__|_|=)?(?P<letter>[A-Ga-g])(?P<high>[,']*)(?P<len>\d*/*\d*))
    | (?P<rests>[ZX])(?P<count>\d*)
    | (?P<rest>[zx])(?P<restlen>\d*/*\d*)
    | (?P<chord>\[)
    | (?P<chordend>\](?P<chordlen>\d*/*\d*))
    | (?P<grace>\{/?) | (?P<graceend>\})
    | (?P<broken>>+|<+)
    | (?P<tie>-)
    | (?P<overlay>&)
    | (?P<letters>[~.TMPLSOHJRuvKk])
    """,
    re.VERBOSE,
)
_HAIRPINS = {"<(": 1, "crescendo(": 1, ">(": -1, "diminuendo(": -1}
_HAIRPIN_ENDS = ("<)", "crescendo)", ">)", "diminuendo)")


@dataclass
class Head:
    """What stands above a tune.

    Attributes
    ----------
    unit : Fraction or None
        Length of a plain letter, in whole notes.
    metre : (numerator, denominator) or None
    key : KeyField
    tempo : str
        As its field says it.
    everywhere : bool
        Whether an accidental holds in every octave.
    parts : dict of str to int
        In which measure each part of the tune begins.
    """

    unit: Fraction | None = None
    metre: tuple[int, int] | None = (4, 4)
    key: KeyField = field(default_factory=lambda: KeyField(0, "major", {}))
    tempo: str = ""
    everywhere: bool = True
    parts: dict[str, int] = field(default_factory=dict)


class Voice:
    """Reads one voice into the measures of the score.

    Parameters
    ----------
    sheet : Sheet
        Gets what is read.
    head : Head
    number : int
        Voice 0 says metre, key and tempo.
    about : str
        What the fields of voice and key say of clef and transposition.
    """

    def __init__(self, sheet: Sheet, head: Head, number: int, about: str) -> None:
        self.sheet, self.head, self.number = sheet, head, number
        self.unit = head.unit or Fraction(1, 8)
        self.metre = head.metre
        self.key = head.key
        self.moved = 12 * octave_of(about) + transposed_by(about)
        self.drums = "perc" in about.split() or "clef=perc" in about
        self.place = -1
        self.ending: frozenset[int] = frozenset()
        self.forward = False
        self.ties: dict[tuple[str, int], int] = {}  # pitches by letter and octave
        self.scale: Fraction = Fraction(1)  # of a tuplet, for so many more notes:
        self.scaled = 0
        self.factor = Fraction(1)  # of a broken rhythm, for the next note
        self.marks: list[str] = []
        self.jumps: list[tuple[str, bool]] = []  # that wait for what they stand at, each with whether it begins
        self._begin()
        if number == 0 and head.tempo:
            self.field("Q", head.tempo)

    # -- measures -----------------------------------------------------------

    def _begin(self) -> None:
        self.place += 1
        while self.place >= len(self.sheet.bars):
            self.sheet.bars.append(Bar())
        self.bar = self.sheet.bars[self.place]
        if self.number == 0 and self.place == 0:
            self.bar.metre = self.metre
            self.bar.keys.append((0.0, self.key.fifths, self.key.mode))
        self.now = self.end = Fraction(0)
        self.altered: dict[object, int] = {}
        self.graces: list[list[SheetNote]] = []
        self.last: list[SheetNote] = []  # of the sound before, for ties and dots
        self.last_length = Fraction(0)
        self.chord: list[SheetNote] | None = None
        self.chord_length = Fraction(1)
        self.in_grace = self.has_content = False

    def _finish(self) -> None:
        """End a measure, if anything stands in it."""
        self._jump(at_line=True)
        if not self.has_content or self.place + 1 >= MAX_MEASURES:
            return
        self._lead_nowhere()
        self.bar.lengths.append(float(self.end))
        self.bar.signs.ending |= self.ending
        if self.forward:
            self.bar.signs.forward = True
        self.forward = False
        self._begin()

    def _jump(self, at_line: bool) -> None:
        """Put the jumps that waited at the note, or at the line, that has followed."""
        before = at_line and not self.has_content and self.place > 0  # behind the line of the measure before
        ends = before or (at_line and self.has_content)
        for name, begins in self.jumps:
            self.sheet.bars[self.place - before].signs.put(name, begins=begins and not ends, ends=ends)
        self.jumps = []

    def _lead_nowhere(self) -> None:
        if self.graces:
            place_graces(self.graces, float(self.now), None, self.bar.notes)
            self.graces = []

    def close(self) -> None:
        """The tune ends."""
        self._finish()
        if not self.has_content and self.place and self.place == len(self.sheet.bars) - 1:
            self.sheet.bars.pop()

    def _barline(self, close: int, opens: int, text: str, turn: str | None) -> None:
        self._finish()
        if close and self.place:
            signs = self.sheet.bars[self.place - 1].signs
            signs.backward, signs.times = True, close + 1
        if close or opens or "||" in text or "]" in text or text.startswith("["):
            self.ending = frozenset()
        if opens:
            self.forward = True
        if turn:
            self.ending = turns(turn)

    # -- fields -------------------------------------------------------------

    def field(self, name: str, value: str) -> None:
        """A field in the body, on its own line or in brackets."""
        if name == "K":
            key = key_of(value)
            if key is not None:
                self.key = key
                if self.number == 0:
                    at = float(self.now)
                    while self.bar.keys and self.bar.keys[-1][0] == at:
                        self.bar.keys.pop()
                    self.bar.keys.append((at, key.fifths, key.mode))
        elif name == "L":
            self.unit = unit_of(value) or self.unit
        elif name == "M":
            self.metre = metre_of_field(value)
            if self.number == 0 and self.metre:
                self.bar.metre = self.metre
        elif name == "P":
            self.head.parts.setdefault(value, self.place + self.has_content)
        elif name == "Q":
            qpm = qpm_of(value, self.unit)
            if qpm:
                self.bar.tempos.append((float(self.now), qpm))

    # -- music --------------------------------------------------------------

    def line(self, text: str) -> None:
        """A line of music."""
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                place += 1
                continue
            place = found.end()
            self._token(found)

    def _token(self, found: re.Match[str]) -> None:
        part = found.groupdict()
        if part["field"]:
            self.field(part["field"][1], part["field"][3:-1].strip())
        elif part["mark"]:
            self._mark(part["mark"][1:-1].strip())
        elif part["text"]:
            jump = jump_of(part["text"].strip('"').lstrip("^_<>@"))
            if jump:
                self.jumps.append((jump, not self.has_content))
        elif part["letters"]:
            self._mark(LETTERS.get(part["letters"], ""))
        elif part["bar"]:
            text = part["bar"]
            both = text.strip(":") == ""
            half = len(text) // 2
            close, opens = (half, half) if both else (len(part["close"]), len(part["open"] or ""))
            self._barline(close, opens, text, part["turn"])
        elif part["ending"]:
            self._finish()
            self.ending = turns(part["ending"])
        elif part["tuplet"]:
            self._tuplet(int(part["p"]), part["q"], part["r"])
        elif part["note"]:
            self._note(part)
        elif part["rest"]:
            self._advance([], factor_of(part["restlen"]))
        elif part["rests"]:
            self._rests(min(int(part["count"][:9] or 1), 999))
        elif part["chord"]:
            self.chord = []
        elif part["chordend"] and self.chord is not None:
            self._chord(factor_of(part["chordlen"]))
        elif part["grace"]:
            self.in_grace = True
        elif part["graceend"]:
            self.in_grace = False
        elif part["broken"]:
            self._broken(part["broken"])
        elif part["tie"]:
            for note in (self.chord or [])[-1:] if self.chord is not None else self.last:
                self._tie(note)
        elif part["overlay"]:
            self._lead_nowhere()
            self.now, self.last = Fraction(0), []

    def _mark(self, name: str) -> None:
        jump = jump_of(name)
        if jump:
            self.jumps.append((jump, not self.has_content))
        elif name in _HAIRPINS:
            self.bar.marks.append(Mark(self.number, 1, float(self.now), hairpin=_HAIRPINS[name], number=name[:-1]))
        elif name in _HAIRPIN_ENDS:
            self.bar.marks.append(Mark(self.number, 1, float(self.now), stop=True, number=name[:-1]))
        elif any(sign_of(name)):
            self.bar.marks.append(Mark(self.number, 1, float(self.now), *sign_of(name)))
        else:
            self.marks.append(name)

    def _tuplet(self, p: int, q: str | None, r: str | None) -> None:
        if p < 2:
            return
        compound = self.metre is not None and self.metre[1] >= 8 and self.metre[0] % 3 == 0
        usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 3 if compound else 2)
        self.scale = Fraction(int(q or 0) or usual, p)
        self.scaled = int(r or 0) or p

    def _note(self, part: dict[str, str]) -> None:
        letter = part["letter"]
        octave = 4 + letter.islower() + part["high"].count("'") - part["high"].count(",")
        name = letter.upper()
        where = name if self.head.everywhere else (name, octave)
        tied = self.ties.get((name, octave))
        continued = tied is not None and not self.in_grace
        if part["sign"]:
            self.altered[where] = SIGNS[part["sign"]]
        alter = self.altered.get(where, self.key.alters.get(name, 0))
        pitch = 12 * (octave + 1) + STEPS[name] + alter + self.moved
        if continued and not part["sign"] and tied is not None:
            pitch = tied
        pitch = min(max(pitch, -1), 128)
        # The voice tells which letter it was, for a tie to the next one.
        note = SheetNote(self.number, 1, f"{name}{octave}", 0.0, 0.0, pitch, continued=continued and pitch == tied)
        note_length = factor_of(part["len"])
        if self.chord is not None:
            if not self.chord:  # a chord is as long as its first note
                self.chord_length = note_length
            self.chord.append(note)
        elif self.in_grace:
            self.graces.append([note])
        else:
            self._advance([note], note_length)

    def _chord(self, factor: Fraction) -> None:
        notes, self.chord = self.chord or [], None
        if not notes:
            return
        if self.in_grace:
            self.graces.append(notes)
        else:
            self._advance(notes, self.chord_length * factor)

    def _advance(self, notes: list[SheetNote], factor: Fraction) -> None:
        """Put a sound of so many plain letters into the measure; a rest has no notes."""
        length = min(factor, Fraction(MAX_FACTOR)) * self.unit * 4 * self.factor
        self.factor = Fraction(1)
        if self.scaled:
            length *= self.scale
            self.scaled -= 1
        onset = float(self.now)
        self._jump(at_line=False)
        self.has_content = True
        if notes and self.graces:
            place_graces(self.graces, onset, notes[0], self.bar.notes)
            self.graces = []
        for note in notes:
            note.onset, note.duration = onset, float(length)
            note.delay = notes[0].delay
            # What is held into a first ending is held into the second one too.
            note.continued |= not self.now and bool(self.ending) and 1 not in self.ending
            self._play(note)
        self.marks = []
        if self.drums:
            self.sheet.drums.append((self.place, len(notes)))
        elif length:
            self.bar.notes += notes
        # A tie that leads to nothing holds nothing.
        self.ties = {}
        for note in notes:
            if note.tied:
                self.ties[note.voice[0], int(note.voice[1:])] = note.pitch
        self.last, self.last_length = notes, length
        self.now += length
        self.end = max(self.end, self.now)

    def _play(self, note: SheetNote) -> None:
        for name in self.marks:
            if name in ACCENTS:
                note.accent = max(note.accent, ACCENTS[name])
            elif name == "staccato":
                note.share = STACCATO
            elif name in ORNAMENTS:
                self.sheet.n_ornaments += 1

    def _tie(self, note: SheetNote) -> None:
        note.tied = True
        if self.chord is None:
            self.ties[note.voice[0], int(note.voice[1:])] = note.pitch

    def _broken(self, text: str) -> None:
        """``A>B``: the first longer by a half, the second shorter by it; ``<`` the other way round."""
        small = Fraction(1, 2 ** min(len(text), 4))
        mine, following = (2 - small, small) if text[0] == ">" else (small, 2 - small)
        changed = self.last_length * mine
        for note in self.last:
            note.duration = float(changed)
        self.now += changed - self.last_length
        self.end = max(self.now, self.end if mine > 1 else self.now)
        self.last_length = changed
        self.factor = following

    def _rests(self, count: int) -> None:
        full = 4 * Fraction(*(self.metre or (4, 4)))
        for number in range(count):
            self._jump(at_line=False)
            self.has_content = True
            self.now = self.end = full
            if number + 1 < count:
                self._finish()
