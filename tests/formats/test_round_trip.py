"""Scores that Koe writes, and scores that another library reads too, come back as they were."""

import warnings

import pytest

from koe.formats.reading import read_piece
from koe.music.library import list_pieces, load_piece
from koe.music.piece import Piece
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml
from tests.formats.writing import QUARTER, attributes, note, score, tie, zipped


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
