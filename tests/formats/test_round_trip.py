"""Scores that Koe writes, and scores that another library reads too, come back as they were."""

import warnings

import pytest

from koe.formats.reading import read_piece
from koe.music.library import list_pieces, load_piece
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml
from tests.formats.writing import QUARTER, attributes, chord, grace, note, score, tie, zipped


def heard(piece: Piece) -> list[tuple[int, int, int]]:
    return sorted((note.onset, note.pitch, note.duration) for note in piece.notes)


@pytest.mark.parametrize("slug", [entry.slug for entry in list_pieces()])
def test_a_score_of_koe_comes_back_with_the_same_notes(slug):
    piece = load_piece(slug)
    text = musicxml(engrave(piece)).encode()
    again = read_piece(zipped({"score.musicxml": text}) if len(slug) % 2 else text, "a.mxl")
    lead = again.notes[0].onset - piece.notes[0].onset  # a first measure that is shown in full
    assert heard(again) == [(onset + lead, pitch, duration) for onset, pitch, duration in heard(piece)]
    assert again.title == piece.title
    assert again.qpm == pytest.approx(piece.qpm, abs=0.01)
    assert again.time_signatures[-1].measure_ticks == piece.time_signatures[-1].measure_ticks
    assert again.warnings == ()


GRACES = {
    "before the beat": (note(72, 96), grace(74) + note(72, 96), grace(71) + grace(72) + note(74, 96)),
    "on the beat": (
        note(72, 48) + grace(74, 'steal-time-following="4"') + note(72, 48),
        grace(76, 'steal-time-following="5"') + grace(77, 'steal-time-following="6"') + note(79, 36) + note(72, 60),
    ),
    "together": (note(72, 48) + grace(74) + note(77, 0, "<grace/><chord/>") + note(76, 48), note(72, 96)),
    # Which stands in both staves.
    "before a chord": (
        note(72, 48) + grace(64, 'steal-time-following="4"') + note(65, 48) + chord(72, 48),
        note(60, 96),
    ),
    "at the beginning": (grace(74, 'steal-time-following="8.5"') + note(72, 24) + note(71, 72), note(72, 96)),
    "into a tied note": (
        note(72, 72) + grace(74, 'steal-time-following="6"') + note(76, 24, after=tie("start")),
        note(76, 48, after=tie("stop")) + note(72, 48),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRACES)
def test_grace_notes_come_back_as_grace_notes(name):
    data = score(*GRACES[name])
    n_written = data.count(b"<grace")
    piece = read_piece(data, "a.xml")
    text = musicxml(engrave(piece))
    assert text.count("<grace") == n_written
    again = read_piece(text.encode(), "a.xml")
    assert again.notes == piece.notes
    assert musicxml(engrave(again)) == text


def test_what_grace_notes_take_is_told_in_whole_percents():
    """Fractions may stand there; music21 refuses a score with one."""
    music21 = pytest.importorskip("music21")
    third = grace(76, 'steal-time-following="16.6667"')
    piece = read_piece(score(third + note(79, 12) + third + third + note(72, 12) + note(71, 72)), "a.xml")
    assert [note.first_pulse for note in piece.notes] == [0, 40, 240, 280, 320, 480]
    text = musicxml(engrave(piece))
    assert read_piece(text.encode(), "a.xml").notes == piece.notes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notes = music21.converter.parseData(text, format="musicxml").flatten().notes
    assert [note.pitch.midi for note in notes if note.duration.isGrace] == [76, 76, 76]


def test_grace_notes_may_take_all_of_a_head_that_is_tied_to_the_next():
    graces = (Note(24, 74, 2), Note(26, 76, 2), Note(28, 74, 2))
    notes = (Note(0, 60, 6), Note(6, 72, 18), *graces, Note(30, 71, 24), Note(54, 72, 48))
    piece = Piece(notes, 102, time_signatures=(TimeSignature(0, 2, 4),), upbeat=6)
    text = musicxml(engrave(piece))
    assert text.count("<grace") == 3
    assert heard(read_piece(text.encode(), "a.xml")) == heard(piece)


MEASURES = {
    "tuplets and ties": (
        "".join(note(60 + n, 8) for n in range(9)) + note(72, 24, after=tie("start")),
        note(72, 36, after=tie("stop")) + note(70, 12) + note(None, 48),
    ),
    "voices": (
        note(72, 48) + note(74, 48) + "<backup><duration>96</duration></backup>"
        + "".join(note(48 + n, 12, voice=2, staff=2) for n in range(8)),
        note(72, 96) + "<backup><duration>96</duration></backup><forward><duration>24</duration></forward>"
        + note(50, 72, voice=2, staff=2),
    ),
    "an upbeat": (note(67), note(72, 96), note(71, 72)),
    "a transposing part": (
        attributes(more="<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>") + note(72, 96),
        note(74, 96),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
def test_another_reader_finds_the_same_notes(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        music21 = pytest.importorskip("music21")
        data = score(*MEASURES[name])
        theirs = music21.converter.parseData(data.decode(), format="musicxml").toSoundingPitch()
        found = [
            (round(float(note.offset) * QUARTER), pitch.midi, round(float(note.quarterLength) * QUARTER))
            for part in theirs.parts
            for note in part.stripTies().flatten().notes
            for pitch in note.pitches
        ]
    assert heard(read_piece(data, "a.xml")) == sorted(found)
