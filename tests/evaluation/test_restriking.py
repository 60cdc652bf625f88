"""A network whose share of re-struck notes is known for every number that is added."""

import numpy as np
import pytest

from koe.corpus.store import Corpus, pack
from koe.evaluation.restriking import calibrate_restriking
from koe.music.states import HELD, STRUCK
from tests.evaluation.corpora import Made, write_corpus

PERIOD = 4
RIGHT = 0.3


class Repeater:
    """Holds key 10, and strikes it again by luck; strikes key 20 out of silence every four steps."""

    name, hears_onsets = "repeater", True

    def __init__(self, added):
        self.chance = np.exp(added - RIGHT) / PERIOD

    def listen(self, prompt, n_variations, clock=None):
        return None

    def write(self, memory, uniforms, sampling):
        states = np.zeros(uniforms.shape, np.uint8)
        states[:, :, 10] = np.where(uniforms[:, :, 10] < self.chance, STRUCK, HELD)
        states[::PERIOD, :, 20] = STRUCK
        return states, memory

    def mix(self, memory, other, taken):
        return memory


@pytest.fixture
def corpus(tmp_path):
    """In whose pieces every other note is struck on a sounding key."""
    roll = np.zeros((400, 88), bool)
    roll[:, 10] = roll[::PERIOD, 20] = True
    write_corpus(tmp_path / "c", [Made(roll, "valid", f"w{n}") for n in range(3)])
    onsets = np.zeros((400, 88), bool)
    onsets[::PERIOD, [10, 20]] = True
    np.save(tmp_path / "c" / "onsets.npy", pack(np.tile(onsets, (3, 1))))
    return Corpus(tmp_path / "c")


def test_as_many_notes_are_struck_again_as_in_real_music(corpus):
    heard = []
    found = calibrate_restriking(
        Repeater, corpus, n_continuations=24, n_steps=256, progress=lambda *numbers: heard.append(numbers)
    )
    assert found == pytest.approx(RIGHT, abs=0.05)
    assert heard[-1] == (7, 7)


def test_without_pieces_to_go_by_nothing_is_added(tmp_path):
    corpus = write_corpus(tmp_path / "c", [Made(np.ones((40, 88), bool), "valid")])
    assert calibrate_restriking(Repeater, corpus) == 0
