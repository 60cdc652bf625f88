"""A studio whose networks are small and quick: shipped PCA, and one that tosses the same coin for every key."""

from dataclasses import replace

import numpy as np
import pytest

from koe.models.cards import ModelCard
from koe.models.registry import SHIPPED, Registry
from koe.music.grid import N_KEYS
from koe.studio import Studio


class Tossing:
    """Strikes each key with the same small chance, somewhat greater where it was heard before."""

    name = "lstm1"
    hears_onsets = False

    def __init__(self, chance: float = 0.01) -> None:
        self.chance = chance

    def listen(self, prompt, n_variations, clock=None):
        heard = np.asarray(prompt, dtype=bool)
        return np.repeat(heard.any(axis=0)[None] if len(heard) else np.zeros((1, N_KEYS), bool), n_variations, axis=0)

    def write(self, memory, uniforms, sampling):
        chances = np.where(memory, 20 * self.chance, self.chance) / sampling.temperature
        return uniforms < chances, memory

    def mix(self, memory, other, taken):
        return np.where(taken[:, None], other, memory)


class SmallRegistry(Registry):
    """The shipped PCA and `Tossing`; their hashes can be set."""

    def __init__(self, **hashes: str) -> None:
        super().__init__(SHIPPED)
        lstm = ModelCard("lstm1", "LSTM1", "continuation", "For tests.", "", 1, "none.npz", "ab" * 32)
        cards = {"pca": super().card("pca"), "lstm1": lstm}
        self._cards = {name: replace(c, weights_sha256=hashes.get(name, c.weights_sha256)) for name, c in cards.items()}
        self.tossing = Tossing()

    def continuer(self, name):
        return self.tossing if name == "lstm1" else super().continuer(name)


@pytest.fixture
def studio():
    return Studio(SmallRegistry())


@pytest.fixture
def new_studio():
    """Make a studio on another machine: with other hashes, or a network that computes otherwise."""

    def make(chance: float = 0.01, **hashes: str) -> Studio:
        registry = SmallRegistry(**hashes)
        registry.tossing = Tossing(chance)
        return Studio(registry)

    return make
