"""An answer's plan: the last measures that were played come back, in their key, and the rest is left open."""

import numpy as np
import pytest

from koe.generation.answering import MOST, SHIFTS, answer_plan, motif_measures, shifts_in_key
from koe.generation.going_on import continued
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.repetition import UNKNOWN, VARIED

C_MAJOR, A_MINOR = 1, 22


def played(n_measures, pitches=(60, 62, 64, 67)):
    rows = [(96 * measure + 24 * n, 24, pitch) for measure in range(n_measures) for n, pitch in enumerate(pitches)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def starts(n_measures):
    return 96 * np.arange(n_measures + 1)


def plan(n_measures, n_new=8, seed=1, rows=None):
    rows = played(n_measures) if rows is None else rows
    return answer_plan(rows, starts(n_measures), n_new, C_MAJOR, (seed, 0))


@pytest.mark.parametrize(
    ("n_measures", "lags"),
    [
        (1, [1, 2, 0, 0, 0, 0, 0, 0]),
        (2, [2, 2, 4, 4, 0, 0, 0, 0]),
        (3, [3, 3, 3, 0, 0, 0, 0, 0]),
        (6, [4, 4, 4, 4, 0, 0, 0, 0]),
    ],
)
def test_the_last_measures_come_back_and_short_ones_twice(n_measures, lags):
    found = plan(n_measures)
    assert found.kind[:n_measures].tolist() == [UNKNOWN] * n_measures
    assert found.lag[n_measures:].tolist() == lags
    assert found.kind[n_measures:].tolist() == [VARIED if lag else UNKNOWN for lag in lags]
    assert found.lag[:n_measures].tolist() == [0] * n_measures


def test_the_second_time_is_at_another_interval():
    for seed in range(20):
        found = plan(2, seed=seed)
        assert found.shift[2] == found.shift[3] != found.shift[4] == found.shift[5]


def test_the_seed_draws_the_interval():
    drawn = {int(plan(1, seed=seed).shift[1]) for seed in range(40)}
    assert drawn == set(shifts_in_key(played(1)[:, 2], C_MAJOR))
    assert plan(1, seed=3).shift.tolist() == plan(1, seed=3).shift.tolist()


def test_silence_around_what_was_played_is_no_motif():
    rows = played(5)
    middle = rows[(rows[:, 0] >= 192) & (rows[:, 0] < 288)]
    found = plan(5, rows=middle)
    assert found.lag[5:].tolist() == [3, 4, 0, 0, 0, 0, 0, 0]
    assert motif_measures(np.array([], dtype=np.int64), starts(3)) == (0, 0)
    assert not plan(3, rows=middle[:0]).kind.any()
    with_a_gap = rows[(rows[:, 0] < 96) | (rows[:, 0] >= 192)][: 4 * MOST]
    assert plan(4, rows=with_a_gap[with_a_gap[:, 0] < 384]).lag[4:].tolist() == [4, 0, 4, 4, 0, 0, 0, 0]


def test_a_short_answer_has_as_much_as_there_is_room_for():
    assert plan(4, n_new=2).lag.tolist() == [0, 0, 0, 0, 4, 4]


def test_intervals_keep_to_the_key_and_to_the_piano():
    whole_scale = np.array([60, 62, 64, 65, 67, 69, 71])
    assert shifts_in_key(whole_scale, C_MAJOR) == (0, 7, -7, 5, -5)
    assert shifts_in_key(np.array([60]), 0) == SHIFTS
    assert 2 in shifts_in_key(np.array([60, 62, 67]), C_MAJOR)
    assert 1 not in shifts_in_key(np.array([60, 62, 67]), C_MAJOR)
    assert max(shifts_in_key(np.array([107, 105]), A_MINOR)) <= 1
    assert min(shifts_in_key(np.array([21, 23]), A_MINOR)) == 0


class Noting:
    """A model that composes quarters, and notes what it is told."""

    def __init__(self):
        self.heard = []

    def frame(self, told, starts, **known):
        return {"told": told, **known}

    def begin(self, n):
        return 0

    def hear(self, memory, frame, events):
        self.heard.append(frame["told"].plan)
        return frame["free_from"], None

    def write(self, memory, frame, luck, temperatures):
        return memory + 24, np.array([[[24, 60, 11, memory]]]), None

    def reached(self, memory):
        return [memory]

    def is_over(self, memory):
        return [memory >= 96 * 4]


def test_each_variation_of_an_answer_is_told_a_plan_of_its_own():
    rows = played(2)
    piece = Piece(tuple(Note(onset, pitch, length) for onset, length, pitch in rows.tolist()), 192)
    model = Noting()
    continued(model, piece, 96 * 8, 5, 3)
    assert model.heard == [None]
    model.heard.clear()
    one, two = continued(model, piece, 96 * 8, 5, 2, answer=True)
    assert one.tolist() == two.tolist() != []
    assert [plan.lag.tolist() for plan in model.heard] == [[0, 0, 2, 2, 4, 4, 0, 0, 0, 0]] * 2
    told = [plan.shift.tolist() for plan in model.heard]
    assert told[0] != told[1]
    model.heard.clear()
    continued(model, piece, 96 * 8, 5, 1, answer=True)
    assert model.heard[0].shift.tolist() == told[0], "another variation beside it changes nothing"
