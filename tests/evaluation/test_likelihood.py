"""How likely music is, by networks whose every probability is known."""

import math

import numpy as np
import pytest

from koe.evaluation.evaluate import measure
from koe.evaluation.likelihood import AT_ONCE, StatesPredictor, likelihood_under
from koe.evaluation.report import report_of
from koe.evaluation.windows import TASKS, SplitWindows
from koe.models.architectures import build
from koe.models.cards import CONTINUATION
from koe.models.lstm2 import HOLD_RATE, STRIKE_RATE
from tests.evaluation.corpora import Made, random_roll, write_corpus

NEXT = TASKS[CONTINUATION]


def nats(p):
    return -math.log(p)


@pytest.fixture(scope="module")
def lstm2():
    """Has learnt nothing: strikes at one rate and holds at another, whatever comes before."""
    network = build("lstm2", units=4)
    network.last.kernel.assign(np.zeros(network.last.kernel.shape))
    return network


@pytest.fixture(scope="module")
def lstm1():
    """Each key sounds with probability one half; that is all it knows."""
    network = build("lstm1", units=4)
    network.layers[-1].kernel.assign(np.zeros(network.layers[-1].kernel.shape))
    network.layers[-1].bias.assign(np.zeros(88))
    return network


def clock(n, n_steps=64, length=16):
    places = np.arange(n_steps) % length
    return np.broadcast_to(np.stack([places, np.full(n_steps, length)], axis=-1), (n, n_steps, 2)).astype(np.int32)


def test_states_are_struck_and_held_at_their_rates(lstm2):
    states = np.zeros((2, 64, 88), np.uint8)
    states[1, 10:14, 40] = (2, 1, 2, 1)  # struck, held, struck again, held, let go
    silent, played = likelihood_under(lstm2)(states, clock(2)) * 64
    assert silent == pytest.approx(64 * 88 * nats(1 - STRIKE_RATE), rel=1e-5)
    more = 2 * (nats(STRIKE_RATE) - nats(1 - STRIKE_RATE)) + 2 * nats(HOLD_RATE) + nats(1 - HOLD_RATE)
    assert played - silent == pytest.approx(more, rel=1e-3)


def test_the_first_step_counts_and_comes_after_silence(lstm2):
    states = np.zeros((3, 64, 88), np.uint8)
    states[1, 0, 40] = 2
    states[2, 63, 40] = 2
    silent, first, last = likelihood_under(lstm2)(states, clock(3)) * 64
    struck = nats(STRIKE_RATE) - nats(1 - STRIKE_RATE)
    assert last - silent == pytest.approx(struck, rel=1e-3)
    assert first - silent == pytest.approx(struck + nats(1 - HOLD_RATE), rel=1e-3)  # and it was not held


def test_what_sounds_after_silence_was_struck(lstm2):
    struck = np.zeros((1, 64, 88), np.uint8)
    struck[0, :4, 40] = (2, 1, 1, 1)
    held = struck.copy()
    held[0, 0, 40] = 1  # from before the segment
    assert likelihood_under(lstm2)(held, clock(1)) == likelihood_under(lstm2)(struck, clock(1))
    assert held[0, 0, 40] == 1


def test_the_step_before_is_the_end_of_a_measure(lstm2, monkeypatch):
    seen = []
    whole = type(lstm2).predict_on_batch
    monkeypatch.setattr(
        type(lstm2), "predict_on_batch", lambda self, inputs: (seen.append(inputs["clock"]), whole(self, inputs))[1]
    )
    likelihood_under(lstm2)(np.zeros((1, 64, 88), np.uint8), clock(1, length=12))
    assert seen[0][0, :3].tolist() == [[11, 12], [0, 12], [1, 12]]


def test_rolls_under_independent_keys(lstm1):
    rolls = np.stack([random_roll(0, 64), random_roll(1, 64, 0.5)])
    assert likelihood_under(lstm1)(rolls.astype(np.uint8), clock(2)) == pytest.approx(88 * math.log(2), rel=1e-6)


def test_many_segments_are_asked_for_in_parts():
    network = build("lstm2", units=2)
    states = np.random.default_rng(0).integers(0, 3, (AT_ONCE + 1, 16, 88)).astype(np.uint8)
    states[-1] = states[0]
    values = likelihood_under(network)(states, clock(len(states), 16))
    assert values[-1] == pytest.approx(values[0], rel=1e-5)
    assert values[1] != pytest.approx(values[0], rel=1e-5)


def test_the_report_of_a_network_that_hears_states(lstm2, tmp_path):
    """Counted by hand over all windows: whether struck, and where a key sounded and is not struck whether held."""
    pieces = [Made(random_roll(n, 129 + 128 * n, 0.3), "test", f"w{n}") for n in range(3)]
    corpus = write_corpus(tmp_path / "c", [*pieces, Made(random_roll(9, 129), "valid")])
    predict = StatesPredictor(lstm2)
    report = report_of(measure(predict, {"silence": silence}, NEXT, corpus, "test"), "silence", 200, 0)
    (windows,) = SplitWindows(corpus, "test", NEXT)
    before, now = windows.states[:, :-1] > 0, windows.states[:, 1:]
    struck, held = now == 2, now == 1
    let_go = before & ~struck & ~held
    total = (
        struck.sum() * nats(STRIKE_RATE)
        + (~struck).sum() * nats(1 - STRIKE_RATE)
        + held.sum() * nats(HOLD_RATE)
        + let_go.sum() * nats(1 - HOLD_RATE)
    )
    assert held.sum() > 0
    assert report["states_nll"]["value"] == pytest.approx(total / (6 * 128), rel=1e-5)
    low, high = report["states_nll"]["interval"]
    assert low < report["states_nll"]["value"] < high
    # Whether a held key was struck again is what states tell and rolls do not: here it was always held.
    again = before & (now > 0)
    sounding = STRIKE_RATE + (1 - STRIKE_RATE) * HOLD_RATE
    saved = again.sum() * (nats(1 - STRIKE_RATE) + nats(HOLD_RATE) - nats(sounding))
    assert report["nll"] == pytest.approx((total - saved) / (6 * 128), rel=1e-5)
    assert any("upper bound" in note for note in report["notes"])


def silence(windows):
    return np.zeros(windows.target.shape, np.float32)


def test_one_run_answers_both_questions(lstm2, tmp_path, monkeypatch):
    corpus = write_corpus(tmp_path / "c", [Made(random_roll(0, 257)), Made(random_roll(1, 129), "valid")])
    runs = []
    whole = type(lstm2).predict_on_batch
    monkeypatch.setattr(type(lstm2), "predict_on_batch", lambda self, x: (runs.append(1), whole(self, x))[1])
    measure(StatesPredictor(lstm2), {"silence": silence}, NEXT, corpus, "test")
    assert len(runs) == 2  # one batch of valid, one of test


def test_others_have_no_likelihood_of_states(tmp_path):
    corpus = write_corpus(tmp_path / "c", [Made(random_roll(0, 129)), Made(random_roll(1, 129), "valid")])
    report = report_of(measure(silence, {"silence": silence}, NEXT, corpus, "test"), "silence", 20, 0)
    assert "states_nll" not in report
    assert not any("upper bound" in note for note in report["notes"])
