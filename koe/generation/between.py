"""Points between pieces as music."""

import numpy as np

from koe.models.interfaces import LatentModel, WritingLatentModel


def states_between(model: LatentModel, latents: np.ndarray, shares: np.ndarray, threshold: float) -> np.ndarray:
    """What a model makes of points between pieces, each by itself.

    Parameters
    ----------
    model : LatentModel
    latents : np.ndarray, shape=(n, latent_dim)
    shares : np.ndarray, shape=(n, k)
        Of each of k pieces in each point: by these a model that writes in time
        knows how exactly a point is meant.
    threshold : float
        From which a key sounds.

    Returns
    -------
    states : np.ndarray, shape=(n, 64, 88), dtype=uint8
    """
    if isinstance(model, WritingLatentModel):
        return model.write(latents[:, None], model.looseness_between(shares)[:, None], threshold=threshold)
    return model.decode_states(latents, threshold)
