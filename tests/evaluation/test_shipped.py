"""The weights that ship, measured on a few real pieces that they have not learned from."""

from pathlib import Path

import pytest

from koe.corpus.build import build_corpus
from koe.corpus.store import Corpus
from koe.evaluation.evaluate import evaluate
from koe.models.registry import default_registry

REAL = Path(__file__).resolve().parents[1] / "data" / "real"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    build_corpus([REAL], folder, n_workers=1)
    corpus = Corpus(folder)
    assert [len(corpus.split(split)) for split in ("train", "valid", "test")] == [2, 2, 4]
    return corpus


def better(report, baseline):
    """Closer to what was written, and finding more of it, than a baseline is with a threshold of its own."""
    other = report["baselines"][baseline]
    return report["mse"] < other["mse"] and report["nll"] < other["nll"] and report["f1"] > other["f1"]


@pytest.mark.parametrize("model", ["ae1", "ae2", "ae3"])
def test_shipped_autoencoders_beat_the_mean_roll_and_silence(real, model):
    report = evaluate(model, default_registry(), real, n_resamples=20)
    assert better(report, "mean")
    assert better(report, "zeros")


def test_shipped_pca_beats_the_mean_roll(real):
    assert better(evaluate("pca", default_registry(), real, n_resamples=20), "mean")


@pytest.mark.parametrize("model", ["lstm1", "lstm2"])
def test_shipped_continuers_beat_repeating_the_last_step(real, model):
    report = evaluate(model, default_registry(), real, n_resamples=20)
    assert better(report, "repeat")
    assert better(report, "markov")
