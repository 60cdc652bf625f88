"""The form under a roll: what the player is sent, in the numbers of the page and in the visitor's language."""

import pytest

from koe.music.form import Section
from koe.music.library import load_piece
from koe.music.piece import Piece
from koe.web.player.form import form_data, in_words
from koe.web.texts.language import in_language


def test_sections_cover_the_piece_and_say_what_returns():
    piece = load_piece("brahms-waltz-a-flat")
    form = form_data(piece, 1)
    sections = form["sections"]
    assert form["words"] == "Form: A A B A'"
    assert [section["label"] for section in sections] == ["A", "A", "B", "A'"]
    assert [section["words"] for section in sections] == [
        "A, measures 1 to 8",
        "A again, measures 9 to 16",
        "B, measures 17 to 22",
        "A again, varied, measures 23 to 30",
    ]
    borders = [section["from"] for section in sections] + [piece.n_ticks]
    assert [section["to"] for section in sections] == borders[1:]
    assert borders[0] == 0
    assert set(borders[:-1]) <= set(piece.measure_onsets)
    assert [section["color"] for section in sections] == [0, 0, 1, 0]


def test_what_has_no_form_shows_none():
    assert form_data(load_piece("chopin-prelude-e-minor"), 1) is None
    assert form_data(load_piece("brahms-waltz-a-flat").slice(0, 4 * 72), 1) is None
    assert form_data(Piece((), 0), 1) is None


@pytest.mark.parametrize(
    ("shift", "label", "n_measures", "words"),
    [
        (0, "A", 8, "A again, measures 13 to 20"),
        (0, "A'", 1, "A again, varied, measure 13"),
        (5, "A'", 8, "A again, 5 semitones higher, measures 13 to 20"),
        (-1, "A'", 8, "A again, 1 semitone lower, measures 13 to 20"),
    ],
)
def test_a_return_is_told_in_the_numbers_of_the_page(shift, label, n_measures, words):
    assert in_words(Section(8, n_measures, label, shift), (Section(0, 8, "A"),), 5) == words


def test_german_sections_are_german():
    with in_language("de"):
        assert (
            in_words(Section(8, 8, "A'", 2), (Section(0, 8, "A"),), 1)
            == "A noch einmal, 2 Halbtöne höher, Takte 9 bis 16"
        )
