"""Measuring a model and its baselines on a split of a corpus.

Every prediction is made twice, over ``valid`` and over the split: the first
pass finds each one's threshold, the second counts at that threshold, piece by
piece. `koe.evaluation.windows` says what is predicted,
`koe.evaluation.report` what is made of the counts.
"""

from collections.abc import Mapping

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.baselines import baselines, main_baseline
from koe.evaluation.intervals import N_RESAMPLES
from koe.evaluation.latent_sizes import FirstNumbers
from koe.evaluation.likelihood import StatesPredictor
from koe.evaluation.metrics import COLUMNS, Calibration, count
from koe.evaluation.notes import measure_notes
from koe.evaluation.report import (
    N_FIRST,
    Measured,
    add_encoder_alone,
    add_first_numbers,
    add_note_scores,
    report_of,
)
from koe.evaluation.windows import TASKS, Predictor, SplitWindows, Task
from koe.models.cards import LATENT
from koe.models.interfaces import LatentModel, RefiningLatentModel
from koe.models.registry import Registry, load_network
from koe.progress import Progress

FIRST, ENCODER = "first_numbers", "encoder_alone"


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
        ``weights_sha256``, and all of `report_of`. Of a model with a latent
        space also ``note_scores``, see `koe.evaluation.notes.measure_notes`;
        and, where it has more than sixteen latent numbers, ``first_numbers``:
        ``n`` and the figures of the same model when only the first ``n`` are
        kept and the others are 0; and ``encoder_alone``: the figures with the
        latent numbers as the encoder says, where these are refined afterwards.

    Raises
    ------
    InputError
        If there is no such model, or a split has no piece that is long enough.
    """
    card = registry.card(name)
    if card.kind not in TASKS:
        raise InputError(f"{card.title} writes no steps to be measured so; its figures are exact nats of whole pieces.")
    others = baselines(card.kind, registry, corpus)
    main = main_baseline(card.kind, name, list(others))
    model = registry.latent(name) if card.kind == LATENT else None
    if model and model.latent_dim > N_FIRST:
        others[FIRST] = first_numbers(model)
    if isinstance(model, RefiningLatentModel):
        others[ENCODER] = encoder_alone(model)
    measured = measure(predictor(name, registry), others, TASKS[card.kind], corpus, split, progress)
    report = {
        "model": name,
        "title": card.title,
        "kind": card.kind,
        "split": split,
        "weights_sha256": card.weights_sha256,
        **report_of(measured, main, n_resamples, seed),
    }
    for key, add in ((FIRST, add_first_numbers), (ENCODER, add_encoder_alone)):
        if key in others:
            add(report, report["baselines"].pop(key))
            del report["mse_ratio"][key]
    if model:
        add_note_scores(report, measure_notes(model, report["threshold"], corpus, split, n_resamples, seed))
    return report


def predictor(name: str, registry: Registry) -> Predictor:
    """A model of the registry as a function from windows to probabilities.

    Those of a network that draws the keys of a step one after another are
    given the past and the lower keys of the step.
    """
    if registry.card(name).kind == LATENT:
        model = registry.latent(name)
        return lambda windows: model.decode(model.encode(windows.states))
    network = load_network(registry, name)
    from koe.models.architectures import architecture

    if architecture(registry.card(name).network).hears_onsets:
        return StatesPredictor(network)
    return lambda windows: np.asarray(network.predict_on_batch(windows.rolls[:, :-1].astype(np.float32)))


def first_numbers(model: LatentModel, n: int = N_FIRST) -> Predictor:
    """A model of whose latent numbers only the first ``n`` are kept; the others are 0."""
    first = FirstNumbers(model, n)
    return lambda windows: first.decode(first.encode(windows.states))


def encoder_alone(model: RefiningLatentModel) -> Predictor:
    """A model whose latent numbers are its encoder's, without refinement."""
    return lambda windows: model.decode(model.encode_once(windows.states))


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
        of their target. Where it has ``nats`` of windows as well, these are
        counted.
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
    nats_of = getattr(predict, "nats", None)
    state_nats = np.zeros(len(tested.entries))
    for windows in tested:
        counted = [
            count(windows.target, each(windows), threshold)
            for each, threshold in zip(predictors, thresholds, strict=True)
        ]
        np.add.at(sums, windows.pieces, np.stack(counted, axis=1))
        if nats_of:
            np.add.at(state_nats, windows.pieces, nats_of(windows))
        done += 1
        if progress:
            progress(done, n_batches)
    return Measured(
        corpus.sha256,
        task,
        tested.entries,
        len(tested.starts),
        tuple(others),
        tuple(thresholds),
        sums,
        state_nats if nats_of else None,
    )
