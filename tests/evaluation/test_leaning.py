"""A network whose density and bursts are known for every number that is added."""

import numpy as np
import pytest

from koe.evaluation.leaning import calibrate_leaning
from tests.evaluation.corpora import Made, write_corpus


class Chorus:
    """Plays more keys the more is added; from a point on it bursts now and then."""

    name, hears_onsets = "chorus", False

    def __init__(self, added, bursts_from):
        self.n_keys, self.bursts = round(added / 0.005), added >= bursts_from

    def listen(self, prompt, n_variations, clock=None):
        return None

    def write(self, memory, uniforms, sampling):
        rolls = np.zeros(uniforms.shape, bool)
        rolls[:, :, : self.n_keys] = True
        # In about a tenth of the continuations.
        rolls[0, :, :20] |= self.bursts and uniforms[0, 0, 0] < 0.1
        return rolls, memory

    def mix(self, memory, other, taken):
        return memory


@pytest.fixture
def corpus(tmp_path):
    """In whose pieces six keys sound."""
    roll = np.zeros((400, 88), bool)
    roll[:, 10:16] = True
    return write_corpus(tmp_path / "c", [Made(roll, "valid", f"w{n}") for n in range(3)])


@pytest.mark.parametrize(("bursts_from", "expected"), [(1.0, 0.03), (0.02, 0.015), (0.005, 0.0)])
def test_as_much_is_added_as_neither_density_nor_bursts_forbid(corpus, bursts_from, expected):
    heard = []
    found = calibrate_leaning(
        lambda added: Chorus(added, bursts_from),
        corpus,
        n_continuations=60,
        n_steps=64,
        progress=lambda *numbers: heard.append(numbers),
    )
    assert found == expected
    assert len(heard) == round(expected / 0.005)


def test_without_pieces_to_go_by_nothing_is_added(tmp_path):
    corpus = write_corpus(tmp_path / "c", [Made(np.ones((20, 88), bool), "valid")])
    assert calibrate_leaning(lambda added: Chorus(added, 1.0), corpus) == 0
