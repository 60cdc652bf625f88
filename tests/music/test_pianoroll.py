import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import InputError, PianorollError
from koe.music.grid import MAX_STEPS, N_KEYS, SEGMENT_STEPS
from koe.music.notes import note_at_step
from koe.music.pianoroll import (
    binarize,
    load_npz,
    notes_from_pianoroll,
    save_npz,
    segments_from_pianoroll,
    validate_pianoroll,
)
from koe.music.piece import Piece

rolls = arrays.arrays(np.bool_, st.tuples(st.integers(0, 150), st.just(N_KEYS)))


@pytest.mark.parametrize("shape", [(88,), (4, 87), (88, 4), (2, 4, 88)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(PianorollError, match=r"shape \(steps, 88\)"):
        validate_pianoroll(np.zeros(shape))


def test_values_other_than_0_and_1_are_refused():
    with pytest.raises(PianorollError, match="binarize"):
        validate_pianoroll(np.full((2, 88), 0.5))
    assert validate_pianoroll(np.ones((2, 88), int)).dtype == bool


def test_too_many_steps_are_refused():
    with pytest.raises(PianorollError, match=f"at most {MAX_STEPS}"):
        validate_pianoroll(np.zeros((MAX_STEPS + 1, 88), bool))


def test_a_probability_at_the_threshold_counts():
    assert binarize(np.array([0.49, 0.5, 0.51]), 0.5).tolist() == [False, True, True]


def test_runs_become_notes():
    roll = np.zeros((8, 88), bool)
    roll[0:3, 39] = roll[4:5, 39] = roll[6:8, 0] = roll[0:8, 87] = True
    assert notes_from_pianoroll(roll, velocity=64) == (
        note_at_step(0, 60, 3, 64),
        note_at_step(0, 108, 8, 64),
        note_at_step(4, 60, 1, 64),
        note_at_step(6, 21, 2, 64),
    )


@settings(max_examples=50)
@given(roll=rolls)
def test_notes_draw_the_same_roll(roll):
    piece = Piece.from_pianoroll(roll)
    assert np.array_equal(piece.pianoroll, roll)
    assert list(piece.notes) == sorted(piece.notes)


@settings(max_examples=50)
@given(roll=rolls)
def test_segments_laid_end_to_end_are_the_roll(roll):
    segments = segments_from_pianoroll(roll)
    joined = segments.reshape(-1, N_KEYS)
    assert np.array_equal(joined[: len(roll)], roll)
    assert not joined[len(roll) :].any()
    assert len(segments) == max(1, -(-len(roll) // SEGMENT_STEPS))


def test_segments_without_padding_are_whole_and_overlap_by_hop():
    roll = np.random.default_rng(0).random((150, 88)) < 0.2
    segments = segments_from_pianoroll(roll, hop=16, pad=False)
    assert [np.array_equal(s, roll[16 * k : 16 * k + 64]) for k, s in enumerate(segments)] == [True] * 6
    assert segments_from_pianoroll(roll[:63], pad=False).shape == (0, 64, 88)


@settings(max_examples=30)
@given(roll=rolls)
def test_npz_comes_back(roll):
    assert np.array_equal(load_npz(save_npz(roll)), roll)


def test_npz_by_its_path(tmp_path):
    path = tmp_path / "roll.npz"
    path.write_bytes(save_npz(np.eye(88, dtype=bool)))
    assert np.array_equal(load_npz(path), np.eye(88, dtype=bool))


def pickled():
    buffer = io.BytesIO()
    np.savez(buffer, pianoroll=np.array([{"a": 1}], dtype=object))
    return buffer.getvalue()


def other_name():
    buffer = io.BytesIO()
    np.savez(buffer, roll=np.zeros((2, 88)))
    return buffer.getvalue()


def damaged():
    data = bytearray(save_npz(np.eye(88, dtype=bool)))
    data[70:90] = bytes(20)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", save_npz(np.zeros((9, 88)))[:60], damaged(), pickled(), other_name()],
    ids=["empty", "text", "cut off", "damaged", "pickled", "other name"],
)
def test_what_is_no_roll_file_is_refused(data):
    with pytest.raises(InputError, match=r"\.npz archive"):
        load_npz(data)


def test_an_archive_that_unpacks_to_far_more_is_refused_unread():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, pianoroll=np.zeros((400_000, 88), bool))
    assert len(buffer.getvalue()) < 1_000_000
    with pytest.raises(InputError, match=f"at most {MAX_STEPS} steps"):
        load_npz(buffer.getvalue())


def test_a_roll_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_npz(tmp_path / "gone.npz")
