"""What a form says comes back, comes back from where it was."""

import pytest

from koe.errors import InputError
from koe.generation.forms import blocks_of, plan_from_form
from koe.music.repetition import NEW, SAME, VARIED


def test_blocks_come_back_from_where_they_were():
    plan = plan_from_form("A A' B A", 32)
    assert plan.kind.tolist() == [NEW] * 8 + [VARIED] * 8 + [NEW] * 8 + [SAME] * 8
    assert plan.lag.tolist() == [0] * 8 + [8] * 8 + [0] * 8 + [24] * 8
    assert not plan.shift.any()


@pytest.mark.parametrize("form", ["AABA", "a, a, b, a", "A-A-B-A", "A A B A "])
def test_however_it_is_written(form):
    assert blocks_of(form) == [("A", False), ("A", False), ("B", False), ("A", False)]


def test_measures_that_cannot_be_shared_out_evenly():
    plan = plan_from_form("A B A", 10)
    assert plan.lag.tolist() == [0] * 7 + [7] * 3  # blocks of 3, 4 and 3
    longer = plan_from_form("A A", 5)
    assert longer.lag.tolist()[:2] == [0, 0]
    assert all(measure - lag >= 0 for measure, lag in enumerate(longer.lag))


@pytest.mark.parametrize("form", ["", "A 1", "A''B", "A" * 17, "A;B"])
def test_what_is_no_form_is_refused(form):
    with pytest.raises(InputError, match="is no form"):
        blocks_of(form)


def test_too_few_measures():
    with pytest.raises(InputError, match="3 measures are too few"):
        plan_from_form("A B C D", 3)
