"""What MusicXML says is what is played."""

# Measures stand on one line, however long it is.
# ruff: noqa: E501

import pytest

from koe.errors import ScoreFileError
from koe.formats.reading import read_piece
from koe.music.grid import PULSES_PER_QUARTER, PULSES_PER_TICK
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml
from tests.formats.writing import (
    QUARTER,
    attributes,
    barline,
    chord,
    direction,
    grace,
    note,
    parts,
    repeat,
    score,
    tie,
)

WHOLE = 4 * QUARTER


def read(*measures: str, **others: str) -> Piece:
    return read_piece(score(*measures, **others), "a.musicxml")


def heard(piece: Piece) -> list[tuple[int, int, int]]:
    """Onset, pitch and duration."""
    return [(note.onset, note.pitch, note.duration) for note in piece.notes]


def test_notes_chords_and_rests():
    piece = read(note(60) + chord(64) + chord(67) + note(None) + note(72, 12) + note(71, 12) + note(48))
    assert heard(piece) == [(0, 60, 24), (0, 64, 24), (0, 67, 24), (48, 72, 12), (60, 71, 12), (72, 48, 24)]
    assert piece.n_ticks == 96
    assert piece.warnings == ()


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ((note(60, WHOLE, after=tie("start")), note(60, QUARTER, after=tie("stop")) + note(62, 72)), [(0, 60, 120), (120, 62, 72)]),
        ((note(60, 24, after=tie("start")) + note(60, 24, after=tie("stop", "start")) + note(60, 48, after=tie("stop")),), [(0, 60, 96)]),
        # Only what is tied is joined, of a chord one note.
        ((note(60, 48, after=tie("start")) + chord(64, 48) + note(60, 48, after=tie("stop")) + chord(64, 48),), [(0, 60, 96), (0, 64, 48), (48, 64, 48)]),
        # Some files have the sign alone.
        ((note(60, 48, after='<notations><tied type="start"/></notations>') + note(60, 48, after='<notations><tied type="stop"/></notations>'),), [(0, 60, 96)]),
        # What rings on is tied to nothing.
        ((note(60, 48, after='<notations><tied type="let-ring"/></notations>') + note(60, 48),), [(0, 60, 48), (48, 60, 48)]),
        # A tie to nothing, and one from nothing.
        ((note(60, 48, after=tie("start")) + note(62, 24) + note(60, 24, after=tie("stop")),), [(0, 60, 48), (48, 62, 24), (72, 60, 24)]),
    ],
)  # fmt: skip
def test_ties(measures, expected):
    assert heard(read(*measures)) == expected


@pytest.mark.parametrize(
    ("n_notes", "length", "onsets", "n_between"),
    [(3, 8, [0, 8, 16], 0), (6, 4, [0, 4, 8, 12, 16, 20], 0), (3, 16, [0, 16, 32], 0)],
)
def test_tuplets_are_as_long_as_their_duration_says_with_or_without_their_sign(n_notes, length, onsets, n_between):
    piece = read("".join(note(60 + n, length) for n in range(n_notes)) + note(72))
    assert [note.onset for note in piece.notes] == [*onsets, n_notes * length]
    assert piece.warnings == ()


def test_a_septuplet_is_written_at_the_nearest_tick_and_played_where_it_is():
    seven = "".join(note(60 + n, 4) for n in range(7))
    piece = read(attributes(divisions=28) + seven + note(72, 28))
    assert [note.onset for note in piece.notes] == [0, 3, 7, 10, 14, 17, 21, 24]
    assert [note.first_pulse for note in piece.notes] == [round(n * 480 / 7) for n in range(8)]
    assert piece.warnings == (
        "6 notes lie between the 24ths of a quarter, such as septuplets: played where they are, written at the nearest.",
    )


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (note(72, 24) + grace(74) + note(72, 24), [(0, 72, 24), (22, 74, 2), (24, 72, 24)]),
        (note(72) + grace(74, 'slash="yes"') + grace(76) + note(72), [(0, 72, 24), (20, 74, 2), (22, 76, 2), (24, 72, 24)]),
        (note(72) + "".join(grace(60 + n) for n in range(6)) + note(72),
         [(0, 72, 24), *((12 + 2 * n, 60 + n, 2) for n in range(6)), (24, 72, 24)]),
        # Two grace notes at a time.
        (note(72) + grace(74) + note(77, 0, "<grace/><chord/>") + note(72), [(0, 72, 24), (22, 74, 2), (22, 77, 2), (24, 72, 24)]),
        # On the beat, where the file says so.
        (note(72) + grace(74, 'steal-time-following="12.5"') + note(72) + chord(60), [(0, 72, 24), (24, 74, 3), (27, 60, 21), (27, 72, 21)]),
        # At the end of the measure, after a trill.
        (note(72, WHOLE) + grace(71) + grace(72), [(0, 72, 96), (92, 71, 2), (94, 72, 2)]),
        # At the beginning: in an upbeat.
        (grace(74) + note(72) + chord(60) + note(71), [(22, 74, 2), (24, 60, 24), (24, 72, 24), (48, 71, 24)]),
    ],
)  # fmt: skip
def test_grace_notes_are_played_before_the_note_they_lead_to(measure, expected):
    assert sorted(heard(read(measure))) == sorted(expected)


@pytest.mark.parametrize(("pickup", "upbeat"), [((), 24), ((grace(71) + note(72, 12),), 36)])
def test_grace_notes_at_the_beginning_have_an_upbeat_and_move_nothing(pickup, upbeat):
    """What begins with the piece holds for them too, and what is read is printed as it was."""
    head = attributes("3/4", fifths=1) + direction("<dynamics><p/></dynamics>", '<sound tempo="60"/>')
    measures = (*pickup, ("" if pickup else grace(71)) + note(72, 72), note(67, 72))
    piece = read(head + measures[0], *measures[1:])
    assert (piece.upbeat, piece.time_signatures) == (upbeat, (TimeSignature(0, 3, 4),))
    assert (piece.tempos, piece.keys) == ((Tempo(0, 60),), (KeySignature(0, 1),))
    assert [(note.onset - upbeat, note.duration) for note in piece.notes][-2:] == [(0, 72), (72, 72)]
    assert {note.velocity for note in piece.notes} == {49}
    text = musicxml(engrave(piece))
    assert text.count("<grace") == 1
    assert musicxml(engrave(read_piece(text.encode(), "a.xml"))) == text


def test_an_accent_behind_grace_notes_at_the_beginning_is_their_main_notes():
    marks = direction("<dynamics><p/></dynamics>") + direction("<dynamics><sfz/></dynamics>")
    small, main, other = read(marks + grace(71) + note(72) + note(72)).notes
    assert (small.velocity, other.velocity) == (49, 49)
    assert main.velocity > 49


def test_a_grace_note_takes_its_time_from_the_measure_before():
    assert heard(read(note(60, WHOLE), grace(74) + note(72))) == [(0, 60, 96), (94, 74, 2), (96, 72, 24)]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (note(72, WHOLE) + "<backup><duration>96</duration></backup>" + note(48, 48, voice=5, staff=2) + note(50, 48, voice=5, staff=2),
         [(0, 48, 48), (0, 72, 96), (48, 50, 48)]),
        (note(72, WHOLE) + "<backup><duration>72</duration></backup>" + note(48, 24, voice=2), [(0, 72, 96), (24, 48, 24)]),
        (note(72, WHOLE) + "<backup><duration>96</duration></backup><forward><duration>48</duration></forward>" + note(48, 48, voice=2),
         [(0, 72, 96), (48, 48, 48)]),
        # Back beyond the beginning is the beginning.
        (note(72) + "<backup><duration>480</duration></backup>" + note(48), [(0, 48, 24), (0, 72, 24)]),
    ],
)  # fmt: skip
def test_voices_go_back_and_forward(measure, expected):
    assert heard(read(measure)) == expected


def test_divisions_may_change_within_a_part():
    piece = read(note(60, 48) + attributes(divisions=2) + note(62, 4), note(64, 8))
    assert heard(piece) == [(0, 60, 48), (48, 62, 48), (96, 64, 96)]


@pytest.mark.parametrize(
    ("transpose", "by"),
    [
        ("<transpose><chromatic>-2</chromatic></transpose>", -2),
        ("<transpose><diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>", -12),
        ("<transpose><chromatic>9</chromatic><octave-change>-1</octave-change></transpose>", -3),
    ],
)
def test_transposing_instruments_sound_as_they_sound(transpose, by):
    piece = read(attributes(more=transpose, fifths=2) + note(72, WHOLE))
    assert heard(piece) == [(0, 72 + by, 96)]


def test_the_key_is_that_of_a_part_that_sounds_as_written():
    clarinet = attributes(fifths=4, more="<transpose><chromatic>-2</chromatic></transpose>") + note(72, WHOLE)
    piece = read_piece(
        parts([("Clarinet", "", (clarinet,)), ("Piano", "", (attributes(fifths=2) + note(50, WHOLE),))]), "a.xml"
    )
    assert piece.keys == (KeySignature(0, 2),)
    assert piece.n_other_instruments == 1


@pytest.mark.parametrize(
    ("mark", "velocity"),
    [
        (direction("<dynamics><p/></dynamics>"), 49),
        (direction("<dynamics><ff/></dynamics>"), 112),
        (direction("<dynamics><other-dynamics>mp</other-dynamics></dynamics>"), 64),
        (direction("<dynamics><f/></dynamics>", '<sound dynamics="100"/>'), 90),
        ('<sound dynamics="50"/>', 45),
        ("", 80),
    ],
)
def test_dynamics_are_velocities(mark, velocity):
    piece = read(mark + note(60, WHOLE), note(62, WHOLE))
    assert [note.velocity for note in piece.notes] == [velocity, velocity]


def test_an_accent_is_for_its_note_and_a_hairpin_goes_from_level_to_level():
    forced = read(
        direction("<dynamics><p/></dynamics>")
        + note(60)
        + direction("<dynamics><sfz/></dynamics>")
        + note(60)
        + note(60)
    )
    assert [note.velocity for note in forced.notes] == [49, 69, 49]
    accented = read(note(60, 24, after="<notations><articulations><accent/></articulations></notations>") + note(60))
    assert [note.velocity for note in accented.notes] == [92, 80]
    hairpin = read(
        direction("<dynamics><p/></dynamics>") + direction('<wedge type="crescendo"/>') + note(60) + note(60) + note(60) + note(60),
        direction('<wedge type="stop"/>') + direction("<dynamics><f/></dynamics>") + note(60) + note(60),
    )  # fmt: skip
    assert [note.velocity for note in hairpin.notes] == [49, 61, 72, 84, 96, 96]
    alone = read(
        direction('<wedge type="diminuendo"/>') + note(60, 48) + direction('<wedge type="stop"/>') + note(60, 48)
    )
    assert [note.velocity for note in alone.notes] == [80, 64]


def test_each_staff_has_its_dynamics_where_both_have_one():
    lower = "<backup><duration>96</duration></backup>" + note(48, WHOLE, voice=5, staff=2)
    one = read(direction("<dynamics><p/></dynamics>") + note(72, WHOLE) + lower)
    assert [note.velocity for note in one.notes] == [49, 49]
    two = direction("<dynamics><p/></dynamics>") + direction("<dynamics><f/></dynamics>", staff=2)
    assert [note.velocity for note in read(two + note(72, WHOLE) + lower).notes] == [96, 49]


@pytest.mark.parametrize(
    ("mark", "qpm"),
    [
        ('<sound tempo="66"/>', 66),
        (direction("<words>Allegro</words>", '<sound tempo="132"/>'), 132),
        (direction("<metronome><beat-unit>half</beat-unit><per-minute>60</per-minute></metronome>"), 120),
        (direction("<metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>c. 80</per-minute></metronome>"), 120),
        (direction("<metronome><beat-unit>eighth</beat-unit><per-minute>92.5</per-minute></metronome>"), 46.25),
        ("", 120),
    ],
)  # fmt: skip
def test_tempo(mark, qpm):
    assert read(mark + note(60, WHOLE)).tempos == (Tempo(0, qpm),)


def test_tempo_changes_within_a_measure_and_comes_back_with_a_repeat():
    piece = read(
        '<sound tempo="100"/>' + note(60, WHOLE),
        note(60, 48) + '<sound tempo="50"/>' + note(60, 48) + repeat("backward"),
        note(60, WHOLE),
    )
    places = [(tempo.onset // PULSES_PER_QUARTER, tempo.qpm) for tempo in piece.tempos]
    assert places == [(0, 100), (6, 50), (8, 100), (14, 50)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("start", "stop", [(0, 127), (960, 0)]),
        ("start", "change", [(0, 127), (960, 0), (990, 127)]),
        ("stop", "start", [(960, 127)]),
    ],
)
def test_the_pedal(first, second, expected):
    piece = read(
        direction(f'<pedal type="{first}"/>') + note(60, 48) + direction(f'<pedal type="{second}"/>') + note(60, 48)
    )
    assert piece.pedal == tuple(Pedal(*event) for event in expected)


def test_the_pedal_as_programs_tell_it():
    piece = read(
        '<sound damper-pedal="yes"/>' + note(60) + '<sound damper-pedal="no"/><sound damper-pedal="yes"/>' + note(60)
    )
    assert piece.pedal == (Pedal(0, 127), Pedal(480, 0), Pedal(510, 127))


def test_keys_and_their_changes():
    piece = read(attributes(fifths=-3, mode="minor") + note(60, WHOLE), attributes(fifths=3) + note(60, WHOLE))
    assert piece.keys == (KeySignature(0, -3, "minor"), KeySignature(96, 3))
    assert read(note(60, WHOLE)).keys == ()
    assert read(attributes(fifths=12) + note(60, WHOLE)).keys == ()


@pytest.mark.parametrize(
    ("metre", "lengths", "expected", "upbeat"),
    [
        ("4/4", [24, 96, 96], [(0, 4, 4)], 24),
        ("3/8", [12, 36, 36], [(0, 3, 8)], 12),
        ("4/4", [27, 96, 96], [(0, 4, 4)], 27),
        ("4/4", [96, 96], [(0, 4, 4)], 0),
        # An upbeat before a repeat within the piece fills the measure that it cuts in two.
        ("4/4", [96, 72, 24, 96], [(0, 4, 4)], 0),
        # A measure that is short for itself.
        ("4/4", [96, 48, 96], [(0, 4, 4), (96, 2, 4), (144, 4, 4)], 0),
        # The last one may be short, as it is where the upbeat completes it.
        ("3/4", [24, 72, 48], [(0, 3, 4)], 24),
        ("3+2/8", [60, 60], [(0, 5, 8)], 0),
    ],
)
def test_metres_and_upbeats(metre, lengths, expected, upbeat):
    piece = read(*(note(60, length) for length in lengths), metre=metre)
    assert piece.time_signatures == tuple(TimeSignature(*signature) for signature in expected)
    assert piece.upbeat == upbeat
    assert piece.measure_onsets[:2] == (0, lengths[0])


def test_metres_change():
    piece = read(note(60, 96), attributes("3/4") + note(60, 72), note(60, 72), attributes("6/8") + note(60, 72))
    assert piece.time_signatures == (TimeSignature(0, 4, 4), TimeSignature(96, 3, 4), TimeSignature(240, 6, 8))


ENDING = '<ending number="{}" type="{}"/>'


def ending(turns: str, measure: str, back: str = "") -> str:
    return barline(ENDING.format(turns, "start"), "left") + measure + barline(ENDING.format(turns, "stop") + back)


BACK = '<repeat direction="backward"/>'
A, B, C, D = (note(pitch, WHOLE) for pitch in (60, 62, 64, 65))


def words(text: str) -> str:
    return f"<words>{text}</words>"


@pytest.mark.parametrize(
    ("measures", "order"),
    [
        ((A, B + repeat("backward"), C), "ABABC"),
        ((A, repeat("forward") + B + repeat("backward"), C), "ABBC"),
        ((A + repeat("backward", times=3), B), "AAAB"),
        ((A, ending("1", B, BACK), ending("2", C), D), "ABACD"),
        ((A, ending("1, 2", B, BACK), ending("3", C)), "ABABAC"),
        ((A, ending("1", B, BACK), C), "ABAC"),
        ((A, ending("1", B, BACK), ending("2", C, BACK), D), "ABACD"),
        ((A + repeat("backward"), repeat("forward") + B + repeat("backward")), "AABB"),
        ((A + '<sound fine="yes"/>', B + '<sound dacapo="yes"/>', C), "ABA"),
        ((A, '<sound segno="1"/>' + B + '<sound fine="yes"/>', C + '<sound dalsegno="1"/>'), "ABCB"),
        ((A + '<sound tocoda="1"/>', B + '<sound dacapo="yes"/>', '<sound coda="1"/>' + C), "ABAC"),
        # Printed, while programs are not told.
        ((A + direction(words("Fine")), B + direction(words("D.C. al Fine")), C), "ABA"),
        ((A, direction("<segno/>") + B + direction(words("To ") + "<coda/>"), C + direction(words("D.S. al Coda")),
          direction("<coda/>") + D), "ABCBD"),
        ((A, direction("<segno/>") + B + direction("<coda/>"), C + direction(words("D.S.")), direction("<coda/>") + D), "ABCBD"),
        # What programs are told counts.
        ((A, direction("<segno/>") + B + direction(words("Fine")), C + direction(words("D.S."), '<sound dacapo="yes"/>')), "ABCAB"),
        # The nearest segno before it; one behind it is none to go back to.
        ((direction("<segno/>") + A, direction("<segno/>") + B, C + '<sound dalsegno="1"/>', direction("<segno/>") + D), "ABCBCD"),
        # Repeats are not taken again after a da capo.
        ((A + repeat("backward"), B + '<sound fine="yes"/>', C + '<sound dacapo="yes"/>'), "AABCAB"),
    ],
)  # fmt: skip
def test_repeats_are_played(measures, order):
    piece = read(*measures)
    names = {60: "A", 62: "B", 64: "C", 65: "D"}
    assert "".join(names[note.pitch] for note in piece.notes) == order
    assert [note.onset for note in piece.notes] == [96 * n for n in range(len(order))]


def test_a_tie_into_both_endings():
    into = note(60, WHOLE, after=tie("start"))
    piece = read(
        into, ending("1", note(60, WHOLE, after=tie("stop")), BACK), ending("2", note(60, WHOLE, after=tie("stop")))
    )
    assert heard(piece) == [(0, 60, 192), (192, 60, 192)]


def test_a_repeat_without_end_is_bounded():
    piece = read(A + repeat("backward", times=1_000_000), B)
    assert piece.n_ticks <= 32_768 * 6
    assert len(piece.notes) == 2048  # measures, the most that a piece has
    assert any("longer than Koe reads" in warning for warning in piece.warnings)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<work><work-title>Sonata</work-title></work>", "Sonata"),
        ("<movement-title>月の光</movement-title>", "月の光"),
        ("<work><work-title>Sonata</work-title></work><movement-title>Adagio</movement-title>", "Sonata, Adagio"),
        ("<work><work-title>Gigue</work-title></work><movement-title>Gigue</movement-title>", "Gigue"),
        ('<credit page="1"><credit-words font-size="10">By X</credit-words></credit>'
         '<credit page="1"><credit-words font-size="22">Nocturne &amp; Étude</credit-words></credit>', "Nocturne & Étude"),
        ('<credit page="1"><credit-type>title</credit-type><credit-words>Rondo</credit-words></credit>', "Rondo"),
        ("", "my file"),
    ],
)  # fmt: skip
def test_the_title(head, title):
    assert read_piece(score(A, head=head), "my file.musicxml").title == title


def test_what_is_not_for_the_piano_is_said():
    drum = "<note><unpitched><display-step>E</display-step></unpitched><duration>24</duration></note>"
    piece = read_piece(
        parts([("Piano", "", (note(60) + note(10) + note(62, inside="<cue/>"),)), ("Drums", "", (drum * 2,))]), "a.xml"
    )
    assert heard(piece) == [(0, 60, 24)]
    assert piece.dropped.drums == 2
    assert piece.dropped.outside_piano == 1
    assert piece.warnings == (
        "1 cue note is left out.",
        "1 note outside the piano's A0 to C8 was left out.",
        "2 notes of drums were left out.",
    )


def test_microtones_and_ornaments_are_said():
    quarter_tone = note(60).replace("<alter>0</alter>", "<alter>0.5</alter>")
    trill = note(62, after="<notations><ornaments><trill-mark/></ornaments></notations>")
    piece = read(quarter_tone + trill)
    assert heard(piece) == [(0, 61, 24), (24, 62, 24)]
    assert piece.warnings == (
        "1 note between two keys is played on the nearest key.",
        "1 note with a trill, mordent, turn or tremolo is played plainly.",
    )


@pytest.mark.parametrize(
    ("name", "about", "n_others"),
    [
        ("Violin", "", 1),
        ("Piano", "", 0),
        ("Voice", '<midi-instrument id="x"><midi-program>53</midi-program></midi-instrument>', 1),
        ("Klavier", '<midi-instrument id="x"><midi-program>1</midi-program></midi-instrument>', 0),
        ("X", '<score-instrument id="x"><instrument-sound>strings.cello</instrument-sound></score-instrument>', 1),
    ],
)
def test_other_instruments_are_kept_and_counted(name, about, n_others):
    piece = read_piece(parts([(name, about, (A,)), ("Piano", "", (note(48, WHOLE),))]), "a.xml")
    assert heard(piece) == [(0, 48, 96), (0, 60, 96)]
    assert piece.n_other_instruments == n_others


def test_parts_stay_together_where_one_is_longer_than_its_measure():
    piece = read_piece(
        parts([("Piano", "", (note(60, 100), note(62, 96))), ("Piano", "", (note(48, 96), note(50, 96)))]), "a"
    )
    assert [(note.onset, note.pitch) for note in piece.notes] == [(0, 48), (0, 60), (96, 50), (96, 62)]


def test_a_staccato_is_written_in_full_and_let_go_early():
    piece = read(note(60, 24, after="<notations><articulations><staccato/></articulations></notations>") + note(62))
    short, plain = piece.notes
    assert (short.duration, short.last_pulse) == (24, 240)
    assert plain.last_pulse == 48 * PULSES_PER_TICK


def test_measures_before_parts():
    timewise = b"""<score-timewise><part-list><score-part id="P1"><part-name/></score-part></part-list>
    <measure number="1"><part id="P1"><attributes><divisions>1</divisions></attributes>
    <note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note></part></measure>
    <measure number="2"><part id="P1"><note><pitch><step>D</step><octave>4</octave></pitch><duration>4</duration></note>
    </part></measure></score-timewise>"""
    assert heard(read_piece(timewise, "a.xml")) == [(0, 60, 96), (96, 62, 96)]


@pytest.mark.parametrize(
    "measure",
    [
        note(60).replace("24", "nan"),
        note(60).replace("24", "9" * 400),
        note(60).replace("<octave>4", "<octave>1e300"),
        attributes(divisions=1).replace("1<", "0<") + note(60),
        '<sound tempo="-3"/><sound tempo="inf"/>' + note(60),
        attributes("0/0") + note(60),
        barline('<ending number="0-999" type="start"/>') + note(60),
    ],
)
def test_numbers_that_cannot_be(measure):
    piece = read(measure, A)
    assert piece.tempos == (Tempo(),)
    assert piece.notes[-1].pitch == 60


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<score-partwise><part", "The score is damaged, as XML it cannot be read"),
        (b"<score-partwise/>", "The score has no part with measures"),
        (b"<score-partwise><part id='P1'/></score-partwise>", "The score has no measure"),
    ],
)
def test_a_damaged_score_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(ScoreFileError, match=sentence):
        read_piece(data, "a.musicxml")
