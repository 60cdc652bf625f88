"""Filling against a model whose chances are known: what is locked stays, and the gap leads to it."""

import numpy as np
import pytest

from koe.errors import Cancelled
from koe.generation.filling import fill, put_together
from koe.music.states import UNHELD

CLOCK = np.stack([np.arange(64) % 16, np.full(64, 16)], axis=-1)


class Wanderer:
    """One key that steps up or down by luck; a given key is the likelier the nearer the wanderer stands."""

    name = "wanderer"

    def listen(self, prompt, n_variations, clock=None):
        keys = np.flatnonzero(prompt[-1]) if len(prompt) else [40]
        return np.full(n_variations, keys[0])

    def write_around(self, memory, uniforms, sampling, given, hints=None):
        states = np.zeros(uniforms.shape, np.uint8)
        chances = np.zeros(uniforms.shape[:2], np.float32)
        assert {UNHELD} >= set(np.unique(given[given < -1]))
        given = np.broadcast_to(given, uniforms.shape)
        for step, luck in enumerate(uniforms[:, :, 0]):
            memory = np.clip(memory + np.where(luck < 0.5, -1, 1), 0, 87)
            states[step, np.arange(len(memory)), memory] = 2
            fixed = given[step] >= 0
            states[step][fixed] = given[step][fixed]
            wanted = np.where(fixed, given[step], 0).argmax(axis=1)
            asked = (np.where(fixed, given[step], 0) > 0).any(axis=1)
            chances[step] = np.where(asked, -np.abs(memory - wanted), 0)
            memory = np.where(asked, wanted, memory)
        return states, memory, chances

    def choose(self, memory, numbers):
        return memory[numbers]


def piece(goal):
    """From key 40 at the start to ``goal`` after a gap of sixteen steps."""
    states = np.zeros((64, 88), np.uint8)
    states[:16, 40], states[32:, goal] = 2, 2
    locked = np.ones((64, 88), bool)
    locked[16:32] = False
    return states, locked


def test_what_is_locked_is_kept_exactly():
    states, locked = piece(44)
    locked[16:32, :20] = True
    states[20, 3] = 1
    filled = fill(Wanderer(), states, locked, CLOCK, seed=1)
    assert filled.shape == (4, 64, 88)
    for one in filled:
        np.testing.assert_array_equal(one[locked], states[locked])
    assert all((one > 0)[~locked].any() for one in filled)


@pytest.mark.parametrize("goal", [32, 48])
def test_the_gap_leads_to_what_follows_it(goal):
    """The last step before the goal is nearer to it than luck alone would come."""
    states, locked = piece(goal)
    ends = [np.flatnonzero(one[31])[0] for one in fill(Wanderer(), states, locked, CLOCK, seed=2, n_fillings=12)]
    # Sixteen steps of luck end 40 +- 4; the goal is eight away.
    assert abs(np.mean(ends) - goal) < 4


def test_the_same_seed_fills_alike_and_each_filling_is_its_own():
    states, locked = piece(44)
    four = fill(Wanderer(), states, locked, CLOCK, seed=3)
    np.testing.assert_array_equal(four[:2], fill(Wanderer(), states, locked, CLOCK, seed=3, n_fillings=2))
    assert (four[0] != four[1]).any()
    assert (four != fill(Wanderer(), states, locked, CLOCK, seed=4)).any()


def test_gaps_at_either_end_and_no_gap():
    states, locked = piece(44)
    locked[:] = True
    np.testing.assert_array_equal(fill(Wanderer(), states, locked, CLOCK, 1, 1)[0], states)
    locked[:8] = False
    assert fill(Wanderer(), states, locked, CLOCK, 1, 1)[0, :8].any(axis=1).all()
    locked[:], locked[60:] = True, False
    assert fill(Wanderer(), states, locked, CLOCK, 1, 1)[0, 60:].any(axis=1).all()


def test_it_shows_progress_and_can_be_stopped():
    states, locked = piece(44)
    seen = []
    fill(Wanderer(), states, locked, CLOCK, 1, 2, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 24) for done in range(1, 25)]  # four beats of gap and eight of goal, twice
    with pytest.raises(Cancelled):
        fill(Wanderer(), states, locked, CLOCK, 1, should_stop=lambda: True)


def test_a_locked_note_is_not_prolonged_by_what_is_found():
    states, locked = np.zeros((6, 88), np.uint8), np.ones((6, 88), bool)
    states[0:2, 10] = 2, 1  # ends where the gap begins
    states[0:3, 20] = 2, 1, 1  # was held into the gap
    locked[2:5] = False
    found = np.full((6, 88), 1, np.uint8)
    made = put_together(states, locked, found)
    assert made[:, 10].tolist() == [2, 1, 2, 1, 1, 0]
    assert made[:, 20].tolist() == [2, 1, 1, 1, 1, 0]
    assert made[:, 30].tolist() == [0, 0, 2, 1, 1, 0]


class Shy(Wanderer):
    """Three of four particles keep silent to the end, and are as likely as the others."""

    def write_around(self, memory, uniforms, sampling, given, hints=None):
        states, memory, chances = super().write_around(memory, uniforms, sampling, given)
        silent = np.arange(len(memory)) % 4 > 0
        states[:, silent] = np.where(np.broadcast_to(given, states.shape)[:, silent] > 0, states[:, silent], 0)
        return states, memory, np.zeros_like(chances)


def test_a_filling_plays_wherever_one_of_the_particles_does():
    states, locked = piece(44)
    for one in fill(Shy(), states, locked, CLOCK, seed=5, n_fillings=8):
        assert (one > 0)[~locked].any()


def test_where_all_keep_silent_the_gap_is_silent():
    states, locked = piece(44)
    quiet = type("Quiet", (Shy,), {"write_around": lambda self, *given: _hushed(Shy.write_around(self, *given))})
    (one,) = fill(quiet(), states, locked, CLOCK, seed=5, n_fillings=1)
    assert not one[~locked].any()
    np.testing.assert_array_equal(one[locked], states[locked])


def _hushed(found):
    states, memory, chances = found
    return np.zeros_like(states), memory, chances
