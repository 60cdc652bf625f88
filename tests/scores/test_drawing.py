"""Where note heads are drawn, held against when they sound."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from koe.music.library import list_pieces, load_piece
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.layout import svg_pages
from tools.drawn_heads import drawn_wrongly

PIECES = [entry.slug for entry in list_pieces()]


def even(pitches, length, start=0):
    return [Note(start + length * place, pitch, length) for place, pitch in enumerate(pitches)]


def made(notes, n_ticks, **fields):
    return Piece(tuple(sorted(notes)), n_ticks, **fields)


def clef_and_room():
    """Both hands high, so that the lower staff turns treble; then a low bass, and a voice that enters on beat 2."""
    measure = [note for step in range(16) for note in (Note(6 * step, 76, 6), Note(6 * step, 88, 6))]
    bass = [Note(96 + 6 * step, 40, 6) for step in range(16)]
    return made([*measure, *bass, Note(96, 74, 96), Note(120, 83, 24), Note(144, 84, 48)], 192)


def clef_upside_down():
    """The same from below: the upper staff turns bass, and turns treble again."""
    piece = clef_and_room()
    return made([replace(note, pitch=124 - note.pitch) for note in piece.notes], piece.n_ticks)


def clefs_and_triplets():
    """A left hand that goes up and down again every two measures, below a voice that enters on a triplet's second."""
    notes = []
    for bar, low in enumerate((40, 76, 76, 40, 40, 76)):
        notes += even((low, low + 4, low + 7) * 4, 8, 96 * bar)
        notes += [Note(96 * bar, 84, 96), Note(96 * bar + 32, 88, 16), Note(96 * bar + 48, 91, 48)]
    return made(notes, 576)


def moonlight():
    """Triplets over octaves, as the sonata begins in alla breve, and a dotted tune above them."""
    notes = []
    for bar, bass in enumerate((37, 35, 33, 30)):
        notes += even((56, 61, 64) * 4, 8, 96 * bar)
        notes += [Note(96 * bar, bass, 96), Note(96 * bar, bass + 12, 96)]
    notes += [Note(384, 68, 72), Note(456, 68, 18), Note(474, 68, 6), Note(480, 68, 96)]
    notes += even((56, 61, 64) * 8, 8, 384)
    return made(notes, 576, time_signatures=(TimeSignature(0, 2, 2),))


def against(first, second, n_measures=4):
    """Two even rhythms at once, so many notes a quarter: 3 against 2, 3 against 4 ..."""
    notes = []
    for beat in range(4 * n_measures):
        for n, low in ((first, 72), (second, 48)):
            ticks = [round(24 * note / n) for note in range(n + 1)]
            notes += [Note(24 * beat + ticks[k], low + (2 * k + beat) % 9, ticks[k + 1] - ticks[k]) for k in range(n)]
    return made(notes, 96 * n_measures)


OWN = {
    "clef": clef_and_room(),
    "clef upside down": clef_upside_down(),
    "clefs and triplets": clefs_and_triplets(),
    "moonlight": moonlight(),
    "3 against 2": against(3, 2),
    "3 against 4": against(3, 4),
    "6 against 8": against(6, 8),
    "5 against 3": against(5, 3),
    "7 against 4": against(7, 4),
    "12 against 9": against(12, 9),
    # A run of triplets in one voice, rests of triplets, and beams that end in the middle of one.
    "gaps": made([Note(96 * bar + 8 * k, 60 + k, 8) for bar in range(4) for k in (0, 2, 3, 5, 6, 8, 10)], 384),
    "late": made([*even((60, 64), 48), *even((72, 74, 76, 77), 10, 2), *even((84, 83, 81), 16, 48)], 96),
}


@pytest.mark.parametrize("name", OWN)
def test_notes_of_a_measure_stand_in_columns(name):
    score = engrave(OWN[name])
    n_measures, wrong = drawn_wrongly(score, svg_pages(score))
    assert n_measures == len(score.measures) > 0
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in OWN if name.startswith("clef")])
def test_some_of_these_change_their_clef(name):
    clefs = [measure.clefs for measure in engrave(OWN[name]).measures]
    assert len(set(clefs)) > 1


def test_notes_of_the_demo_pieces_stand_in_columns():
    looked_at = 0
    for slug in PIECES:
        score = engrave(load_piece(slug))
        n_measures, wrong = drawn_wrongly(score, svg_pages(score))
        assert wrong == [], slug
        looked_at += n_measures
    assert looked_at > 200


def test_a_note_on_a_wrong_beat_would_be_seen():
    score = engrave(OWN["clef"])
    pages = svg_pages(score)
    root = ElementTree.fromstring(pages[0])
    place = OWN["clef"].notes.index(Note(120, 83, 24))
    group = next(group for group in root.iter() if group.get("id") == f"n{place}")
    use = next(use for use in group.iter() if use.tag.endswith("use"))
    first = OWN["clef"].notes.index(Note(96, 40, 6))
    other = next(group for group in root.iter() if group.get("id") == f"n{first}")
    use.set("transform", next(use for use in other.iter() if use.tag.endswith("use")).attrib["transform"])
    assert drawn_wrongly(score, [ElementTree.tostring(root, encoding="unicode")]) == (2, [1])
