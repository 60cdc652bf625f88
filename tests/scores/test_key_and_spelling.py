"""Keys and spellings that any musician would give."""

import pytest

from koe.music.library import list_pieces, load_piece
from koe.music.notes import note_at_step, pitch_from_name
from koe.scores.key import Key, find_key
from koe.scores.spelling import spell


def melody(names):
    return [note_at_step(4 * place, pitch_from_name(name), 4) for place, name in enumerate(names.split())]


def written(names, key):
    signs = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
    return " ".join(f"{one.step}{signs[one.alter]}{one.octave}" for one in spell(melody(names), key))


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ("F#4 G#4 A#4 B4 C#5 D#5 F5 F#5 C#5 A#4 F#4", "F sharp major"),
        ("C4 D4 Eb4 F4 G4 Ab4 B4 C5 G4 Eb4 C4", "C minor"),
        ("Db4 F4 Ab4 Gb4 C5 Db5", "D flat major"),
        ("Eb4 Gb4 Bb4 D5 Eb5 Bb4 Gb4 Eb4", "E flat minor"),
        ("A4 C5 E5 G#4 A4", "A minor"),
    ],
)
def test_keys(names, key):
    assert str(find_key(melody(names))) == key


def test_no_notes_and_all_notes_are_in_c():
    assert find_key([]) == Key()
    assert find_key([note_at_step(0, pitch) for pitch in range(60, 72)]) == Key()


def test_keys_of_the_demo_pieces():
    """Two are missed: both are openings that end far from where they began."""
    missed = {
        entry.slug: str(find_key(load_piece(entry.slug).notes))
        for entry in list_pieces()
        if str(find_key(load_piece(entry.slug).notes)) != entry.key
    }
    assert set(missed) <= {"mozart-sonata-k331-theme", "mozart-sonata-k545"}


@pytest.mark.parametrize(
    ("names", "key", "expected"),
    [
        # In F sharp major the leading note is E sharp; in C minor it is B natural, and nothing is a sharp.
        ("F#4 G#4 A#4 B4 C#5 D#5 F5 F#5", Key(6, "major"), "F#4 G#4 A#4 B4 C#5 D#5 E#5 F#5"),
        ("C4 D4 D#4 F4 G4 G#4 A#4 B4 C5", Key(-3, "minor"), "C4 D4 Eb4 F4 G4 Ab4 Bb4 B4 C5"),
        # The leading note of D sharp minor is C double sharp, the sixth of C flat's key a real flat.
        ("Eb4 F4 Gb4 Ab4 Bb4 B4 D5 Eb5", Key(6, "minor"), "D#4 E#4 F#4 G#4 A#4 B4 C##5 D#5"),
        ("Eb4 F4 Gb4 Ab4 Bb4 B4 D5 Eb5", Key(-6, "minor"), "Eb4 F4 Gb4 Ab4 Bb4 Cb5 D5 Eb5"),
        # B sharp 3 sounds as C4: the octave is the letter's.
        ("C#4 C4 C#4 E4 G#4", Key(4, "minor"), "C#4 B#3 C#4 E4 G#4"),
    ],
)
def test_spelling(names, key, expected):
    assert written(names, key) == expected


def test_a_passage_in_another_key_is_spelled_by_that_key():
    # A flat major in a piece in C: G sharp would be the key's own guess for nothing here.
    flats = "Ab4 C5 Eb5 Db5 Bb4 G4 Ab4 C5 Eb5 Ab5 Gb5 F5 Db5 Bb4 Ab4"
    assert written(flats, Key()) == flats


@pytest.mark.parametrize("fifths", range(-7, 8))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_spelling_sounds_as_its_pitch_without_triple_signs(fifths, mode):
    notes = [note_at_step(place, pitch) for place, pitch in enumerate(range(21, 109))]
    spellings = spell(notes, Key(fifths, mode))
    assert [one.pitch for one in spellings] == [note.pitch for note in notes]
    assert all(-2 <= one.alter <= 2 for one in spellings)
