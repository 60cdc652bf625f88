"""Retelling: a network that writes in time is led by what another has in mind.

A latent vector half way between two pieces is decoded key by key, without
regard to what was played a moment ago, and may fall apart. Here LSTM2 writes
the same measures step by step, and each key's chance is led by the decoder's:
the log-odds of both are added, as for two witnesses who do not know of one
another, less what is true of all music and so told by both. The decoder is
heard at less than its full strength, for it is surer than it should be.

References
----------
Hinton, "Training products of experts by minimizing contrastive divergence",
Neural Computation, 2002; logarithmic opinion pools after Genest and Zidek,
"Combining probability distributions", Statistical Science, 1986.
"""

import numpy as np

from koe.errors import Cancelled
from koe.generation.filling import Filler
from koe.models.interfaces import LatentModel, OnsetLatentModel
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import FREE
from koe.progress import ShouldStop

# Chosen on valid: the likelihood of what is written is that of real music, its density a little lower.
STRENGTH = 0.7
USUAL_ODDS = -4.0  # log-odds of a key being struck, in music at large
TEMPERATURE = 0.8
_SURE = 1e-4  # no decoder is surer than this
_AT_ONCE = 16


def leads(model: LatentModel, latents: np.ndarray) -> np.ndarray:
    """What is added to each key's log-odds of being struck, and of being held: ``(n, 64, 88, 2)``, float32.

    Of a model that tells no struck from held keys, a key that sounds is struck
    as far as it did not sound the step before.

    Parameters
    ----------
    model : LatentModel
    latents : np.ndarray, shape=(n, latent_dim)
    """
    if isinstance(model, OnsetLatentModel):
        sounding, struck = np.moveaxis(model.decode_chances(latents), -1, 0)
    else:
        sounding = model.decode(latents)
        struck = sounding.copy()
        struck[:, 1:] *= 1 - sounding[:, :-1]
    struck = np.minimum(struck, sounding)
    held = (sounding - struck) / np.maximum(1 - struck, _SURE)
    return (STRENGTH * np.stack([_log_odds(struck) - USUAL_ODDS, _log_odds(held)], axis=-1)).astype(np.float32)


def retell(
    writer: Filler,
    model: LatentModel,
    latents: np.ndarray,
    clocks: np.ndarray,
    seed: int,
    *,
    should_stop: ShouldStop | None = None,
) -> np.ndarray:
    """Write what latent vectors stand for, each by itself, from silence.

    Parameters
    ----------
    writer : Filler
    model : LatentModel
    latents : np.ndarray, shape=(n, latent_dim) or (n, k, latent_dim)
        With ``k`` vectors the music has k segments, one after another, and is
        written in one go.
    clocks : np.ndarray, shape=(n, k * 64, 2)
        See `koe.music.piece.Piece.clock`.
    seed : int
        Music ``i`` draws from its own stream of ``(seed, i)``.
    should_stop : callable, optional
        Asked every four measures.

    Returns
    -------
    states : np.ndarray, shape=(n, k * 64, 88), dtype=uint8

    Raises
    ------
    Cancelled
        If ``should_stop`` said so.
    """
    chains = latents if latents.ndim == 3 else latents[:, None]
    n, n_segments = chains.shape[:2]
    written = np.zeros((n, n_segments * SEGMENT_STEPS, N_KEYS), np.uint8)
    for first in range(0, n, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, n))
        streams = [np.random.default_rng((seed, number)) for number in numbers]
        silence = np.zeros((0, N_KEYS), np.uint8)
        memory = writer.join([writer.listen(silence, 1, clocks[number]) for number in numbers])
        for segment in range(n_segments):
            if should_stop and should_stop():
                raise Cancelled("Stopped.")
            luck = np.stack([rng.random((SEGMENT_STEPS, N_KEYS), dtype=np.float32) for rng in streams], axis=1)
            hints = leads(model, chains[list(numbers), segment]).transpose(1, 0, 2, 3)
            free = np.full((SEGMENT_STEPS, 1, N_KEYS), FREE, np.int8)
            new, memory, _ = writer.write_around(memory, luck, Sampling(temperature=TEMPERATURE), free, hints)
            part = slice(segment * SEGMENT_STEPS, (segment + 1) * SEGMENT_STEPS)
            written[list(numbers), part] = new.transpose(1, 0, 2)
    return written


def _log_odds(chances: np.ndarray) -> np.ndarray:
    sure = np.clip(chances, _SURE, 1 - _SURE)
    return np.log(sure / (1 - sure))
