"""LSTM1 as a model that continues: one compiled loop that carries the state.

The loop takes a fixed number of steps at a time. Shapes stay the same from
call to call, so it is compiled once for each number of variations, and between
two calls the work can be shown and stopped.
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from koe.models.compile import Fused
from koe.models.sampling import THRESHOLD, Sampling
from koe.music.grid import N_KEYS
from koe.music.states import sounding

CHUNK_STEPS = 64
# Variations are filled up to one of these, so that few shapes are compiled.
WIDTHS = (1, 4, 16)
_MIN_TEMPERATURE = 1e-4


@dataclass(frozen=True)
class Memory:
    """All that the network knows of the past.

    Attributes
    ----------
    state : np.ndarray, shape=(width, 88 + 2 * units of all layers), dtype=float32
        Side by side: the step heard or written last, which is the input of
        the next; h and c of the first layer, h and c of the second. One array,
        for Keras's scan carries one tensor on all backends.
    n_variations : int
        How many of the ``width`` rows are in use.
    """

    state: np.ndarray
    n_variations: int


class NetworkContinuer:
    """A stack of LSTM layers under a sigmoid layer, unrolled step by step.

    Safe to share between threads: what it remembers is handed in and out.

    Parameters
    ----------
    network : keras.Model
    leaning : float
        Added to the log-odds of every key.
    """

    hears_onsets = False

    def __init__(self, network: keras.Model, leaning: float = 0.0) -> None:
        self.name = network.name
        lstms = [layer for layer in network.layers if isinstance(layer, keras.layers.LSTM)]
        dense = network.layers[-1]
        # Input and recurrent kernel stacked: one product for each layer and step.
        self._weights = [
            (ops.concatenate([lstm.cell.kernel, lstm.cell.recurrent_kernel]), ops.convert_to_tensor(lstm.cell.bias))
            for lstm in lstms
        ]
        self._weights.append((ops.convert_to_tensor(dense.kernel), dense.bias + leaning))
        self._n_state = sum(2 * lstm.units for lstm in lstms)

    def listen(self, prompt: np.ndarray, n_variations: int, clock: np.ndarray | None = None) -> Memory:
        """Hear a roll or states, ``(steps, 88)``; after an empty one the last step was silent. It knows no clock."""
        width = next(width for width in WIDTHS if width >= n_variations)
        prompt = sounding(prompt).astype(np.float32)
        first = prompt[0] if len(prompt) else np.zeros(N_KEYS, np.float32)
        state = np.concatenate([first, np.zeros(self._n_state, np.float32)])
        memory = Memory(np.tile(state, (width, 1)), n_variations)
        rest = np.repeat(prompt[1:, None], width, axis=1)
        return self._run(memory, np.zeros_like(rest), rest, Sampling())[1]

    def write(self, memory: Memory, uniforms: np.ndarray, sampling: Sampling) -> tuple[np.ndarray, Memory]:
        """Write ``len(uniforms)`` steps: bool, ``(steps, n_variations, 88)``, and the new memory."""
        luck = np.zeros((len(uniforms), len(memory.state), N_KEYS), np.float32)
        luck[:, : memory.n_variations] = uniforms
        rolls, memory = self._run(memory, luck, None, sampling)
        return rolls[:, : memory.n_variations], memory

    def mix(self, memory: Memory, other: Memory, taken: np.ndarray) -> Memory:
        """A memory with ``other``'s variations where ``taken``, bool, ``(n_variations,)``."""
        state = memory.state.copy()
        state[: len(taken)][taken] = other.state[: len(taken)][taken]
        return Memory(state, memory.n_variations)

    def _run(
        self, memory: Memory, uniforms: np.ndarray, heard: np.ndarray | None, sampling: Sampling
    ) -> tuple[np.ndarray, Memory]:
        """Take any number of steps, in chunks; the last one is filled up and its surplus not kept."""
        rolls = [np.zeros((0, len(memory.state), N_KEYS), bool)]
        by_threshold = float(sampling.way == THRESHOLD)
        temperature = max(sampling.temperature, _MIN_TEMPERATURE)
        for start in range(0, len(uniforms), CHUNK_STEPS):
            part = slice(start, start + CHUNK_STEPS)
            n_steps = len(uniforms[part])
            settings = np.array(
                [n_steps, heard is not None, by_threshold, temperature, sampling.threshold], dtype=np.float32
            )
            given = _filled(uniforms[part] if heard is None else heard[part])
            state, roll = _LOOP(self._weights, memory.state, _filled(uniforms[part]), given, settings)
            memory = Memory(ops.convert_to_numpy(state), memory.n_variations)
            rolls.append(ops.convert_to_numpy(roll)[:n_steps] > 0.5)
        return np.concatenate(rolls), memory


def _filled(chunk: np.ndarray) -> np.ndarray:
    """Lengthen ``(steps, width, 88)`` with zeros to a whole chunk."""
    return np.pad(chunk, ((0, CHUNK_STEPS - len(chunk)), (0, 0), (0, 0)))


def write_chunk(weights, state, uniforms, given, settings):
    """Run the network for a chunk of steps, each fed with what the one before gave.

    Parameters
    ----------
    weights : list of (kernel, bias)
        Of each LSTM layer, its two kernels stacked, then of the output layer.
    state : tensor, as in `Memory`
    uniforms, given : tensors, shape=(chunk, width, 88)
        Luck, and the steps to be heard instead of written.
    settings : tensor, shape=(5,)
        Steps in use; whether ``given`` is heard; whether a threshold decides;
        temperature; threshold.

    Returns
    -------
    state : tensor, as the argument
    rolls : tensor, shape=(chunk, width, 88)
        0 and 1.

    Notes
    -----
    By coin toss the keys that came up are fed back; by threshold the
    probabilities themselves are, as in the paper (section 3.5).
    """
    n_steps, heard, by_threshold, temperature, threshold = (settings[index] for index in range(5))

    units = [kernel.shape[1] // 4 for kernel, _ in weights[:-1]]
    borders = np.cumsum([N_KEYS] + [size for size in units for _ in ("h", "c")])[:-1].tolist()

    def step(state, inputs):
        index, luck, given_step = inputs
        x, *states = ops.split(state, borders, axis=1)
        new = []
        for (kernel, bias), h, c in zip(weights[:-1], states[::2], states[1::2], strict=True):
            gates = ops.matmul(ops.concatenate([x, h], axis=1), kernel) + bias
            i, f, g, o = ops.split(gates, 4, axis=1)  # Keras's order: input, forget, candidate, output
            c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
            x = ops.sigmoid(o) * ops.tanh(c)
            new += [x, c]
        logits = ops.matmul(x, weights[-1][0]) + weights[-1][1]
        probabilities = ops.sigmoid(logits)
        tossed = ops.cast(luck < ops.sigmoid(logits / temperature), "float32")
        fed_back = ops.where(by_threshold > 0.5, probabilities, tossed)
        fed_back = ops.where(heard > 0.5, given_step, fed_back)
        # Past the steps in use nothing changes, so that the next chunk goes on from there.
        state = ops.where(index < n_steps, ops.concatenate([fed_back, *new], axis=1), state)
        # Keras 3.15's scan on TensorFlow wants the output of a step to have the shape of its carry.
        return state, state

    state, states = ops.scan(step, state, (ops.arange(CHUNK_STEPS, dtype="float32"), uniforms, given))
    fed_back = states[:, :, :N_KEYS]
    return state, ops.cast(fed_back >= ops.where(by_threshold > 0.5, threshold, 0.5), "float32")


_LOOP = Fused(write_chunk)
