"""The beat of a tune is found though it is sung unevenly, at any usual tempo, and slows down."""

import numpy as np
import pytest

from koe.transcription.steady import sixteenths_of
from tests.transcription.hums import TUNES


def sung(quarters, qpm, seed, jitter_sec=0.012, slower=0.0):
    """Seconds at which notes of these lengths begin; the tempo falls by ``slower`` on the way."""
    chance = np.random.default_rng(seed)
    lengths = np.array(quarters[:-1]) * 60 / qpm
    lengths = lengths * np.linspace(1, 1 + slower, len(lengths))
    onsets = np.concatenate([[0.3], 0.3 + np.cumsum(lengths)])
    return onsets + chance.normal(0, jitter_sec, len(onsets))


@pytest.mark.parametrize("tune", TUNES)
@pytest.mark.parametrize(("qpm", "seed"), [(72, 1), (90, 2), (104, 3), (120, 4), (132, 5)])
def test_intervals_are_those_that_were_meant(tune, qpm, seed):
    quarters = TUNES[tune][1]
    places, found = sixteenths_of(sung(quarters, qpm, seed))
    # At twice or half the tempo it is the same rhythm.
    factor = found / qpm
    assert any(factor == pytest.approx(times, rel=0.04) for times in (0.5, 1, 2))
    meant = np.array(quarters[:-1]) * 4 * round(2 * factor) / 2
    assert np.diff(places).tolist() == meant.tolist()


def test_hardly_an_interval_is_wrong_where_somebody_sings_very_unevenly():
    shares = []
    for quarters in (quarters for _, quarters in TUNES.values()):
        for seed, qpm in enumerate(range(70, 135, 5)):
            intervals = np.diff(sixteenths_of(sung(quarters, qpm, seed, 0.025))[0])
            meant = 4 * np.array(quarters[:-1])
            shares.append(max(np.mean(intervals == times * meant) for times in (0.5, 1, 2)))
    assert np.mean(shares) > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_a_tune_may_slow_down(seed):
    quarters = TUNES["Frère Jacques"][1]
    places, _ = sixteenths_of(sung(quarters, 100, seed, 0.01, slower=0.15))
    assert np.diff(places).tolist() == [4 * quarter for quarter in quarters[:-1]]


def test_one_note_is_on_the_beat():
    places, qpm = sixteenths_of(np.array([0.7]))
    assert places.tolist() == [0]
    assert 60 <= qpm <= 120


def test_no_two_notes_are_on_one_sixteenth():
    onsets = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.3, 60))
    assert (np.diff(sixteenths_of(onsets)[0]) > 0).all()
