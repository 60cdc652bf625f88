"""The weights that ship, measured on a few real pieces that they have not learned from."""

from pathlib import Path

import pytest

from koe.corpus.build import build_corpus
from koe.corpus.store import Corpus
from koe.evaluation.baselines import baselines
from koe.evaluation.evaluate import predictor
from koe.evaluation.metrics import Calibration, roll_metrics
from koe.evaluation.windows import TASKS, SplitWindows
from koe.models.registry import default_registry

REAL = Path(__file__).resolve().parents[1] / "data" / "real"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    build_corpus([REAL], folder, n_workers=1)
    corpus = Corpus(folder)
    assert [len(corpus.split(split)) for split in ("train", "valid", "test")] == [2, 2, 4]
    return corpus


def measured(model: str, real: Corpus, *beside: str) -> list[dict[str, float]]:
    """A model at the threshold of its card, then baselines, each at the best threshold for these very pieces."""
    registry = default_registry()
    card = registry.card(model)
    (windows,) = SplitWindows(real, "test", TASKS[card.kind])
    found = [roll_metrics(windows.target, predictor(model, registry)(windows), card.threshold)]
    for name in beside:
        probabilities = baselines(card.kind, registry, real)[name](windows)
        calibration = Calibration()
        calibration.add(windows.target, probabilities)
        found.append(roll_metrics(windows.target, probabilities, calibration.best_threshold()))
    return found


def assert_better(one: dict[str, float], other: dict[str, float]) -> None:
    assert one["mse"] < other["mse"]
    assert one["nll"] < other["nll"]
    assert one["f1"] > other["f1"]


@pytest.mark.parametrize("model", ["ae1", "ae2", "ae3", "pca"])
def test_shipped_latent_models_beat_the_mean_roll_and_silence(real, model):
    own, mean, zeros = measured(model, real, "mean", "zeros")
    assert_better(own, mean)
    assert_better(own, zeros)


@pytest.mark.parametrize("model", ["lstm1", "lstm2"])
def test_shipped_continuers_beat_repeating_the_last_step(real, model):
    own, repeat, markov = measured(model, real, "repeat", "markov")
    assert_better(own, repeat)
    assert_better(own, markov)
