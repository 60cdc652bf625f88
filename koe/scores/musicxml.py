"""Scores as MusicXML 4.0, which notation programs read.

The same score gives the same bytes: no date and no version is written.

References
----------
W3C Music Notation Community Group (2021), MusicXML 4.0.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from koe.scores.engrave import Measure, Score, Sound, WrittenNote
from koe.scores.metre import VALUES

DIVISIONS = 4  # of a quarter: a sixteenth is 1
VOICES_OF_A_STAFF = 4  # the lower staff's voices are counted from 5 on, as notation programs do

CLEFS = {"treble": ("G", 2), "bass": ("F", 4)}

_TYPES = {1: "16th", 2: "eighth", 4: "quarter", 8: "half", 16: "whole"}
_HEAD = """\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">"""


def musicxml(score: Score) -> str:
    """Write a score as MusicXML.

    Note heads carry the names of `WrittenNote.name` as their ``id``.
    """
    return "\n".join(
        [_HEAD, *_header(score), '  <part id="P1">', *_measures(score), "  </part>", "</score-partwise>", ""]
    )


def _header(score: Score) -> Iterator[str]:
    if score.title:
        yield f"  <work><work-title>{_text(score.title)}</work-title></work>"
        yield f"  <movement-title>{_text(score.title)}</movement-title>"
    yield "  <identification>"
    if score.credit:
        yield f'    <creator type="composer">{_text(score.credit)}</creator>'
    yield "    <encoding><software>Koe</software></encoding>"
    yield "  </identification>"
    yield "  <defaults>"
    yield "    <scaling><millimeters>7</millimeters><tenths>40</tenths></scaling>"
    yield "  </defaults>"
    yield "  <part-list>"
    yield '    <score-part id="P1">'
    yield '      <part-name print-object="no">Piano</part-name>'
    yield '      <score-instrument id="P1-I1"><instrument-name>Piano</instrument-name></score-instrument>'
    yield '      <midi-instrument id="P1-I1"><midi-program>1</midi-program></midi-instrument>'
    yield "    </score-part>"
    yield "  </part-list>"


def _measures(score: Score) -> Iterator[str]:
    n_upper = max(VOICES_OF_A_STAFF, *(voice.number + 1 for measure in score.measures for voice in measure.staves[0]))
    for place, measure in enumerate(score.measures):
        implicit = "" if measure.bar.full else ' implicit="yes"'
        yield f'    <measure number="{measure.bar.number}"{implicit}>'
        yield from _attributes(score, measure, score.measures[place - 1] if place else None)
        if place == 0:
            yield from _tempo(score)
        yield from _voices(measure, n_upper)
        if place == len(score.measures) - 1:
            yield '      <barline location="right"><bar-style>light-heavy</bar-style></barline>'
        yield "    </measure>"


def _attributes(score: Score, measure: Measure, before: Measure | None) -> Iterator[str]:
    first = before is None
    changed = [
        (staff, clef)
        for staff, clef in enumerate(measure.clefs, start=1)
        if before is None or before.clefs[staff - 1] != clef
    ]
    if not (first or measure.bar.new_metre or changed):
        return
    yield "      <attributes>"
    if first:
        yield f"        <divisions>{DIVISIONS}</divisions>"
        yield f"        <key><fifths>{score.key.fifths}</fifths><mode>{score.key.mode}</mode></key>"
    metre = measure.bar.metre
    if first or measure.bar.new_metre:
        yield f"        <time><beats>{metre.numerator}</beats><beat-type>{metre.denominator}</beat-type></time>"
    if first:
        yield "        <staves>2</staves>"
    for staff, clef in changed:
        sign, line = CLEFS[clef]
        yield f'        <clef number="{staff}"><sign>{sign}</sign><line>{line}</line></clef>'
    yield "      </attributes>"


def beat_of_tempo(score: Score) -> tuple[bool, int]:
    """Whether the tempo counts dotted quarters, and how many beats a minute."""
    dotted = score.measures[0].bar.metre.beat_steps == 6
    return dotted, round(score.piece.qpm / 1.5 if dotted else score.piece.qpm)


def _tempo(score: Score) -> Iterator[str]:
    dotted, per_minute = beat_of_tempo(score)
    dot = "<beat-unit-dot/>" if dotted else ""
    yield '      <direction placement="above">'
    yield "        <direction-type>"
    unit = f"<beat-unit>quarter</beat-unit>{dot}"
    yield f"          <metronome>{unit}<per-minute>{per_minute}</per-minute></metronome>"
    yield "        </direction-type>"
    yield "        <staff>1</staff>"
    yield f'        <sound tempo="{round(score.piece.qpm, 3):g}"/>'
    yield "      </direction>"


def _voices(measure: Measure, n_upper: int) -> Iterator[str]:
    n_steps = measure.bar.n_steps
    step = 0
    for staff, voices in enumerate(measure.staves, start=1):
        for voice in voices:
            number = voice.number + (1 if staff == 1 else n_upper + 1)
            if step:
                yield f"      <backup><duration>{step}</duration></backup>"
            for sound in voice.sounds:
                if sound.length == n_steps and not sound.notes and sound.shown and measure.bar.full:
                    yield from _measure_rest(n_steps, number, staff)
                else:
                    yield from _sound(sound, number, staff)
            step = n_steps


def _measure_rest(n_steps: int, voice: int, staff: int) -> Iterator[str]:
    yield "      <note>"
    yield f'        <rest measure="yes"/><duration>{n_steps}</duration><voice>{voice}</voice><staff>{staff}</staff>'
    yield "      </note>"


def _sound(sound: Sound, voice: int, staff: int) -> Iterator[str]:
    if not sound.shown:
        yield (
            f"      <forward><duration>{sound.length}</duration><voice>{voice}</voice><staff>{staff}</staff></forward>"
        )
        return
    undotted, dots = VALUES[sound.length]
    value = f"<type>{_TYPES[undotted]}</type>" + "<dot/>" * dots
    if not sound.notes:
        yield "      <note>"
        yield (f"        <rest/><duration>{sound.length}</duration><voice>{voice}</voice>{value}<staff>{staff}</staff>")
        yield "      </note>"
    for place, note in enumerate(sound.notes):
        yield f"      <note id={quoteattr(note.name)}>"
        yield f"        {'<chord/>' if place else ''}{_pitch(note)}<duration>{sound.length}</duration>"
        ties = [kind for kind, there in (("stop", note.part > 0), ("start", note.tied)) if there]
        for kind in ties:
            yield f'        <tie type="{kind}"/>'
        accidental = f"<accidental>{note.accidental}</accidental>" if note.accidental else ""
        yield f"        <voice>{voice}</voice>{value}{accidental}<staff>{staff}</staff>"
        for number, beam in enumerate(sound.beams if not place else (), start=1):
            yield f'        <beam number="{number}">{beam}</beam>'
        if ties:
            tied = "".join(f'<tied type="{kind}"/>' for kind in ties)
            yield f"        <notations>{tied}</notations>"
        yield "      </note>"


def _pitch(note: WrittenNote) -> str:
    spelling = note.spelling
    alter = f"<alter>{spelling.alter}</alter>" if spelling.alter else ""
    return f"<pitch><step>{spelling.step}</step>{alter}<octave>{spelling.octave}</octave></pitch>"


def _text(text: str) -> str:
    """Text as it may stand in XML, which has no place for control characters."""
    return escape("".join(character if character.isprintable() else " " for character in text).strip())
