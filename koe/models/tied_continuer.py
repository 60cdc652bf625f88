"""LSTM2 as a model that continues: one compiled loop over steps, in each of which a loop over keys.

As in `koe.models.network_continuer` the loop takes a fixed number of steps at
a time and hands its state out, so that work can be shown and stopped, and one
model serves many visitors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from keras import ops

from koe.models.compile import Fused
from koe.models.lstm2 import CHROMA, FADES, LSTM2
from koe.models.network_continuer import CHUNK_STEPS, WIDTHS
from koe.models.sampling import THRESHOLD, Sampling
from koe.models.tied_loops import BORDERS, N_RECENT, hear_chunk, write_states
from koe.music.grid import N_KEYS
from koe.music.states import FREE, states_from_pianoroll

DEFAULT_MEASURE_STEPS = 16
SHORT_STEPS = 8
_MIN_TEMPERATURE = 1e-4
_HEAR, _WRITE = Fused(hear_chunk), Fused(write_states)


@dataclass(frozen=True)
class TiedMemory:
    """All that the network knows of the past.

    Attributes
    ----------
    state : np.ndarray, shape=(width, 48 * 88 + 24 + 2 + 88 * 4 * units), dtype=float32
        Side by side: the states of the last 48 steps, the latest first; what
        pitch classes were heard of late; the last step's clock; each key's h
        and c of the first layer, then of the second.
    n_variations : int
        How many of the ``width`` rows are in use.
    """

    state: np.ndarray
    n_variations: int


class TiedContinuer:
    """LSTM2, unrolled step by step and key by key.

    Safe to share between threads: what it remembers is handed in and out.

    Parameters
    ----------
    network : LSTM2
    restriking : float
        Added to the log-odds of striking a key that sounds, where all is
        written freely: what is given, or hinted at, keeps it from drifting.
    """

    hears_onsets = True

    def __init__(self, network: LSTM2, restriking: float = 0.0) -> None:
        self.name = network.name
        self._restriking = restriking
        self._units = network.units
        heard, chord = network.kernels()
        self.weights = {
            "heard": heard,
            "register": ops.convert_to_tensor(network.register),
            "clock": ops.convert_to_tensor(network.clock_layer.kernel),
            "back": ops.convert_to_tensor(network.back_layer.kernel),
            "memory": [
                (
                    ops.concatenate([layer.cell.kernel, layer.cell.recurrent_kernel]),
                    ops.convert_to_tensor(layer.cell.bias),
                )
                for layer in network.memory_layers
            ],
            "from_memory": ops.convert_to_tensor(network.from_memory.kernel),
            "key_bias": ops.convert_to_tensor(network.key_bias),
            # Of each key, what comes from the keys below it.
            "chord": ops.transpose(ops.reshape(chord, (2 * N_KEYS, N_KEYS, network.units)), (1, 0, 2)),
            # The same the other way round: what each key tells those above it when it sounds, and when it is struck.
            "told": ops.transpose(ops.reshape(chord, (2, N_KEYS, N_KEYS, network.units)), (1, 0, 2, 3)),
            "decide": (ops.convert_to_tensor(network.decide.kernel), ops.convert_to_tensor(network.decide.bias)),
            "last": (ops.convert_to_tensor(network.last.kernel), ops.convert_to_tensor(network.last.bias)),
            "odds": ops.convert_to_tensor(network.odds),
        }

    def listen(self, prompt: np.ndarray, n_variations: int, clock: np.ndarray | None = None) -> TiedMemory:
        """Hear states or a mere roll, shape ``(steps, 88)``; after an empty one the last step was silent.

        Parameters
        ----------
        prompt : np.ndarray, shape=(steps, 88)
        n_variations : int
        clock : np.ndarray, shape=(steps, 2), optional
            Each step's place in its measure and the measure's length; counted
            from the first step in measures of sixteen unless given. With an
            empty prompt its first row is of the step to be written next.
        """
        prompt = np.asarray(prompt)
        states = prompt if prompt.dtype == np.uint8 else states_from_pianoroll(prompt)
        if clock is None:
            clock = np.stack([np.arange(len(states)) % DEFAULT_MEASURE_STEPS, np.full(len(states), 16)], axis=-1)
        width = next(width for width in WIDTHS if width >= n_variations)
        state = np.zeros((1, BORDERS[-1] + 4 * N_KEYS * self._units), np.float32)
        place, length = clock[0] if len(clock) else (0, DEFAULT_MEASURE_STEPS)
        state[0, BORDERS[1] : BORDERS[2]] = (place - 1, length)  # before the step to come
        if len(states):
            # The first step is given: nothing is remembered of what led to it.
            state[0, :N_KEYS] = states[0]
            state[0, N_RECENT : BORDERS[1]] = _first_chroma(states[0])
            state[0, BORDERS[1] : BORDERS[2]] = clock[0]
        for start in range(1, len(states), CHUNK_STEPS):
            part = slice(start, start + CHUNK_STEPS)
            n_steps = len(states[part])
            given = np.pad(
                np.concatenate([states[part], clock[part]], axis=1).astype(np.float32)[:, None],
                ((0, CHUNK_STEPS - n_steps), (0, 0), (0, 0)),
            )
            state = _HEAR(self.weights, state, given, np.int32(n_steps))
        return TiedMemory(np.repeat(ops.convert_to_numpy(state), width, axis=0), n_variations)

    def write(self, memory: TiedMemory, uniforms: np.ndarray, sampling: Sampling) -> tuple[np.ndarray, TiedMemory]:
        """Write ``len(uniforms)`` steps: states, uint8, ``(steps, n_variations, 88)``, and the new memory."""
        free = np.full((*uniforms.shape[:1], 1, N_KEYS), FREE, np.int8)
        return self._written(memory, uniforms, sampling, free, None, self._restriking)[:2]

    def write_around(
        self,
        memory: TiedMemory,
        uniforms: np.ndarray,
        sampling: Sampling,
        given: np.ndarray,
        hints: np.ndarray | None = None,
    ) -> tuple[np.ndarray, TiedMemory, np.ndarray]:
        """Write steps of which some keys are given, or hinted at.

        Parameters
        ----------
        memory : TiedMemory
        uniforms : np.ndarray, shape=(steps, n_variations, 88)
        sampling : Sampling
        given : np.ndarray, shape=(steps, n_variations or 1, 88), dtype=int8
            States to be kept, `FREE` or `UNHELD`. A key cannot be held that
            did not sound: it is struck then.
        hints : np.ndarray, shape=(steps, n_variations or 1, 88, 2), optional
            Added to each key's log-odds of being struck, and of being held if
            it is not struck.

        Returns
        -------
        states : np.ndarray, shape=(steps, n_variations, 88), dtype=uint8
        memory : TiedMemory
        likelihood : np.ndarray, shape=(steps, n_variations), dtype=float32
            Logarithm of the chance, at temperature 1 and without controls, of
            the given keys of each step, each after the keys below it.
        """
        return self._written(memory, uniforms, sampling, given, hints, 0.0)

    def _written(
        self,
        memory: TiedMemory,
        uniforms: np.ndarray,
        sampling: Sampling,
        given: np.ndarray,
        hints: np.ndarray | None,
        restriking: float,
    ) -> tuple[np.ndarray, TiedMemory, np.ndarray]:
        width = len(memory.state)
        kept = np.full((len(uniforms), width, N_KEYS), FREE, np.float32)
        kept[:, : memory.n_variations] = given
        luck = np.zeros((len(uniforms), width, N_KEYS), np.float32)
        luck[:, : memory.n_variations] = uniforms
        leaning = np.zeros((len(uniforms), 1 if hints is None else width, N_KEYS, 2), np.float32)
        if hints is not None:
            leaning[:, : memory.n_variations] = hints
        state, written, chances = memory.state, [np.zeros((0, width, N_KEYS), np.uint8)], [np.zeros((0, width))]
        for start in range(0, len(uniforms), CHUNK_STEPS):
            part = luck[start : start + CHUNK_STEPS]
            settings = np.array(
                [
                    len(part),
                    sampling.way == THRESHOLD,
                    max(sampling.temperature, _MIN_TEMPERATURE),
                    sampling.threshold,
                    1 - sampling.top_p,
                    sampling.density,
                    sampling.holding,
                    restriking,
                ],
                np.float32,
            )
            # A short stretch has a loop of its own, so that it need not pay for a long one.
            chunk = CHUNK_STEPS if len(part) > SHORT_STEPS else SHORT_STEPS
            filled, fixed, leant = (
                np.pad(array, ((0, chunk - len(part)), *[(0, 0)] * (array.ndim - 1)))
                for array in (part, kept[start : start + CHUNK_STEPS], leaning[start : start + CHUNK_STEPS])
            )
            state, states, chance = _WRITE(self.weights, state, filled, fixed, leant, settings)
            written.append(np.rint(ops.convert_to_numpy(states)[: len(part)]).astype(np.uint8))
            chances.append(ops.convert_to_numpy(chance)[: len(part)])
        memory = TiedMemory(ops.convert_to_numpy(state), memory.n_variations)
        n = memory.n_variations
        return np.concatenate(written)[:, :n], memory, np.concatenate(chances)[:, :n].astype(np.float32)

    def choose(self, memory: TiedMemory, numbers: np.ndarray) -> TiedMemory:
        """A memory of the variations of these numbers, which may occur several times or not at all."""
        state = memory.state.copy()
        state[: len(numbers)] = memory.state[numbers]
        return TiedMemory(state, len(numbers))

    def join(self, memories: Sequence[TiedMemory]) -> TiedMemory:
        """The variations of several memories side by side in one; at most sixteen in all."""
        state = np.concatenate([memory.state[: memory.n_variations] for memory in memories])
        width = next(width for width in WIDTHS if width >= len(state))
        return TiedMemory(np.pad(state, ((0, width - len(state)), (0, 0)), mode="edge"), len(state))

    def mix(self, memory: TiedMemory, other: TiedMemory, taken: np.ndarray) -> TiedMemory:
        """A memory with ``other``'s variations where ``taken``, bool, ``(n_variations,)``."""
        state = memory.state.copy()
        state[: len(taken)][taken] = other.state[: len(taken)][taken]
        return TiedMemory(state, memory.n_variations)


def _first_chroma(states: np.ndarray) -> np.ndarray:
    chroma = (states > 0).astype(np.float32) @ CHROMA
    return np.concatenate([(1 - fade) * chroma for fade in FADES])
