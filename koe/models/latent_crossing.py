"""Searching a latent space for one segment's rhythm with another's harmony.

The numbers of a latent space carry rhythm and harmony together: no group of
them moves one and leaves the other. So both are read from what the decoder
makes of a vector, and the vector is moved, little by little, until it has the
rhythm of the one and the harmony of the other, not far from where the first
one lies. `koe.models.latent_search` says how a vector is moved.

Rhythm is how many keys are struck at each step; harmony, how long each pitch
class sounds in each measure of sixteen steps, as a direction.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from koe.errors import Cancelled
from koe.models.ae3 import BeatAutoencoder
from koe.models.latent_search import Vectors
from koe.music.grid import LOWEST_PITCH, N_KEYS, SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.music.states import STRUCK
from koe.progress import Progress, ShouldStop

N_UPDATES = 120
LEARNING_RATE = 0.05
# What counts: being off in rhythm, in harmony, and being far from the first one's vector, in parts of the spread.
RHYTHM_WEIGHT, HARMONY_WEIGHT, NEARNESS = 1.0, 1.0, 0.02
LEAST_SPREAD = 0.2  # a number that hardly differs from piece to piece may move as far as this
N_KEPT = 64
_REPORT_EVERY = 10
_CLASSES = np.eye(12, dtype=np.float32)[(np.arange(N_KEYS) + LOWEST_PITCH) % 12]
_N_MEASURES = SEGMENT_STEPS // STEPS_PER_MEASURE


def rhythm_of(states: np.ndarray) -> np.ndarray:
    """How many keys of a segment ``(64, 88)`` are struck at each step: float32, ``(64,)``."""
    return (states == STRUCK).sum(axis=1).astype(np.float32)


def harmony_of(states: np.ndarray) -> np.ndarray:
    """How long each pitch class sounds in each measure, in units of their length: float32, ``(4, 12)``."""
    sounding = (states > 0).reshape(_N_MEASURES, STEPS_PER_MEASURE, N_KEYS).sum(axis=1) @ _CLASSES
    return (sounding / np.maximum(np.linalg.norm(sounding, axis=1, keepdims=True), 1e-9)).astype(np.float32)


class CrossSearch:
    """A decoder, and a vector that is moved until its music has one rhythm and another harmony.

    Safe to share between threads, which wait for one another; the last
    vectors found are remembered.

    Parameters
    ----------
    network : BeatAutoencoder
    spread : np.ndarray, shape=(latent_dim,)
        Standard deviation of each number over many pieces.
    """

    def __init__(self, network: BeatAutoencoder, spread: np.ndarray) -> None:
        self._crosser = _Crosser(network, np.maximum(np.asarray(spread, np.float32), LEAST_SPREAD))
        self._crosser.compile(keras.optimizers.Adam(LEARNING_RATE), loss=_misfit)
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def find(
        self,
        rhythm: np.ndarray,
        harmony: np.ndarray,
        encode: Callable[[np.ndarray], np.ndarray],
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> np.ndarray:
        """The latent vector of a segment with the rhythm of one and the harmony of another.

        Parameters
        ----------
        rhythm, harmony : np.ndarray, shape=(64, 88), dtype=uint8
            States of the two segments.
        encode : callable
            Gives their own vectors, ``(2, latent_dim)``: the search begins at
            the first one, in the key signature of the second. Not asked where
            the answer is remembered.
        progress : callable, optional
            Called with updates done and updates in all.
        should_stop : callable, optional

        Returns
        -------
        found : np.ndarray, shape=(latent_dim,), dtype=float32

        Raises
        ------
        Cancelled
            If ``should_stop`` said so.
        """
        pair = np.stack([rhythm, harmony])
        key = hashlib.blake2b(pair.tobytes()).digest()
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
            latents = np.asarray(encode(pair), np.float32)
            target = np.concatenate([rhythm_of(rhythm), harmony_of(harmony).ravel()])
            self._crosser.near.assign(latents[:1])
            self._crosser.begin_at(latents[:1], float(latents[1, 0]))
            nothing = np.zeros((1, 1), np.float32)
            for done in range(N_UPDATES):
                if should_stop and should_stop():
                    raise Cancelled("Stopped.")
                self._crosser.train_on_batch(nothing, target[None])
                if progress and (done + 1) % _REPORT_EVERY == 0:
                    progress(done + 1, N_UPDATES)
            found = ops.convert_to_numpy(self._crosser.latents())[0].astype(np.float32)
            self._found[key] = found
            while len(self._found) > N_KEPT:
                self._found.popitem(last=False)
            return found


class _Crosser(Vectors):
    def __init__(self, network: BeatAutoencoder, spread: np.ndarray) -> None:
        super().__init__(network, 1)
        self._spread = ops.convert_to_tensor(spread)
        self.near = self.add_weight(name="near", shape=(1, network.latent_dim), trainable=False)

    def call(self, nothing):
        """What the vector's music has of both: strikes at each step, then pitch classes by measure, ``(1, 112)``."""
        latents = self.latents()
        # The first number counts semitones, and was said.
        far = ops.square((latents - self.near) / self._spread)[:, 1:]
        self.add_loss(NEARNESS * ops.mean(far))
        chances = ops.sigmoid(self._decode(latents))
        strikes = ops.sum(chances[..., 1], axis=-1)
        measures = ops.reshape(chances[..., 0], (-1, _N_MEASURES, STEPS_PER_MEASURE, N_KEYS))
        classes = ops.matmul(ops.sum(measures, axis=2), _CLASSES)
        classes = classes / ops.sqrt(ops.sum(ops.square(classes), axis=-1, keepdims=True) + 1e-6)
        return ops.concatenate([strikes, ops.reshape(classes, (-1, _N_MEASURES * 12))], axis=-1)


def _misfit(y_true, y_pred):
    """How far rhythm and harmony are from what they should be: ``(n,)``."""
    # Roots: whether one key is struck or none matters more than whether five are or six.
    root = ops.sqrt(y_pred[:, :SEGMENT_STEPS] + 0.1) - ops.sqrt(y_true[:, :SEGMENT_STEPS] + 0.1)
    wanted = y_true[:, SEGMENT_STEPS:]
    # A measure of silence asks for nothing.
    alike = ops.sum(wanted * y_pred[:, SEGMENT_STEPS:], axis=-1) / _N_MEASURES
    return RHYTHM_WEIGHT * ops.mean(ops.square(root), axis=-1) + HARMONY_WEIGHT * (1 - alike)
