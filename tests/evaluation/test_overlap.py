"""The overlapping area against areas known in closed form, and where kernels have no width."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import InputError
from koe.evaluation import overlap as o

quick = settings(max_examples=50)
samples = st.lists(st.integers(-8, 8).map(lambda number: number / 4), min_size=1, max_size=30).map(np.array)


def normal_sample(mean, deviation, n=2001):
    """Quantiles of a normal distribution, evenly spaced: a sample without luck."""
    distribution = NormalDist(mean, deviation)
    return np.array([distribution.inv_cdf((number + 0.5) / n) for number in range(n)])


@pytest.mark.parametrize("distance", [0.0, 0.5, 1.0, 2.0, 6.0])
def test_two_normal_distributions(distance):
    # Two normal densities of one width cross half way: the area is twice the tail beyond that. The
    # kernels make both distributions wider.
    first, second = normal_sample(0, 1), normal_sample(distance, 1)
    width = math.hypot(1, o.scott_bandwidth(first))
    expected = math.erfc(distance / 2 / width / math.sqrt(2))
    assert o.overlapping_area(first, second) == pytest.approx(expected, abs=2e-3)


def test_divergence_of_two_normal_distributions():
    first, second = normal_sample(0, 1), normal_sample(1, 2)
    a, b = (math.hypot(s, o.scott_bandwidth(sample)) for s, sample in ((1, first), (2, second)))
    expected = math.log(b / a) + (a**2 + 1) / (2 * b**2) - 0.5
    assert o.kl_divergence(first, second) == pytest.approx(expected, rel=0.02)
    assert o.kl_divergence(first, first) == pytest.approx(0, abs=1e-9)


def test_density_is_a_sum_of_kernels():
    values = np.array([0.0, 1.0, 1.0, 4.0])
    width = np.std(values, ddof=1) * 4 ** (-1 / 5)
    points = np.array([-1.0, 0.5, 4.0])
    by_hand = [
        sum(math.exp(-(((point - value) / width) ** 2) / 2) for value in values) / (4 * width * math.sqrt(2 * math.pi))
        for point in points
    ]
    assert o.estimated_density(values, points) == pytest.approx(by_hand)


def test_many_values_are_estimated_in_chunks(monkeypatch):
    values, points = normal_sample(0, 1, 99), np.linspace(-3, 3, 7)
    whole = o.estimated_density(values, points)
    monkeypatch.setattr(o, "_CHUNK", 10)
    assert o.estimated_density(values, points) == pytest.approx(whole)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([3, 3, 3], [3, 3], 1),
        ([3, 3, 3], [4, 4], 0),
        ([3], [3], 1),
        ([3], [1, 2, 3, 4], 1 / 4),  # a quarter of the second lies where the first lies
        ([0, 0, 0, 5], [0, 0, 7, 7], 1 / 2),  # 0 in three quarters and one half; 5 and 7 have nothing in common
        ([0, 0, 0, 5], [0, 0, 0, 5], 1),
        ([0] * 97 + [1, 2, 4], [0] * 99 + [9], 0.97),
    ],
)
def test_points_overlap_by_the_smaller_share(first, second, expected):
    assert o.overlapping_area(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-3)
    assert o.overlapping_area(np.array(second), np.array(first)) == pytest.approx(expected, abs=1e-3)


def test_a_point_and_a_smooth_rest():
    # Six tenths of both at 0; the rest of both is far from it, and alike.
    rest = normal_sample(10, 1, 400)
    half = np.concatenate([np.zeros(600), rest])
    assert o.overlapping_area(half, half) == pytest.approx(1, abs=2e-3)
    assert o.overlapping_area(half, np.concatenate([np.zeros(600), rest + 50])) == pytest.approx(0.6, abs=2e-3)


def test_rounding_does_not_part_equal_values():
    assert o.overlapping_area(np.array([0.1 + 0.2]), np.array([0.3])) == 1


@given(samples, samples)
@quick
def test_overlap_is_a_share_and_the_same_from_both_sides(first, second):
    area = o.overlapping_area(first, second)
    assert 0 <= area <= 1
    assert o.overlapping_area(second, first) == pytest.approx(area, abs=1e-9)


@given(samples)
@quick
def test_a_sample_overlaps_itself_and_nothing_far_away(sample):
    assert o.overlapping_area(sample, sample) == pytest.approx(1, abs=5e-3)
    assert o.overlapping_area(sample, sample + 100) == pytest.approx(0, abs=1e-6)


@given(samples, samples, st.sampled_from([0.5, 2.0, 8.0]), st.integers(-5, 5))
@quick
def test_the_unit_does_not_matter(first, second, scale, shift):
    area = o.overlapping_area(first, second)
    assert o.overlapping_area(first * scale + shift, second * scale + shift) == pytest.approx(area, abs=5e-3)


@pytest.mark.parametrize("bad", [[], [1.0, float("nan")], [float("inf")]])
def test_values_must_be_there_and_finite(bad):
    with pytest.raises(InputError, match="finite value"):
        o.overlapping_area(np.array(bad), np.array([1.0]))


def test_distances_within_and_between():
    # Real values 0, 1, 3: distances 1, 2, 3 within. Generated 1, 1: distances 1, 0, 2, twice, between.
    distances = o.compare_sets(np.array([1.0, 1.0]), np.array([0.0, 1.0, 3.0]))
    assert distances["intra_mean"] == pytest.approx(2)
    assert distances["inter_mean"] == pytest.approx(1)
    expected = o.overlapping_area(np.array([1, 2, 3]), np.array([1, 0, 2, 1, 0, 2]))
    assert distances["overlap"] == pytest.approx(expected)


def test_histograms_are_compared_by_their_distance():
    generated, real = np.array([[3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 0.0]])
    assert o.compare_sets(generated, real)["inter_mean"] == pytest.approx((5 + 4) / 2)


def test_real_music_lies_nearer_to_itself_than_something_else():
    real = normal_sample(0, 1, 50)
    alike, other = (o.compare_sets(sample, real) for sample in (normal_sample(0, 1, 40), normal_sample(4, 1, 40)))
    assert alike["overlap"] > 0.95 > 0.3 > other["overlap"]
    assert alike["kl"] < 0.05 < 1 < other["kl"]


def test_large_sets_are_thinned_out_evenly():
    values = np.arange(1000.0)
    assert o.compare_sets(values, values)["intra_mean"] == pytest.approx(1000 / 3, rel=0.02)


def test_too_few_pieces_have_no_distances():
    nothing = {"overlap": None, "kl": None, "intra_mean": None, "inter_mean": None}
    assert o.compare_sets(np.array([1.0]), np.array([1.0])) == nothing
    assert o.compare_sets(np.zeros(0), np.array([1.0, 2.0])) == nothing


def test_shared_histogram_counts_all_of_both():
    edges, first, second = o.shared_histogram(np.array([0.0, 1.0, 4.0]), np.array([2.0, 2.0]), 4)
    assert edges.tolist() == [0, 1, 2, 3, 4]
    assert first.tolist() == [1, 1, 0, 1]
    assert second.tolist() == [0, 0, 2, 0]
    edges, first, second = o.shared_histogram(np.full(3, 7.0), np.full(2, 7.0), 2)
    assert edges.tolist() == [6.5, 7, 7.5]
    assert first.sum() == 3
    assert second.sum() == 2


def test_shared_histogram_loses_no_value_to_rounding():
    values = np.array([1 / 3, 2 / 3, 0.1 + 0.2 + 1e-14])
    _, first, second = o.shared_histogram(values, values[:1])
    assert (first.sum(), second.sum()) == (3, 1)


def test_intersection_of_histograms():
    assert o.histogram_intersection(np.array([2, 2, 0]), np.array([0, 5, 5])) == pytest.approx(0.5)
    assert math.isnan(o.histogram_intersection(np.array([0, 0]), np.array([1, 1])))
