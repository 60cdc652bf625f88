"""PN1 without Keras: what serves, in NumPy alone, so that nothing has to be loaded or compiled.

Two minutes of music are some 240 beats, each of them a few small products;
NumPy runs them in a fraction of what importing TensorFlow takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from koe.models.pn1_features import Features

# Columns of what the network says: of each note, and of each beat.
NOTE_OUTPUTS = ("velocity", "velocity_spread", "length", "length_spread", "timing", "timing_spread", "down", "lift")
BEAT_OUTPUTS = ("tempo", "tempo_spread")
# What one unit of it is: velocities, natural logarithms of lengths and tempos, quarters.
VELOCITY, LENGTH, TIMING, TEMPO = 15.0, 0.1, 0.02, 0.12
MOST_SPREAD = 3.0


@dataclass(frozen=True)
class Prediction:
    """What a network expects of a performance, each a mean and its standard deviation.

    Attributes
    ----------
    velocity, velocity_spread : np.ndarray, shape=(n_notes,)
        Beside the piece's average velocity.
    length, length_spread : np.ndarray, shape=(n_notes,)
        Natural logarithm of sounding to written length.
    timing, timing_spread : np.ndarray, shape=(n_notes,)
        Lateness in quarters.
    down, lift : np.ndarray, shape=(n_notes,)
        Probability that the pedal is down when the next note begins, and that it is up before that.
    tempo, tempo_spread : np.ndarray, shape=(n_beats,)
        Natural logarithm beside the piece's median tempo.
    """

    velocity: np.ndarray
    velocity_spread: np.ndarray
    length: np.ndarray
    length_spread: np.ndarray
    timing: np.ndarray
    timing_spread: np.ndarray
    down: np.ndarray
    lift: np.ndarray
    tempo: np.ndarray
    tempo_spread: np.ndarray


class NumpyPN1:
    """PN1, serving.

    Parameters
    ----------
    arrays : mapping
        Weights by their paths in the Keras network, as
        `koe.models.storage.load_weights` gives them.

    Raises
    ------
    KeyError
        If a weight is missing.
    """

    name = "pn1"

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._dense = {
            name: (arrays[f"{name}/kernel"], arrays[f"{name}/bias"])
            for name in ("in_beats", "out_beats", "context", "in_notes", "around1", "around2", "out_notes")
        }
        self._recurrent = {
            name: [
                tuple(arrays[f"{name}/{way}_gru/gru_cell/{part}"] for part in ("kernel", "recurrent_kernel", "bias"))
                for way in ("forward", "backward")
            ]
            for name in sorted({path.partition("/")[0] for path in arrays if path.startswith("beats")})
        }
        if not self._recurrent:
            raise KeyError("beats1")

    def predict(self, features: Features) -> Prediction:
        """What is expected of a performance of a score."""
        of_notes, of_beats = self.outputs(features.notes, features.beats, features.places.beat_of_note)
        units = (VELOCITY, LENGTH, TIMING)
        columns = of_notes.astype(np.float64).T
        means = [columns[2 * index] * unit for index, unit in enumerate(units)]
        spreads = [_spread(columns[2 * index + 1]) * unit for index, unit in enumerate(units)]
        tempo, spread = of_beats.astype(np.float64).T
        return Prediction(
            *(means[0], spreads[0], means[1], spreads[1], means[2], spreads[2]),
            *(_chance(columns[6]), _chance(columns[7])),
            *(tempo * TEMPO, _spread(spread) * TEMPO),
        )

    def outputs(self, notes: np.ndarray, beats: np.ndarray, beat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the Keras network gives for one piece: float32, ``(n_notes, 8)`` and ``(n_beats, 2)``."""
        context = _gelu(self._apply("in_beats", beats))
        for forward, backward in self._recurrent.values():
            context = np.concatenate([_gru(context, *forward), _gru(context[::-1], *backward)[::-1]], axis=1)
        heard = _gelu(self._apply("in_notes", notes) + self._apply("context", context)[beat])
        for name, dilation in (("around1", 1), ("around2", 4)):
            heard = heard + _gelu(_convolved(heard, *self._dense[name], dilation))
        return self._apply("out_notes", heard), self._apply("out_beats", context)

    def _apply(self, name: str, inputs: np.ndarray) -> np.ndarray:
        kernel, bias = self._dense[name]
        return inputs @ kernel + bias


def _gru(inputs: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Gated recurrent units over ``(n, width)``, as Keras computes them with ``reset_after``."""
    units = len(recurrent)
    given = inputs @ kernel + bias[0]
    states = np.zeros((len(inputs), units), dtype=np.float32)
    state = np.zeros(units, dtype=np.float32)
    for index in range(len(inputs)):
        kept = state @ recurrent + bias[1]
        gates = 1 / (1 + np.exp(-(given[index, : 2 * units] + kept[: 2 * units])))
        new = np.tanh(given[index, 2 * units :] + gates[units:] * kept[2 * units :])
        state = gates[:units] * state + (1 - gates[:units]) * new
        states[index] = state
    return states


def _convolved(inputs: np.ndarray, kernel: np.ndarray, bias: np.ndarray, dilation: int) -> np.ndarray:
    """Convolution with three taps over ``(n, width)``, zeros beyond both ends."""
    padded = np.pad(inputs, ((dilation, dilation), (0, 0)))
    n = len(inputs)
    return sum((padded[tap * dilation : tap * dilation + n] @ kernel[tap] for tap in range(3)), start=bias)


def _gelu(values: np.ndarray) -> np.ndarray:
    """X times the normal distribution's share below x, the error function by Abramowitz and Stegun 7.1.26."""
    z = np.abs(values) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    below = 1 - poly * np.exp(-z * z)
    return values * (0.5 + 0.5 * np.sign(values) * below).astype(np.float32)


def _chance(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(log_odds, -40, 40)))


def _spread(values: np.ndarray) -> np.ndarray:
    return np.exp(MOST_SPREAD * np.tanh(values / MOST_SPREAD))
