import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.errors import InputError
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH
from koe.music.notes import chord_from_names, note_at_step, pitch_from_name, pitch_name


def test_note_on_the_keyboard():
    note = note_at_step(3, 60, 4)
    assert (note.onset, note.end, note.step, note.end_step, note.key) == (18, 42, 3, 7, 39)
    assert (note_at_step(0, 21).key, note_at_step(0, 108).key) == (0, 87)


def test_notes_sort_by_onset_then_pitch():
    assert sorted([note_at_step(4, 60), note_at_step(0, 72), note_at_step(0, 60)]) == [
        note_at_step(0, 60),
        note_at_step(0, 72),
        note_at_step(4, 60),
    ]


@given(st.integers(LOWEST_PITCH, HIGHEST_PITCH))
def test_every_name_names_its_pitch(pitch):
    assert pitch_from_name(pitch_name(pitch)) == pitch
    assert pitch_from_name(pitch_name(pitch).lower()) == pitch


@pytest.mark.parametrize(
    ("name", "pitch"),
    [("A0", 21), ("C4", 60), ("c4", 60), ("F#3", 54), ("Bb2", 46), ("Fx4", 67), ("Ebb4", 62), ("B#3", 60), ("C8", 108)],
)
def test_names(name, pitch):
    assert pitch_from_name(name) == pitch


@pytest.mark.parametrize("name", ["", "H4", "C", "4", "C44", "C4 E4", "C+4", "ß4"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(InputError, match="is no note name"):
        pitch_from_name(name)


@pytest.mark.parametrize("name", ["G#0", "C#8", "C-1", "C9"])
def test_names_beyond_the_piano_are_refused(name):
    with pytest.raises(InputError, match=r"outside the piano|is no note name"):
        pitch_from_name(name)


def test_chords():
    assert chord_from_names("E4, C4  G4 c4") == (60, 64, 67)
    with pytest.raises(InputError, match="no note"):
        chord_from_names(" , ")
