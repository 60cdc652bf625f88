"""Curves and hills of a training: what they show of it."""

import numpy as np
import pytest

from koe.plots.palette import DARK, LIGHT
from koe.plots.ridgelines import MOST_RIDGES, OVERLAP, ridgeline_figure, ridges_shown, spread
from koe.plots.training import CHOSEN, curves_figure

HISTORY = {
    "epoch": np.array([1.0, 2.0, 3.0]),
    "mse": np.array([0.03, 0.02, 0.01]),
    "valid_mse": np.array([0.034, 0.025, 0.026]),
    "test_mse": np.array([0.04, np.nan, 0.03]),
    "valid_loss": np.full(3, np.nan),
}


def groups(figure) -> dict:
    return {trace.legendgroup: trace for trace in figure.data}


def test_each_split_has_a_curve_through_its_figures():
    curves = groups(curves_figure(HISTORY, "mse"))
    assert set(curves) == {"train", "valid", "test"}
    assert list(curves["train"].x) == [1, 2, 3]
    assert list(curves["train"].y) == [0.03, 0.02, 0.01]
    assert list(curves["valid"].y) == [0.034, 0.025, 0.026]
    np.testing.assert_array_equal(curves["test"].y, [0.04, np.nan, 0.03])


def test_the_chosen_epoch_is_marked_over_the_whole_height():
    figure = curves_figure(HISTORY, "mse", chosen=2, names={CHOSEN: "kept", "valid": "held back"})
    curves = groups(figure)
    mark = curves[CHOSEN]
    assert list(mark.x) == [2, 2]
    assert (min(mark.y), max(mark.y)) == tuple(figure.layout.yaxis.range)
    # Every figure lies inside what is shown.
    assert min(mark.y) < 0.01
    assert max(mark.y) > 0.04
    assert (mark.name, curves["valid"].name, curves["train"].name) == ("kept", "held back", "train")


@pytest.mark.parametrize("measure", ["loss", "binary_accuracy"])
def test_what_was_not_recorded_is_not_drawn(measure):
    assert not curves_figure(HISTORY, measure, chosen=1).data


def test_one_epoch_is_a_dot_in_sight():
    history = {"epoch": np.array([1.0]), "mse": np.array([0.03])}
    figure = curves_figure(history, "mse", chosen=1)
    assert "markers" in figure.data[0].mode
    low, high = figure.layout.yaxis.range
    assert low < 0.03 < high


def test_curves_tell_splits_apart_in_both_themes():
    for palette in (LIGHT, DARK):
        curves = groups(curves_figure(HISTORY, "mse", palette=palette))
        assert len({(trace.line.color, trace.line.dash) for trace in curves.values()}) == 3


def hills(n: int, n_bins: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Epoch ``k`` has 100 weights in each of the two middle bins and ``k`` in the next to the right."""
    counts = np.zeros((n, n_bins), int)
    counts[:, n_bins // 2 - 1 : n_bins // 2 + 1] = 100
    counts[:, n_bins // 2 + 1] = np.arange(n)
    return counts, np.linspace(-1, 1, n_bins + 1)


def test_each_epoch_is_a_hill_on_its_own_line_the_first_at_the_back():
    counts, edges = hills(4)
    figure = ridgeline_figure(counts, edges, [0, 2, 5, 9])
    assert [trace.name for trace in figure.data] == ["0", "2", "5", "9"]
    assert [min(trace.y) for trace in figure.data] == [3, 2, 1, 0]
    assert [max(trace.y) - min(trace.y) for trace in figure.data] == pytest.approx([OVERLAP] * 4)
    assert dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True)) == {
        3: "0",
        2: "2",
        1: "5",
        0: "9",
    }
    # The bin from 0.25 to 0.5 holds three of epoch 9's weights, against 100 in the fullest.
    last = figure.data[3]
    assert last.y[list(last.x).index(0.375)] == pytest.approx(3 / 100 * OVERLAP, abs=1e-3)
    assert not figure.layout.shapes


def test_empty_borders_are_cut_off():
    counts, edges = hills(3, 64)
    figure = ridgeline_figure(counts, edges, [0, 1, 2])
    assert max(abs(x) for trace in figure.data for x in trace.x) < 0.1


def test_what_lies_beyond_the_bins_is_no_part_of_a_hill():
    counts, edges = hills(2)
    counts += 2
    counts[:, [0, -1]] = 12  # all that lies further out
    figure = ridgeline_figure(counts, edges, [0, 1])
    assert {min(trace.x) for trace in figure.data} == {-0.625}
    assert {max(trace.x) for trace in figure.data} == {0.625}
    # Unless most of them lie there.
    counts[:, 0] = 500
    assert min(ridgeline_figure(counts, edges, [0, 1]).data[0].x) == -0.875


def test_weights_that_are_all_in_one_bin_and_none_at_all_can_be_drawn():
    edges = np.linspace(-1, 1, 9)
    counts = np.zeros((2, 8), int)
    counts[1, 4] = 1000
    figure = ridgeline_figure(counts, edges, [0, 1])
    assert max(figure.data[0].y) == 1  # flat, on its own line
    assert max(figure.data[1].y) == pytest.approx(OVERLAP)


def test_the_chosen_epoch_takes_the_accent():
    counts, edges = hills(3)
    figure = ridgeline_figure(counts, edges, [0, 3, 6], chosen=3)
    assert [trace.line.color == LIGHT.made for trace in figure.data] == [False, True, False]


@pytest.mark.parametrize("chosen", [None, 0, 1, 97, 137, 199])
def test_a_long_training_shows_a_bounded_number_of_epochs(chosen):
    epochs = np.arange(200)
    shown = ridges_shown(epochs, chosen)
    assert len(shown) <= MOST_RIDGES
    assert {0, 199, *([] if chosen is None else [chosen])} <= set(shown)
    assert shown == sorted(set(shown))
    # Evenly: no gap is much wider than the others.
    assert np.diff(shown).max() <= 3 * 200 / MOST_RIDGES
    counts, edges = hills(200)
    assert len(ridgeline_figure(counts, edges, epochs, chosen=chosen).data) == len(shown)


def test_a_short_training_shows_every_epoch():
    assert ridges_shown([0, 5, 10], 5) == [0, 1, 2]


def test_spread_is_mean_and_standard_deviation():
    edges = np.array([-1.5, -0.5, 0.5, 1.5])  # middles -1, 0, 1
    mean, deviation = spread(np.array([1, 0, 3]), edges)
    assert mean == pytest.approx(0.5)
    assert deviation == pytest.approx(np.sqrt(0.75))
    assert spread(np.zeros(3, int), edges) == (0.0, 0.0)
