"""Evaluating a model on a split of a corpus.

Autoencoders reconstruct segments of 64 steps, each piece cut from its start.
Models that continue predict each next step of sequences of 128 from all the
steps before it, starting anew with each sequence, as the paper trained.
Thresholds, the baselines' too, are those with the best F1 on ``valid``.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from koe.corpus.segments import cut, evaluation_segments, window_starts
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.metrics import Tally
from koe.models.cards import LATENT
from koe.models.registry import Registry
from koe.music.grid import SEGMENT_STEPS

if TYPE_CHECKING:
    import keras

SEQUENCE_STEPS = 128
_BATCH = 128

# Windows in, probabilities of their targets out.
Predictor = Callable[[np.ndarray], np.ndarray]
# A corpus and a split in, batches of windows out.
Windows = Callable[[Corpus, str], Iterator[np.ndarray]]


def evaluate(name: str, registry: Registry, corpus: Corpus, split: str = "test") -> dict:
    """Measure a model and its baselines.

    Returns
    -------
    report : dict
        ``model``, ``split``, the measures of `roll_metrics`, ``threshold``,
        and ``baselines``: the same measures for each.
    """
    card = registry.card(name)
    if card.kind == LATENT:
        latent_model = registry.latent(name)
        baselines = latent_baselines(registry, corpus)
        return _report(name, lambda x: latent_model.decode(latent_model.encode(x)), baselines, corpus, split, _segments)
    network = load_network(registry, name)
    next_baselines: dict[str, Predictor] = {
        "zeros": lambda x: np.zeros(x[:, 1:].shape, np.float32),
        "repeat": lambda x: x[:, :-1].astype(np.float32),
    }

    def predict(windows: np.ndarray) -> np.ndarray:
        return np.asarray(network.predict_on_batch(windows[:, :-1].astype(np.float32)))

    return _report(name, predict, next_baselines, corpus, split, _sequences)


def latent_baselines(registry: Registry, corpus: Corpus) -> dict[str, Predictor]:
    """All zeros, the mean roll of the training split, and PCA where there is one."""
    segments, _ = evaluation_segments(corpus, "train")
    mean = segments.mean(axis=0, dtype=np.float64).astype(np.float32)
    baselines: dict[str, Predictor] = {
        "zeros": lambda x: np.zeros(x.shape, np.float32),
        "mean": lambda x: np.broadcast_to(mean, x.shape),
    }
    if "pca" in (card.name for card in registry.cards()):
        pca = registry.latent("pca")
        baselines["pca"] = lambda x: pca.decode(pca.encode(x))
    return baselines


def load_network(registry: Registry, name: str) -> "keras.Model":
    """The Keras network behind a card, for predicting whole sequences."""
    from koe.models.backend import load_backend

    load_backend()
    from koe.models.architectures import build
    from koe.models.storage import assign, load_weights

    card = registry.card(name)
    network = build(name, **card.options)
    assign(network, load_weights(registry.folder / card.weights, card.weights_sha256))
    return network


def _report(
    name: str, predict: Predictor, baselines: dict[str, Predictor], corpus: Corpus, split: str, windows: Windows
) -> dict:
    own = _measure(predict, corpus, split, windows)
    measured = {key: _measure(baseline, corpus, split, windows) for key, baseline in baselines.items()}
    return {"model": name, "split": split, **own, "baselines": measured}


def _measure(predict: Predictor, corpus: Corpus, split: str, windows: Windows) -> dict[str, float]:
    threshold = _tally(predict, windows(corpus, "valid")).best_threshold()
    return {**_tally(predict, windows(corpus, split)).metrics(threshold), "threshold": threshold}


def _tally(predict: Predictor, batches: Iterator[np.ndarray]) -> Tally:
    tally = Tally()
    for batch in batches:
        probabilities = predict(batch)
        tally.add(batch[:, batch.shape[1] - probabilities.shape[1] :], probabilities)
    return tally


def _segments(corpus: Corpus, split: str) -> Iterator[np.ndarray]:
    return _batches(corpus, split, SEGMENT_STEPS, SEGMENT_STEPS)


def _sequences(corpus: Corpus, split: str) -> Iterator[np.ndarray]:
    return _batches(corpus, split, SEQUENCE_STEPS + 1, SEQUENCE_STEPS)


def _batches(corpus: Corpus, split: str, n_steps: int, hop: int) -> Iterator[np.ndarray]:
    starts = window_starts(corpus.split(split), n_steps, hop)
    if not len(starts):
        raise InputError(f"The {split} split has no piece of {n_steps} steps or more; it needs at least one.")
    for first in range(0, len(starts), _BATCH):
        yield cut(corpus.packed, starts[first : first + _BATCH], n_steps)
