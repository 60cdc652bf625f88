"""Key signatures: the file's where it has them, or the one with the fewest signs."""

import pytest

from koe.music.library import load_piece
from koe.music.notes import Note, pitch_from_name
from koe.music.piece import KeySignature, Piece, TimeSignature
from koe.scores.engrave import engrave


def quarters(names, **fields):
    notes = tuple(Note(24 * place, pitch_from_name(name), 24) for place, name in enumerate(names.split()))
    return Piece(notes, 24 * len(notes), **fields)


def signature_row(score):
    return [measure.key.fifths for measure in score.measures]


def n_signs(score):
    """Signs before notes."""
    return sum(
        bool(head.accidental)
        for measure in score.measures
        for staff in measure.staves
        for voice in staff
        for sound in voice.sounds
        for head in sound.notes
    )


C_SCALE = "C4 D4 E4 F4 G4 A4 B4 C5 "
E_SCALE = "E4 F#4 G#4 A4 B4 C#5 D#5 E5 "
AS_IN = {"E minor": "E4 F4 G4 A4 B4 C5 D5 E5 E4 E4 E4 E4", "B minor": "B4 C5 D5 E5 F5 G5 A5 B5 B4 B4 B4 B4"}


@pytest.mark.parametrize(
    ("names", "fifths"),
    [
        # White keys from E on, from B on, from D on with F last; the scale of F sharp on its own black keys.
        (AS_IN["E minor"], 0),
        (AS_IN["B minor"], 0),
        ("D4 E4 F4 G4 A4 B4 C5 D5 A4 F4 D4 D4", 0),
        ("Bb4 A4 G4 F4 Eb4 D4 C4 Bb3 D4 F4 Bb4 Bb4", -2),
        ("F#4 G#4 A#4 B4 C#5 D#5 F5 F#5", 6),
    ],
)
def test_where_no_sign_is_needed_there_is_none(names, fifths):
    score = engrave(quarters(names))
    assert set(signature_row(score)) == {fifths}
    assert n_signs(score) == 0


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (((0, 0), (4, 4)), C_SCALE * 2 + E_SCALE * 2),
        (((0, -6),), "Gb4 Ab4 Bb4 Cb5 Db5 Eb5 F5 Gb5 "),
        (((0, 7), (2, -7)), "C#4 D#4 F4 F#4 G#4 A#4 C5 C#5 B3 C#4 Eb4 E4 Gb4 Ab4 Bb4 B4"),
        (((0, 3), (1, 2), (2, 3)), "A4 B4 C#5 D5 A4 B4 C#5 G4 A4 B4 C#5 G#4"),
    ],
)
def test_the_files_keys_are_written_where_it_has_them(keys, names):
    told = tuple(KeySignature(96 * measure, fifths) for measure, fifths in keys)
    score = engrave(quarters(names, keys=told))
    starts = dict(keys)
    row = signature_row(score)
    assert {place: fifths for place, fifths in enumerate(row) if not place or fifths != row[place - 1]} == starts
    assert n_signs(score) == 0


def test_a_key_in_the_middle_of_a_measure_is_written_at_the_next_bar_line():
    keys = (KeySignature(0, 0), KeySignature(72, 4))
    assert signature_row(engrave(quarters(C_SCALE + E_SCALE, keys=keys))) == [0, 4, 4, 4]


def test_the_signature_follows_a_long_modulation_but_no_passing_one():
    flats = "Ab4 Bb4 C5 Db5 Eb5 F5 G5 Ab5 "
    assert signature_row(engrave(quarters(C_SCALE * 8 + flats * 8))) == [0] * 16 + [-4] * 16
    assert signature_row(engrave(quarters(C_SCALE * 8 + flats * 1 + C_SCALE * 8))) == [0] * 34


@pytest.mark.parametrize("names", ["A4 C5 E5 D5 C5 B4 A4 A4", "A3 E4 A4 C5 B4 G#4 A4 A4"])
def test_minor_by_the_notes(names):
    assert str(engrave(quarters(names)).key) == "A minor"
    assert str(engrave(quarters(C_SCALE)).key) == "C major"


@pytest.mark.parametrize("slug", ["chopin-prelude-e-minor", "bach-invention-1", "satie-gymnopedie-1"])
def test_demo_pieces_keep_one_signature(slug):
    assert len(set(signature_row(engrave(load_piece(slug))))) == 1


def test_a_signature_begins_with_the_upbeat():
    made = quarters("G4 C5 B4 C5 D5", time_signatures=(TimeSignature(0, 4, 4),), upbeat=24, keys=(KeySignature(0, 2),))
    assert signature_row(engrave(made)) == [2, 2]
