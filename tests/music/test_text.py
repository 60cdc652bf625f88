import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import PianorollError, TextFormatError
from koe.music.grid import MAX_STEPS, N_KEYS
from koe.music.text import pianoroll_from_text, text_from_pianoroll


@settings(max_examples=80)
@given(roll=arrays.arrays(np.bool_, st.tuples(st.integers(0, 80), st.just(N_KEYS))))
def test_every_roll_comes_back(roll):
    assert np.array_equal(pianoroll_from_text(text_from_pianoroll(roll)), roll)


@pytest.mark.parametrize("n_steps", [0, 1, 2, 64])
def test_silence_comes_back_step_by_step(n_steps):
    assert len(pianoroll_from_text(text_from_pianoroll(np.zeros((n_steps, 88), bool)))) == n_steps


def test_c_major_held_for_four_steps():
    roll = pianoroll_from_text("HLO HLO HLO HLO")
    assert roll.shape == (4, 88)
    assert [(np.flatnonzero(step) + 21).tolist() for step in roll] == [[60, 64, 67]] * 4
    assert text_from_pianoroll(roll) == "HLO HLO HLO HLO"


def test_the_ends_of_the_keyboard():
    assert np.flatnonzero(pianoroll_from_text("!x")[0]).tolist() == [0, 87]


def test_rests_are_runs_of_spaces():
    assert pianoroll_from_text("H   H").any(axis=1).tolist() == [True, False, False, True]


@pytest.mark.parametrize("text", ["\ufeffH L", "H\nL", "H\r\nL", "Hy~é L", "HH L"])
def test_what_readers_pass_over(text):
    assert text_from_pianoroll(pianoroll_from_text(text)) == "H L"


@pytest.mark.parametrize("character", ["\t", "\0", "\x1f"])
def test_control_characters_are_refused(character):
    with pytest.raises(TextFormatError, match="Step 1 holds the control character"):
        pianoroll_from_text(f"H {character} L")


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(TextFormatError, match=f"at most {MAX_STEPS}"):
        pianoroll_from_text(" " * MAX_STEPS)


def test_an_array_that_is_no_roll_is_refused():
    with pytest.raises(PianorollError, match="shape"):
        text_from_pianoroll(np.zeros((4, 64)))
