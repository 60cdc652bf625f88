import numpy as np
import pytest

from koe.evaluation.markov import fit_markov


def roll_of(*columns: str) -> np.ndarray:
    """A roll whose first keys do what is written, a step a character; the others stay silent."""
    roll = np.zeros((len(columns[0]), 88), dtype=bool)
    for key, column in enumerate(columns):
        roll[:, key] = [step == "1" for step in column]
    return roll


def test_counted_by_hand():
    chain = fit_markov([roll_of("1101", "0000")])
    # Key 0: 11 once, 10 once, 01 once. Key 1: 00 three times, and what follows a one is unknown.
    assert chain.after_sound[:2] == pytest.approx([(1 + 1) / (2 + 2), 1 / 2])
    assert chain.after_silence[:2] == pytest.approx([(1 + 1) / (1 + 2), 1 / 5])


def test_nothing_follows_the_end_of_a_piece():
    chain = fit_markov([roll_of("11"), roll_of("00")])
    assert chain.after_sound[0] == pytest.approx(2 / 3)
    assert chain.after_silence[0] == pytest.approx(1 / 3)


def test_less_smoothing_trusts_the_counts_more():
    chain = fit_markov([roll_of("11111")], smoothing=0.5)
    assert chain.after_sound[0] == pytest.approx(4.5 / 5)
    assert chain.after_silence[0] == 0.5


def test_next_steps():
    chain = fit_markov([roll_of("1101")])
    p = chain.next_steps(roll_of("10")[None])
    assert p.shape == (1, 2, 88)
    assert p.dtype == np.float32
    assert p[0, :, 0] == pytest.approx([1 / 2, 2 / 3])


def test_it_finds_the_chain_that_made_its_music():
    rng = np.random.default_rng(0)
    roll = np.zeros((1000, 88), dtype=bool)
    for step in range(1, len(roll)):
        roll[step] = rng.random(88) < np.where(roll[step - 1], 0.7, 0.1)
    chain = fit_markov([roll])
    assert chain.after_sound.mean() == pytest.approx(0.7, abs=0.01)
    assert chain.after_silence.mean() == pytest.approx(0.1, abs=0.005)
