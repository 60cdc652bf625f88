"""Searching a latent space for what fits: the vectors whose music has the keys that are known.

The decoder stays as it is; latent vectors are what is trained, by the same
backend that trains networks. The distance from where the training data lies
counts against a vector, so that what is not known stays music. The first number,
which counts semitones, cannot be moved little by little: it is that of the
known keys.

References
----------
Sun, "DeepHear: composing and harmonizing music with neural networks", 2015,
searches a deep belief network's top layer in this way.
"""

import threading

import keras
import numpy as np
from keras import ops

from koe.errors import Cancelled
from koe.models.ae3 import SHIFT_UNIT, BeatAutoencoder, signature_shift
from koe.models.latent import LatentStatistics, sample_near
from koe.models.lstm2 import key_features
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.progress import Progress, ShouldStop

N_UPDATES = 240
LEARNING_RATE = 0.05
# Nats that half a squared standard deviation costs, for 64 x 88 known keys.
PRIOR = 1.0
_REPORT_EVERY = 20


class LatentSearch:
    """A decoder, and latent vectors that are moved until they fit.

    Safe to share between threads, which wait for one another.
    """

    def __init__(self, network: BeatAutoencoder, statistics: LatentStatistics, n_vectors: int = 4) -> None:
        self.statistics, self.n_vectors = statistics, n_vectors
        self._seeker = _Seeker(network, statistics, n_vectors)
        self._seeker.compile(keras.optimizers.Adam(LEARNING_RATE), loss=_misfit)
        self._lock = threading.Lock()

    def find(
        self,
        states: np.ndarray,
        known: np.ndarray,
        seed: int,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> np.ndarray:
        """Latent vectors whose music has the known keys.

        Parameters
        ----------
        states : np.ndarray, shape=(64, 88), dtype=uint8
        known : np.ndarray, shape=(64, 88), dtype=bool
            Keys that count; the others may be anything.
        seed : int
            Of where each search begins.
        progress : callable, optional
            Called with updates done and updates in all.
        should_stop : callable, optional

        Returns
        -------
        latents : np.ndarray, shape=(n_vectors, latent_dim), dtype=float32
        """
        starts = [
            sample_near(self.statistics, (-0.99, 0.99), int(np.random.SeedSequence((seed, k)).generate_state(1)[0]))
            for k in range(self.n_vectors)
        ]
        target = np.repeat(
            np.stack([states.astype(np.float32), known.astype(np.float32)], axis=-1)[None], self.n_vectors, 0
        )
        nothing = np.zeros((self.n_vectors, 1), np.float32)
        with self._lock:
            shift = ops.convert_to_numpy(signature_shift(np.where(known, states, 0)[None]))
            self._seeker.begin_at(np.stack(starts), shift[0] / SHIFT_UNIT)
            for done in range(N_UPDATES):
                if should_stop and should_stop():
                    raise Cancelled("Stopped.")
                self._seeker.train_on_batch(nothing, target)
                if progress and (done + 1) % _REPORT_EVERY == 0:
                    progress(done + 1, N_UPDATES)
            return ops.convert_to_numpy(self._seeker.latents()).astype(np.float32)


class Vectors(keras.Model):
    """Latent vectors that are moved: its only trainable weights.

    Parameters
    ----------
    network : BeatAutoencoder
        Whose vectors they are; its own weights stay as they are.
    n_vectors : int
    """

    def __init__(self, network: BeatAutoencoder, n_vectors: int) -> None:
        super().__init__(name="vectors")
        # Within a closure, out of Keras's sight: the decoder is not to be trained.
        self._decode = lambda latents: network.decode_odds(latents)
        self.place = self.add_weight(name="place", shape=(n_vectors, network.latent_dim))
        self.shift = self.add_weight(name="shift", shape=(n_vectors, 1), trainable=False)

    def begin_at(self, latents: np.ndarray, shift: float) -> None:
        """Forget an earlier search and begin at vectors, ``(n, latent_dim)``, whose first number is ``shift``."""
        self.place.assign(np.arctanh(np.clip(latents, -0.99, 0.99)))
        self.shift.assign(np.full((len(latents), 1), shift, np.float32))
        for variable in self.optimizer.variables:
            if variable.path.split("/")[-1] != "learning_rate":
                variable.assign(ops.zeros_like(variable))

    def latents(self):
        """The vectors as they are, ``(n, latent_dim)``."""
        return ops.concatenate([ops.convert_to_tensor(self.shift), ops.tanh(self.place)[:, 1:]], axis=1)


class _Seeker(Vectors):
    def __init__(self, network: BeatAutoencoder, statistics: LatentStatistics, n_vectors: int) -> None:
        super().__init__(network, n_vectors)
        self._mean = ops.convert_to_tensor(statistics.mean)
        inverse = np.linalg.inv(statistics.cholesky.astype(np.float64) + 1e-3 * np.eye(len(statistics.mean)))
        self._whiten = ops.convert_to_tensor(inverse.T.astype(np.float32))

    def call(self, nothing):
        """Log-odds of all vectors' music, ``(n, 64, 88, 2)``."""
        latents = self.latents()
        far = ops.square(ops.matmul(latents - self._mean, self._whiten))
        self.add_loss(PRIOR * 0.5 * ops.mean(ops.sum(far, axis=-1)) / (SEGMENT_STEPS * N_KEYS))
        return self._decode(latents)


def _misfit(y_true, y_pred):
    """Cross-entropy of the known keys, in nats a key of the whole segment: ``(n,)``."""
    states, known = y_true[..., 0], y_true[..., 1]
    features = key_features(states)
    target = ops.stack([features[..., :N_KEYS], features[..., N_KEYS:]], axis=-1)
    each = ops.softplus(y_pred) - target * y_pred
    return ops.sum(each * known[..., None], axis=(1, 2, 3)) / (SEGMENT_STEPS * N_KEYS)
