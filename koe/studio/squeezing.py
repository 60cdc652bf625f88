"""The same music told in fewer and fewer numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.errors import InputError
from koe.music.states import sounding
from koe.studio.latent_space import LatentSpace
from koe.studio.work import light

SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Squeezed:
    """What a model makes of the first of its numbers.

    Attributes
    ----------
    sizes : tuple of int
        How many numbers were kept.
    rolls : np.ndarray, shape=(len(sizes), 64, 88), dtype=bool
    f1 : tuple of float
        How much of the original is in each, and of each in the original; see `koe.evaluation.metrics`.
    """

    sizes: tuple[int, ...]
    rolls: np.ndarray
    f1: tuple[float, ...]


@dataclass(frozen=True)
class Components:
    """A segment in PCA's numbers, and what each of them pushes.

    Attributes
    ----------
    latents : np.ndarray, shape=(n,), dtype=float32
        In standard deviations.
    base : np.ndarray, shape=(64, 88), dtype=float32
        What is written from these numbers, before anything is cut off at 0 and 1.
    pushes : np.ndarray, shape=(n, 64, 88), dtype=float32
        What one standard deviation more of each number adds.
    """

    latents: np.ndarray
    base: np.ndarray
    pushes: np.ndarray


class Squeezing(LatentSpace):
    """Telling music in fewer numbers; a part of `koe.studio.Studio`."""

    @light("decode")
    def squeeze(self, segment: np.ndarray, model: str, sizes: Sequence[int] = SIZES) -> Squeezed:
        """Write a segment again from the strongest 1, 2, 4 ... of a model's numbers.

        Parameters
        ----------
        segment : np.ndarray, shape=(64, 88)
            A roll, or states.
        model : str
            One with a latent space.
        sizes : sequence of int
            Those that the model has not so many numbers for are left out.
        """
        from koe.evaluation.metrics import roll_metrics
        from koe.models.latent import strongest

        loaded = self.registry.latent(model)
        kept = tuple(n for n in sizes if n <= loaded.latent_dim)
        fewer = strongest(loaded.statistics, self.encode(segment, model), kept)
        rolls = sounding(loaded.decode_states(fewer, self.registry.card(model).threshold))
        original = sounding(segment)
        scores = (roll_metrics(original, roll.astype(np.float32), 0.5)["f1"] for roll in rolls)
        return Squeezed(kept, rolls, tuple(scores))

    @light("decode")
    def components(self, segment: np.ndarray, model: str = "pca") -> Components:
        """What each number of a linear model does to a segment, shape ``(64, 88)``.

        Raises
        ------
        InputError
            If the model is not linear.
        """
        from koe.models.pca import PCA

        loaded = self.registry.latent(model)
        if not isinstance(loaded, PCA):
            raise InputError(
                f"{model.upper()} bends: what one of its numbers does depends on the others; PCA is straight."
            )
        latents = self.encode(segment, model)
        pushes = loaded.components * loaded.scale[:, None]
        base = (loaded.mean + latents @ pushes).astype(np.float32)
        return Components(latents, base.reshape(segment.shape), pushes.reshape(-1, *segment.shape))
