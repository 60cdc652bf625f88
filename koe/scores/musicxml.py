"""Scores as MusicXML 4.0, which notation programs read.

The same score gives the same bytes: no date and no version is written.

References
----------
W3C Music Notation Community Group (2021), MusicXML 4.0.
"""

from collections.abc import Iterator
from math import lcm
from xml.sax.saxutils import escape, quoteattr

from koe.music.grid import TICKS_PER_QUARTER
from koe.scores.marks import PlayedMark
from koe.scores.tempo import TempoMark
from koe.scores.tuplets import Tuplet
from koe.scores.values import VALUES
from koe.scores.written import Measure, Score, Sound, WrittenNote

VOICES_OF_A_STAFF = 4  # the lower staff's voices are counted from 5 on, as notation programs do

CLEFS = {"treble": ("G", 2), "bass": ("F", 4)}

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
    measures = score.measures
    n_upper = max(VOICES_OF_A_STAFF, *(voice.number + 1 for measure in measures for voice in measure.staves[0]))
    # Ticks are whole fractions of a quarter; so are notes of triplets, and of others that are there as well.
    scale = lcm(*(tuplet.actual for tuplet in _tuplets(score) if tuplet.actual % 3), *_nines(score))
    for place, measure in enumerate(measures):
        implicit = "" if measure.bar.full else ' implicit="yes"'
        yield f'    <measure number="{measure.bar.number}"{implicit}>'
        yield from _attributes(measure, measures[place - 1] if place else None, scale * TICKS_PER_QUARTER)
        for mark in score.tempos:
            if measure.bar.onset <= mark.onset < measure.bar.end:
                yield from _tempo(mark, (mark.onset - measure.bar.onset) * scale)
        for played in score.marks:
            if measure.bar.onset <= played.onset < measure.bar.end:
                yield from _played(played, (played.onset - measure.bar.onset) * scale)
        yield from _voices(measure, n_upper, scale)
        if place == len(measures) - 1:
            yield '      <barline location="right"><bar-style>light-heavy</bar-style></barline>'
        yield "    </measure>"


def _tuplets(score: Score) -> Iterator[Tuplet]:
    for measure in score.measures:
        for voice in (voice for staff in measure.staves for voice in staff):
            yield from (sound.tuplet for sound in voice.sounds if sound.tuplet)


def _nines(score: Score) -> Iterator[int]:
    """3 where there are groups of nine: eight thirty-seconds, 24 ticks, in nine parts."""
    yield from (3 for tuplet in _tuplets(score) if tuplet.actual == 9)
    yield 1


def _attributes(measure: Measure, before: Measure | None, divisions: int) -> Iterator[str]:
    first = before is None
    changed = [
        (staff, clef)
        for staff, clef in enumerate(measure.clefs, start=1)
        if before is None or before.clefs[staff - 1] != clef
    ]
    new_key = before is None or before.key.fifths != measure.key.fifths
    if not (new_key or measure.bar.new_metre or changed):
        return
    yield "      <attributes>"
    if first:
        yield f"        <divisions>{divisions}</divisions>"
    if new_key:
        yield f"        <key><fifths>{measure.key.fifths}</fifths><mode>{measure.key.mode}</mode></key>"
    metre = measure.bar.metre
    if first or measure.bar.new_metre:
        yield f"        <time><beats>{metre.numerator}</beats><beat-type>{metre.denominator}</beat-type></time>"
    if first:
        yield "        <staves>2</staves>"
    for staff, clef in changed:
        sign, line = CLEFS[clef]
        yield f'        <clef number="{staff}"><sign>{sign}</sign><line>{line}</line></clef>'
    yield "      </attributes>"


def _tempo(mark: TempoMark, offset: int) -> Iterator[str]:
    dot = "<beat-unit-dot/>" if mark.dotted else ""
    yield '      <direction placement="above">'
    yield "        <direction-type>"
    unit = f"<beat-unit>quarter</beat-unit>{dot}"
    yield f"          <metronome>{unit}<per-minute>{mark.per_minute}</per-minute></metronome>"
    yield "        </direction-type>"
    if offset:
        yield f"        <offset>{offset}</offset>"
    yield "        <staff>1</staff>"
    yield f'        <sound tempo="{round(mark.qpm, 3):g}"/>'
    yield "      </direction>"


def _played(mark: PlayedMark, offset: int) -> Iterator[str]:
    kinds = {
        "dynamic": ("below", f"<dynamics><{mark.text}/></dynamics>", 1),
        "words": ("above", f'<words font-style="italic">{_text(mark.text)}</words>', 1),
        "pedal": ("below", f'<pedal type="{mark.text}" sign="yes" line="no"/>', 2),
    }
    placement, sign, staff = kinds[mark.kind]
    yield f'      <direction placement="{placement}">'
    yield f"        <direction-type>{sign}</direction-type>"
    if offset:
        yield f"        <offset>{offset}</offset>"
    yield f"        <staff>{staff}</staff>"
    yield "      </direction>"


def _voices(measure: Measure, n_upper: int, scale: int) -> Iterator[str]:
    n_ticks = measure.bar.n_ticks * scale
    written = 0
    for staff, voices in enumerate(measure.staves, start=1):
        for voice in voices:
            number = voice.number + (1 if staff == 1 else n_upper + 1)
            if written:
                yield f"      <backup><duration>{n_ticks}</duration></backup>"
            for sound in voice.sounds:
                if sound.value:
                    yield from _sound(sound, number, staff, scale)
                else:
                    yield from _measure_rest(n_ticks, number, staff)
            written = n_ticks


def _measure_rest(n_ticks: int, voice: int, staff: int) -> Iterator[str]:
    yield "      <note>"
    yield f'        <rest measure="yes"/><duration>{n_ticks}</duration><voice>{voice}</voice><staff>{staff}</staff>'
    yield "      </note>"


def _sound(sound: Sound, voice: int, staff: int, scale: int) -> Iterator[str]:
    value, tuplet = VALUES[sound.value], sound.tuplet
    kind = f"<type>{value.kind}</type>" + "<dot/>" * value.dots
    duration = sound.length * scale
    modification = ""
    if tuplet:
        # In groups of five, seven and nine a note begins next to a tick, not on it.
        duration = round(sound.value * tuplet.normal * scale / tuplet.actual)
        times = f"<actual-notes>{tuplet.actual}</actual-notes><normal-notes>{tuplet.normal}</normal-notes>"
        modification = f"<time-modification>{times}</time-modification>"
    single = sum(not grace.joined for grace in sound.graces) == 1
    for grace in sound.graces:
        yield f"      <note id={quoteattr(grace.name)}>"
        # In percents of the main note's first head, which says by its attack how much they take together. Whole ones:
        # fractions are allowed, but music21 refuses a score that has them.
        percents = max(round(100 * grace.steal / sound.length), 1)
        steal = f' steal-time-following="{percents}"' if grace.steal else ""
        slash = ' slash="yes"' if single else ""
        yield f"        <grace{steal}{slash}/>{'<chord/>' if grace.joined else ''}{_pitch(grace)}"
        small = "eighth" if single else "16th"
        yield f"        <voice>{voice}</voice><type>{small}</type>{_accidental(grace)}<staff>{staff}</staff>"
        yield "      </note>"
    if not sound.notes:
        # A rest that is not printed, rather than a <forward>: Verovio takes one of those in a measure with a change
        # of clef for nothing.
        yield "      <note>" if sound.shown else '      <note print-object="no">'
        yield (
            f"        <rest/><duration>{duration}</duration><voice>{voice}</voice>{kind}{modification}"
            f"<staff>{staff}</staff>"
        )
        yield from _notations([], sound)
        yield "      </note>"
    for place, note in enumerate(sound.notes):
        attack = f' attack="{note.late * scale:.6g}"' if note.late else ""
        yield f"      <note id={quoteattr(note.name)}{attack}>"
        yield f"        {'<chord/>' if place else ''}{_pitch(note)}<duration>{duration}</duration>"
        ties = [kind for kind, there in (("stop", note.part > 0), ("start", note.tied)) if there]
        for tie in ties:
            yield f'        <tie type="{tie}"/>'
        yield f"        <voice>{voice}</voice>{kind}{_accidental(note)}{modification}<staff>{staff}</staff>"
        for number, beam in enumerate(sound.beams if not place else (), start=1):
            yield f'        <beam number="{number}">{beam}</beam>'
        yield from _notations(ties, None if place else sound, rolled=sound.rolled)
        yield "      </note>"


def _notations(ties: list[str], sound: Sound | None, *, rolled: bool = False) -> Iterator[str]:
    """Ties, the beginning and end of a tuplet where ``sound`` is given, and the sign of a rolled chord."""
    marks = [f'<tied type="{kind}"/>' for kind in ties]
    if sound and sound.first:
        bracket = "" if sound.beams else ' bracket="yes"'
        marks.append(f'<tuplet type="start"{bracket}/>')
    if sound and sound.last:
        marks.append('<tuplet type="stop"/>')
    if rolled:
        marks.append("<arpeggiate/>")
    if marks:
        yield f"        <notations>{''.join(marks)}</notations>"


def _accidental(note: WrittenNote) -> str:
    return f"<accidental>{note.accidental}</accidental>" if note.accidental else ""


def _pitch(note: WrittenNote) -> str:
    spelling = note.spelling
    alter = f"<alter>{spelling.alter}</alter>" if spelling.alter else ""
    return f"<pitch><step>{spelling.step}</step>{alter}<octave>{spelling.octave}</octave></pitch>"


def _text(text: str) -> str:
    """Text as it may stand in XML, which has no place for control characters."""
    return escape("".join(character if character.isprintable() else " " for character in text).strip())
