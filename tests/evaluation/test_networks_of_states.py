"""The networks that tell struck from held keys, tiny and untrained, through all that measures them."""

import json

import pytest

from koe.evaluation.evaluate import evaluate
from koe.evaluation.latent_sizes import FirstNumbers, fitted_pca, measure_latent_sizes, sizes_up_to
from koe.evaluation.report import add_generation, json_of, rounded
from koe.plots.evaluation_page import evaluation_page
from koe.plots.latent_sizes import latent_sizes_page
from tests.evaluation.tiny_networks import arpeggios, tiny_networks


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    return tiny_networks(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return arpeggios(tmp_path_factory.mktemp("states"))


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
