"""Plans and manners of real pieces: drawn by seed, long enough for what is asked for, and only from whole files."""

import numpy as np
import pytest

from koe.errors import ModelError
from koe.generation.plans import FEWEST, Manner, Plans, from_nearest
from koe.models.registry import SHIPPED
from koe.music.repetition import NEW, SAME, UNKNOWN, VARIED, Plan


def plan(n_measures, lag):
    kind = np.full(n_measures, NEW)
    kind[lag:] = SAME
    lags = np.where(kind == SAME, lag, 0)
    return Plan(kind, lags, np.where(kind == SAME, -2, 0))


def manner(composer="bach-js", minor=False):
    return Manner(composer, minor, 1, 2, 3)


def test_a_table_is_kept_as_it_is(tmp_path):
    plans = Plans.of([plan(4, 2), plan(9, 3)], [manner(), manner("chopin", minor=True)])
    plans.save(tmp_path / "plans.npz")
    again = Plans.load(tmp_path / "plans.npz")
    assert len(again) == 2
    assert again.manner_of(1) == Manner("chopin", True, 1, 2, 3)
    for number in range(2):
        assert again.manner_of(number) == plans.manner_of(number)
        for name in ("kind", "lag", "shift"):
            np.testing.assert_array_equal(getattr(again[number], name), getattr(plans[number], name))
    assert Plans.load(tmp_path / "none.npz") is None
    (tmp_path / "plans.npz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"plans\.npz are damaged"):
        Plans.load(tmp_path / "plans.npz")


def test_a_plan_is_cut_to_the_measures_that_are_asked_for_or_left_open():
    plans = Plans.of([plan(8, 2)], [manner()])
    assert plans.draw(5, (1,))[0].kind.tolist() == [NEW, NEW, SAME, SAME, SAME]
    longer, _ = plans.draw(10, (1,))
    assert longer.kind.tolist() == [NEW] * 2 + [SAME] * 6 + [UNKNOWN] * 2
    assert longer.lag.tolist() == [0] * 2 + [2] * 6 + [0] * 2


def test_a_composer_who_is_asked_for_gives_the_plan_where_there_are_enough_pieces():
    plans = Plans.of([plan(8, 2)] * (FEWEST + 3), [manner()] * FEWEST + [manner("chopin")] * 3)
    assert {plans.draw(8, (seed,), "bach-js")[1].composer for seed in range(20)} == {"bach-js"}
    assert {plans.draw(8, (seed,), "chopin")[1].composer for seed in range(40)} == {"bach-js", "chopin"}


def test_short_pieces_give_no_plan_to_long_ones():
    plans = Plans.of([plan(8, 2)] * FEWEST + [plan(40, 4)] * FEWEST, [manner()] * (2 * FEWEST))
    assert all((plans.draw(32, (seed,))[0].kind != UNKNOWN).all() for seed in range(20))


def test_of_equal_measures_the_nearest_is_brought_back():
    kind = np.array([NEW, NEW, SAME, SAME, VARIED, SAME, SAME])
    lag = np.array([0, 0, 2, 2, 4, 5, 2])  # 2, 5 as 0; 3 as 1; 4 varies 0; 6 as 4
    nearest = from_nearest(Plan(kind, lag, np.array([0, 0, 0, 0, 0, 0, -2])))
    assert nearest.lag.tolist() == [0, 0, 2, 2, 4, 3, 2]
    assert nearest.kind is kind


def test_shipped_plans_fit_their_pieces_and_differ_by_seed():
    plans = Plans.load(SHIPPED / "plans.npz")
    assert plans is not None
    assert len(plans) >= 200
    for number in range(len(plans)):
        one = plans[number]
        comes_back = np.isin(one.kind, (VARIED, SAME))
        assert (one.lag[comes_back] >= 1).all()
        assert (one.lag <= np.arange(len(one.lag))).all()
        assert (one.lag[~comes_back] == 0).all()
    drawn = [plans.draw(32, (seed, 1))[0] for seed in range(20)]
    assert len({tuple(one.lag) for one in drawn}) > 10
    again, _ = plans.draw(32, (3, 1))
    np.testing.assert_array_equal(again.lag, drawn[3].lag)
    share = np.mean([np.isin(one.kind, (VARIED, SAME)).mean() for one in drawn])
    assert 0.1 < share < 0.7
