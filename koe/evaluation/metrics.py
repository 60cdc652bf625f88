"""How far probabilities are from the keys that were really played.

Conventions: ``target`` is bool and ``probabilities`` is float from 0 to 1,
both of one shape ``(..., 88)``. Sums run over everything, so that a long piece
weighs more than a short one.
"""

from dataclasses import dataclass, field

import numpy as np

# As in Keras: keeps the logarithm finite where a model is certain and wrong.
EPSILON = 1e-7
THRESHOLDS = np.round(np.arange(0.02, 0.981, 0.02), 2)


def roll_metrics(target: np.ndarray, probabilities: np.ndarray, threshold: float) -> dict[str, float]:
    """All measures of one prediction.

    Returns
    -------
    metrics : dict
        ``mse``; ``nll``, negative log-likelihood in nats, summed over the 88
        keys and averaged over steps; and at ``threshold``:
        ``binary_accuracy``, ``precision``, ``recall``, ``f1``, where a hit is
        a key that sounds at a step in both.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    tally = Tally()
    tally.add(target, probabilities)
    return tally.metrics(threshold)


@dataclass
class Tally:
    """Sums from which all measures follow, gathered batch by batch."""

    n_steps: int = 0
    n_numbers: int = 0
    squared_error: float = 0.0
    nats: float = 0.0
    # How many numbers reach each threshold: among the true ones, and among all.
    hits: np.ndarray = field(default_factory=lambda: np.zeros(1001, dtype=np.int64))
    alarms: np.ndarray = field(default_factory=lambda: np.zeros(1001, dtype=np.int64))

    def add(self, target: np.ndarray, probabilities: np.ndarray) -> None:
        """Count one batch."""
        if target.shape != probabilities.shape:
            raise ValueError(f"target has the shape {target.shape}, probabilities have {probabilities.shape}")
        truth = np.asarray(target, dtype=bool).ravel()
        p = np.asarray(probabilities, dtype=np.float64).ravel()
        self.n_steps += truth.size // target.shape[-1]
        self.n_numbers += truth.size
        self.squared_error += float(np.square(truth - p).sum())
        clipped = np.clip(p, EPSILON, 1 - EPSILON)
        self.nats -= float(np.log(np.where(truth, clipped, 1 - clipped)).sum())
        # A histogram over thousandths answers for every threshold at once. A
        # number belongs to the highest thousandth that it reaches.
        bins = np.floor(p * 1000 + 1e-6).astype(np.int64)
        self.hits += np.bincount(bins[truth], minlength=1001)
        self.alarms += np.bincount(bins, minlength=1001)

    def metrics(self, threshold: float) -> dict[str, float]:
        """The measures at one threshold, to the thousandth."""
        cut = int(np.ceil(threshold * 1000 - 1e-6))
        positives, truths = int(self.alarms[cut:].sum()), int(self.hits.sum())
        hits = int(self.hits[cut:].sum())
        precision = hits / positives if positives else 0.0
        recall = hits / truths if truths else 0.0
        wrong = (positives - hits) + (truths - hits)
        return {
            "mse": self.squared_error / self.n_numbers,
            "nll": self.nats / self.n_steps,
            "binary_accuracy": 1 - wrong / self.n_numbers,
            "precision": precision,
            "recall": recall,
            "f1": 2 * hits / (positives + truths) if positives + truths else 0.0,
        }

    def best_threshold(self) -> float:
        """The threshold with the highest F1 (the lowest of them, if several)."""
        scores = [self.metrics(threshold)["f1"] for threshold in THRESHOLDS]
        return float(THRESHOLDS[int(np.argmax(scores))])
