"""The longer measurements by their commands, with what is shipped and a corpus of a few broken chords."""

import json

import pytest

from koe.cli import main
from koe.models.registry import SHIPPED, Registry


@pytest.fixture
def koe(capsys):
    """Run a command; give its exit code, and its JSON or what it said."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return code, json.loads(output.out) if code == 0 else output.err

    return run


def test_interpolation(koe, corpus_folder, tmp_path):
    options = ["--model", "pca", "--under", "lstm1", "--corpus", corpus_folder, "--pairs", 3, "-o", tmp_path]
    code, report = koe("benchmark", "interpolation", *options)
    assert code == 0
    assert json.loads((tmp_path / "pca-under-lstm1.json").read_text("utf-8")) == report
    cards = Registry(SHIPPED)
    assert report["weights_sha256"] == cards.card("pca").weights_sha256
    assert report["under_sha256"] == cards.card("lstm1").weights_sha256
    assert report["threshold"] == pytest.approx(cards.card("pca").threshold)
    assert report["n_pairs"] == 3
    assert all(0 < nll["mean"] < 88 for nll in report["nll"].values())


@pytest.mark.parametrize(
    ("model", "under", "message"),
    [("lstm1", "lstm1", "has no latent space"), ("pca", "ae1", "cannot continue"), ("pca", "nobody", "no model")],
)
def test_interpolation_refuses_what_cannot_be(koe, corpus_folder, model, under, message):
    code, said = koe("benchmark", "interpolation", "--model", model, "--under", under, "--corpus", corpus_folder)
    assert code == 2
    assert message in said


def test_realness(koe, corpus_folder, tmp_path):
    options = ["--model", "pca", "--corpus", corpus_folder, "--pieces", 4, "--epochs", 1, "-o", tmp_path]
    code, result = koe("benchmark", "realness", *options, "--seed", 5)
    assert code == 0
    assert json.loads((tmp_path / "pca-roll-5.json").read_text("utf-8")) == result
    assert (result["seed"], result["heard"], result["classifier"]["epochs_trained"]) == (5, "roll", 1)
    assert 0 <= result["interval"][0] <= result["error"] <= result["interval"][1] <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "nobody"], "no model"),
        (["--model", "lstm1", "--heard", "states"], "LSTM1 writes rolls"),
        (["--model", "lstm1", "--seed", -1], "A seed is"),
        (["--model", "lstm1", "--temperature", 11], "temperature lies between"),
    ],
)
def test_realness_refuses_what_cannot_be(koe, corpus_folder, options, message):
    code, said = koe("benchmark", "realness", "--corpus", corpus_folder, *options)
    assert code == 2
    assert message in said
