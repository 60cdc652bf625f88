"""PCA with 16 components: the best that a linear autoencoder can do."""

from collections.abc import Iterable

import numpy as np

from koe.models.latent import LatentStatistics
from koe.music.grid import N_KEYS, SEGMENT_SIZE, SEGMENT_STEPS
from koe.music.pianoroll import binarize
from koe.music.states import sounding, states_from_pianoroll

LATENT_DIM = 16
# Sliders span three standard deviations to either side.
LATENT_RANGE = (-3.0, 3.0)
_OVERSAMPLING = 16
_POWER_ITERATIONS = 12


class PCA:
    """Principal components of segments, as a model with a latent space.

    Latent numbers are in standard deviations of the training data, so every
    slider means as much as the next.

    Parameters
    ----------
    mean : np.ndarray, shape=(5632,)
    components : np.ndarray, shape=(latent_dim, 5632)
        Orthonormal rows, by falling variance.
    scale : np.ndarray, shape=(latent_dim,)
        Standard deviation of the data along each component.
    """

    name = "pca"
    latent_range = LATENT_RANGE
    hears_onsets = False

    def __init__(self, mean: np.ndarray, components: np.ndarray, scale: np.ndarray) -> None:
        self.mean, self.components, self.scale = mean, components, scale
        self.latent_dim = len(components)

    @property
    def statistics(self) -> LatentStatistics:
        """By its making the data has mean 0 and covariance 1 here."""
        return LatentStatistics(np.zeros(self.latent_dim, dtype=np.float32), np.eye(self.latent_dim, dtype=np.float32))

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)``, rolls or states, to latent vectors ``(n, latent_dim)``, float32."""
        flat = sounding(segments).astype(np.float32).reshape(-1, SEGMENT_SIZE)
        return ((flat - self.mean) @ self.components.T / self.scale).astype(np.float32)

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to numbers from 0 to 1, ``(n, 64, 88)``.

        A linear model gives values outside 0 to 1 as well; they are clipped,
        which only lowers its error.
        """
        flat = self.mean + (np.asarray(latents, dtype=np.float32) * self.scale) @ self.components
        return np.clip(flat, 0.0, 1.0).astype(np.float32).reshape(-1, SEGMENT_STEPS, N_KEYS)

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to states ``(n, 64, 88)``, uint8: struck where a key begins to sound."""
        return states_from_pianoroll(binarize(self.decode(latents), threshold))

    def arrays(self) -> dict[str, np.ndarray]:
        """What makes the model, for saving."""
        return {"mean": self.mean, "components": self.components, "scale": self.scale}


def fit_pca(batches: Iterable[np.ndarray], latent_dim: int = LATENT_DIM, seed: int = 0) -> PCA:
    """Find the leading principal components of many segments.

    Parameters
    ----------
    batches : iterable of np.ndarray, shape=(n, 64, 88)
    latent_dim : int
    seed : int
        Of the starting subspace.

    Notes
    -----
    The covariance matrix is summed up batch by batch, so memory does not grow
    with the data; its leading eigenvectors come from subspace iteration
    (Halko, Martinsson and Tropp, 2011).
    """
    total = np.zeros(SEGMENT_SIZE, dtype=np.float64)
    products = np.zeros((SEGMENT_SIZE, SEGMENT_SIZE), dtype=np.float32)
    count = 0
    for batch in batches:
        flat = batch.reshape(-1, SEGMENT_SIZE).astype(np.float32)
        total += flat.sum(axis=0)
        products += flat.T @ flat
        count += len(flat)
    mean = (total / count).astype(np.float32)
    covariance = products / count - np.outer(mean, mean)
    rng = np.random.default_rng(seed)
    basis = rng.standard_normal((SEGMENT_SIZE, latent_dim + _OVERSAMPLING)).astype(np.float32)
    for _ in range(_POWER_ITERATIONS):
        basis, _ = np.linalg.qr(covariance @ basis)
    values, vectors = np.linalg.eigh(basis.T @ covariance @ basis)
    order = np.argsort(values)[::-1][:latent_dim]
    components = (basis @ vectors[:, order]).T
    # The sign of an eigenvector is free; the largest entry is made positive, so that runs agree.
    components *= np.sign(components[np.arange(latent_dim), np.abs(components).argmax(axis=1)])[:, None]
    return PCA(mean, components.astype(np.float32), np.sqrt(np.maximum(values[order], 1e-12)).astype(np.float32))
