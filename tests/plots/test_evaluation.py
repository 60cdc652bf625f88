import pytest

from koe.plots.evaluation import MOST_COMPOSERS, composers_figure, distributions_figure, measure_figure


def test_intervals_reach_from_end_to_end():
    rows = {
        "AE9": {"mse": 0.02, "intervals": {"mse": [0.018, 0.023]}},
        "all zeros": {"mse": 0.03, "intervals": {"mse": None}},
    }
    first, second = measure_figure(rows, "mse", "MSE").data
    assert first.x[0] + first.error_x.array[0] == pytest.approx(0.023)
    assert first.x[0] - first.error_x.arrayminus[0] == pytest.approx(0.018)
    assert second.error_x.array[0] == second.error_x.arrayminus[0] == 0
    assert first.marker.color != second.marker.color
    assert {5, 20, 50} <= set(measure_figure(rows, "mse", "MSE", log=True).layout.xaxis.tickvals)


def test_composers_with_most_music_are_drawn():
    row = {"mse": 0.01, "baseline_mse": 0.02, "n_pieces": 1, "n_measures": 4}
    rows = [{**row, "composer": f"composer {number}"} for number in range(MOST_COMPOSERS + 5)]
    lines, theirs, ours = composers_figure(rows, "AE9", "PCA").data
    assert list(ours.y) == [row["composer"] for row in rows[:MOST_COMPOSERS]]
    assert (set(ours.x), set(theirs.x)) == ({0.01}, {0.02})
    assert list(lines.x[:3]) == [0.02, 0.01, None]


def test_distributions_are_shares_over_one_axis():
    compared = {
        "unit": "steps",
        "edges": [0.0, 2.0, 4.0],
        "real_histogram": [3, 1],
        "generated_histogram": [1, 1],
    }
    real, generated = distributions_figure(compared).data
    assert list(real.x) == list(generated.x) == [1, 3]
    assert list(real.y) == [0.75, 0.25]
    assert list(generated.y) == [0.5, 0.5]
    assert real.width == 2


@pytest.mark.parametrize("edges", [{"edges": []}, {"edges": [0.0, 1.0]}])
def test_sets_without_values_are_drawn_empty(edges):
    counts = [0] * max(len(edges["edges"]) - 1, 0)
    figure = distributions_figure({"unit": "keys", **edges, "real_histogram": counts, "generated_histogram": counts})
    assert all(not sum(trace.y or ()) for trace in figure.data)


def test_pitches_have_their_names():
    compared = {
        "unit": "MIDI pitch",
        "values": [59, 60],
        "real_histogram": [1, 1],
        "generated_histogram": [0, 2],
    }
    real, generated = distributions_figure(compared).data
    assert list(real.customdata) == ["B3", "C4"]
    assert list(generated.y) == [0, 1]
