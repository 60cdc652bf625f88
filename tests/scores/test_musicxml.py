"""The MusicXML that notation programs get, read by one that is not ours."""

import xml.etree.ElementTree as ElementTree

import pytest

from koe.music.library import load_piece
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml
from tools.check_scores import corpus_excerpts, notes_printed, notes_read_by_music21

from tests.scores.test_engrave import piece  # isort: skip


def assert_read_again(made):
    score = engrave(made)
    assert notes_read_by_music21(musicxml(score)) == notes_printed(score)
    return score


@pytest.mark.parametrize("slug", ["beethoven-fur-elise", "brahms-waltz-a-flat", "chopin-prelude-c-minor"])
def test_music21_reads_the_demo_pieces_note_by_note(slug):
    made = load_piece(slug)
    score = assert_read_again(made)
    # Their scores have no note that another length would be printed for.
    assert score.printed.notes == made.notes


def test_music21_reads_unisons_overlaps_and_changes_of_metre():
    signatures = (TimeSignature(0, 4, 4), TimeSignature(120, 6, 8), TimeSignature(264, 3, 4))
    notes = [(0, 60, 40), (5, 60, 9), (7, 60, 2), (7, 60, 2), (9, 64, 12), (10, 67, 30), (11, 71, 3), (12, 74, 40)]
    made = Piece.on_steps(tuple(sorted(note_at_step(*note) for note in notes)), 56, time_signatures=signatures)
    assert_read_again(made)


def test_music21_reads_excerpts_of_a_corpus(corpus_folder):
    excerpts = list(corpus_excerpts(corpus_folder, 5))
    assert len(excerpts) == 5
    for made in excerpts:
        assert_read_again(made)


def test_what_stands_above_the_music():
    made = piece((0, 60, 4), title='Rondo "à la <Koe>" & more\x00', qpm=90.0, metre=(6, 8))
    root = ElementTree.fromstring(musicxml(engrave(made, "Made with Koe, LSTM1, seed 7")))
    assert root.findtext("work/work-title") == 'Rondo "à la <Koe>" & more'
    assert root.findtext("identification/creator") == "Made with Koe, LSTM1, seed 7"
    # 90 quarters a minute are 60 dotted quarters.
    assert root.findtext(".//per-minute") == "60"
    assert root.find(".//sound").get("tempo") == "90"
    assert (root.findtext(".//beats"), root.findtext(".//beat-type")) == ("6", "8")


def test_the_same_piece_gives_the_same_bytes():
    made = load_piece("satie-gymnopedie-1")
    assert musicxml(engrave(made)) == musicxml(engrave(load_piece("satie-gymnopedie-1")))


def test_elements_stand_in_the_order_that_the_schema_asks_for():
    order = [
        *("grace", "chord", "pitch", "rest", "duration", "tie", "voice"),
        *("type", "dot", "accidental", "time-modification", "staff", "beam", "notations"),
    ]
    # A triplet with a sharp, a grace note, a tie, a rest.
    own = Piece(tuple(Note(*note) for note in [(0, 60, 8), (8, 61, 8), (16, 60, 6), (22, 65, 2), (24, 67, 90)]), 120)
    roots = [ElementTree.fromstring(musicxml(engrave(made))) for made in (load_piece("chopin-prelude-e-minor"), own)]
    notes = [note for root in roots for note in root.findall(".//note")]
    assert len(notes) > 500
    assert {child.tag for note in notes for child in note} == set(order)
    for note in notes:
        places = [order.index(child.tag) for child in note]
        assert places == sorted(places)
