"""A plain classifier: log-odds linear in standardized features, with a penalty, fitted by gradient descent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.errors import InputError

N_STEPS, RATE, PENALTY = 600, 0.3, 1e-2


@dataclass(frozen=True)
class Classifier:
    """What was learned: classes, and the weights of standardized features."""

    classes: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def __call__(self, features: np.ndarray) -> list[str]:
        """The likeliest class of each row of features."""
        odds = _with_one((features - self.mean) / self.scale) @ self.weights
        return [self.classes[number] for number in odds.argmax(axis=1)]


def fit(features: np.ndarray, labels: Sequence[str]) -> Classifier:
    """Learn to tell classes apart, each counting alike however many pieces it has.

    Parameters
    ----------
    features : np.ndarray, shape=(n, d)
    labels : sequence of str

    Raises
    ------
    InputError
        If there are fewer than two classes.
    """
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        raise InputError(f"A classifier needs pieces of two classes at least; there is {', '.join(classes) or 'none'}.")
    target = np.array([classes.index(label) for label in labels])
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    x = _with_one((features - mean) / scale)
    wanted = np.eye(len(classes))[target]
    worth = (1 / np.maximum(wanted.sum(axis=0), 1))[target][:, None] / len(classes)
    weights = np.zeros((x.shape[1], len(classes)))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    # Adam, since it minds no scale: Kingma and Ba, 2015.
    for step in range(1, N_STEPS + 1):
        odds = x @ weights
        chance = np.exp(odds - odds.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = x.T @ ((chance - wanted) * worth) + PENALTY * weights / len(classes)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        rate = RATE * (1 - step / (N_STEPS + 1))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return Classifier(classes, mean, scale, weights)


def _with_one(x: np.ndarray) -> np.ndarray:
    return np.concatenate([x, np.ones((len(x), 1))], axis=1)
