"""Axes of a latent space: found where they were hidden, named only where a name holds, and kept whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import ModelError
from koe.generation.axes import (
    Axes,
    LatentAxes,
    Measures,
    Places,
    correlations,
    names_of,
    principal_axes,
    rotation_to,
    sensitivities,
    spearman,
)
from koe.generation.axes_file import load_axes, save_axes


def test_spearman_by_hand():
    assert spearman(np.array([1, 2, 3, 4.0]), np.array([10, 20, 21, 1000.0])) == pytest.approx(1)
    assert spearman(np.array([1, 2, 3.0]), np.array([3, 2, 1.0])) == pytest.approx(-1)
    # Differences of rank 1, 1 and 0: 1 - 6 * 2 / (3 * 8).
    assert spearman(np.array([1, 2, 3.0]), np.array([2, 1, 3.0])) == pytest.approx(0.5)
    # Ranks 0.5 0.5 2 beside 0 1 2: covariance 1.5, deviations sqrt(1.5) and sqrt(2).
    assert spearman(np.array([5, 5, 9.0]), np.array([1, 2, 3.0])) == pytest.approx(1.5 / np.sqrt(1.5 * 2))


def test_spearman_leaves_out_what_has_no_meaning():
    assert spearman(np.array([1, 2, 3, 4.0]), np.array([1, np.nan, 3, 2.0])) == pytest.approx(0.5)
    assert spearman(np.array([1, 2, 3.0]), np.array([7, 7, 7.0])) == 0
    assert spearman(np.array([1.0]), np.array([1.0])) == 0


@given(arrays.arrays(np.float64, 12, elements=st.integers(-5, 5), unique=False))
def test_spearman_heeds_order_alone(values):
    other = np.arange(12.0) ** 2
    assert spearman(values, other) == pytest.approx(spearman(np.exp(values), np.sqrt(other)))
    assert spearman(values, other) == pytest.approx(-spearman(-values, other))


def hidden(n=4000):
    """Latent vectors along two directions that are not at right angles, one with more spread, one more heard."""
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((n, 2))
    ways = np.array([[3.0, 0, 0, 0], [0, 0.5, 0.5, 0]])
    return scores @ ways + [1, 2, 3, 4], scores


def test_what_is_heard_more_comes_before_what_spreads_more():
    latents, scores = hidden()
    axes, loudness = principal_axes(latents, np.array([0.1, 4, 4, 1]), 2)
    found = axes.scores(latents)
    assert np.abs(np.corrcoef(found[:, 0], scores[:, 1])[0, 1]) > 0.999
    assert np.abs(np.corrcoef(found[:, 1], scores[:, 0])[0, 1]) > 0.999
    np.testing.assert_allclose(found.std(axis=0), 1, atol=1e-3)
    # 0.5 in each of two numbers that are heard four times, and 3 in one that is heard a tenth as much.
    np.testing.assert_allclose(loudness, [np.sqrt(2) * 0.5 * 4, 0.3], rtol=0.05)
    np.testing.assert_allclose(axes.mean, latents.mean(axis=0), atol=1e-5)
    # The last number never changes: no axis moves it.
    assert not axes.directions[:, 3].any()


def test_a_step_along_one_axis_leaves_the_other_scores():
    rng = np.random.default_rng(1)
    latents = rng.standard_normal((300, 5)) @ rng.standard_normal((5, 5))
    axes, _ = principal_axes(latents, rng.uniform(0.5, 2, 5), 5)
    moved = axes.scores(latents[0] + 1.5 * axes.directions[2]) - axes.scores(latents[0])
    np.testing.assert_allclose(moved, [0, 0, 1.5, 0, 0], atol=1e-4)


def test_axes_turn_to_where_descriptors_grow():
    rng = np.random.default_rng(2)
    scores = rng.standard_normal((3000, 4))
    described = np.stack(
        [
            np.exp(scores[:, 1] + scores[:, 2]),  # grows half way between two axes
            rng.standard_normal(3000),  # has nothing to do with any
            scores[:, 1] - scores[:, 2] + 2 * rng.standard_normal(3000),
        ],
        axis=1,
    )
    rotation = rotation_to(described, scores, np.array([1, 2, 3, 4]), 4)
    half = np.sqrt(0.5)
    expected = [[0, half, half, 0], [0, half, -half, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    signs = np.sign((rotation * expected).sum(axis=1))
    np.testing.assert_allclose(rotation * signs[:, None], expected, atol=0.06)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(4), atol=1e-12)
    assert (signs[:2] > 0).all()
    # With nothing to turn to they stay the principal axes, the loudest first.
    np.testing.assert_allclose(
        np.abs(rotation_to(described[:, 1:2], scores, np.array([1, 2, 3, 4]), 2)), np.eye(4)[[3, 2]]
    )


def test_no_more_axes_than_there_are_directions():
    latents, _ = hidden()
    assert len(principal_axes(latents, np.ones(4), 16)[0].directions) == 2


def test_sensitivity_is_the_length_of_the_change():
    def decode(latents):
        probabilities = np.zeros((len(latents), 64, 88))
        probabilities[:, 0, :9] = 0.5 + 0.1 * latents[:, :1]
        probabilities[:, 1, 0] = 0.5 + 0.2 * latents[:, 1]
        return probabilities

    found = sensitivities(decode, np.zeros((3, 3)), np.array([1.0, 2.0, 0.0]))
    np.testing.assert_allclose(found, [0.3, 0.2, 0])  # nine keys by 0.1; one by 0.2; one that never moves


def test_a_name_must_hold_on_both_splits_and_in_the_decoded_music():
    chosen = np.array([[0.5, -0.6], [0.5, 0.2], [0.5, 0.1], [0.29, 0.1], [0.4, 0.1], [0.4, 0.1]])
    told = np.array([[0.5, -0.4], [0.29, 0.9], [-0.5, 0.1], [0.9, 0.9], [0.4, 0.1], [0.4, 0.1]])
    changes = np.array([[1, -0.2], [1, 1], [1, 1], [1, 1], [-0.1, 1], [0.09, 1]])
    assert names_of(chosen, told, changes, ("density", "register")) == ("register", "", "", "", "", "")


def test_correlations_of_each_axis_with_each_descriptor():
    scores = np.array([[1, 9], [2, 8], [3, 7.0]])
    described = np.array([[1, 5, 0], [2, 5, 1], [3, 5, 0.0]])
    np.testing.assert_allclose(correlations(scores, described), [[1, 0, 0], [-1, 0, 0]], atol=1e-12)


@pytest.fixture
def found() -> LatentAxes:
    rng = np.random.default_rng(0)
    axes = Axes(*(rng.standard_normal(shape).astype(np.float32) for shape in (4, (2, 4), (2, 4))))
    measures = Measures(("density",), ("density", ""), np.ones((2, 1)), np.ones((2, 1)), np.ones(2))
    latents = rng.standard_normal((3, 4)).astype(np.float16)
    places = Places(latents, np.array([0, 1, 1]), np.array([1, 5, 9]), ("Prélude", "Mazurka"), ("A", "F. Chopin"))
    return LatentAxes("a" * 64, "b" * 64, "test", axes, measures, places)


def test_axes_come_back_from_their_file(found, tmp_path):
    save_axes(found, tmp_path / "x.axes.npz")
    back = load_axes(tmp_path / "x.axes.npz")
    for part in ("axes", "measures", "places"):
        for name, value in vars(getattr(found, part)).items():
            np.testing.assert_array_equal(getattr(getattr(back, part), name), value)
    assert (back.weights_sha256, back.corpus_sha256, back.split) == ("a" * 64, "b" * 64, "test")
    assert back.places.latents.dtype == np.float16


@pytest.mark.parametrize("damage", ["missing", "cut short", "other shapes", "piece that is not there"])
def test_damaged_axes_are_refused_in_a_sentence(found, tmp_path, damage):
    path = tmp_path / "x.axes.npz"
    if damage == "piece that is not there":
        found.places.pieces[0] = 2
    save_axes(found, path)
    if damage == "missing":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "other shapes":
        with np.load(path) as archive:
            np.savez(path, **{**archive, "mean": np.zeros(5)})
    with pytest.raises(ModelError, match=r"x\.axes\.npz cannot be read .*koe axes"):
        load_axes(path)
