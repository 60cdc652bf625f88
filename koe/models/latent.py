"""Moving about in a latent space: drawing vectors and walking between them.

Convention: ``latents`` are float32, ``(latent_dim,)`` for one vector and
``(n, latent_dim)`` for several.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.errors import InputError, LatentError

LINE, CIRCLE = "line", "circle"
PATHS = (LINE, CIRCLE)
# Lines on which one of both ends' respects stays: what they lead to is found by `koe.models.latent_crossing`.
HARMONY, RHYTHM = "harmony", "rhythm"
RESPECTS = (HARMONY, RHYTHM)
BLEND_WAYS = (*PATHS, *RESPECTS)
SMALLEST_SINE = 1e-4  # of the angle between two ends that lie on one great circle


@dataclass(frozen=True)
class LatentStatistics:
    """Where the training data lies in a latent space.

    Attributes
    ----------
    mean : np.ndarray, shape=(latent_dim,)
    cholesky : np.ndarray, shape=(latent_dim, latent_dim)
        Lower triangular factor of the covariance matrix.
    """

    mean: np.ndarray
    cholesky: np.ndarray


def statistics_of(latents: np.ndarray) -> LatentStatistics:
    """Mean and covariance factor of many latent vectors, shape ``(n, latent_dim)``."""
    latents = np.asarray(latents, dtype=np.float64)
    # A dead latent number has variance 0; the small diagonal keeps the factor defined.
    covariance = np.cov(latents, rowvar=False) + 1e-8 * np.eye(latents.shape[1])
    return LatentStatistics(latents.mean(axis=0).astype(np.float32), np.linalg.cholesky(covariance).astype(np.float32))


def strongest(statistics: LatentStatistics, latents: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """What is left of a vector when it is told by fewer numbers: those that differ the most from music to music.

    The axes of the space are turned so that each, in its order, has as much of
    the training data's variance as can be; the first ``n`` are kept, and the
    others stand at their mean. Numbers that are equally strong keep their order.

    Parameters
    ----------
    statistics : LatentStatistics
    latents : np.ndarray, shape=(latent_dim,)
    sizes : sequence of int
        How many numbers are kept.

    Returns
    -------
    fewer : np.ndarray, shape=(len(sizes), latent_dim), dtype=float32
    """
    factor = statistics.cholesky.astype(np.float64)
    variances, axes = np.linalg.eigh(factor @ factor.T)
    axes = axes[:, np.argsort(-variances, kind="stable")]
    scores = (latents - statistics.mean) @ axes
    fewer = [statistics.mean + scores[:n] @ axes[:, :n].T for n in sizes]
    return np.array(fewer, dtype=np.float32)


def sample_uniform(low: float, high: float, latent_dim: int, seed: int) -> np.ndarray:
    """Each number drawn evenly from ``low`` to ``high``; shape ``(latent_dim,)``."""
    return np.random.default_rng(seed).uniform(low, high, latent_dim).astype(np.float32)


def sample_near(statistics: LatentStatistics, latent_range: tuple[float, float], seed: int) -> np.ndarray:
    """Draw from the normal distribution fitted to the data, kept inside the sliders' range."""
    noise = np.random.default_rng(seed).standard_normal(len(statistics.mean)).astype(np.float32)
    return np.clip(statistics.mean + statistics.cholesky @ noise, *latent_range).astype(np.float32)


def interpolate(first: np.ndarray, second: np.ndarray, weights: np.ndarray, way: str = LINE) -> np.ndarray:
    """Points on the way from ``first`` (weight 0) to ``second`` (weight 1).

    Parameters
    ----------
    first, second : np.ndarray, shape=(latent_dim,)
    weights : np.ndarray, shape=(n,)
    way : str
        ``"line"``: straight. ``"circle"``: the direction turns evenly along
        the great circle while the length goes evenly from one to the other,
        so that the middle is as far out as the ends. Where the ends point the
        same or opposite ways, or one has no length, there is no such circle,
        and the line is taken.

    Returns
    -------
    latents : np.ndarray, shape=(len(weights), latent_dim), dtype=float32
        Exactly the ends at weights 0 and 1.

    Raises
    ------
    InputError
        If there is no such way.

    References
    ----------
    White, "Sampling generative networks", 2016; Shoemake, "Animating rotation
    with quaternion curves", SIGGRAPH 1985.
    """
    if way not in PATHS:
        raise InputError(f"{way!r} is no way between two vectors; choose one of {', '.join(PATHS)}.")
    weights = np.asarray(weights, dtype=np.float32)[:, None]
    line = ((1 - weights) * first + weights * second).astype(np.float32)
    ends = np.stack([first, second]).astype(np.float64)
    lengths = np.linalg.norm(ends, axis=1)
    if way == LINE or not lengths.all():
        return line
    units = ends / lengths[:, None]
    angle = np.arccos(np.clip(units[0] @ units[1], -1, 1))
    if np.sin(angle) < SMALLEST_SINE:
        return line
    turned = (np.sin((1 - weights) * angle) * units[0] + np.sin(weights * angle) * units[1]) / np.sin(angle)
    points = (turned * ((1 - weights) * lengths[0] + weights * lengths[1])).astype(np.float32)
    inner = (weights > 0) & (weights < 1)
    return np.where(inner, points, line)


def mix(corners: np.ndarray, x: float, y: float) -> np.ndarray:
    """A point of the square between four vectors, by its distance from the sides.

    Parameters
    ----------
    corners : np.ndarray, shape=(4, latent_dim)
        Top left, top right, bottom left, bottom right.
    x, y : float
        From 0 (left, top) to 1 (right, bottom).

    Returns
    -------
    latents : np.ndarray, shape=(latent_dim,), dtype=float32
    """
    shares = np.array([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], dtype=np.float32)
    return (shares @ np.asarray(corners, dtype=np.float32)).astype(np.float32)


def parse_latents(text: str, latent_dim: int, latent_range: tuple[float, float]) -> np.ndarray:
    """Read a latent vector from numbers with commas or spaces between them.

    Returns
    -------
    latents : np.ndarray, shape=(latent_dim,), dtype=float32

    Raises
    ------
    LatentError
        If the count is wrong, or a value is no number or outside the range.
    """
    words = text.replace(",", " ").split()
    if len(words) != latent_dim:
        raise LatentError(f"A latent vector has {latent_dim} numbers, but {len(words)} came.")
    low, high = latent_range
    values = []
    for word in words:
        try:
            value = float(word)
        except ValueError:
            raise LatentError(f"{word!r} in the latent vector is no number.") from None
        if not low <= value <= high:  # not a number fails this too
            raise LatentError(f"The numbers of this latent vector lie between {low:g} and {high:g}, but {word} came.")
        values.append(value)
    return np.array(values, dtype=np.float32)
