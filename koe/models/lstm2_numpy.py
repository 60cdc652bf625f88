"""LSTM2's loop in NumPy: for a short continuation in a process that has not loaded TensorFlow.

Importing TensorFlow and compiling the loop takes many times as long as what it
then writes. This loop begins at once, and is slower from step to step.

Its sums are rounded differently in their last digits than those of the
compiled loop, so a toss that falls between the two roundings could come out
differently. Each toss is therefore made twice, with log-odds that are
`MARGIN` lower and higher: where both agree, so does the compiled loop; where
they do not, `koe.models.interfaces.Unsure` is raised, and the compiled loop is to be asked from the
beginning. So the same seed makes the same music in both ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from koe.models.interfaces import Unsure
from koe.models.lstm2_layout import (
    BACK_MEASURES,
    BACK_STEPS,
    CHROMA,
    DISTANCE,
    FADES,
    FROM_CLASS,
    INTERVAL,
    LONGEST_BACK,
    MAX_BEATS,
    MEASURE_STEPS,
    NEXT_KEYS,
)
from koe.models.sampling import THRESHOLD, Sampling
from koe.music.grid import N_KEYS
from koe.music.states import HELD, STRUCK, states_from_pianoroll

# How far the two roundings may lie apart, in log-odds: five times as far as they were ever seen to.
MARGIN = 1e-4
# The same of a chance, relative to it, which is a float32 in the compiled loop.
_CHANCE_MARGIN = 4e-7
_MIN_TEMPERATURE = 1e-4
_ROWS = 8


@dataclass(frozen=True)
class Past:
    """All that the network knows of the past of one variation.

    Attributes
    ----------
    recent : np.ndarray, shape=(48, 88), dtype=uint8
        States of the last steps, the latest first.
    chroma : np.ndarray, shape=(2, 12), dtype=float32
        What pitch classes were heard of late.
    place, length : int
        The last step's place in its measure and the measure's length, in steps.
    layers : np.ndarray, shape=(2, 2, 88, units), dtype=float32
        Each layer's h and c.
    """

    recent: np.ndarray
    chroma: np.ndarray
    place: int
    length: int
    layers: np.ndarray


class NumpyLSTM2:
    """LSTM2 as a model that continues, a `koe.models.interfaces.Continuer`; `write` may raise `Unsure`.

    Parameters
    ----------
    arrays : mapping of str to np.ndarray
        Its weights by their names, as `koe.models.storage.load_weights` reads them.
    restriking : float
        As in `koe.models.tied_continuer.TiedContinuer`.
    """

    name = "lstm2"
    hears_onsets = True

    def __init__(self, arrays: Mapping[str, np.ndarray], restriking: float = 0.0) -> None:
        self._restriking = restriking
        weights = {name.removeprefix("lstm2/"): np.asarray(array, np.float32) for name, array in arrays.items()}
        self._units = units = weights["register"].shape[1]
        tonality = weights["tonality"][FROM_CLASS].reshape(12, N_KEYS, len(FADES), units).transpose(2, 0, 1, 3)
        self._heard = np.concatenate([*_tied(weights["near"], weights["octaves"]), tonality.reshape(-1, N_KEYS, units)])
        self._told = _tied(weights["chord"], weights["chord_octaves"])
        self._memory = [
            (
                np.concatenate([weights[f"{name}/lstm_cell/kernel"], weights[f"{name}/lstm_cell/recurrent_kernel"]]),
                weights[f"{name}/lstm_cell/bias"],
            )
            for name in ("L1", "L2")
        ]
        self._decide, self._last = ((weights[f"{name}/kernel"], weights[f"{name}/bias"]) for name in ("D2", "D3"))
        self._register, self._key_bias, self._odds = weights["register"], weights["key_bias"], weights["odds"]
        self._clock, self._back, self._from_memory = (weights[f"{name}/kernel"] for name in ("clock", "back", "D1"))

    def listen(self, prompt: np.ndarray, n_variations: int, clock: np.ndarray | None = None) -> tuple[Past, ...]:
        """Hear a roll or states, ``(steps, 88)``, as `TiedContinuer.listen` does."""
        prompt = np.asarray(prompt)
        states = prompt if prompt.dtype == np.uint8 else states_from_pianoroll(prompt)
        if clock is None:
            clock = np.stack([np.arange(len(states)) % 16, np.full(len(states), 16)], axis=-1)
        place, length = (int(number) for number in (clock[0] if len(clock) else (0, 16)))
        layers = np.zeros((2, 2, N_KEYS, self._units), np.float32)
        nothing = Past(np.zeros((LONGEST_BACK, N_KEYS), np.uint8), np.zeros((2, 12), np.float32), 0, 0, layers)
        if not len(states):
            return (replace(nothing, place=place - 1, length=length),) * n_variations
        # The first step is given: nothing is remembered of what led to it.
        past = _after(nothing, states[0], place, length, layers)
        for step, (place, length) in zip(states[1:], clock[1:].tolist(), strict=True):
            _, layers = self._remember(past, int(place), int(length))
            past = _after(past, step, int(place), int(length), layers)
        return (past,) * n_variations

    def write(
        self, memory: tuple[Past, ...], uniforms: np.ndarray, sampling: Sampling
    ) -> tuple[np.ndarray, tuple[Past, ...]]:
        """Write ``len(uniforms)`` steps: states, uint8, ``(steps, n_variations, 88)``, and the new memory.

        Raises
        ------
        Unsure
            If a toss is too close.
        """
        written = np.zeros(uniforms.shape, np.uint8)
        pasts = []
        for variation, past in enumerate(memory):
            for step, luck in enumerate(uniforms[:, variation]):
                place = past.place + 1
                place = place - past.length if place >= past.length else place
                waiting, layers = self._remember(past, place, past.length)
                states = self._drawn(waiting, past.recent[0] > 0, luck.astype(np.float64), sampling)
                past = _after(past, states, place, past.length, layers)
                written[step, variation] = states
            pasts.append(past)
        return written, tuple(pasts)

    def mix(self, memory: tuple[Past, ...], other: tuple[Past, ...], taken: np.ndarray) -> tuple[Past, ...]:
        """A memory with ``other``'s variations where ``taken``, bool, ``(n_variations,)``."""
        return tuple(there if take else here for here, there, take in zip(memory, other, taken, strict=True))

    def _remember(self, past: Past, place: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """What each key brings along before it hears of those below it, ``(88, units)``, and the layers' new state."""
        latest = past.recent[0]
        heard = self._heard
        x = self._register + np.tensordot(past.chroma.ravel(), heard[2 * N_KEYS :], 1)
        x += heard[np.flatnonzero(np.concatenate([latest > 0, latest == STRUCK]))].sum(0)
        x += _product(self._looked_back(past.recent, length), self._back)
        if length > 0:  # without a metre there is no clock
            beats = 4 + min(place // 4, MAX_BEATS - 1)
            x += self._clock[[place % 4, beats, *_length_number(length)]].sum(0)
        x = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
        layers, outputs = np.empty_like(past.layers), np.zeros_like(x)
        for number, (kernel, bias) in enumerate(self._memory):
            h, c = past.layers[number]
            gates = _product(np.concatenate([x, h], axis=1), kernel) + bias
            i, f, g, o = np.split(gates, 4, axis=1)  # Keras's order: input, forget, candidate, output
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            x = _sigmoid(o) * np.tanh(c)
            layers[number] = x, c
            outputs += x
        return _product(outputs, self._from_memory) + self._key_bias, layers

    def _looked_back(self, recent: np.ndarray, length: int) -> np.ndarray:
        """As `koe.models.lstm2.earlier` and `around`: ``(88, 50)``."""
        found = np.zeros((len(BACK_STEPS) + len(BACK_MEASURES), 2, N_KEYS + 2 * NEXT_KEYS), np.float32)
        steps = [*BACK_STEPS, *(length * n_measures for n_measures in BACK_MEASURES)]
        for keys, back in zip(found, steps, strict=True):
            if 0 < back <= LONGEST_BACK:
                keys[:, NEXT_KEYS:-NEXT_KEYS] = recent[back - 1] > 0, recent[back - 1] == STRUCK
        flat = found.reshape(-1, N_KEYS + 2 * NEXT_KEYS)
        return np.concatenate([flat[:, shift : shift + N_KEYS] for shift in range(2 * NEXT_KEYS + 1)]).T

    def _drawn(self, waiting: np.ndarray, was_sounding: np.ndarray, luck: np.ndarray, sampling: Sampling) -> np.ndarray:
        """One step's states, ``(88,)``: all keys up to the next one that sounds are drawn at once."""
        states = np.zeros(N_KEYS, np.uint8)
        waiting, start = waiting.copy(), 0
        while start < N_KEYS:
            struck, held, close = self._tossed(waiting[start:], start, was_sounding[start:], luck[start:], sampling)
            sounds = np.flatnonzero(struck | held)
            stop = int(sounds[0]) + 1 if len(sounds) else len(struck)
            if close[:stop].any():
                raise Unsure
            if not len(sounds):
                break
            key, is_struck = start + stop - 1, bool(struck[stop - 1])
            states[key] = STRUCK if is_struck else HELD
            start = key + 1
            waiting[start:] += self._told[0, key, start:] + is_struck * self._told[1, key, start:]
        return states

    def _tossed(
        self, waiting: np.ndarray, start: int, was_sounding: np.ndarray, luck: np.ndarray, sampling: Sampling
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which keys from ``start`` on are struck, which held, and where that is too close; bool, ``(keys,)`` each."""
        x = _gelu(_product(_gelu(waiting), self._decide[0]) + self._decide[1])
        logits = (x @ self._last[0] + self._last[1] + self._odds[start:]).astype(np.float64)
        leant = logits + np.array([sampling.density, sampling.holding])
        leant[:, 0] += self._restriking * was_sounding
        temperature = max(sampling.temperature, _MIN_TEMPERATURE)
        low, high = _sigmoid((leant - MARGIN) / temperature), _sigmoid((leant + MARGIN) / temperature)
        low, high = low - _CHANCE_MARGIN * low, np.minimum(high + _CHANCE_MARGIN * high, 1)
        struck, struck_if_high = _happens(low[:, 0], luck, sampling), _happens(high[:, 0], luck, sampling)
        # What is left of the luck above the chance of striking is as good as new.
        above = [np.maximum(1 - strike[:, 0], 1e-6) for strike in (low, high)]
        rest_high = (luck - low[:, 0]) / above[0] + _CHANCE_MARGIN / above[1]
        rest_low = (luck - high[:, 0]) / above[1] - _CHANCE_MARGIN / above[1]
        held = was_sounding & ~struck & _happens(low[:, 1], rest_high, sampling)
        held_if_high = was_sounding & ~struck & _happens(high[:, 1], rest_low, sampling)
        return struck, held, (struck != struck_if_high) | (held != held_if_high)


def _after(past: Past, states: np.ndarray, place: int, length: int, layers: np.ndarray) -> Past:
    chroma = (states > 0).astype(np.float32) @ CHROMA
    faded = np.stack([fade * old + (1 - fade) * chroma for fade, old in zip(FADES, past.chroma, strict=True)])
    return Past(np.concatenate([states[None], past.recent[:-1]]), faded.astype(np.float32), place, length, layers)


def _tied(near: np.ndarray, octaves: np.ndarray) -> np.ndarray:
    """Weights by distance and by interval, written out for all pairs of keys: ``(2, 88, 88, units)``."""
    return (near[DISTANCE] + octaves[INTERVAL]).reshape(N_KEYS, N_KEYS, 2, -1).transpose(2, 0, 1, 3)


def _length_number(length: int) -> list[int]:
    return [4 + MAX_BEATS + number for number, known in enumerate(MEASURE_STEPS) if known == length]


def _happens(chance: np.ndarray, luck: np.ndarray, sampling: Sampling) -> np.ndarray:
    """Whether something of this probability happens."""
    floor = 1 - sampling.top_p
    chance = np.where(chance < floor, 0.0, np.where(chance > 1 - floor, 1.0, chance))
    return chance >= sampling.threshold if sampling.way == THRESHOLD else luck < chance


def _product(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """``x @ kernel``, a few rows at a time: so small that NumPy's library does not wake its other threads for it.

    On a busy machine waiting for these takes ten times as long as the sums.
    """
    return np.concatenate([x[start : start + _ROWS] @ kernel for start in range(0, len(x), _ROWS)])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def _gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
