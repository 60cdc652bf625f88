"""How alike two sets of pieces are in one descriptor: the overlapping area of their distributions.

After Yang and Lerch, "On the evaluation of generative models in music",
Neural Computing and Applications, 2018. A distribution is estimated from the
values of its pieces with a Gaussian kernel whose width follows Scott's rule,
``h = s * n ** (-1/5)`` with the standard deviation ``s`` of the sample. The
overlapping area is the integral of the smaller of two densities: 1 for equal
distributions, 0 for distributions with nothing in common.

Kernels suit numbers that vary smoothly. Many pieces have exactly no burst, or
exactly no silence, and kernels of two widths around the same number would
hardly overlap. So a value that more than half of a set has is taken as a
point of its own: there the sets overlap by the smaller of the two shares, and
the same is asked of what is left of both sets, until no value has a majority;
that rest is estimated with kernels. Two sets that are all at one point thus
overlap by 1 or 0. Values are rounded to twelve decimals, so that equal ones
are equal however they were computed.
"""

from itertools import pairwise

import numpy as np

from koe.errors import InputError

# Points of the grid over each of the two sets, and how far it reaches beyond the outermost values.
GRID_POINTS = 512
GRID_MARGIN = 4.0  # kernel widths
# Pieces of a set that are compared pairwise; more are thinned out evenly.
MAX_COMPARED = 100
_CHUNK = 1024
_TINY = 1e-300


def overlapping_area(first: np.ndarray, second: np.ndarray) -> float:
    """Overlapping area of the distributions of two samples, 0 to 1.

    Parameters
    ----------
    first, second : np.ndarray, shape=(n,), (m,)
        A value a piece.

    Raises
    ------
    InputError
        If one holds no value, or one that is not finite.
    """
    first, second = _checked(first), _checked(second)
    sizes = len(first), len(second)
    area = 0.0
    while len(first) and len(second):
        points = np.unique([value for values in (first, second) for value in _majority(values)])
        if not len(points):
            grid, (p, q) = _estimated(first, second)
            area += _integral(np.minimum(p * (len(first) / sizes[0]), q * (len(second) / sizes[1])), grid)
            break
        area += sum(
            min(np.count_nonzero(first == point) / sizes[0], np.count_nonzero(second == point) / sizes[1])
            for point in points
        )
        first, second = first[~np.isin(first, points)], second[~np.isin(second, points)]
    return float(np.clip(area, 0.0, 1.0))


def kl_divergence(first: np.ndarray, second: np.ndarray) -> float | None:
    """Kullback-Leibler divergence of the estimated density of ``first`` from that of ``second``, in nats.

    Both are estimated with kernels throughout. None where all values of a set
    are equal, which leaves the divergence undefined. Densities that cannot be
    told from 0 count as 1e-300.
    """
    first, second = _checked(first), _checked(second)
    if not (scott_bandwidth(first) and scott_bandwidth(second)):
        return None
    grid, (p, q) = _estimated(first, second)
    return float(max(_integral(p * np.log(np.maximum(p, _TINY) / np.maximum(q, _TINY)), grid), 0.0))


def compare_sets(generated: np.ndarray, real: np.ndarray) -> dict[str, float | None]:
    """The relative measures of Yang and Lerch (2018): distances within a set and between two.

    The distances between all pairs of real pieces say how different real
    music is among itself, those from each generated to each real piece how
    different generated music is from it. Both distributions agree where
    generated pieces could as well be real ones.

    Parameters
    ----------
    generated, real : np.ndarray, shape=(n,) or (n, d), (m,) or (m, d)
        A number or a histogram a piece. Distances are Euclidean. More than
        `MAX_COMPARED` pieces are thinned out evenly.

    Returns
    -------
    distances : dict
        ``overlap`` and ``kl``: overlapping area, and divergence of the
        distances within ``real`` from those between the sets;
        ``intra_mean`` and ``inter_mean``. All None where there are fewer than
        two real pieces or no generated one.
    """
    if len(real) < 2 or not len(generated):
        return dict.fromkeys(("overlap", "kl", "intra_mean", "inter_mean"))
    first, second = _thinned(generated), _thinned(real)
    intra = _distances(second, second)[np.triu_indices(len(second), 1)]
    inter = _distances(first, second).ravel()
    return {
        "overlap": overlapping_area(intra, inter),
        "kl": kl_divergence(intra, inter),
        "intra_mean": float(intra.mean()),
        "inter_mean": float(inter.mean()),
    }


def shared_histogram(
    first: np.ndarray, second: np.ndarray, n_bins: int = 20
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count both samples in bins of equal width that span them both.

    Returns
    -------
    edges : np.ndarray, shape=(n_bins + 1,)
        The last bin includes its upper edge. Around a single value the bins
        span one unit.
    first_counts, second_counts : np.ndarray, shape=(n_bins,), dtype=int
    """
    first, second = _checked(first), _checked(second)
    edges = np.histogram_bin_edges(np.concatenate([first, second]), n_bins)
    return edges, np.histogram(first, edges)[0], np.histogram(second, edges)[0]


def histogram_intersection(first: np.ndarray, second: np.ndarray) -> float:
    """Overlapping area of two histograms over the same bins, each scaled to sum 1; NaN if one is empty.

    Swain and Ballard, "Color indexing", 1991.
    """
    totals = first.sum(), second.sum()
    if not all(totals):
        return float("nan")
    return float(np.minimum(first / totals[0], second / totals[1]).sum())


def scott_bandwidth(values: np.ndarray) -> float:
    """Width of the Gaussian kernel by Scott's rule; 0 where all values are equal."""
    if len(values) < 2 or np.ptp(values) == 0:
        return 0.0
    return float(np.std(values, ddof=1) * len(values) ** (-1 / 5))


def estimated_density(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Gaussian kernel density estimate of a sample whose values are not all equal, at ``points``."""
    bandwidth = scott_bandwidth(values)
    total = np.zeros(len(points))
    # Equal values share one kernel, and a chunk bounds the memory.
    places, counts = np.unique(values, return_counts=True)
    for start, end in pairwise([*range(0, len(places), _CHUNK), len(places)]):
        distances = (points[:, None] - places[None, start:end]) / bandwidth
        total += np.exp(-0.5 * np.square(distances)) @ counts[start:end]
    return total / (len(values) * bandwidth * np.sqrt(2 * np.pi))


def _checked(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64).ravel().round(12)
    if not len(values) or not np.isfinite(values).all():
        raise InputError(
            f"A distribution needs one finite value or more, but {len(values)} came, "
            f"{np.count_nonzero(~np.isfinite(values))} of them not finite; leave those out first."
        )
    return values


def _majority(values: np.ndarray) -> list[float]:
    """The value that more than half of them have, if there is one: only their median can be it."""
    middle = np.sort(values)[len(values) // 2]
    return [middle] if 2 * np.count_nonzero(values == middle) > len(values) else []


def _estimated(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """A grid that is fine wherever one of the two densities is, and both densities on it."""
    parts = []
    for values in (first, second):
        margin = GRID_MARGIN * scott_bandwidth(values)
        parts.append(np.linspace(values.min() - margin, values.max() + margin, GRID_POINTS))
    grid = np.unique(np.concatenate(parts))
    return grid, (estimated_density(first, grid), estimated_density(second, grid))


def _integral(values: np.ndarray, grid: np.ndarray) -> float:
    return float(np.trapezoid(values, grid))


def _thinned(pieces: np.ndarray) -> np.ndarray:
    """At most `MAX_COMPARED` pieces, evenly from first to last, as float64 ``(n, d)``."""
    chosen = np.unique(np.linspace(0, len(pieces) - 1, min(len(pieces), MAX_COMPARED)).round().astype(int))
    return np.asarray(pieces, dtype=np.float64)[chosen].reshape(len(chosen), -1)


def _distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(first[:, None] - second[None]).sum(axis=2))
