"""Autoencoders as models with a latent space, compiled and ready to serve."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from koe.models.ae3 import BeatAutoencoder
from koe.models.autoencoders import Autoencoder
from koe.models.compile import compiled
from koe.models.latent import LatentStatistics
from koe.models.refinement import refined_beats, refined_stack
from koe.music.pianoroll import binarize
from koe.music.states import STRUCK, sounding, states_from_pianoroll, states_from_rolls
from koe.progress import Progress, ShouldStop

# Segments a call; longer inputs are taken in turns, to bound memory.
_BATCH = 256


class NetworkLatentModel:
    """A trained autoencoder of rolls with `encode` and `decode` on plain arrays.

    Safe to share between threads.
    """

    latent_range = (-1.0, 1.0)
    hears_onsets = False

    def __init__(self, network: Autoencoder, statistics: LatentStatistics) -> None:
        self.name = network.name
        self.statistics = statistics
        self.latent_dim = len(statistics.mean)
        self._encode = compiled(lambda segments: network.encode(segments))
        self._refine = compiled(lambda segments: refined_stack(network, segments))
        self._decode = compiled(lambda latents: network.decode(latents))

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)``, rolls or states, to latent vectors ``(n, latent_dim)``, float32."""
        return _in_turns(self._refine, sounding(segments))

    def encode_once(self, segments: np.ndarray) -> np.ndarray:
        """The same, as the encoder says, without refinement."""
        return _in_turns(self._encode, sounding(segments))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities ``(n, 64, 88)``, float32."""
        return _in_turns(self._decode, latents)

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to states ``(n, 64, 88)``, uint8: struck where a key begins to sound."""
        return states_from_pianoroll(binarize(self.decode(latents), threshold))


class StatesLatentModel:
    """A trained autoencoder of states, which tells struck from held keys.

    Safe to share between threads.
    """

    latent_range = (-1.0, 1.0)
    hears_onsets = True

    def __init__(self, network: BeatAutoencoder, statistics: LatentStatistics) -> None:
        self.name = network.name
        self.statistics = statistics
        self.latent_dim = len(statistics.mean)
        self._encode = compiled(lambda states: network.encode(states))
        self._refine = compiled(lambda states: refined_beats(network, states))
        self._decode = compiled(lambda latents: ops.sigmoid(network.decode_odds(latents)))
        self._network, self._lock = network, threading.Lock()
        self._searches: dict[int, Any] = {}
        self._crossing: Any = None

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)``, states or rolls, to latent vectors ``(n, latent_dim)``, float32."""
        return _in_turns(self._refine, _states(segments))

    def encode_once(self, segments: np.ndarray) -> np.ndarray:
        """The same, as the encoder says, without refinement."""
        return _in_turns(self._encode, _states(segments))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities of sounding ``(n, 64, 88)``, float32."""
        return self.decode_chances(latents)[..., 0]

    def decode_chances(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities of sounding and of being struck, ``(n, 64, 88, 2)``."""
        return _in_turns(self._decode, latents)

    def find(
        self,
        states: np.ndarray,
        known: np.ndarray,
        seed: int,
        n_vectors: int = 4,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> np.ndarray:
        """Latent vectors whose music has the known keys: see `koe.models.latent_search.LatentSearch.find`."""
        from koe.models.latent_search import LatentSearch

        with self._lock:  # compiled once for each number of vectors
            if n_vectors not in self._searches:
                self._searches[n_vectors] = LatentSearch(self._network, self.statistics, n_vectors)
        return self._searches[n_vectors].find(states, known, seed, progress=progress, should_stop=should_stop)

    def cross(
        self,
        rhythm: np.ndarray,
        harmony: np.ndarray,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> np.ndarray:
        """The vector of one segment's rhythm with another's harmony: see `koe.models.latent_crossing`."""
        from koe.models.latent_crossing import CrossSearch

        with self._lock:
            if self._crossing is None:
                spread = np.sqrt((self.statistics.cholesky.astype(np.float64) ** 2).sum(axis=1))
                self._crossing = CrossSearch(self._network, spread)
        return self._crossing.find(
            _states(rhythm), _states(harmony), self.encode, progress=progress, should_stop=should_stop
        )

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to states ``(n, 64, 88)``, uint8.

        A key that sounds is struck where it begins to within the segment, and
        where being struck is likelier than being held. At a segment's first
        step a key may be held from before.
        """
        both = self.decode_chances(latents)
        roll = binarize(both[..., 0], threshold)
        began = states_from_pianoroll(roll) == STRUCK
        began[:, 0] = False
        return states_from_rolls(roll, began | (roll & (both[..., 1] >= 0.5 * both[..., 0])))


def _states(segments: np.ndarray) -> np.ndarray:
    segments = np.asarray(segments)
    return segments if segments.dtype == np.uint8 else states_from_pianoroll(segments)


def _in_turns(function: Callable, array: np.ndarray) -> np.ndarray:
    array = np.asarray(array, dtype=np.float32)
    parts = [array[start : start + _BATCH] for start in range(0, len(array), _BATCH)] or [array]
    return np.concatenate([ops.convert_to_numpy(function(ops.convert_to_tensor(part))) for part in parts])
