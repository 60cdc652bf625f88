"""LSTM2 as a model that continues: one compiled loop over steps, in each of which a loop over keys.

As in `koe.models.network_continuer` the loop takes a fixed number of steps at
a time and hands its state out, so that work can be shown and stopped, and one
model serves many visitors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from keras import ops

from koe.generation.sampling import THRESHOLD, Sampling
from koe.models.compile import Fused
from koe.models.lstm2 import (
    BACK_MEASURES,
    BACK_STEPS,
    CHROMA,
    FADES,
    LONGEST_BACK,
    LSTM2,
    around,
    clock_features,
    key_features,
    measure_steps,
)
from koe.models.network_continuer import CHUNK_STEPS, WIDTHS
from koe.music.grid import N_KEYS
from koe.music.states import FREE, HELD, STRUCK, UNHELD, states_from_pianoroll

DEFAULT_MEASURE_STEPS = 16
SHORT_STEPS = 8
_MIN_TEMPERATURE = 1e-4
_N_CHROMA = 12 * len(FADES)
_N_RECENT = LONGEST_BACK * N_KEYS
_BORDERS = (_N_RECENT, _N_RECENT + _N_CHROMA, _N_RECENT + _N_CHROMA + 2)


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
        self._weights = {
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
            "decide": (ops.convert_to_tensor(network.decide.kernel), ops.convert_to_tensor(network.decide.bias)),
            "last": (ops.convert_to_tensor(network.last.kernel), ops.convert_to_tensor(network.last.bias)),
            "odds": ops.convert_to_tensor(network.odds),
        }
        self._hear, self._write = Fused(hear_chunk), Fused(write_states)

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
        state = np.zeros((1, _BORDERS[-1] + 4 * N_KEYS * self._units), np.float32)
        place, length = clock[0] if len(clock) else (0, DEFAULT_MEASURE_STEPS)
        state[0, _BORDERS[1] : _BORDERS[2]] = (place - 1, length)  # before the step to come
        if len(states):
            # The first step is given: nothing is remembered of what led to it.
            state[0, :N_KEYS] = states[0]
            state[0, _N_RECENT : _BORDERS[1]] = _first_chroma(states[0])
            state[0, _BORDERS[1] : _BORDERS[2]] = clock[0]
        for start in range(1, len(states), CHUNK_STEPS):
            part = slice(start, start + CHUNK_STEPS)
            n_steps = len(states[part])
            given = np.pad(
                np.concatenate([states[part], clock[part]], axis=1).astype(np.float32)[:, None],
                ((0, CHUNK_STEPS - n_steps), (0, 0), (0, 0)),
            )
            state = self._hear(self._weights, state, given, np.int32(n_steps))
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
            state, states, chance = self._write(self._weights, state, filled, fixed, leant, settings)
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


def remember(weights, state, place, length):
    """Take in the step that a state ends with, and prepare the keys of the next one.

    Parameters
    ----------
    weights : dict
    state : tensor, as in `TiedMemory`
    place, length : tensors, shape=(width,)
        The next step's clock.

    Returns
    -------
    waiting : tensor, shape=(width, 88, units)
        What each key brings along before it hears of the keys below it.
    memories : list of tensors, shape=(width, 88 * units)
    """
    units = weights["from_memory"].shape[0]
    recent, chroma, _, *memories = ops.split(
        state, [*_BORDERS, *(_BORDERS[-1] + N_KEYS * units * number for number in (1, 2, 3))], axis=1
    )
    past = ops.concatenate([key_features(recent[:, :N_KEYS]), chroma], axis=1)
    x = ops.reshape(ops.matmul(past, weights["heard"]), (-1, N_KEYS, units)) + weights["register"]
    x = x + ops.matmul(around(_looked_back(recent, length)), weights["back"])
    clock = ops.matmul(clock_features(ops.stack([place, length], axis=-1)), weights["clock"])
    x = ops.reshape(ops.elu(x + clock[:, None]), (-1, units))
    outputs, new = [], []
    for (kernel, bias), h, c in zip(weights["memory"], memories[::2], memories[1::2], strict=True):
        h, c = ops.reshape(h, (-1, units)), ops.reshape(c, (-1, units))
        gates = ops.matmul(ops.concatenate([x, h], axis=1), kernel) + bias
        i, f, g, o = ops.split(gates, 4, axis=1)  # Keras's order: input, forget, candidate, output
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        x = ops.sigmoid(o) * ops.tanh(c)
        outputs.append(x)
        new += [ops.reshape(x, (-1, N_KEYS * units)), ops.reshape(c, (-1, N_KEYS * units))]
    waiting = ops.matmul(outputs[0] + outputs[1], weights["from_memory"])
    return ops.reshape(waiting, (-1, N_KEYS, units)) + weights["key_bias"], new


def _looked_back(recent, length):
    """As `koe.models.lstm2.earlier`, for the step after the recent ones: ``(width, 88, 2 * 5)``."""
    recent = ops.reshape(recent, (-1, LONGEST_BACK, N_KEYS))
    found = [recent[:, back - 1] for back in BACK_STEPS]
    for n_measures in BACK_MEASURES:
        back = measure_steps(length, n_measures)
        looked = ops.take_along_axis(recent, ops.maximum(back - 1, 0)[:, None, None], axis=1)[:, 0]
        found.append(looked * ops.cast(back > 0, "float32")[:, None])
    keys = [ops.reshape(key_features(one), (-1, 2, N_KEYS)) for one in found]
    return ops.transpose(ops.concatenate(keys, axis=1), (0, 2, 1))


def _next(state, states, place, length, memories):
    """The state after a step."""
    chroma = ops.matmul(ops.cast(states > 0, "float32"), CHROMA)
    faded = [
        fade * state[:, _N_RECENT + 12 * number : _N_RECENT + 12 * (number + 1)] + (1 - fade) * chroma
        for number, fade in enumerate(FADES)
    ]
    recent = ops.concatenate([states, state[:, : _N_RECENT - N_KEYS]], axis=1)
    return ops.concatenate([recent, *faded, place[:, None], length[:, None], *memories], axis=1)


def hear_chunk(weights, state, given, n_steps):
    """Take in a chunk of given steps, ``(chunk, 1, 88 + 2)``: states and clock; the first ``n_steps`` count."""

    def step(index, state):
        now = ops.take(given, index, axis=0)
        place, length = now[:, N_KEYS], now[:, N_KEYS + 1]
        _, memories = remember(weights, state, place, length)
        after = _next(state, now[:, :N_KEYS], place, length, memories)
        return ops.where(index < n_steps, after, state)

    return ops.fori_loop(0, CHUNK_STEPS, step, state)


def write_states(weights, state, uniforms, given, hints, settings):
    """Write a chunk of steps.

    Parameters
    ----------
    weights : dict
    state : tensor, as in `TiedMemory`
    uniforms : tensor, shape=(chunk, width, 88)
        Luck: one number decides between struck, held and silent.
    given : tensor, shape=(chunk, width, 88)
        States to be kept, `FREE` or `UNHELD`.
    hints : tensor, shape=(chunk, width or 1, 88, 2)
        What is added to each key's log-odds of striking and of holding.
    settings : tensor, shape=(8,)
        Steps in use; whether a threshold decides; temperature; threshold; the
        probability below which nothing happens; what is added to the log-odds
        of striking, of holding, and of striking what sounds.

    Returns
    -------
    state : tensor, as the argument
    states : tensor, shape=(chunk, width, 88)
    chances : tensor, shape=(chunk, width)
        Log-likelihood of the given keys of each step.
    """
    n_steps, by_threshold, temperature, threshold, floor, density, holding, restriking = (settings[i] for i in range(8))

    def decided(chance, luck):
        """Whether something of this probability happens."""
        chance = ops.where(chance < floor, 0.0, ops.where(chance > 1 - floor, 1.0, chance))
        return ops.where(
            by_threshold > 0.5, ops.cast(chance >= threshold, "float32"), ops.cast(luck < chance, "float32")
        )

    def step(index, carry):
        state, written, chances = carry
        luck = ops.transpose(ops.take(uniforms, index, axis=0))
        fixed = ops.transpose(ops.take(given, index, axis=0))
        hinted = ops.transpose(ops.take(hints, index, axis=0), (1, 0, 2))
        length = state[:, _BORDERS[1] + 1]
        place = state[:, _BORDERS[1]] + 1
        place = ops.where(place >= length, place - length, place)
        waiting, memories = remember(weights, state, place, length)
        waiting = ops.transpose(waiting, (1, 0, 2))
        was_sounding = ops.transpose(ops.cast(state[:, :N_KEYS] > 0, "float32"))

        def draw(key, carry):
            keys, likelihood = carry
            x = ops.take(waiting, key, axis=0) + ops.matmul(keys, ops.take(weights["chord"], key, axis=0))
            x = ops.gelu(ops.matmul(ops.gelu(x), weights["decide"][0]) + weights["decide"][1])
            logits = ops.matmul(x, weights["last"][0]) + weights["last"][1] + ops.take(weights["odds"], key, axis=0)
            leant = logits + ops.take(hinted, key, axis=0)
            sounded = ops.take(was_sounding, key, axis=0)
            strike = ops.sigmoid((leant[:, 0] + density + restriking * sounded) / temperature)
            hold = ops.sigmoid((leant[:, 1] + holding) / temperature)
            drawn = ops.take(luck, key, axis=0)
            struck = decided(strike, drawn)
            # What is left of the luck above the chance of striking is as good as new.
            rest = (drawn - strike) / ops.maximum(1 - strike, 1e-6)
            wanted = ops.take(fixed, key, axis=0)
            held = sounded * (1 - struck) * decided(hold, rest) * ops.cast(wanted > UNHELD, "float32")
            # What is given counts with its chance as the network sees it, whatever controls and hints say.
            free = ops.cast(wanted < 0, "float32")
            must_strike = ops.cast(wanted > HELD, "float32") + ops.cast(wanted == HELD, "float32") * (1 - sounded)
            must_hold = ops.cast(wanted == HELD, "float32") * sounded
            chance = ops.softplus(logits[:, 0]) - must_strike * logits[:, 0]
            chance += sounded * (1 - must_strike) * (ops.softplus(logits[:, 1]) - must_hold * logits[:, 1])
            struck = free * struck + (1 - free) * must_strike
            held = free * held + (1 - free) * must_hold
            here = ops.one_hot(key, N_KEYS)
            keys += ops.concatenate([(struck + held)[:, None] * here, struck[:, None] * here], axis=1)
            return keys, likelihood - (1 - free) * chance

        nothing = ops.zeros((state.shape[0], 2 * N_KEYS)), ops.zeros((state.shape[0],))
        keys, likelihood = ops.fori_loop(0, N_KEYS, draw, nothing)
        states = HELD * keys[:, :N_KEYS] + (STRUCK - HELD) * keys[:, N_KEYS:]
        after = _next(state, states, place, length, memories)
        # Past the steps in use nothing changes, so that the next chunk goes on from there.
        state = ops.where(ops.cast(index, "float32") < n_steps, after, state)
        now = ops.one_hot(index, chunk)
        return state, written + now[:, None, None] * states, chances + now[:, None] * likelihood

    chunk = uniforms.shape[0]
    return ops.fori_loop(0, chunk, step, (state, ops.zeros_like(uniforms), ops.zeros_like(uniforms[:, :, 0])))
