"""Tempos as a reader is told them."""

import numpy as np
import pytest

from koe.music.notes import Note
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.scores.engrave import engrave

MEASURE = 1920  # pulses of 4/4


def marks(tempos, n_measures=12, **fields):
    notes = tuple(Note(24 * beat, 60 + beat % 5, 24) for beat in range(4 * n_measures))
    score = engrave(Piece(notes, 96 * n_measures, tempos=tuple(Tempo(*one) for one in tempos), **fields))
    return [(mark.onset, mark.per_minute) for mark in score.tempos]


@pytest.mark.parametrize(
    ("tempos", "expected"),
    [
        ([(0, 120)], [(0, 120)]),
        ([(0, 120), (MEASURE, 60)], [(0, 120), (96, 60)]),
        # A change within a measure; one of a fifteenth, which is none; back to where it began.
        ([(0, 100), (MEASURE // 2, 140)], [(0, 100), (48, 140)]),
        ([(0, 120), (MEASURE, 128), (4 * MEASURE, 120)], [(0, 120)]),
        ([(0, 120), (4 * MEASURE, 80), (8 * MEASURE, 120)], [(0, 120), (384, 80), (768, 120)]),
        # A fermata: two beats at half the tempo.
        ([(0, 120), (MEASURE, 60), (MEASURE + 960, 120)], [(0, 120)]),
    ],
)
def test_changes_that_stay_are_printed(tempos, expected):
    assert marks(tempos) == expected


@pytest.mark.parametrize("n_beats", [1, 2, 3])
def test_the_first_measure_has_a_tempo(n_beats):
    """One that begins with some beats of rubato, and then stays at 80."""
    tempos = [(240 * place, 120 + 5 * place) for place in range(2 * n_beats)]
    found = marks([*tempos, (480 * n_beats, 80)])
    assert found[0][0] == 0
    assert found[-1][1] == 80


def test_rubato_is_one_tempo():
    """711 changes, as a performance has them: every eighth another tempo around 60."""
    rng = np.random.default_rng(0)
    tempos = [(240 * place, float(60 * np.exp(rng.normal(0, 0.08)))) for place in range(711)]
    found = marks(tempos, 89)
    assert len(found) == 1
    assert found[0][1] == pytest.approx(60, abs=3)


def test_a_piece_that_grows_faster_bit_by_bit_says_so_a_few_times():
    tempos = [(240 * place, 60 + place / 4) for place in range(320)]  # from 60 to 140
    found = marks(tempos, 40)
    assert 3 <= len(found) <= 6
    assert [qpm for _, qpm in found] == sorted(qpm for _, qpm in found)


def test_compound_metres_count_dotted_quarters():
    assert marks([(0, 90)], time_signatures=(TimeSignature(0, 6, 8),)) == [(0, 60)]
    assert marks([(0, 10)]) == [(0, 10)]
