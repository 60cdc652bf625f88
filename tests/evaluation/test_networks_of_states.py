"""The networks that tell struck from held keys, tiny and untrained, through all that measures them."""

import json

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation.evaluate import evaluate
from koe.evaluation.latent_sizes import FirstNumbers, fitted_pca, measure_latent_sizes, sizes_up_to
from koe.evaluation.likelihood import segment_likelihood
from koe.evaluation.report import add_generation, json_of, rounded
from koe.experiments import filling
from koe.experiments.filling import draw_gaps, evaluate_filling
from koe.experiments.interpolation import evaluate_interpolation
from koe.models.architectures import build
from koe.models.cards import CONTINUATION, LATENT, ModelCard, save_card
from koe.models.registry import Registry, load_network
from koe.models.storage import arrays_of, save_weights
from koe.plots.evaluation_page import evaluation_page
from koe.plots.latent_sizes import latent_sizes_page
from tests.conftest import arpeggio
from tests.evaluation.corpora import Made, write_corpus

OPTIONS = {
    "ae3": (LATENT, {"stack": (24, 12), "units": (32, 16, 6, 32, 16, 8), "latent_dim": 32}),
    "lstm2": (CONTINUATION, {"units": 8}),
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for name, (kind, options) in OPTIONS.items():
        arrays = arrays_of(build(name, **options))
        if kind == LATENT:
            arrays |= {"latent_mean": np.zeros(32, np.float32), "latent_cholesky": 0.3 * np.eye(32, dtype=np.float32)}
        sha256 = save_weights(arrays, folder / f"{name}.npz")
        card = ModelCard(name, name.upper(), kind, "", "", 1, f"{name}.npz", sha256, options=options, threshold=0.5)
        save_card(card, folder / f"{name}.json")
    return Registry(folder)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    pieces = [
        Made(arpeggio(20 + 3 * number, 200), ("train", "valid", "test")[number % 3], f"w{number}")
        for number in range(9)
    ]
    return write_corpus(tmp_path_factory.mktemp("states") / "corpus", pieces)


def measured(name, registry, corpus, **sizes):
    report = evaluate(name, registry, corpus, n_resamples=50)
    add_generation(report, registry, corpus, **sizes)
    report = json.loads(json_of(rounded(report)))
    assert evaluation_page(report)
    return report


def test_lstm2(registry, corpus):
    report = measured("lstm2", registry, corpus, n_continuations=2, n_steps=70)
    # States tell more than rolls, so they cost more than what is asked for each key with the rest given.
    assert report["states_nll"]["value"] > report["nll"] > 0
    low, high = report["states_nll"]["interval"]
    assert low < report["states_nll"]["value"] < high
    generation = report["generation"]
    assert generation["n_steps"] == 70
    assert set(generation["restruck_notes"]) == {"generated", "guarded", "real"}
    assert "guarded" in generation["rates"]["any_fault"]
    assert any("first step of each sequence" in note for note in report["notes"])


def test_ae3(registry, corpus):
    report = measured("ae3", registry, corpus, n_latents=5)
    assert report["first_numbers"]["n"] == 16
    assert report["first_numbers"]["mse"] != report["mse"]
    assert report["encoder_alone"]["mse"] > report["mse"]
    assert set(report["mse_ratio"]) == set(report["baselines"])
    assert set(report["note_scores"]["onset_duration"]["intervals"]) == {"precision", "recall", "f1"}
    assert report["note_scores"]["n_real"] > 0
    assert set(report["generation"]["restruck_notes"]) == {"generated", "real"}
    assert set(report["baselines"]) == {"zeros", "mean"}


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


def test_latent_sizes(registry, corpus):
    model = registry.latent("ae3")
    curves = {
        "PCA": [FirstNumbers(fitted_pca(corpus, 8), size) for size in (8, 2)],
        "AE3": [FirstNumbers(model, size) for size in sizes_up_to((16, 64), model.latent_dim)],
    }
    report = measure_latent_sizes(curves, corpus)
    assert [point["latent_dim"] for point in report["curves"]["AE3"]] == [16, 32]
    few, many = report["curves"]["PCA"]
    # Three works of the same figure: eight components give back more than two.
    assert few["latent_dim"] == 2
    assert many["mse"] < few["mse"]
    assert many["f1"] > few["f1"]
    assert 0 < many["onset_duration_f1"] <= many["onset_f1"]
    assert "notes by onset and duration" in latent_sizes_page(report)


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
