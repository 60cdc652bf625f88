"""AE1 and AE2 as models with a latent space, compiled and ready to serve."""

from collections.abc import Callable

import numpy as np
from keras import ops

from koe.generation.latent import LatentStatistics
from koe.models.autoencoders import Autoencoder
from koe.models.compile import compiled

# Segments a call; longer inputs are taken in turns, to bound memory.
_BATCH = 256


class NetworkLatentModel:
    """A trained autoencoder with `encode` and `decode` on plain arrays.

    Safe to share between threads.
    """

    latent_range = (-1.0, 1.0)

    def __init__(self, network: Autoencoder, statistics: LatentStatistics) -> None:
        self.name = network.name
        self.statistics = statistics
        self.latent_dim = len(statistics.mean)
        self._encode = compiled(lambda segments: network.encode(segments))
        self._decode = compiled(lambda latents: network.decode(latents))

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)`` to latent vectors ``(n, latent_dim)``, float32."""
        return _in_turns(self._encode, segments)

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities ``(n, 64, 88)``, float32."""
        return _in_turns(self._decode, latents)


def _in_turns(function: Callable, array: np.ndarray) -> np.ndarray:
    array = np.asarray(array, dtype=np.float32)
    parts = [array[start : start + _BATCH] for start in range(0, len(array), _BATCH)] or [array]
    return np.concatenate([ops.convert_to_numpy(function(ops.convert_to_tensor(part))) for part in parts])
