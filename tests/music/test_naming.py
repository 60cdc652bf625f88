"""Names of pitches in several languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.errors import InputError
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH
from koe.music.naming import FRENCH, GERMAN, ITALIAN, NOTATIONS

PITCHES = st.integers(LOWEST_PITCH, HIGHEST_PITCH)


@given(PITCHES, st.sampled_from(sorted(NOTATIONS)))
def test_every_name_names_its_pitch_in_every_language(pitch, language):
    notation = NOTATIONS[language]
    assert notation.pitch(notation.name(pitch)) == pitch
    assert notation.pitch(notation.name(pitch).upper()) == pitch


@pytest.mark.parametrize(
    ("name", "pitch"),
    [
        ("H3", 59),
        ("B3", 58),
        ("As3", 56),
        ("Es4", 63),
        ("Fis4", 66),
        ("cis4", 61),
        ("Ces4", 59),
        ("His3", 60),
        ("Ases3", 55),
        ("Fisis4", 67),
        ("Heses3", 57),
        ("F#4", 66),
        ("E♭4", 63),
        ("Bb3", 58),
        ("Ab3", 56),
    ],
)
def test_german_reads_as_germans_write(name, pitch):
    assert GERMAN.pitch(name) == pitch


def test_german_writes_as_germans_read():
    names = [GERMAN.name(pitch) for pitch in range(60, 72)]
    assert names == ["C4", "Cis4", "D4", "Es4", "E4", "F4", "Fis4", "G4", "As4", "A4", "B4", "H4"]


def test_middle_c_is_the_third_do():
    assert FRENCH.name(60) == "do3"
    assert FRENCH.pitch("Ré3") == 62
    assert FRENCH.pitch("sol#2") == 56
    assert ITALIAN.name(62) == "re3"
    assert ITALIAN.pitch("SI♭3") == 70


@pytest.mark.parametrize(
    ("language", "name"), [("en", "H4"), ("de", "Bis3"), ("de", "Hs4"), ("fr", "C4"), ("it", "do")]
)
def test_what_no_name_is_in_a_language_is_refused_with_examples_in_it(language, name):
    notation = NOTATIONS[language]
    with pytest.raises(InputError, match=notation.name(54)):
        notation.pitch(name)


@given(st.lists(PITCHES, min_size=1, max_size=6))
def test_chords(pitches):
    assert GERMAN.chord(", ".join(map(GERMAN.name, pitches))) == tuple(sorted(set(pitches)))
