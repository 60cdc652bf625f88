"""Reading MusicXML: what is written in each measure, in quarters.

A note's ``duration`` counts, as it does for playing, and not how it looks.
None of the libraries that were tried puts enough notes where they belong, see
docs/architecture.md; the reader is held against one of them in the tests.

References
----------
W3C Music Notation Community Group (2021), MusicXML 4.0.
"""

import re
from math import isfinite
from xml.etree.ElementTree import Element

from koe.errors import ScoreFileError
from koe.formats.container import parse_xml
from koe.formats.dynamics import ACCENT, STRONG_ACCENT, sign_of
from koe.formats.graces import place_graces
from koe.formats.instruments import is_keyboard
from koe.formats.repeats import MAX_PLAYED, jump_of
from koe.formats.sheet import Bar, Mark, Sheet, SheetNote, set_lengths
from koe.formats.values import metre_of, number, text_at, turns, velocity_of
from koe.music.signatures import Mode

MAX_MEASURES = 20_000
MAX_STAVES = 16  # of a part
MAX_MEASURE_QUARTERS = 100_000.0
STACCATO, STACCATISSIMO = 0.5, 0.25  # share of its duration that such a note is held

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_UNITS = {"long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
_MINOR = ("minor", "aeolian", "dorian", "phrygian", "locrian")
_ORNAMENTS = ("trill-mark", "mordent", "inverted-mordent", "turn", "inverted-turn", "delayed-turn", "shake", "tremolo")
_JUMPS = frozenset(("segno", "coda", "fine", "tocoda", "dacapo", "dalsegno"))  # as programs are told of them
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read_sheet(text: str) -> Sheet:
    """Read a score in MusicXML.

    Raises
    ------
    ScoreFileError
        If it is damaged, or holds no part.
    """
    root = parse_xml(text)
    sheet = Sheet(titles=_titles(root))
    listed = {part.get("id", ""): part for part in root.iter("score-part")}
    parts = _parts(root)
    if not parts:
        raise ScoreFileError("The score has no part with measures; export it once more.")
    for place, (name, measures) in enumerate(parts):
        about = listed.get(name)
        if not is_keyboard(about, alone=len(parts) == 1):
            sheet.other_parts.add(place)
        _Part(sheet, place, about).read(measures[:MAX_MEASURES])
    set_lengths(sheet.bars)
    return sheet


def _parts(root: Element) -> list[tuple[str, list[Element]]]:
    """Name and measures of each part."""
    if root.tag == "score-partwise":
        return [(part.get("id", ""), part.findall("measure")) for part in root.iterfind("part")]
    parts: dict[str, list[Element]] = {}
    for measure in root.iterfind("measure"):
        for part in measure.iterfind("part"):
            parts.setdefault(part.get("id", ""), []).append(part)
    return list(parts.items())


def _titles(root: Element) -> list[str]:
    """What may be the title, the best first."""
    work, movement = text_at(root, "work/work-title"), text_at(root, "movement-title")
    both = f"{work}, {movement}" if work and movement and work.lower() not in movement.lower() else movement or work
    credits = [credit for credit in root.iterfind("credit") if credit.get("page", "1") == "1"]
    named = [text_at(credit, "credit-words") for credit in credits if text_at(credit, "credit-type") == "title"]
    sizes = [
        (number(words.get("font-size"), 0.0), -place, words.text or "")
        for place, credit in enumerate(credits)
        if credit.find("credit-type") is None
        for words in credit.iterfind("credit-words")
    ]
    return [both, *named, max(sizes)[2] if sizes else ""]


class _Part:
    """Reads the measures of one part into those of the score."""

    def __init__(self, sheet: Sheet, number: int, about: Element | None) -> None:
        self.sheet = sheet
        self.number = number
        self.divisions = 1.0
        self.transpose: dict[str, float] = {}  # by staff; "" for all
        channel = about.find(".//midi-channel") if about is not None else None
        unpitched = about.find(".//midi-unpitched") if about is not None else None
        self.drums = unpitched is not None or (channel is not None and (channel.text or "").strip() == "10")
        self.ending: frozenset[int] = frozenset()

    def read(self, measures: list[Element]) -> None:
        for place, measure in enumerate(measures):
            if place == len(self.sheet.bars):
                self.sheet.bars.append(Bar())
            self.bar, self.place = self.sheet.bars[place], place
            self.now = self.last_onset = self.end = 0.0
            self.graces: dict[str, list[list[SheetNote]]] = {}  # by voice, chord after chord
            self.keys_at: set[float] = set()
            for child in measure:
                if child.tag in _READERS:
                    _READERS[child.tag](self, child)
            for voice in list(self.graces):
                self._place_graces(voice, self.now, None)
            self.bar.signs.ending |= self.ending
            self._close_ending(measure)
            self.bar.lengths.append(self.end)

    def _go(self, by: float) -> None:
        self.now = min(max(self.now + by, 0.0), MAX_MEASURE_QUARTERS)
        self.end = max(self.end, self.now)

    def _duration(self, element: Element) -> float:
        return max(number(element.findtext("duration"), 0.0), 0.0) / self.divisions

    # -- notes ------------------------------------------------------------

    def note(self, element: Element) -> None:
        grace = element.find("grace")
        chord = element.find("chord") is not None
        duration = 0.0 if grace is not None else self._duration(element)
        onset = self.last_onset if chord else self.now
        if not chord:
            self.last_onset = self.now
            self._go(duration)
        if element.find("rest") is not None:
            return
        if element.find("cue") is not None:
            self.sheet.n_cues += 1
            return
        pitch = element.find("pitch")
        if pitch is None or self.drums:
            self.sheet.drums.append((self.place, 1))
            return
        staff = int(min(max(number(element.findtext("staff"), 1), 1), MAX_STAVES))
        note = SheetNote(
            self.number, staff, element.findtext("voice") or "1", onset, duration, self._pitch(pitch, str(staff))
        )
        self._play(note, element)
        if grace is not None:
            note.grace = True
            chords = self.graces.setdefault(note.voice, [])
            if chord and chords:
                chords[-1].append(note)
            else:
                chords.append([note])
            # The share of the main note that it takes, or just that it takes some, until it has its place.
            note.delay = max(number(grace.get("steal-time-following"), 0.0), 0.0) / 100
            return
        if note.duration <= 0.0:
            return
        if chord and self.bar.notes and not self.bar.notes[-1].grace:
            note.delay = self.bar.notes[-1].delay
        note.delay = max(number(element.get("attack"), 0.0) / self.divisions, note.delay)
        self._place_graces(note.voice, onset, note)
        self.bar.notes.append(note)

    def _place_graces(self, voice: str, onset: float, main: SheetNote | None) -> None:
        chords = self.graces.pop(voice, None)
        if chords is not None:
            place_graces(chords, onset, main, self.bar.notes)

    def _pitch(self, element: Element, staff: str) -> int:
        step = _SEMITONES.get((element.findtext("step") or "C").strip().upper(), 0)
        pitch = 12 * (number(element.findtext("octave"), 4.0) + 1) + step + number(element.findtext("alter"), 0.0)
        pitch += self.transpose.get(staff, self.transpose.get("", 0.0))
        if pitch != round(pitch):
            self.sheet.n_microtones += 1
        return int(min(max(pitch, -1.0), 128.0) + 0.5)

    def _play(self, note: SheetNote, element: Element) -> None:
        """How a note is played: ties, accents, staccato."""
        percents = number(element.get("dynamics"), 0.0)
        if percents > 0:
            note.velocity = velocity_of(percents)
        kinds = {tie.get("type") for tie in element.iterfind("tie")}
        notations = element.find("notations")
        if notations is not None:
            kinds |= {tie.get("type") for tie in notations.iterfind("tied")}
            for mark in notations.iterfind("articulations/*"):
                if mark.tag == "accent":
                    note.accent = max(note.accent, ACCENT)
                elif mark.tag == "strong-accent":
                    note.accent = STRONG_ACCENT
                elif mark.tag in ("staccato", "staccatissimo", "spiccato"):
                    note.share = STACCATO if mark.tag == "staccato" else STACCATISSIMO
            if any(mark.tag in _ORNAMENTS for mark in notations.iterfind("ornaments/*")):
                self.sheet.n_ornaments += 1
        note.tied, note.continued = "start" in kinds, "stop" in kinds

    def backup(self, element: Element) -> None:
        self._go(-self._duration(element))

    def forward(self, element: Element) -> None:
        self._go(self._duration(element))

    # -- what holds from here on -------------------------------------------

    def attributes(self, element: Element) -> None:
        divisions = number(element.findtext("divisions"), 0.0)
        if divisions > 0:
            self.divisions = divisions
        key = element.find("key")
        for transpose in element.iterfind("transpose"):
            semitones = number(transpose.findtext("chromatic"), 0.0)
            octaves = number(transpose.findtext("octave-change"), 0.0)
            self.transpose[transpose.get("number", "")] = semitones + 12 * octaves
        # The keys of the first part that sounds as it is written.
        if key is not None and not any(self.transpose.values()) and self.sheet.key_part in (-1, self.number):
            self.sheet.key_part = self.number
            fifths = number(key.findtext("fifths"), 99.0)
            if abs(fifths) <= 7 and self.now not in self.keys_at:
                self.keys_at.add(self.now)
                mode: Mode = "minor" if (key.findtext("mode") or "").strip().lower() in _MINOR else "major"
                self.bar.keys.append((self.now, int(fifths), mode))
        metre = metre_of(element.find("time"))
        if metre:
            self.bar.metre = metre

    def direction(self, element: Element) -> None:
        staff = int(min(max(number(element.findtext("staff"), 1), 1), MAX_STAVES))
        offset = element.find("offset")
        at = self.now
        if offset is not None and offset.get("sound") == "yes":
            at = self._moved(offset)
        sound = element.find("sound")
        told = number(sound.get("dynamics"), 0.0) if sound is not None else 0.0
        if sound is not None:
            self._sound(sound, at)
        if sound is None or not _JUMPS.intersection(sound.keys()):
            self._words(element, at)
        for kind in element.iterfind("direction-type/*"):
            if kind.tag == "dynamics":
                for sign in kind:
                    level, accent = sign_of(sign.text or "" if sign.tag == "other-dynamics" else sign.tag)
                    if level and told > 0 and not accent:
                        level = velocity_of(told)
                    if level or accent:
                        self.bar.marks.append(Mark(self.number, staff, at, level, accent))
                    told = 0.0
            elif kind.tag == "wedge":
                way = {"crescendo": 1, "diminuendo": -1}.get(kind.get("type", ""), 0)
                stop = kind.get("type") == "stop"
                name = kind.get("number", "1")
                self.bar.marks.append(Mark(self.number, staff, at, hairpin=way, stop=stop, number=name))
            elif kind.tag == "pedal" and (sound is None or sound.get("damper-pedal") is None):
                self._pedal(kind.get("type", ""), at)
            elif kind.tag == "metronome" and (sound is None or sound.get("tempo") is None):
                self._metronome(kind, at)
        if told > 0:
            self.bar.marks.append(Mark(self.number, staff, at, velocity_of(told)))

    def _words(self, element: Element, at: float) -> None:
        """Jumps of a direction that are printed, while programs are not told of them."""
        signs = {"coda": "\N{MUSICAL SYMBOL CODA}", "segno": "\N{MUSICAL SYMBOL SEGNO}"}
        kinds = element.iterfind("direction-type/*")
        jump = jump_of(" ".join(signs.get(kind.tag) or kind.text or "" for kind in kinds))
        if jump:
            self.bar.signs.put(jump, begins=at == 0, ends=False)

    def _moved(self, offset: Element) -> float:
        return max(self.now + number(offset.text, 0.0) / self.divisions, 0.0)

    def _pedal(self, kind: str, at: float) -> None:
        if kind in ("start", "resume"):
            self.bar.pedal.append((at, self.number, "down"))
        elif kind in ("stop", "discontinue"):
            self.bar.pedal.append((at, self.number, "up"))
        elif kind == "change":
            self.bar.pedal.append((at, self.number, "change"))

    def _metronome(self, element: Element, at: float) -> None:
        """A tempo such as "dotted quarter = 60"."""
        per_minute = _NUMBER.search(element.findtext("per-minute") or "")
        unit = _UNITS.get((element.findtext("beat-unit") or "").strip(), 0.0)
        if per_minute and unit:
            n_dots = min(len(element.findall("beat-unit-dot")), 4)
            qpm = float(per_minute[0]) * unit * (2 - 0.5**n_dots)
            if isfinite(qpm) and qpm > 0:
                self.bar.tempos.append((at, qpm))

    def sound(self, element: Element) -> None:
        offset = element.find("offset")
        at = self.now if offset is None else self._moved(offset)
        self._sound(element, at)
        percents = number(element.get("dynamics"), 0.0)
        if percents > 0:
            self.bar.marks.append(Mark(self.number, 1, at, velocity_of(percents)))

    def _sound(self, element: Element, at: float) -> None:
        """What programs tell each other of playing: tempo, pedal, jumps."""
        tempo = number(element.get("tempo"), 0.0)
        if tempo > 0:
            self.bar.tempos.append((at, tempo))
        damper = element.get("damper-pedal")
        if damper is not None:
            down = damper == "yes" or number(damper, 0.0) >= 50.0
            self.bar.pedal.append((at, self.number, "down" if down else "up"))
        signs = self.bar.signs
        signs.segno |= element.get("segno") is not None
        signs.coda |= element.get("coda") is not None
        signs.fine |= element.get("fine") is not None
        signs.to_coda |= element.get("tocoda") is not None
        signs.da_capo |= element.get("dacapo") == "yes"
        signs.dal_segno |= element.get("dalsegno") is not None

    # -- repeats ------------------------------------------------------------

    def barline(self, element: Element) -> None:
        signs = self.bar.signs
        repeat = element.find("repeat")
        if repeat is not None:
            if repeat.get("direction") == "forward":
                signs.forward = True
            elif repeat.get("direction") == "backward":
                signs.backward = True
                signs.times = int(min(max(number(repeat.get("times"), 0.0), 0.0), MAX_PLAYED))
        ending = element.find("ending")
        if ending is not None and ending.get("type") == "start":
            self.ending = turns(ending.get("number") or ending.text or "")

    def _close_ending(self, measure: Element) -> None:
        if any(ending.get("type") in ("stop", "discontinue") for ending in measure.iterfind("barline/ending")):
            self.ending = frozenset()


_READERS = {
    "note": _Part.note,
    "backup": _Part.backup,
    "forward": _Part.forward,
    "attributes": _Part.attributes,
    "direction": _Part.direction,
    "sound": _Part.sound,
    "barline": _Part.barline,
}
