"""What a performance adds to a score: dynamics, ritardandi and the pedal, and nothing else."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml

MEASURES = 8
LOUDNESS = (50, 50, 51, 62, 62, 61, 40, 40)
NOTES = tuple(Note(96 * measure + 24 * beat, 60 + beat, 24) for measure in range(MEASURES) for beat in range(4))
WRITTEN = Piece(NOTES, 96 * MEASURES, (Tempo(0, 100.0),))
PLAYED = replace(
    WRITTEN,
    notes=tuple(replace(note, velocity=LOUDNESS[note.onset // 96]) for note in NOTES),
    tempos=(
        Tempo(0, 100.0),
        Tempo(1920 * 3 + 960, 80.0),
        Tempo(1920 * 4, 101.0),
        Tempo(1920 * 7 + 960, 70.0),
    ),
    pedal=(Pedal(50, 127), Pedal(1930, 0), Pedal(1990, 127), Pedal(1920 * 3 - 5, 0)),
)


def marks(kind):
    return [(mark.onset, mark.text) for mark in engrave(WRITTEN, played=PLAYED).marks if mark.kind == kind]


def test_dynamics_say_where_the_loudness_is_another_one():
    assert marks("dynamic") == [(0, "mf"), (96 * 3, "f"), (96 * 6, "p")]


def test_a_ritardando_is_told_and_its_end():
    assert marks("words") == [(96 * 3 + 48, "rit."), (96 * 4, "a tempo"), (96 * 7 + 48, "rit.")]


def test_the_pedal_stands_where_it_moves():
    assert marks("pedal") == [(2, "start"), (96, "stop"), (99, "start"), (287, "stop")]


def test_the_score_stays_as_it_is_written():
    plain, marked = engrave(WRITTEN), engrave(WRITTEN, played=PLAYED)
    assert (marked.measures, marked.tempos, marked.printed) == (plain.measures, plain.tempos, plain.printed)
    assert plain.marks == ()
    tree = ElementTree.fromstring(musicxml(marked))
    directions = tree.findall(".//direction")
    assert {child.tag for one in directions for child in one.find("direction-type")} == {
        *("metronome", "dynamics", "words", "pedal")
    }
    for one in [*directions]:
        for measure in tree.iter("measure"):
            if one in measure.findall("direction"):
                measure.remove(one)
    without = ElementTree.fromstring(musicxml(plain))
    for measure in without.iter("measure"):
        for one in measure.findall("direction"):
            measure.remove(one)
    shown, other = ["".join(ElementTree.tostring(root, "unicode").split()) for root in (tree, without)]
    assert shown == other


def test_silence_says_nothing():
    empty = Piece((), 96)
    assert engrave(empty, played=empty).marks == ()
