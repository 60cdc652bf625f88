import numpy as np
import pytest

from koe.music.tempo import TempoMap, tidy_qpm


def test_whole_tempos_come_back_whole_however_they_were_rounded():
    for qpm in range(10, 481):
        assert tidy_qpm(round(60_000_000 / qpm)) == qpm
        assert tidy_qpm(60_000_000 // qpm) == qpm


@pytest.mark.parametrize("microseconds", [1, 125_001, 333_333, 499_999, 500_001, 777_777, 16_777_215])
def test_any_length_of_a_quarter_comes_back(microseconds):
    assert round(60_000_000 / tidy_qpm(microseconds)) == microseconds


def test_seconds_follow_the_tempo():
    tempo_map = TempoMap([(480, 1_000_000), (960, 250_000)], 480)
    assert tempo_map.seconds(np.array([0, 240, 480, 720, 960, 1440])) == pytest.approx([0, 0.25, 0.5, 1.0, 1.5, 1.75])


def test_of_tempos_at_one_tick_the_last_counts_and_repetition_is_no_change():
    tempo_map = TempoMap([(0, 400_000), (0, 600_000), (100, 600_000), (200, 300_000)], 96)
    assert tempo_map.n_changes == 1
    assert tempo_map.seconds(np.array([96]))[0] == pytest.approx(0.6)


def test_without_any_tempo_120_holds():
    assert TempoMap([], 96).average(np.zeros((0, 4))) == 120.0
