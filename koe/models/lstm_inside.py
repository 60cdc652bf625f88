"""What happens inside a stack of LSTM layers while it hears music: gates, memories and chances at every step.

In NumPy, from the weights alone: 64 steps of LSTM1 take less time than Keras takes to be imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LayerInside:
    """All cells of a layer, step by step.

    Attributes
    ----------
    input, forget, output : np.ndarray, shape=(steps, units), dtype=float32
        Gates, from 0, closed, to 1, open.
    candidate : np.ndarray, shape=(steps, units), dtype=float32
        What would be written, -1 to 1.
    cell : np.ndarray, shape=(steps, units), dtype=float32
        What the cells remember after each step.
    """

    input: np.ndarray
    forget: np.ndarray
    candidate: np.ndarray
    output: np.ndarray
    cell: np.ndarray

    @property
    def hidden(self) -> np.ndarray:
        """What the layer says, shape ``(steps, units)``."""
        return self.output * np.tanh(self.cell)

    @property
    def half_lives(self) -> np.ndarray:
        """Steps after which half of what each cell wrote is left, by the mean of its forget gate, shape ``(units,)``.

        The mean is the geometric one, since what is left is the product of the gates.
        """
        kept = np.log(np.clip(self.forget, 1e-6, 1 - 1e-6)).mean(axis=0)
        return np.log(0.5) / kept


@dataclass(frozen=True)
class Inside:
    """The layers, and what the network expects.

    Attributes
    ----------
    layers : tuple of LayerInside
    log_odds : np.ndarray, shape=(steps, 88), dtype=float32
        Row ``t`` tells of step ``t + 1``: the sigmoid of a value is the chance of its key.
    """

    layers: tuple[LayerInside, ...]
    log_odds: np.ndarray


def look_inside(arrays: Mapping[str, np.ndarray], roll: np.ndarray, leaning: float = 0.0) -> Inside:
    """Let a network such as LSTM1 hear a roll, beginning without memories.

    Parameters
    ----------
    arrays : mapping of str to np.ndarray
        Weights by their paths: ``"L1/lstm_cell/kernel"``, further layers
        likewise, ``"D1/kernel"`` and ``"D1/bias"``.
    roll : np.ndarray, shape=(steps, 88), dtype=bool
    leaning : float
        Added to the log-odds of every key.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", 1997; Gers et al., "Learning to forget", 2000.
    """
    heard = np.asarray(roll, dtype=np.float32)
    layers: list[LayerInside] = []
    while f"L{len(layers) + 1}/lstm_cell/kernel" in arrays:
        cell = f"L{len(layers) + 1}/lstm_cell"
        layer = _layer(heard, arrays[f"{cell}/kernel"], arrays[f"{cell}/recurrent_kernel"], arrays[f"{cell}/bias"])
        layers.append(layer)
        heard = layer.hidden
    return Inside(tuple(layers), heard @ arrays["D1/kernel"] + arrays["D1/bias"] + np.float32(leaning))


def _layer(heard: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> LayerInside:
    units = len(recurrent_kernel)
    sums = heard @ kernel + bias
    h = c = np.zeros(units, np.float32)
    steps = []
    for from_input in sums:
        # Keras's order: input, forget, candidate, output.
        i, f, g, o = np.split(from_input + h @ recurrent_kernel, 4)
        i, f, o, g = _sigmoid(i), _sigmoid(f), _sigmoid(o), np.tanh(g)
        c = f * c + i * g
        h = o * np.tanh(c)
        steps.append((i, f, g, o, c))
    return LayerInside(*np.array(steps, np.float32).reshape(-1, 5, units).transpose(1, 0, 2))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))  # which does not overflow
