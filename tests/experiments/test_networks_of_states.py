"""Experiments with the networks that tell struck from held keys, tiny and untrained."""

import pytest

from koe.errors import InputError
from koe.evaluation.likelihood import segment_likelihood
from koe.experiments import filling
from koe.experiments.crossing import evaluate_crossing
from koe.experiments.filling import draw_gaps, evaluate_filling
from koe.experiments.interpolation import evaluate_interpolation
from koe.models.registry import load_network
from tests.evaluation.tiny_networks import arpeggios, tiny_networks


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    return tiny_networks(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return arpeggios(tmp_path_factory.mktemp("states"))


def test_midpoints_of_one_under_the_other(registry, corpus):
    report = evaluate_interpolation(
        registry.latent("ae3"), 0.5, segment_likelihood("lstm2", registry), corpus, n_pairs=3, n_resamples=50
    )
    assert report["nll"]["ends"]["mean"] > 0
    assert report["density"]["matched"] == pytest.approx(report["density"]["ends"], rel=0.1)
    again = evaluate_interpolation(
        registry.latent("ae3"), 0.5, segment_likelihood("lstm2", registry), corpus, n_pairs=3, n_resamples=50
    )
    assert again == report


def test_one_ends_rhythm_with_the_others_harmony(registry, corpus):
    options = {"n_pairs": 3, "n_resamples": 50}
    judge = segment_likelihood("lstm2", registry)
    report = evaluate_crossing(registry.latent("ae3"), 0.5, judge, corpus, **options)
    assert set(report["nll"]) == {"ends", "reconstructed", "crossed"}
    for measured in report["crossed"].values():
        assert -1 <= measured["mean"] <= 1
    assert evaluate_crossing(registry.latent("ae3"), 0.5, judge, corpus, **options) == report


def test_filling(registry, corpus):
    network = load_network(registry, "lstm2")
    report = evaluate_filling(registry.continuer("lstm2"), network, corpus, n_gaps=3, n_resamples=50)
    assert report["kept"] == 1
    assert report["gap"]["filled"] > 0
    assert report["gap"]["ratio"] == pytest.approx(report["gap"]["filled"] / report["gap"]["original"])
    again = evaluate_filling(registry.continuer("lstm2"), network, corpus, n_gaps=3, n_resamples=50)
    assert {**again, "seconds": 0} == {**report, "seconds": 0}
    with pytest.raises(InputError, match="6 gaps of two measures, but 99"):
        draw_gaps(corpus, "test", 99, 0)


def test_a_gap_that_is_left_as_it_was_is_as_likely(registry, corpus, monkeypatch):
    """The measure itself, with a model that happens to write what stands there."""
    monkeypatch.setattr(filling, "fill", lambda model, states, *others: states[None])
    report = evaluate_filling(None, load_network(registry, "lstm2"), corpus, n_gaps=2, n_resamples=50)
    for part in ("gap", "after"):
        assert report[part]["ratio"] == 1
        assert report[part]["filled"] > 0
