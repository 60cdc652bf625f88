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

from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist

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


def labelled(names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """The index of each name among all names, and these, in order of appearance."""
    index: dict[str, int] = {}
    labels = [index.setdefault(name, len(index)) for name in names]
    return np.array(labels, dtype=np.int64), list(index)


def over_groups(
    sums: np.ndarray,
    names: Sequence[str],
    of: Callable[[np.ndarray], Mapping[str, np.ndarray]],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, dict]:
    """Figures that follow from sums, and their intervals.

    Parameters
    ----------
    sums : np.ndarray, shape=(n, n_columns)
    names : sequence of str
        The group of each row, such as the work of a piece.
    of : callable
        From sums ``(..., n_columns)`` to figures ``(...)`` by name.
    n_resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    figures : dict
        For each name ``value`` and ``interval``, ``[low, high]`` or None where
        there are fewer than two groups.
    """
    labels, groups = labelled(names)
    by_group = grouped(sums, labels, len(groups))
    draws = of(resampled(by_group, n_resamples, seed)) if len(groups) > 1 else None
    return {
        name: {"value": float(value), "interval": None if draws is None else list(interval(draws[name]))}
        for name, value in of(by_group.sum(axis=0)).items()
    }


def share_interval(n_hits: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Between which shares the true one lies when ``n_hits`` of ``n`` independent trials came true.

    The score interval of Wilson, "Probable inference, the law of succession,
    and statistical inference", 1927, which also has a width where all trials
    or none came true.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre = (n_hits + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * (n_hits * (n - n_hits) / n + z**2 / 4) ** 0.5
    return max(centre - half, 0.0), min(centre + half, 1.0)
