"""The same music told in fewer and fewer numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
