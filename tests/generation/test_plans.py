"""Plans of real pieces: drawn by seed, of about the length that is asked for, and only from whole files."""

import numpy as np
import pytest

from koe.errors import ModelError
from koe.generation.plans import Plans
from koe.models.registry import SHIPPED
from koe.music.repetition import NEW, SAME, UNKNOWN, VARIED, Plan


def plan(n_measures, lag):
    kind = np.full(n_measures, NEW)
    kind[lag:] = SAME
    lags = np.where(kind == SAME, lag, 0)
    return Plan(kind, lags, np.where(kind == SAME, -2, 0))


def test_a_table_is_kept_as_it_is(tmp_path):
    plans = Plans.of([plan(4, 2), plan(9, 3)])
    plans.save(tmp_path / "plans.npz")
    again = Plans.load(tmp_path / "plans.npz")
    assert len(again) == 2
    for number in range(2):
        for name in ("kind", "lag", "shift"):
            np.testing.assert_array_equal(getattr(again[number], name), getattr(plans[number], name))
    assert Plans.load(tmp_path / "none.npz") is None
    (tmp_path / "plans.npz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"plans\.npz are damaged"):
        Plans.load(tmp_path / "plans.npz")


def test_a_plan_is_cut_to_the_measures_that_are_asked_for_or_left_open():
    plans = Plans.of([plan(8, 2)])
    assert plans.draw(5, (1,)).kind.tolist() == [NEW, NEW, SAME, SAME, SAME]
    longer = plans.draw(10, (1,))
    assert longer.kind.tolist() == [NEW] * 2 + [SAME] * 6 + [UNKNOWN] * 2
    assert longer.lag.tolist() == [0] * 2 + [2] * 6 + [0] * 2


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
    drawn = [plans.draw(32, (seed, 1)) for seed in range(20)]
    assert len({tuple(one.lag) for one in drawn}) > 10
    again = plans.draw(32, (3, 1))
    np.testing.assert_array_equal(again.lag, drawn[3].lag)
    share = np.mean([np.isin(one.kind, (VARIED, SAME)).mean() for one in drawn])
    assert 0.1 < share < 0.7
