"""Measuring a model and its baselines on a split of a corpus.

Every prediction is made twice, over ``valid`` and over the split: the first
pass finds each one's threshold, the second counts at that threshold, piece by
piece. `koe.evaluation.windows` says what is predicted,
`koe.evaluation.report` what is made of the counts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.baselines import baselines, main_baseline
from koe.evaluation.intervals import N_RESAMPLES
from koe.evaluation.metrics import COLUMNS, Calibration, count
from koe.evaluation.report import Measured, report_of
from koe.evaluation.windows import TASKS, Predictor, SplitWindows, Task
from koe.models.cards import LATENT
from koe.models.registry import Registry

if TYPE_CHECKING:
    import keras

Progress = Callable[[int, int], None]  # (done, total)


def evaluate(
    name: str,
    registry: Registry,
    corpus: Corpus,
    split: str = "test",
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict:
    """Measure a model of the registry beside its baselines.

    Parameters
    ----------
    name : str
    registry : Registry
        A PCA among its models is a baseline of the others with a latent space.
    corpus : Corpus
    split : str
    n_resamples, seed : int
        Of the bootstrap.
    progress : callable, optional
        Called with batches done and batches in all.

    Returns
    -------
    report : dict
        Ready for JSON: ``model``, ``title``, ``kind``, ``split``,
        ``weights_sha256``, and all of `report_of`.

    Raises
    ------
    InputError
        If there is no such model, or a split has no piece that is long enough.
    """
    card = registry.card(name)
    others = baselines(card.kind, registry, corpus)
    measured = measure(predictor(name, registry), others, TASKS[card.kind], corpus, split, progress)
    return {
        "model": name,
        "title": card.title,
        "kind": card.kind,
        "split": split,
        "weights_sha256": card.weights_sha256,
        **report_of(measured, main_baseline(card.kind, name, list(others)), n_resamples, seed),
    }


def predictor(name: str, registry: Registry) -> Predictor:
    """A model of the registry as a function from windows to probabilities.

    Those of a network that draws the keys of a step one after another are
    given the past and the lower keys of the step.
    """
    from koe.models.backend import load_backend

    load_backend()
    from koe.models.architectures import architecture
    from koe.models.lstm2 import sounding

    if registry.card(name).kind == LATENT:
        model = registry.latent(name)
        return lambda windows: model.decode(model.encode(windows.states))
    network = load_network(registry, name)
    if architecture(name).hears_onsets:
        return lambda windows: sounding(network, windows)
    return lambda windows: np.asarray(network.predict_on_batch(windows.rolls[:, :-1].astype(np.float32)))


def load_network(registry: Registry, name: str) -> "keras.Model":
    """The Keras network behind a card, for predicting whole sequences."""
    from koe.models.architectures import build
    from koe.models.storage import assign, load_weights

    card = registry.card(name)
    network = build(name, **card.options)
    assign(network, load_weights(registry.folder / card.weights, card.weights_sha256))
    return network


def measure(
    predict: Predictor,
    others: Mapping[str, Predictor],
    task: Task,
    corpus: Corpus,
    split: str,
    progress: Progress | None = None,
) -> Measured:
    """Count how well a model and others predict a split.

    Parameters
    ----------
    predict : Predictor
        The model: anything that takes `Windows` and gives the probabilities
        of their target.
    others : mapping
        What it is compared with, by name.
    task : Task
    corpus : Corpus
    split : str
    progress : callable, optional
        Called with batches done and batches in all.
    """
    predictors = [predict, *others.values()]
    valid, tested = SplitWindows(corpus, "valid", task), SplitWindows(corpus, split, task)
    n_batches, done = valid.n_batches + tested.n_batches, 0

    calibrations = [Calibration() for _ in predictors]
    for windows in valid:
        for calibration, each in zip(calibrations, predictors, strict=True):
            calibration.add(windows.target, each(windows))
        done += 1
        if progress:
            progress(done, n_batches)

    thresholds = [calibration.best_threshold() for calibration in calibrations]
    sums = np.zeros((len(tested.entries), len(predictors), len(COLUMNS)))
    for windows in tested:
        counted = [
            count(windows.target, each(windows), threshold)
            for each, threshold in zip(predictors, thresholds, strict=True)
        ]
        np.add.at(sums, windows.pieces, np.stack(counted, axis=1))
        done += 1
        if progress:
            progress(done, n_batches)
    return Measured(corpus.sha256, task, tested.entries, len(tested.starts), tuple(others), tuple(thresholds), sums)
