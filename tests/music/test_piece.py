import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import InputError
from koe.music.notes import note_at_step
from koe.music.piece import Dropped, Piece, TimeSignature

PIECE = Piece.on_steps(
    notes=(note_at_step(0, 60, 8), note_at_step(4, 60, 8), note_at_step(12, 64, 4)),
    n_steps=40,
    qpm=90.0,
    time_signatures=(TimeSignature(0, 3, 4), TimeSignature(144, 2, 4)),
    title="Study",
)


def test_pianoroll_and_onsets():
    roll = PIECE.pianoroll
    assert (roll.shape, roll.dtype, roll.sum()) == ((40, 88), bool, 16)
    assert roll[:12, 39].all()
    assert np.argwhere(PIECE.onsets).tolist() == [[0, 39], [4, 39], [12, 43]]


def test_rolls_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        PIECE.pianoroll[0, 0] = True


def test_a_note_beyond_the_end_is_refused():
    with pytest.raises(InputError, match="48 ticks long but a note ends at tick 72"):
        Piece.on_steps((note_at_step(0, 60, 12),), 8)


def test_without_a_metre_it_is_4_4():
    assert str(Piece.on_steps((), 4).time_signatures[0]) == "4/4"


def test_duration():
    assert Piece.on_steps((), 64, 120.0).duration_sec == 8.0


@pytest.mark.parametrize(
    ("signature", "steps"), [((4, 4), 16), ((3, 4), 12), ((6, 8), 12), ((2, 2), 16), ((5, 8), 10), ((1, 64), 1)]
)
def test_measure_lengths(signature, steps):
    assert TimeSignature(0, *signature).measure_steps == steps


def test_measures_follow_the_metre():
    assert PIECE.measure_steps == (0, 12, 24, 32)
    assert PIECE.n_measures == 4
    assert Piece.on_steps((), 33).measure_steps == (0, 16, 32)
    assert Piece.on_steps((), 0).n_measures == 0


def test_dropped_total():
    assert Dropped(1, 2, 3).total == 6


def test_slice_cuts_notes_at_both_ends():
    part = PIECE.slice_steps(6, 26)
    assert part.notes == (note_at_step(0, 60, 2), note_at_step(0, 60, 6), note_at_step(6, 64, 4))
    assert part.n_steps == 20
    assert part.time_signatures == (TimeSignature(0, 3, 4), TimeSignature(108, 2, 4))
    assert part.upbeat == 36
    assert (part.qpm, part.title) == (90.0, "Study")


def test_slice_past_the_end_is_silent():
    part = PIECE.slice_steps(32, 96)
    assert (part.notes, part.n_steps) == ((), 64)


@settings(max_examples=60)
@given(
    roll=arrays.arrays(np.bool_, st.tuples(st.integers(1, 60), st.just(88))), start=st.integers(0, 59), data=st.data()
)
def test_the_roll_of_a_slice_is_the_slice_of_the_roll(roll, start, data):
    stop = data.draw(st.integers(start, 80))
    part = Piece.from_pianoroll(roll).slice_steps(start, stop)
    expected = np.zeros((stop - start, 88), bool)
    inside = roll[start:stop]
    expected[: len(inside)] = inside
    assert np.array_equal(part.pianoroll, expected)
    assert list(part.notes) == sorted(part.notes)
