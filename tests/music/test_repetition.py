"""What a piece did before is found, in its key and in another, and only what was heard already counts."""

import numpy as np
import pytest

from koe.music.events import events_of, short_measures, tidy_notes
from koe.music.repetition import (
    AS_PROPOSED,
    MAX_SHIFT,
    N_SHIFTS,
    NEW,
    SAME,
    VARIED,
    _Fading,
    choose,
    find_slots,
    no_plan,
    plan_of,
    proposals,
)

MEASURE = 96


def phrase(seed, n_measures=4, step=6):
    rng = np.random.default_rng(seed)
    n = 10 * n_measures
    onsets = rng.integers(0, n_measures * MEASURE // step, n) * step
    return np.stack([onsets, np.full(n, step), rng.integers(45, 80, n)], axis=1)


def after(notes, n_measures, shift=0):
    return notes + np.array([n_measures * MEASURE, 0, shift])


def heard(*phrases, n_measures=16):
    notes = tidy_notes(np.concatenate(phrases))
    starts = short_measures(range(0, n_measures * MEASURE, MEASURE), n_measures * MEASURE)
    return notes, starts


def test_a_phrase_that_comes_back_is_proposed_to_the_note():
    notes, starts = heard(phrase(0), after(phrase(1), 4), after(phrase(0), 8))
    events = events_of(notes, starts)
    proposed = proposals(events, starts, no_plan(16))
    back = events.measure >= 9  # when a measure of it was heard
    assert (proposed["lag"][back, 1] == 8).mean() > 0.9
    assert (proposed["came"][back, 1] == AS_PROPOSED).mean() > 0.9
    assert (proposed["came"][events.measure == 5, 1] == AS_PROPOSED).mean() < 0.3
    # Those that came as proposed had their length proposed as well.
    right = np.flatnonzero(proposed["came"][1:, 1] == AS_PROPOSED)
    np.testing.assert_array_equal(proposed["duration"][right, 1], events.duration[right + 1])


@pytest.mark.parametrize("shift", [5, -7])
def test_a_phrase_in_another_key_is_found_there(shift):
    notes, starts = heard(phrase(0), after(phrase(1), 4), after(phrase(0), 8, shift))
    events = events_of(notes, starts)
    proposed = proposals(events, starts, no_plan(16))
    back = events.measure >= 9
    assert (proposed["came"][back, 4] == AS_PROPOSED).mean() > 0.8
    found = find_slots(notes[:, 0], notes[:, 2], starts)
    assert found.shift[-1, 4] == shift
    assert found.lag[-1, 4] == 8
    assert found.fast[-1, 4] > 0.6


def test_nothing_is_known_of_what_is_still_to_come():
    notes, starts = heard(phrase(0), after(phrase(1), 4), after(phrase(0), 8))
    other = np.concatenate([notes[notes[:, 0] < 10 * MEASURE], after(phrase(5), 10)])
    both = [events_of(tidy_notes(one), starts) for one in (notes, other)]
    known = int((both[0].onset < 10 * MEASURE).sum()) - 1  # the last of them proposes for what differs
    told = [proposals(events, starts, no_plan(16)) for events in both]
    for name in told[0]:
        np.testing.assert_array_equal(told[0][name][: known - 1], told[1][name][: known - 1], err_msg=name)
    for name in ("lag", "fast", "slow", "there", "advance", "pitch", "came"):
        np.testing.assert_array_equal(told[0][name][known - 1], told[1][name][known - 1], err_msg=name)


def test_a_plan_says_what_comes_back():
    varied = phrase(0).copy()
    varied[::5, 2] += 1
    notes, starts = heard(phrase(0), after(phrase(1), 4), after(phrase(0), 8), after(varied, 12))
    plan = plan_of(notes[:, 0], notes[:, 2], starts)
    assert (plan.kind[:8] == NEW).all()
    assert (plan.kind[8:12] == SAME).all()
    assert (plan.lag[8:12] == 8).all()
    assert set(plan.kind[12:]) <= {VARIED, SAME}
    assert VARIED in plan.kind[12:]
    assert (plan.shift == 0).all()


def test_fading_sums_go_on_from_block_to_block():
    rows = np.random.default_rng(0).random((150, 3)).astype(np.float32)
    sums, expected = _Fading(0.8), np.zeros(3)
    found = np.concatenate([sums.add(rows[start : start + 64]) for start in range(0, 150, 64)])
    for row, value in zip(rows, found, strict=True):
        expected = 0.8 * expected + row
        np.testing.assert_allclose(value, expected, rtol=1e-4)


def test_slots_differ_where_there_is_a_choice():
    fast, slow = np.array([[0.1, 0.9, 0.9, 0.2]], np.float32), np.array([[0.1, 0.5, 0.6, 0.6]], np.float32)
    moved = np.zeros((1, 4, N_SHIFTS), np.float32)
    moved[0, 2, MAX_SHIFT], moved[0, 3, MAX_SHIFT + 7] = 1, 0.4
    found = choose(fast, slow, moved)
    assert found.lag.tolist() == [[1, 2, 4, 3, 4]]
    assert found.shift.tolist() == [[0, 0, 0, 0, 7]]
    assert found.fast[0, 4] == pytest.approx(0.4)
