"""Axes of a latent space that mean something, and a map of real music in it.

A network's latent numbers are in no order and have no names. Its principal
axes are those of the latent vectors of real segments, after each number has
been multiplied by how much it changes the decoded roll; so an axis along which
much is heard comes before one along which there is merely much spread. Each is
scaled in standard deviations: a score of 1 is where a segment lies that is one
standard deviation from the mean. As few principal axes go with anything that
one could name, they are then turned: the first ones to where musical
descriptors grow, the others to the principal axes of what is left. All scores
stay uncorrelated.

Conventions: ``latents`` are ``(n, latent_dim)``; ``scores`` are ``(n, n_axes)``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

NAMED_FROM = 0.3  # absolute rank correlation from which an axis bears a descriptor's name,
CHANGED_FROM = 0.1  # if two standard deviations along it change the decoded music's by so many of its own

Decode = Callable[[np.ndarray], np.ndarray]  # latents (n, latent_dim) to probabilities (n, 64, 88)


@dataclass(frozen=True)
class Axes:
    """Directions in a latent space.

    Attributes
    ----------
    mean : np.ndarray, shape=(latent_dim,)
        Where all scores are 0.
    directions : np.ndarray, shape=(n_axes, latent_dim)
        What one standard deviation along each axis adds to a latent vector.
    readings : np.ndarray, shape=(n_axes, latent_dim)
        Their product with a vector less the mean is its scores.
    """

    mean: np.ndarray
    directions: np.ndarray
    readings: np.ndarray

    def scores(self, latents: np.ndarray) -> np.ndarray:
        """Where latent vectors lie along each axis, in standard deviations."""
        return (np.asarray(latents, dtype=np.float32) - self.mean) @ self.readings.T

    def turned(self, rotation: np.ndarray) -> "Axes":
        """Other axes in their space: ``rotation``, ``(n_others, n_axes)``, has orthonormal rows."""
        return Axes(
            self.mean,
            (rotation @ self.directions).astype(np.float32),
            (rotation @ self.readings).astype(np.float32),
        )

    def take(self, order: np.ndarray, signs: np.ndarray) -> "Axes":
        """The same axes in another order, some of them the other way round."""
        turned = np.asarray(signs, dtype=np.float32)[:, None]
        return Axes(self.mean, self.directions[order] * turned, self.readings[order] * turned)


@dataclass(frozen=True)
class Measures:
    """What was measured along axes.

    Attributes
    ----------
    descriptors : tuple of str
        Names of the musical descriptors.
    names : tuple of str
        The descriptor that an axis is named by; ``""`` for none.
    correlations : np.ndarray, shape=(n_axes, n_descriptors)
        Spearman's, between real segments' scores and their descriptors.
    changes : np.ndarray, shape=(n_axes, n_descriptors)
        By how much two standard deviations along an axis change the decoded
        music, in standard deviations of the descriptor.
    effects : np.ndarray, shape=(n_axes,)
        Keys at steps that two standard deviations along an axis switch on or off.
    """

    descriptors: tuple[str, ...]
    names: tuple[str, ...]
    correlations: np.ndarray
    changes: np.ndarray
    effects: np.ndarray


@dataclass(frozen=True)
class Places:
    """Real segments in a latent space; no notes of them.

    Attributes
    ----------
    latents : np.ndarray, shape=(n, latent_dim), dtype=float16
    pieces : np.ndarray, shape=(n,)
        Index into ``titles`` and ``composers``.
    measures : np.ndarray, shape=(n,)
        Where each segment starts in its piece, from 1.
    titles, composers : tuple of str
    """

    latents: np.ndarray
    pieces: np.ndarray
    measures: np.ndarray
    titles: tuple[str, ...]
    composers: tuple[str, ...]


@dataclass(frozen=True)
class LatentAxes:
    """Axes of one model's latent space, with what they were measured on.

    Attributes
    ----------
    weights_sha256, corpus_sha256 : str
    split : str
        On which the correlations were measured.
    axes : Axes
    measures : Measures
    places : Places
    """

    weights_sha256: str
    corpus_sha256: str
    split: str
    axes: Axes
    measures: Measures
    places: Places


def sensitivities(decode: Decode, bases: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """How much each latent number changes the decoded roll, for each unit that it moves.

    Parameters
    ----------
    decode : callable
    bases : np.ndarray, shape=(n, latent_dim)
        Where it is tried out.
    deviations : np.ndarray, shape=(latent_dim,)
        How far each number is moved, to either side.

    Returns
    -------
    sensitivities : np.ndarray, shape=(latent_dim,)
        Root mean square, over the bases, of the length of the change.
    """
    found = np.zeros(len(deviations))
    for number, deviation in enumerate(deviations):
        if deviation > 0:
            step = np.zeros_like(bases)
            step[:, number] = deviation
            change = (decode(bases + step) - decode(bases - step)) / (2 * deviation)
            found[number] = np.sqrt(np.mean(np.square(change).sum(axis=(1, 2))))
    return found


def principal_axes(latents: np.ndarray, weights: np.ndarray, n_axes: int) -> tuple[Axes, np.ndarray]:
    """Principal axes of latent vectors whose numbers are first multiplied by ``weights``.

    Numbers that never change, or change nothing, are left out.

    Parameters
    ----------
    latents : np.ndarray, shape=(n, latent_dim)
    weights : np.ndarray, shape=(latent_dim,)
        Not negative.
    n_axes : int
        At most; fewer where the latent vectors spread in fewer directions.

    Returns
    -------
    axes : Axes
    loudness : np.ndarray, shape=(n_axes,)
        Standard deviation along each, of the weighted numbers; falling.
    """
    latents = np.asarray(latents, dtype=np.float64)
    mean = latents.mean(axis=0)
    weights = np.where(latents.std(axis=0) > 0, weights, 0)
    used = weights > 0
    spread = (latents - mean)[:, used] * weights[used]
    values, vectors = np.linalg.eigh(spread.T @ spread / len(latents))
    order = [place for place in np.argsort(values)[::-1][:n_axes] if values[place] > 1e-9 * values.max()]
    deviations, vectors = np.sqrt(values[order])[:, None], vectors[:, order].T
    directions, readings = (np.zeros((len(order), latents.shape[1])) for _ in range(2))
    directions[:, used] = vectors * deviations / weights[used]
    readings[:, used] = vectors * weights[used] / deviations
    axes = Axes(mean.astype(np.float32), directions.astype(np.float32), readings.astype(np.float32))
    return axes, deviations[:, 0]


def rotation_to(described: np.ndarray, scores: np.ndarray, loudness: np.ndarray, n_axes: int) -> np.ndarray:
    """Turn principal axes to where descriptors grow.

    The descriptor that the scores tell best (by multiple correlation with its
    ranks) gets the first axis, then the next best of what is uncorrelated
    with it, down to `NAMED_FROM`. The others are the principal axes of the
    rest of the space.

    Parameters
    ----------
    described : np.ndarray, shape=(n, n_descriptors)
        NaN where a descriptor has no meaning.
    scores : np.ndarray, shape=(n, n_principal)
        Of the same segments.
    loudness : np.ndarray, shape=(n_principal,)
        Standard deviation of what each principal axis changes.
    n_axes : int

    Returns
    -------
    rotation : np.ndarray, shape=(n_axes, n_principal)
        Orthonormal rows; fewer where there are fewer principal axes.
    """
    n_principal = scores.shape[1]
    told = np.array([[spearman(score, values) for score in scores.T] for values in described.T])
    free, chosen = np.eye(n_principal), np.zeros((0, n_principal))
    while len(chosen) < min(n_axes, n_principal) and len(told):
        left = told @ free
        strengths = np.linalg.norm(left, axis=1)
        best = int(strengths.argmax())
        if strengths[best] < NAMED_FROM:
            break
        chosen = np.vstack([chosen, left[best] / strengths[best]])
        free = np.eye(n_principal) - chosen.T @ chosen
        told = np.delete(told, best, axis=0)
    n_rest = min(n_axes, n_principal) - len(chosen)
    # The rest of the space, its basis first, then its own principal axes.
    basis = np.linalg.svd(chosen)[2][len(chosen) :] if len(chosen) else np.eye(n_principal)
    _, vectors = np.linalg.eigh((basis * np.square(loudness)) @ basis.T)
    return np.vstack([chosen, vectors[:, ::-1][:, :n_rest].T @ basis])


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's rank correlation; equal values share their mean rank, pairs with a NaN are left out.

    0 where one of them does not vary.
    """
    known = np.isfinite(first) & np.isfinite(second)
    ranks = [_ranks(np.asarray(values)[known]) for values in (first, second)]
    if any(len(each) < 2 or each.std() == 0 for each in ranks):
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def correlations(scores: np.ndarray, described: np.ndarray) -> np.ndarray:
    """Spearman's correlation of each axis, scores ``(n, n_axes)``, with each descriptor, ``(n, n_descriptors)``."""
    return np.array([[spearman(score, values) for values in described.T] for score in scores.T])


def names_of(
    chosen_on: np.ndarray, correlations: np.ndarray, changes: np.ndarray, descriptors: tuple[str, ...]
) -> tuple[str, ...]:
    """Name each axis by its strongest descriptor, where there is one.

    The name is the descriptor with the strongest correlation on one split. It
    stands only if that correlation and the one on the split that is reported
    reach `NAMED_FROM`, and if moving along the axis changes the descriptor of
    the decoded music in the same direction, by `CHANGED_FROM` at least.

    Parameters
    ----------
    chosen_on : np.ndarray, shape=(n_axes, n_descriptors)
        Correlations on the split that names are chosen on.
    correlations, changes : np.ndarray, shape=(n_axes, n_descriptors)
        As in `Measures`.
    descriptors : tuple of str
    """
    names = []
    for choice, told, changed in zip(chosen_on, correlations, changes, strict=True):
        best = int(np.abs(choice).argmax())
        agree = np.sign(choice[best]) == np.sign(told[best]) == np.sign(changed[best])
        strong = min(abs(choice[best]), abs(told[best])) >= NAMED_FROM and abs(changed[best]) >= CHANGED_FROM
        names.append(descriptors[best] if agree and strong else "")
    return tuple(names)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, equal values sharing their mean rank."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return (first + (counts - 1) / 2)[group]
