"""Moves in a latent space, in the users' words: otherwise, denser, more like this and less like that."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError
from koe.models.sampling import check_seed
from koe.studio.latent_space import LatentSpace
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.generation.attributes import Attributes

FARTHEST = 1.0  # that a variation lies away, in spreads of each number


class Moving(LatentSpace):
    """The use cases of `koe.studio.Studio` that lead from one point of a latent space to another."""

    def attributes(self, model: str) -> "Attributes | None":
        """Where attributes grow in a model's latent space; None where that was not found for these weights.

        Raises
        ------
        ModelError
            If the file is damaged.
        """
        from koe.generation.attributes_file import SUFFIX, load_attributes

        card = self.registry.card(model)
        path = self.registry.folder / f"{card.name}{SUFFIX}"
        if not path.exists():
            return None
        found = load_attributes(path)
        return found if found.weights_sha256 == card.weights_sha256 else None

    def varied(self, latents: np.ndarray, model: str, distance: float, seed: int) -> np.ndarray:
        """A point near another: the same music, otherwise.

        Parameters
        ----------
        latents : np.ndarray, shape=(latent_dim,)
        model : str
        distance : float
            From 0, the same, to 1, as far as pieces lie from their mean.
        seed : int

        Returns
        -------
        latents : np.ndarray, shape=(latent_dim,), dtype=float32

        Raises
        ------
        InputError
            If there is no such distance.
        """
        check_seed(seed)
        if not 0 <= distance <= FARTHEST:
            raise InputError(f"A variation lies between 0 and {FARTHEST:g} away, not {distance:g}.")
        latent_model = self.registry.latent(model)
        aside = latent_model.statistics.cholesky @ np.random.default_rng(seed).standard_normal(len(latents))
        aside[0] = 0.0 if latent_model.hears_onsets else aside[0]  # the first of these is the key
        return np.clip(latents + distance * aside, *latent_model.latent_range).astype(np.float32)

    @heavy("blend")
    def steered(
        self, latents: np.ndarray, model: str, changes: Mapping[str, float], threshold: float | None = None
    ) -> np.ndarray:
        """A point whose music is denser, higher and so on: see `koe.generation.attributes.steered`.

        Raises
        ------
        InputError
            If this model's attributes are not known, there is none of this
            name, or too much is asked for.
        """
        from koe.generation.attributes import steered

        found = self.attributes(model)
        if found is None:
            able = ", ".join(card.name for card in self.latent_models() if self.attributes(card.name))
            advice = f"choose one of {able}" if able else "find them with `koe attributes`"
            raise InputError(f"Where attributes grow is not known of {model}; {advice}.")
        return steered(self.registry.latent(model), found, latents, changes, self._threshold(model, threshold))

    def likened(self, latents: np.ndarray, model: str, more: np.ndarray, less: np.ndarray, amount: float) -> np.ndarray:
        """A point nearer to what one segment has and another has not.

        Parameters
        ----------
        latents : np.ndarray, shape=(latent_dim,)
        model : str
        more, less : np.ndarray, shape=(64, 88)
            What it should become more and less like.
        amount : float
            1 to go as far as from one example to the other; 0 to 2.
        """
        if not 0 <= amount <= 2:
            raise InputError(f"A move towards an example has a length from 0 to 2, not {amount:g}.")
        latent_model = self.registry.latent(model)
        towards, away = latent_model.encode(np.stack([more, less]))
        move = amount * (towards - away)
        if latent_model.hears_onsets:
            move[0] = 0.0  # it keeps its key
        return np.clip(latents + move, *latent_model.latent_range).astype(np.float32)
