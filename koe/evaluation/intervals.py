"""How much a figure would vary if other works had been measured: bootstrap intervals.

Movements of a sonata and the pages of a piece resemble one another, so what
varies independently are works, not pieces or steps. Whole works are drawn
with replacement, as many as there are, and every figure is computed again
from the sums of those that were drawn; the middle 95 % of a thousand such
figures are its interval (the percentile method of Efron and Tibshirani, "An
Introduction to the Bootstrap", 1993, chapter 13). All models and baselines
are measured on the same draws, so a ratio of two of them has an interval that
knows how much they rise and fall together. With few works such intervals are
too narrow.
"""

import numpy as np

N_RESAMPLES = 1000
LEVEL = 0.95
_MOST_DRAWS = 1_000_000  # made at once; 8 MB


def grouped(sums: np.ndarray, labels: np.ndarray, n_groups: int) -> np.ndarray:
    """Add up the rows of each group.

    Parameters
    ----------
    sums : np.ndarray, shape=(n, ...)
    labels : np.ndarray, shape=(n,), dtype=int
        The group of each row, from 0.
    n_groups : int

    Returns
    -------
    sums : np.ndarray, shape=(n_groups, ...)
    """
    totals = np.zeros((n_groups, *sums.shape[1:]))
    np.add.at(totals, labels, sums)
    return totals


def resampled(sums: np.ndarray, n_resamples: int = N_RESAMPLES, seed: int = 0) -> np.ndarray:
    """Sums over groups drawn with replacement, as many as there are.

    Parameters
    ----------
    sums : np.ndarray, shape=(n_groups, ...)
    n_resamples : int
    seed : int

    Returns
    -------
    totals : np.ndarray, shape=(n_resamples, ...)
    """
    rng = np.random.default_rng(seed)
    n_groups = len(sums)
    totals = np.empty((n_resamples, *sums.shape[1:]))
    at_once = max(_MOST_DRAWS // n_groups, 1)
    for first in range(0, n_resamples, at_once):
        part = totals[first : first + at_once]
        drawn = rng.integers(n_groups, size=(len(part), n_groups)) + n_groups * np.arange(len(part))[:, None]
        times_drawn = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
        part[:] = np.tensordot(times_drawn, sums, axes=1)
    return totals


def interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """The middle ``level`` of some values, shape ``(n,)``: its lower and upper end."""
    tail = (1 - level) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return float(low), float(high)
