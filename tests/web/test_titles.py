"""Titles, makers and files in the visitor's language."""

import pytest

from koe.music.library import list_pieces
from koe.music.making import Making
from koe.music.midi import read_midi, write_midi
from koe.web.serving import cached_studio
from koe.web.texts import language
from koe.web.texts.german.titles import DEMOS
from koe.web.texts.titles import credited, labelled, titled, under_its_title

ALIKE = {"Für Elise", "Arabesque", "The Entertainer"}


def test_every_demo_piece_has_a_german_title():
    assert {entry.title for entry in list_pieces()} == DEMOS.keys() | ALIKE


@pytest.mark.parametrize(
    ("title", "german"),
    [
        ("Für Elise, continued by LSTM2", "Für Elise, fortgesetzt von LSTM2"),
        ("Minuet in G major, filled, continued by TR1", "Menuett G-Dur, ergänzt, fortgesetzt von TR1"),
        ("Waltz in A flat major (AE3)", "Walzer As-Dur (AE3)"),
        ("By LSTM1", "Von LSTM1"),
        ("Piece No. 41", "Stück Nr. 41"),
        ("From 16 numbers (AE1)", "Aus 16 Zahlen (AE1)"),
        ("Melody, harmonised", "Melodie, harmonisiert"),
        ("My song (live), filled", "My song (live), ergänzt"),
        ("Evening: by the window", "Evening: by the window"),
        ("", ""),
    ],
)
def test_titles(title, german):
    assert titled(title) == title
    with language.in_language("de"):
        assert titled(title) == german


def test_whose_a_piece_is():
    entry = next(entry for entry in list_pieces() if entry.slug == "bach-musette")
    assert labelled(entry) == entry.label
    credit = Making("lstm1", 7).credit
    assert credited(credit) == credit
    with language.in_language("de"):
        assert labelled(entry) == "Johann Sebastian Bach (zugeschrieben): Musette D-Dur"
        assert credited(credit) == "Gemacht mit Koe, LSTM1, Startzahl 7"


def test_what_is_taken_home_has_the_title_that_was_shown():
    piece = cached_studio.demo_piece("brahms-waltz-a-flat").by("lstm1", 7)
    assert under_its_title(piece) is piece
    with language.in_language("de"):
        german = under_its_title(piece)
    assert read_midi(write_midi(german)).title == "Walzer As-Dur"
    assert (german.notes, german.made_by) == (piece.notes, piece.made_by)
    assert under_its_title(None) is None
