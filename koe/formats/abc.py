"""Reading ABC: voices, repeats with their endings, and what holds from where on.

The library that reads Humdrum and MEI knows of ABC neither voices nor endings
nor changes of key, and puts ``::`` into the middle of a measure.

References
----------
C. Walshaw et al. (2011), The ABC music standard 2.1.
"""

import re
from fractions import Fraction
from itertools import pairwise

from koe.errors import ScoreFileError
from koe.formats.abc_fields import key_of, metre_of_field, order_of_parts, unit_of
from koe.formats.abc_voice import Head, Voice
from koe.formats.repeats import MAX_PLAYED, play_order
from koe.formats.sheet import Sheet, set_lengths

MAX_TEXT_BYTES = 1024 * 1024  # a tune has one KB, a book of a thousand tunes one MB
MAX_VOICES = 32

_TUNE = re.compile(r"^X:", re.MULTILINE)
_FIELD = re.compile(r"([A-Za-z+]):(.*)")
_BODY_FIELDS = "IKLMmNPQRrsTUVWw+"


def read_abc(text: str) -> Sheet:
    """Read the first tune of a text in ABC.

    Raises
    ------
    ScoreFileError
        If it is too large.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise ScoreFileError(
            f"The score in ABC is larger than {MAX_TEXT_BYTES // 1024} KiB, the most that Koe reads of it."
        )
    found = list(_TUNE.finditer(text))
    start = found[0].start() if found else 0
    tune = text[start : found[1].start() if len(found) > 1 else len(text)]
    reader = _Tune(before=text[:start])
    if len(found) > 1:
        reader.sheet.warnings.append(f"The file holds {len(found)} tunes; the first one is opened.")
    reader.read(tune)
    return reader.sheet


class _Tune:
    """One tune: its head, and which voice each line belongs to."""

    def __init__(self, before: str) -> None:
        self.sheet = Sheet()
        self.head = Head()
        self.parts = ""  # in the order in which they are played
        self.about: dict[str, str] = {}  # voices
        self.voices: dict[str, Voice] = {}
        self.in_body = False
        for line in before.splitlines():
            self._directive(line)

    def read(self, text: str) -> None:
        voice: Voice | None = None
        for line in text.splitlines():
            if line.startswith("%%"):
                self._directive(line)
                continue
            line = re.split(r"(?<!\\)%", line, maxsplit=1)[0].rstrip()
            if not line.strip():
                if self.in_body:  # the tune ends
                    break
                continue
            field = _FIELD.match(line)
            if not self.in_body:
                if field:
                    self._above(field[1], field[2].strip())
                continue
            if field and field[1] in _BODY_FIELDS:
                if field[1] == "V":
                    voice = self._voice(field[2])
                elif field[1] == "P" and voice is None:
                    self.head.parts.setdefault(field[2].strip(), 0)
                elif field[1] in "KLMPQ":
                    voice = voice or self._voice("")
                    voice.field(field[1], field[2].strip())
                continue
            for place, part in enumerate(re.split(r"\[V:([^\[\]\n]*)\]", line)):
                if place % 2:
                    voice = self._voice(part)
                elif part.strip():
                    voice = voice or self._voice("")
                    voice.line(part)
        for found in self.voices.values():
            found.close()
        set_lengths(self.sheet.bars)
        self._put_in_order()

    def _directive(self, line: str) -> None:
        words = line.removeprefix("%%").split()
        if words[:1] == ["propagate-accidentals"] and len(words) > 1:
            self.head.everywhere = words[1] == "pitch"

    def _put_in_order(self) -> None:
        """Play the parts as the head says: from where each begins until the next one, repeats taken in each."""
        bars, starts = self.sheet.bars, self.head.parts
        names = [name for name in order_of_parts(self.parts) if name in starts]
        if not names:
            return
        lines = sorted({0, *starts.values(), len(bars)})
        ends = dict(pairwise(lines))

        def played(start: int) -> list[int]:
            inside = range(start, ends.get(start, start))
            return [inside[place] for place in play_order([bars[place].signs for place in inside])]

        each = {start: played(start) for start in {0, *starts.values()}}
        order = [] if 0 in starts.values() else list(each[0])
        for name in names:
            if len(order) < MAX_PLAYED:
                order += each[starts[name]]
        self.sheet.order = order

    def _above(self, name: str, value: str) -> None:
        if name == "T" and not self.sheet.titles:
            self.sheet.titles.append(value)
        elif name == "M":
            self.head.metre = metre_of_field(value)
        elif name == "L":
            self.head.unit = unit_of(value)
        elif name == "P":
            self.parts = value
        elif name == "Q":
            self.head.tempo = value
        elif name == "V":
            identifier, _, rest = value.partition(" ")
            self.about[identifier] = rest
        elif name == "K":
            self.head.key = key_of(value) or self.head.key
            self.about[""] = value
            self.in_body = True
            if self.head.unit is None:
                small = self.head.metre is not None and Fraction(*self.head.metre) < Fraction(3, 4)
                self.head.unit = Fraction(1, 16) if small else Fraction(1, 8)

    def _voice(self, text: str) -> Voice:
        identifier, _, rest = text.strip().partition(" ")
        if identifier not in self.voices:
            if len(self.voices) >= MAX_VOICES:
                return next(iter(self.voices.values()))
            about = f"{self.about.get('', '')} {self.about.get(identifier, '')} {rest}"
            self.voices[identifier] = Voice(self.sheet, self.head, len(self.voices), about)
        return self.voices[identifier]
