"""How far probabilities are from the keys that were really played.

Conventions: ``target`` is bool and ``probabilities`` is float from 0 to 1,
both of one shape ``(..., 88)``. Everything is first counted into sums that
can be added up, over batches, pieces and works; the measures follow from the
sums alone. Sums run over everything, so that a long piece weighs more than a
short one.
"""

from dataclasses import dataclass, field

import numpy as np

from koe.music.grid import N_KEYS
from koe.music.pianoroll import binarize

# As in Keras: keeps the logarithm finite where a model is certain and wrong.
EPSILON = 1e-7
THRESHOLDS = np.round(np.arange(0.02, 0.981, 0.02), 2)

# What is counted: steps; numbers (88 a step); squared error; negative
# log-likelihood; keys that sound, that are predicted to, and both.
COLUMNS = ("n_steps", "n_numbers", "squared_error", "nats", "truths", "positives", "hits")
MEASURES = ("mse", "nll", "bce", "binary_accuracy", "precision", "recall", "f1")


def roll_metrics(target: np.ndarray, probabilities: np.ndarray, threshold: float) -> dict[str, float]:
    """All measures of one prediction, of any shape ``(..., 88)``; see `measures`.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    _check_shapes(target, probabilities)
    sums = count(target.reshape(1, -1, N_KEYS), probabilities.reshape(1, -1, N_KEYS), threshold)
    return {name: float(values[0]) for name, values in measures(sums).items()}


def count(target: np.ndarray, probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Count what all measures follow from, window by window.

    Parameters
    ----------
    target, probabilities : np.ndarray, shape=(n, steps, 88)
    threshold : float
        Probability from which a key is predicted to sound.

    Returns
    -------
    sums : np.ndarray, shape=(n, len(COLUMNS)), dtype=float64

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    _check_shapes(target, probabilities)
    n, n_steps, n_keys = target.shape
    truth = np.asarray(target, dtype=bool).reshape(n, -1)
    keys = binarize(probabilities, threshold).reshape(n, -1)
    p = np.asarray(probabilities, dtype=np.float64).reshape(n, -1)
    likelihood = np.clip(np.where(truth, p, 1 - p), EPSILON, 1 - EPSILON)
    columns = {
        "n_steps": np.full(n, n_steps),
        "n_numbers": np.full(n, n_steps * n_keys),
        "squared_error": np.square(truth - p).sum(axis=1),
        "nats": -np.log(likelihood).sum(axis=1),
        "truths": np.count_nonzero(truth, axis=1),
        "positives": np.count_nonzero(keys, axis=1),
        "hits": np.count_nonzero(truth & keys, axis=1),
    }
    return np.stack([columns[name] for name in COLUMNS], axis=1).astype(np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """The measures that follow from sums.

    Parameters
    ----------
    sums : np.ndarray, shape=(..., len(COLUMNS))
        Over one window or more.

    Returns
    -------
    measures : dict of np.ndarray, shape=(...)
        ``mse``: mean squared error. ``nll``: negative log-likelihood in nats,
        ``-log p`` where a key sounds and ``-log(1 - p)`` where it does not,
        summed over the 88 keys, averaged over steps; ``bce``: the same
        averaged over all numbers, the binary cross-entropy. Probabilities are
        clipped to `EPSILON` and its complement for both. At the threshold:
        ``binary_accuracy``; ``precision``, ``recall`` and ``f1``, where a hit
        is a key that sounds at a step in both, and 0 stands for 0 of 0.
    """
    of = {name: sums[..., index] for index, name in enumerate(COLUMNS)}
    wrong = of["positives"] + of["truths"] - 2 * of["hits"]
    return {
        "mse": of["squared_error"] / of["n_numbers"],
        "nll": of["nats"] / of["n_steps"],
        "bce": of["nats"] / of["n_numbers"],
        "binary_accuracy": 1 - wrong / of["n_numbers"],
        "precision": _share(of["hits"], of["positives"]),
        "recall": _share(of["hits"], of["truths"]),
        "f1": _share(2 * of["hits"], of["positives"] + of["truths"]),
    }


@dataclass
class Calibration:
    """Finds the threshold with the highest F1, batch by batch."""

    # How many probabilities reach each thousandth and no more: of the keys that sound, and of all.
    hits: np.ndarray = field(default_factory=lambda: np.zeros(1001, dtype=np.int64))
    alarms: np.ndarray = field(default_factory=lambda: np.zeros(1001, dtype=np.int64))

    def add(self, target: np.ndarray, probabilities: np.ndarray) -> None:
        """Count one batch, of any shape ``(..., 88)``."""
        _check_shapes(target, probabilities)
        # The small addend keeps 0.57, whose thousandfold is just below 570, at its own thousandth.
        reached = np.floor(np.asarray(probabilities, dtype=np.float64) * 1000 + 1e-6).astype(np.int64)
        self.hits += np.bincount(reached[np.asarray(target, dtype=bool)], minlength=1001)
        self.alarms += np.bincount(reached.ravel(), minlength=1001)

    def best_threshold(self) -> float:
        """The best of `THRESHOLDS`; the lowest of them, if several."""
        cuts = np.rint(THRESHOLDS * 1000).astype(np.int64)
        hits, positives = (np.cumsum(counts[::-1])[::-1][cuts] for counts in (self.hits, self.alarms))
        return float(THRESHOLDS[int(np.argmax(_share(2 * hits, positives + self.hits.sum())))])


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``, and 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0)


def _check_shapes(target: np.ndarray, probabilities: np.ndarray) -> None:
    if target.shape != probabilities.shape:
        raise ValueError(f"target has the shape {target.shape}, probabilities have {probabilities.shape}")
