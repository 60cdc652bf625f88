"""Chords and scales of pieces, for melodies over them."""

import pytest

from koe.music.chords import Harmony, harmony_of, triad
from koe.music.library import load_piece
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature

HALF = 48  # ticks of half a measure of 4/4


def piece_of(*chords: tuple[int, ...], signature=(4, 4), ticks: int = HALF) -> Piece:
    notes = tuple(sorted(Note(number * ticks, pitch, ticks) for number, chord in enumerate(chords) for pitch in chord))
    return Piece(notes, len(chords) * ticks, time_signatures=(TimeSignature(0, *signature),))


def test_a_cadence_is_read_chord_by_chord_with_inversions():
    piece = piece_of((48, 64, 67), (45, 60, 65), (43, 65, 71, 74), (48, 60, 64, 67))
    found = harmony_of(piece)
    assert (found.tonic, found.minor) == (0, False)
    assert found.chords == ((0, (0, 4, 7)), (48, (5, 9, 0)), (96, (7, 11, 2)), (144, (0, 4, 7)))


def test_a_chord_that_goes_on_is_said_once_and_the_first_stands_from_the_beginning():
    found = harmony_of(piece_of((), (57, 60, 64), (57, 60, 64), (52, 56, 59, 64), (57, 60, 64)))
    assert found.minor
    assert [tick for tick, _ in found.chords] == [0, 144, 192]
    assert found.chords[1][1] == triad(4, False)  # with the leading tone, which the scale has not


def test_measures_in_three_have_one_chord():
    found = harmony_of(piece_of((48, 64, 67), (47, 62, 67), (48, 64, 67), signature=(3, 4), ticks=72))
    assert [tick for tick, _ in found.chords] == [0, 72, 144]


def test_silence_is_in_c_major():
    assert harmony_of(Piece((), 96)) == Harmony(0, False, ((0, (0, 4, 7)),))


@pytest.mark.parametrize(
    ("slug", "tonic", "minor", "first"),
    [
        ("bach-prelude-c-major", 0, False, (0, 4, 7)),
        ("petzold-minuet-g-major", 7, False, (7, 11, 2)),
        ("schumann-melody", 0, False, (0, 4, 7)),
    ],
)
def test_known_openings_are_read_as_everybody_hears_them(slug, tonic, minor, first):
    found = harmony_of(load_piece(slug))
    assert (found.tonic, found.minor, found.chords[0][1]) == (tonic, minor, first)
    assert found.scale[0] == tonic
    assert len(set(found.scale)) == 7
