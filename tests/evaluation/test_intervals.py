import numpy as np
import pytest

from koe.evaluation.intervals import grouped, interval, labelled, over_groups, resampled, share_interval


def test_rows_of_a_group_are_added():
    sums = np.array([[1.0, 10], [2, 20], [4, 40]])
    assert grouped(sums, np.array([1, 0, 1]), 3).tolist() == [[2, 20], [5, 50], [0, 0]]


def test_as_many_groups_are_drawn_as_there_are():
    totals = resampled(np.stack([np.ones(7), np.arange(7.0)], axis=1), 300, seed=1)
    assert (totals[:, 0] == 7).all()
    assert set(totals[:, 1]) <= set(range(43))  # from seven times 0 to seven times 6
    assert totals[:, 1].std() == pytest.approx(np.sqrt(7 * 4), rel=0.1)  # 0 to 6 have the variance 4


def test_interval_of_a_mean_is_that_of_the_textbook():
    values = np.random.default_rng(0).normal(5, 2, 400)
    totals = resampled(np.stack([values, np.ones(400)], axis=1), 1000)
    low, high = interval(totals[:, 0] / totals[:, 1])
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(400), rel=0.1)


def test_it_holds_the_true_ratio_nineteen_times_in_twenty():
    """Works of many lengths, each with an error a step of its own: the true figure is the ratio of both means."""
    rng = np.random.default_rng(2)
    held = 0
    for number in range(200):
        n_steps = rng.exponential(size=60)
        error = n_steps * rng.normal(3.0, 1.0, size=60)
        totals = resampled(np.stack([error, n_steps], axis=1), 200, seed=number)
        low, high = interval(totals[:, 0] / totals[:, 1])
        held += low <= 3.0 <= high
    assert 0.90 <= held / 200 <= 0.985


def test_both_sides_of_a_ratio_are_measured_on_the_same_draws():
    errors = np.random.default_rng(3).exponential(size=30)
    totals = resampled(np.stack([errors, 2 * errors], axis=1), 200)
    assert totals[:, 0].std() > 0
    assert interval(totals[:, 0] / totals[:, 1]) == pytest.approx((0.5, 0.5))


def test_same_seed_same_draws():
    sums = np.random.default_rng(4).random((20, 2))
    assert np.array_equal(resampled(sums, 50, seed=5), resampled(sums, 50, seed=5))
    assert not np.array_equal(resampled(sums, 50, seed=5), resampled(sums, 50, seed=6))


def test_names_become_numbers_in_order_of_appearance():
    labels, names = labelled(["b", "a", "b", "c"])
    assert (labels.tolist(), names) == ([0, 1, 0, 2], ["b", "a", "c"])


def test_rows_of_a_group_are_drawn_together():
    rng = np.random.default_rng(6)
    sums = np.stack([rng.exponential(size=20), np.ones(20)], axis=1)

    def mean(totals):
        return {"mean": totals[..., 0] / totals[..., 1]}

    alone = over_groups(sums, [f"w{n}" for n in range(20)], mean, 300)["mean"]
    copied = over_groups(np.repeat(sums, 3, axis=0), [f"w{n}" for n in range(20) for _ in range(3)], mean, 300)["mean"]
    assert alone["value"] == pytest.approx(sums[:, 0].mean())
    assert copied["value"] == pytest.approx(alone["value"])
    assert copied["interval"] == pytest.approx(alone["interval"])
    assert over_groups(sums, ["one"] * 20, mean, 300)["mean"] == {"value": alone["value"], "interval": None}


@pytest.mark.parametrize(
    ("n_hits", "n", "expected"),
    [
        (0, 10, (0.0, 0.2775)),  # Newcombe 1998, table I, method 3, and others worked out from the formula
        (81, 263, (0.2553, 0.3662)),
        (10, 10, (0.7225, 1.0)),
        (190, 200, (0.9104, 0.9726)),
    ],
)
def test_interval_of_a_share(n_hits, n, expected):
    assert share_interval(n_hits, n) == pytest.approx(expected, abs=1e-4)


def test_interval_of_a_share_holds_it_nineteen_times_in_twenty():
    hits = np.random.default_rng(7).binomial(60, 0.9, 2000)
    held = np.mean([low <= 0.9 <= high for low, high in (share_interval(int(n), 60) for n in hits)])
    assert 0.93 <= held <= 0.98
