"""What fingerprints see, and what they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.originality.fingerprints import fingerprints, onsets_of
from tests.originality.music import moved, music


def of(*notes: tuple[int, int]) -> set[int]:
    """The hashes of notes, step and key."""
    return set(fingerprints(np.array(sorted(notes)).reshape(-1, 2)).hashes.tolist())


def test_onsets_are_where_keys_begin_to_sound():
    roll = np.zeros((6, 88), bool)
    roll[0:2, 40] = roll[3:5, 40] = roll[2:6, 43] = True
    assert onsets_of(roll).tolist() == [[0, 40], [2, 43], [3, 40]]


@given(st.integers(0, 50), st.integers(-19, 20))
def test_another_key_and_another_place_have_the_same_fingerprints(seed, semitones):
    here = fingerprints(onsets_of(music(seed, 64)))
    there = fingerprints(onsets_of(moved(music(seed, 64), semitones)) + np.array([1000, 0]))
    assert len(here.hashes) > 20
    np.testing.assert_array_equal(here.hashes, there.hashes)
    np.testing.assert_array_equal(here.notes, there.notes)


def test_four_single_notes_are_one_thread():
    found = fingerprints(np.array([[0, 40], [1, 42], [2, 44], [5, 45]]))
    assert found.notes.tolist() == [[0, 1, 2, 3]]


def test_each_note_of_a_chord_begins_two_threads_of_its_own():
    # A chord of two, then chords of two: from both notes one thread above and one below.
    found = fingerprints(np.array([[0, 40], [0, 44], [1, 41], [1, 45], [2, 42], [2, 46], [3, 43], [3, 47]]))
    assert sorted(found.notes.tolist()) == [[0, 2, 4, 6], [0, 3, 5, 7], [1, 2, 4, 6], [1, 3, 5, 7]]
    # Parallel voices are the same thread twice.
    assert len(set(found.hashes.tolist())) == 3


@pytest.mark.parametrize("number", range(4))
def test_another_interval_or_another_rhythm_is_another_fingerprint(number):
    notes = [(0, 40), (1, 42), (3, 44), (4, 45)]
    step, key = notes[number]
    higher = [*notes[:number], (step, key + 1), *notes[number + 1 :]]
    later = [(place + (one >= number), key) for one, (place, key) in enumerate(notes)]
    assert not of(*notes) & of(*higher)
    if number:
        assert not of(*notes) & of(*later)


@pytest.mark.parametrize("n_notes", [0, 1, 3])
def test_fewer_than_four_steps_have_no_fingerprint(n_notes):
    assert of(*((number, 40 + number) for number in range(n_notes))) == set()
    assert len(fingerprints(np.zeros((0, 2), int)).hashes) == 0
