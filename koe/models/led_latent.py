"""AE4 as a model with a latent space: what its guide says, and what its cells write of it."""

from typing import Any

import numpy as np
from keras import ops

from koe.models.ae3 import SEGMENT_DIM
from koe.models.ae4 import UNTOLD, LedAutoencoder, guide_features
from koe.models.compile import Fused, compiled
from koe.models.latent import LatentStatistics
from koe.models.network_latent import StatesLatentModel
from koe.models.refinement import refined_by_guide
from koe.models.tied_continuer import TiedContinuer
from koe.models.tied_loops import write_states
from koe.music.grid import N_KEYS, SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.music.states import FREE, states_from_rolls

# How sharply the cells choose: where all is meant exactly, and from a looseness on at which little is known.
EXACT_TEMPERATURE, LOOSE_TEMPERATURE, LOOSE_FROM = 0.1, 0.9, 0.48
# Where all is meant exactly, the guide is heard besides with its own log-odds, so many times; from this looseness on
# the cells alone decide what they make of it.
EXACT_STRENGTH, EXACT_UP_TO = 4.0, 0.25
# And so much is added to the log-odds of striking there: a guide that was taught to be unsure says too little of keys
# that are struck again. Where numbers are loose, the cells themselves write too little: what is added to striking and
# holding at a looseness of 1. Both were chosen on valid.
EXACT_STRIKES, LOOSE_MORE = 5.0, 0.4
# Vectors written side by side.
AT_ONCE = (1, 4, 16)
_SURE = 1e-4  # no guide is surer than this
# Log-odds of the threshold at which nothing is added.
USUAL_THRESHOLD = 0.44
# A number that hardly differs from piece to piece says little by being off.
LEAST_SPREAD = 0.2
# A point whose numbers come back within the first of these, in parts of their spread, is meant exactly; from there on
# it is as loose as the distance says.
NEAR, PER_DISTANCE, MOST_LOOSE = 1.5, 1.5, 0.6
# How loosely the middle of a way between pieces is meant, and what is drawn at random: chosen on valid.
LOOSE_BETWEEN, LOOSE_DRAWN = 0.45, 0.6


class LedLatentModel(StatesLatentModel):
    """AE4: encodes as AE3 does, and writes in time.

    Safe to share between threads.

    Parameters
    ----------
    network : LedAutoencoder
    statistics : LatentStatistics
    """

    def __init__(self, network: LedAutoencoder, statistics: LatentStatistics) -> None:
        super().__init__(network.guide, statistics)
        self.name = network.name
        self._refine = compiled(lambda states: refined_by_guide(network.guide, states))
        self._led = compiled(lambda latents, looseness: network.guide.led_odds(latents, looseness))
        cells = network.cells
        self._cells = TiedContinuer(cells)
        kernels = [ops.convert_to_tensor(kernel) for kernel in (cells.guide_in, cells.guide_on, cells.guide_out)]

        def leads(odds):
            heard = guide_features(odds)
            return [ops.transpose(ops.matmul(heard, kernel), (1, 0, 2, 3)) for kernel in kernels]

        self._leads = compiled(leads)
        self._spread = np.maximum(np.asarray(ops.convert_to_numpy(network.guide.spread), np.float32), LEAST_SPREAD)
        self._write = Fused(_write_led)

    def decode_chances(self, latents: np.ndarray) -> np.ndarray:
        """What the guide says: probabilities of sounding and of being struck, ``(n, 64, 88, 2)``."""
        latents = np.asarray(latents, np.float32)
        return _chances(self.guide_odds(latents, self.looseness(latents)))

    def guide_odds(self, latents: np.ndarray, looseness: np.ndarray) -> np.ndarray:
        """The guide's log-odds ``(n, 64, 88, 2)``, of vectors ``(n, latent_dim)`` so loose, ``(n, 2)``."""
        latents, looseness = np.asarray(latents, np.float32), np.asarray(looseness, np.float32)
        parts = [slice(first, first + 64) for first in range(0, len(latents), 64)]
        return np.concatenate([ops.convert_to_numpy(self._led(latents[part], looseness[part])) for part in parts])

    def looseness(self, latents: np.ndarray) -> np.ndarray:
        """How loosely vectors can be meant, ``(n, 2)``: by how far from them lies what they are decoded to.

        Of a piece's own numbers the same come back; half way between two
        pieces others do. Where all numbers of the beats are 0 they say nothing.
        """
        latents = np.asarray(latents, np.float32)
        far = self.distance(latents)
        loose = np.clip((far - NEAR) * PER_DISTANCE, 0.0, MOST_LOOSE).astype(np.float32)
        both = np.stack([loose, loose], axis=1)
        both[~latents[:, SEGMENT_DIM:].any(axis=1)] = (0.0, UNTOLD)
        return both

    def looseness_between(self, shares: np.ndarray) -> np.ndarray:
        """How loosely points between pieces are meant, ``(n, 2)``: ends exactly, the middle least.

        Parameters
        ----------
        shares : np.ndarray, shape=(n, k)
            Of each of k pieces in each of n points.
        """
        shares = np.asarray(shares, np.float32)
        # 1 where two pieces have equal shares, 0 where one has all.
        mixed = np.minimum(2 * (1 - (shares**2).sum(axis=1)), 1)
        return np.repeat(LOOSE_BETWEEN * np.clip(mixed, 0, 1)[:, None], 2, axis=1).astype(np.float32)

    def write_drawn(self, latents: np.ndarray, threshold: float, seed: int) -> np.ndarray:
        """What vectors that were drawn at random stand for: states ``(n, 64, 88)``, each with luck of its own."""
        loose = np.full((len(latents), 1, 2), LOOSE_DRAWN, np.float32)
        luck = np.random.default_rng(seed).random((len(latents), 1, SEGMENT_STEPS, N_KEYS), dtype=np.float32)
        return self.write(np.asarray(latents)[:, None], loose, threshold=threshold, luck=luck)

    def distance(self, latents: np.ndarray) -> np.ndarray:
        """How far the numbers of what vectors are decoded to lie from them, in parts of their spread: ``(n,)``."""
        exact = np.zeros((len(latents), 2), np.float32)
        chances = self.guide_odds(latents, exact) > 0
        rolls, struck = chances[..., 0], chances[..., 1]
        began = np.concatenate([rolls[:, :1], rolls[:, 1:] & ~rolls[:, :-1]], axis=1)
        back = self.encode_once(states_from_rolls(rolls, began | (rolls & struck)))
        differences = (back - latents)[:, 1:] / self._spread[1:]
        return np.sqrt((differences**2).mean(axis=1))

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to states ``(n, 64, 88)``, uint8, each written after silence."""
        latents = np.asarray(latents, np.float32)
        return self.write(latents[:, None], self.looseness(latents)[:, None], threshold=threshold)

    def write(
        self,
        latents: np.ndarray,
        looseness: np.ndarray | None = None,
        clocks: np.ndarray | None = None,
        seed: int = 0,
        threshold: float = USUAL_THRESHOLD,
        temperature: float | None = None,
        luck: np.ndarray | None = None,
    ) -> np.ndarray:
        """Write what vectors stand for, chains of segments each hearing the one before.

        Parameters
        ----------
        latents : np.ndarray, shape=(n, k, latent_dim)
        looseness : np.ndarray, shape=(n, k, 2), optional
            As `looseness` finds it unless given.
        clocks : np.ndarray, shape=(n, k * 64, 2), optional
            Each step's place in its measure and the measure's length; of
            measures of sixteen steps unless given.
        seed : int
            All chains are written with the same luck, so that neighbours in
            the space sound alike.
        threshold : float
            Lower for more notes.
        temperature : float, optional
            As loose as the numbers are unless given.
        luck : np.ndarray, shape=(n, k, 64, 88), optional
            Of each toss, from 0 to 1, in place of the seed's.

        Returns
        -------
        states : np.ndarray, shape=(n, k * 64, 88), dtype=uint8
        """
        latents = np.asarray(latents, np.float32)
        n, k, dim = latents.shape
        if looseness is None:
            looseness = self.looseness(latents.reshape(-1, dim)).reshape(n, k, 2)
        if clocks is None:
            steps = np.arange(k * SEGMENT_STEPS)
            one = np.stack([steps % STEPS_PER_MEASURE, np.full_like(steps, STEPS_PER_MEASURE)], axis=-1)
            clocks = np.broadcast_to(one, (n, *one.shape))
        looseness = np.asarray(looseness, np.float32)
        if luck is None:
            same = np.random.default_rng(seed).random((1, k, SEGMENT_STEPS, N_KEYS), dtype=np.float32)
            luck = np.broadcast_to(same, (n, *same.shape[1:]))
        written = np.zeros((n, k * SEGMENT_STEPS, N_KEYS), np.uint8)
        for first in range(0, n, AT_ONCE[-1]):
            part = slice(first, min(first + AT_ONCE[-1], n))
            written[part] = self._written(
                latents[part], looseness[part], clocks[part], luck[part], threshold, temperature
            )
        return written

    def _written(
        self,
        latents: np.ndarray,
        looseness: np.ndarray,
        clocks: np.ndarray,
        luck: np.ndarray,
        threshold: float,
        temperature: float | None,
    ) -> np.ndarray:
        n, k = latents.shape[:2]
        width = next(width for width in AT_ONCE if width >= n)
        rows = np.minimum(np.arange(width), n - 1)
        silence = np.zeros((0, N_KEYS), np.uint8)
        memory = self._cells.join([self._cells.listen(silence, 1, clocks[row]) for row in range(n)])
        state: Any = memory.state[:width]
        density = np.log(USUAL_THRESHOLD / (1 - USUAL_THRESHOLD)) - np.log(threshold / (1 - threshold))
        settings = np.array([SEGMENT_STEPS, 0, 1, 0.5, 0, density, density, 0], np.float32)
        free = np.full((SEGMENT_STEPS, width, N_KEYS), FREE, np.float32)
        found = []
        for segment in range(k):
            loose = looseness[rows, segment]
            odds = self.guide_odds(latents[rows, segment], loose)
            led_in, led_on, hints = (ops.convert_to_numpy(part) for part in self._leads(odds))
            exact = EXACT_STRENGTH * np.clip(1 - loose.max(axis=1) / EXACT_UP_TO, 0, 1).astype(np.float32)
            hints = hints + exact[:, None, None] * np.moveaxis(_own_odds(odds), 1, 0)
            hints[..., 0] += exact[:, None] * (EXACT_STRIKES / EXACT_STRENGTH)
            how_loose = np.minimum(np.where(loose >= UNTOLD, 1.0, loose).max(axis=1), 1.0)
            sharpness = EXACT_TEMPERATURE + (LOOSE_TEMPERATURE - EXACT_TEMPERATURE) * np.minimum(
                how_loose / LOOSE_FROM, 1.0
            )
            hints += LOOSE_MORE * how_loose[:, None, None]
            if temperature is not None:
                sharpness = np.full(width, temperature)
            every = np.ascontiguousarray(luck[rows, segment].transpose(1, 0, 2))
            state, states = self._write(
                self._cells.weights, state, every, free, hints, settings, led_in, led_on, sharpness.astype(np.float32)
            )
            found.append(np.rint(ops.convert_to_numpy(states)).astype(np.uint8)[:, :n])
        return np.concatenate(found).transpose(1, 0, 2)


def _chances(odds: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * odds)


def _own_odds(odds: np.ndarray) -> np.ndarray:
    """A guide's log-odds as those of striking, and of holding what is not struck: ``(n, 64, 88, 2)``."""
    sounding, struck = np.moveaxis(_chances(odds), -1, 0)
    struck = np.minimum(struck, sounding)
    held = (sounding - struck) / np.maximum(1 - struck, _SURE)
    sure = np.clip(np.stack([struck, held], axis=-1), _SURE, 1 - _SURE)
    return np.log(sure / (1 - sure)).astype(np.float32)


def _write_led(weights, state, uniforms, given, hints, settings, led_in, led_on, temperature):
    state, states, _ = write_states(weights, state, uniforms, given, hints, settings, (led_in, led_on, temperature))
    return state, states
