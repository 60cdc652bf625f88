"""States tell struck from held keys, and give back every note that a grid can hold."""

import numpy as np
import pytest

from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.music.states import notes_from_states, states_from_pianoroll


def test_a_key_struck_again_stays_two_notes():
    piece = Piece.on_steps((note_at_step(0, 60, 4), note_at_step(4, 60, 2), note_at_step(4, 64, 3)), 8)
    assert piece.states[:, 60 - LOWEST_PITCH].tolist() == [2, 1, 1, 1, 2, 1, 0, 0]
    assert piece.states[:, 64 - LOWEST_PITCH].tolist() == [0, 0, 0, 0, 2, 1, 1, 0]
    assert Piece.from_states(piece.states).notes == piece.notes


def test_a_roll_strikes_where_it_begins_to_sound():
    roll = np.zeros((5, N_KEYS), bool)
    roll[1:3, 7] = roll[4, 7] = True
    assert states_from_pianoroll(roll)[:, 7].tolist() == [0, 2, 1, 0, 2]


def test_a_held_key_that_nobody_struck_is_a_note():
    states = np.zeros((4, N_KEYS), np.uint8)
    states[0:2, 3] = 1
    states[3, 5] = 1
    assert notes_from_states(states) == (note_at_step(0, 3 + LOWEST_PITCH, 2), note_at_step(3, 5 + LOWEST_PITCH, 1))


@pytest.mark.parametrize("seed", range(20))
def test_notes_of_random_pieces_come_back(seed):
    rng = np.random.default_rng(seed)
    notes = []
    for key in rng.choice(N_KEYS, 20, replace=False):
        onset = 0
        while (onset := onset + int(rng.integers(0, 9))) < 60:
            duration = int(rng.integers(1, 64 - onset))
            notes.append(note_at_step(onset, int(key) + LOWEST_PITCH, duration))
            onset += duration
    piece = Piece.on_steps(tuple(sorted(notes, key=lambda note: (note.step, note.pitch))), 64)
    assert Piece.from_states(piece.states).notes == piece.notes
    assert ((piece.states > 0) == piece.pianoroll).all()


def test_the_clock_follows_the_time_signatures():
    piece = Piece.on_steps((), 20, time_signatures=(TimeSignature(0, 3, 8), TimeSignature(48, 2, 4)))
    assert piece.clock[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 0, 1, *range(8), 0, 1, 2, 3]
    assert piece.clock[:, 1].tolist() == [6] * 8 + [8] * 12
