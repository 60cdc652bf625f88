"""Steering by attributes: where in a latent space music grows denser, higher, rougher, and nothing else.

How an attribute grows is a straight line's business: a ridge regression from
the latent numbers to the attribute. Of all moves that change what the
regressions say of one attribute by so much, and of the others by nothing, the
one is taken that is shortest in terms of where real music lies. How far it has
to go is heard, not believed: several lengths are written, and the one whose
music comes nearest to what was asked for is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from koe.errors import InputError
from koe.models.interfaces import LatentModel
from koe.music.attributes import ATTRIBUTES, attributes_of_all

# Parts of the way that the regressions ask for.
LENGTHS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0])
# What is off by a spread in another attribute weighs so much of what is off in those that were asked for.
OTHERS_WEIGH = 0.15
MOST_ASKED = 2.0  # spreads
_RIDGE = 30.0


@dataclass(frozen=True)
class Attributes:
    """Where attributes grow in a latent space.

    Attributes
    ----------
    weights_sha256 : str
        Of the model's weights.
    slopes : np.ndarray, shape=(6, latent_dim)
        What each number adds to each attribute, in the attribute's spreads.
    covariance : np.ndarray, shape=(latent_dim, latent_dim)
        Of real music's latent vectors.
    means, spreads : np.ndarray, shape=(6,)
        Of the attributes of real music.
    """

    weights_sha256: str
    slopes: np.ndarray
    covariance: np.ndarray
    means: np.ndarray
    spreads: np.ndarray

    def move(self, changes: np.ndarray) -> np.ndarray:
        """The shortest move that changes the attributes by so many spreads each: ``(6,)`` to ``(latent_dim,)``."""
        spreading = self.covariance @ self.slopes.T
        between = self.slopes @ spreading
        return (spreading @ np.linalg.solve(between + 1e-3 * np.eye(len(between)), changes)).astype(np.float32)


def fit_attributes(latents: np.ndarray, measured: np.ndarray, weights_sha256: str) -> Attributes:
    """Find where attributes grow.

    Parameters
    ----------
    latents : np.ndarray, shape=(n, latent_dim)
        Of real music.
    measured : np.ndarray, shape=(n, 6)
        Its attributes; rows with NaN are left out.
    weights_sha256 : str
    """
    kept = np.isfinite(measured).all(axis=1)
    latents, measured = np.asarray(latents, np.float64)[kept], np.asarray(measured, np.float64)[kept]
    means, spreads = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-9)
    apart = latents - latents.mean(axis=0)
    squares = apart.T @ apart + _RIDGE * np.eye(latents.shape[1])
    slopes = np.linalg.solve(squares, apart.T @ ((measured - means) / spreads)).T
    # The first number says in which key it is, which is no business of any attribute.
    slopes[:, 0] = 0.0
    covariance = np.cov(latents, rowvar=False)
    covariance[0] = covariance[:, 0] = 0.0
    return Attributes(weights_sha256, slopes, covariance, means, spreads)


def steered(
    model: LatentModel,
    found: Attributes,
    latents: np.ndarray,
    changes: Mapping[str, float],
    threshold: float,
) -> np.ndarray:
    """A vector whose music has its attributes changed.

    Parameters
    ----------
    model : LatentModel
    found : Attributes
    latents : np.ndarray, shape=(latent_dim,)
    changes : mapping of str to float
        For some of `ATTRIBUTES`: by how many of its spreads over real music it
        should change, -2 to 2.
    threshold : float
        At which the model writes.

    Returns
    -------
    latents : np.ndarray, shape=(latent_dim,), dtype=float32

    Raises
    ------
    InputError
        If there is no such attribute, or too much is asked for.
    """
    for name, change in changes.items():
        if name not in ATTRIBUTES:
            raise InputError(f"There is no attribute {name!r}; choose one of {', '.join(ATTRIBUTES)}.")
        if not abs(change) <= MOST_ASKED:
            raise InputError(f"An attribute changes by at most {MOST_ASKED:g} spreads, not {change:g}.")
    asked = np.array([changes.get(name, 0.0) for name in ATTRIBUTES])
    if not asked.any():
        return np.asarray(latents, np.float32)
    ways = np.clip(latents + LENGTHS[:, None] * found.move(asked), *model.latent_range).astype(np.float32)
    ways[:, 0] = latents[0]
    heard = (attributes_of_all(model.decode_states(ways, threshold)) - found.means) / found.spreads
    off = np.abs(heard - heard[0] - asked)
    weights = np.where(asked != 0, 1.0, OTHERS_WEIGH)
    # What cannot be measured, as the dissonance of one voice, says nothing of a way, unless it was asked for.
    off = np.where(np.isfinite(off), off, np.where(asked != 0, MOST_ASKED * 2, 0.0))
    return ways[int(np.argmin(off @ weights))]
