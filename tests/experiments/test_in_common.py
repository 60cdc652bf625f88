"""What midpoints have in common with their ends, and whether ways change evenly."""

import numpy as np
import pytest

from koe.experiments.in_common import LIKENESSES, brought_together, evenness, in_common, likeness, signature_of
from koe.music.states import HELD, STRUCK

MAJOR = (0, 2, 4, 5, 7, 9, 11, 12)


def scale(first_key: int, apart: int = 4) -> np.ndarray:
    states = np.zeros((64, 88), np.uint8)
    for number, step in enumerate(range(0, 64, apart)):
        key = first_key + MAJOR[number % 8]
        states[step, key] = STRUCK
        states[step + 1 : step + 3, key] = HELD
    return states


def test_signatures_and_moving_to_one():
    c, d = scale(39), scale(41)
    assert (signature_of(c), signature_of(d)) == (0, 2)
    np.testing.assert_array_equal(brought_together(c, d), d > 0)
    # By the shorter way: from C to B it is a semitone down.
    np.testing.assert_array_equal(brought_together(c, scale(38)), scale(38) > 0)


def test_likeness_is_one_in_another_key_and_falls_with_what_differs():
    same = dict(zip(LIKENESSES, likeness(scale(39), scale(41)), strict=True))
    assert all(value == pytest.approx(1) for value in same.values())
    other = dict(zip(LIKENESSES, likeness(scale(39), scale(39, apart=8)), strict=True))
    assert other["density"] == 0.5
    assert other["keys"] < 0.7


def test_a_midpoint_that_is_an_end_has_more_in_common_than_other_music():
    rng = np.random.default_rng(0)
    ends = [np.where(rng.random((6, 64, 88)) < 0.03, STRUCK, 0).astype(np.uint8) for _ in range(2)]
    found = in_common(ends[0], (ends[0], ends[1]), 100, 0)
    assert found["keys"]["with_ends"] > found["keys"]["random"] + 0.3
    assert found["keys"]["interval"][0] > 0
    others = in_common(np.roll(ends[0], 1, axis=0), (ends[0], ends[1]), 100, 0)
    assert others["keys"]["more"] == 0


def test_even_ways_have_a_factor_of_one():
    states = np.zeros((1, 5, 64, 88), np.uint8)
    for stop in range(5):
        states[0, stop, :, 10 * stop : 10 * stop + 5] = STRUCK
    latents = np.arange(5, dtype=float)[None, :, None] * np.ones((1, 1, 3))
    found = evenness(states, latents)
    assert found["keys"]["factor"] == pytest.approx(1)
    assert found["latent"]["factor"] == pytest.approx(1)
    latents[0, 4] += 3
    assert evenness(states, latents)["latent"]["factor"] == pytest.approx(4)
