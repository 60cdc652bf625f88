"""An LSTM layer that is trained on whole sequences with few, large products.

Keras's loop takes each step's input through the kernel by itself, and the
gradient that a backend derives from a loop adds to the whole gradient of both
kernels at every step: products of a batch's few rows, and as many passes over
matrices of millions of numbers as there are steps. But only two things must
wait for the step before: the recurrent product on the way there, and its
transpose on the way back. The rest is done for all steps at once.
"""

import keras
from keras import ops

from koe.models.compile import brings_lstm, compiled


@keras.saving.register_keras_serializable("koe")
class SequenceLSTM(keras.layers.LSTM):
    """`keras.layers.LSTM`, with the same arguments and weights, faster in training on a processor.

    Notes
    -----
    What it gives and its gradients are those of the parent, but for the order
    of sums. The parent's own way is taken outside training, and wherever more
    is asked than sequences from sequences: masks, states in or out, dropout
    within the layer, other activations, half precision; and on PyTorch and on
    GPUs, where the parent has the backend's own LSTM.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Shape ``(n, steps, features)`` to ``(n, steps, units)``."""
        if not (training and initial_state is None and mask is None and self._is_plain()):
            return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
        weights = (self.cell.kernel, self.cell.recurrent_kernel, self.cell.bias)
        return sequence_lstm(sequences, *(ops.copy(weight) for weight in weights))

    def _is_plain(self) -> bool:
        return (
            self.return_sequences
            and self.use_bias
            and self.activation is keras.activations.tanh
            and self.recurrent_activation is keras.activations.sigmoid
            and self.compute_dtype == "float32"
            and not (self.return_state or self.stateful or self.unroll or self.go_backwards)
            and not (self.dropout or self.recurrent_dropout)
            and not brings_lstm()
        )


@ops.custom_gradient
def sequence_lstm(sequences, kernel, recurrent_kernel, bias):
    """What an LSTM layer makes of sequences, beginning from zeros.

    Parameters
    ----------
    sequences : tensor, shape=(n, steps, features)
    kernel : tensor, shape=(features, 4 * units)
        To the gates, in Keras's order: input, forget, candidate, output.
    recurrent_kernel : tensor, shape=(units, 4 * units)
    bias : tensor, shape=(4 * units,)

    Returns
    -------
    outputs : tensor, shape=(n, steps, units)

    Notes
    -----
    Inside the loops a state has the shape ``(units, n)``: on a processor the
    recurrent kernel times a state takes less time than a state times the kernel.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget
    gate of Gers et al., 2000. The way back is back-propagation through time.
    """
    # What is computed for the way back is no part of what is differentiated.
    given = [ops.stop_gradient(tensor) for tensor in (sequences, kernel, recurrent_kernel, bias)]
    sequences, kernel, recurrent_kernel, bias = given
    inputs = _times(sequences, kernel)
    h, c, gates = _FORWARD(inputs, ops.transpose(recurrent_kernel), bias)

    def gradient(*upstream_or_arguments, upstream=None):
        if upstream is None:
            (upstream,) = upstream_or_arguments
        dz = _BACKWARD(ops.transpose(upstream, (1, 2, 0)), c, gates, recurrent_kernel)
        dz = ops.transpose(dz[:-1], (2, 0, 1))
        # All of a gate's weights in one product: those of its inputs, of the state before, and of the bias.
        h_before = ops.transpose(h[:-1], (2, 0, 1))
        seen = ops.concatenate([sequences, h_before, ops.ones_like(sequences[:, :, :1])], axis=2)
        weights = ops.matmul(ops.transpose(_rows(seen)), _rows(dz))
        n_features = kernel.shape[0]
        return (
            _times(dz, ops.transpose(kernel)),
            weights[:n_features],
            weights[n_features:-1],
            weights[-1],
        )

    return ops.transpose(h[1:], (2, 0, 1)), gradient


def _forward(inputs, kernel, bias):
    """Run through the steps.

    Parameters
    ----------
    inputs : tensor, shape=(n, steps, 4 * units)
        What the inputs bring to the gates.
    kernel : tensor, shape=(4 * units, units)
        The recurrent one, transposed.
    bias : tensor, shape=(4 * units,)

    Returns
    -------
    h, c : tensors, shape=(steps + 1, units, n)
        The states before the first step and after each.
    gates : tensor, shape=(steps, 4 * units, n)
    """
    n, steps = ops.shape(inputs)[0], ops.shape(inputs)[1]
    units = kernel.shape[1]

    def step(t, h, c, states, cells, gates):
        z = ops.transpose(inputs[:, t]) + ops.matmul(kernel, h) + bias[:, None]
        i, f, g, o = ops.split(z, 4)
        i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
        c = f * c + i * g
        h = o * ops.tanh(c)
        # One by one into their place: put together first, they would be computed number by number.
        for number, gate in enumerate((i, f, g, o)):
            gates = ops.slice_update(gates, (t, number * units, 0), gate[None])
        states = ops.slice_update(states, (t + 1, 0, 0), h[None])
        cells = ops.slice_update(cells, (t + 1, 0, 0), c[None])
        return t + 1, h, c, states, cells, gates

    zeros, all_zeros = ops.zeros((units, n)), ops.zeros((steps + 1, units, n))
    start = (0, zeros, zeros, all_zeros, all_zeros, ops.zeros((steps, 4 * units, n)))
    return ops.while_loop(lambda t, *_: t < steps, step, start)[3:]


def _backward(dh_out, c, gates, recurrent_kernel):
    """Gradient of the gates' sums, ``(steps + 1, 4 * units, n)``, the last zero, from that of the outputs.

    Parameters
    ----------
    dh_out : tensor, shape=(steps, units, n)
    c, gates : tensors
        As `_forward` gives them.
    recurrent_kernel : tensor, shape=(units, 4 * units)
    """
    steps, n = ops.shape(dh_out)[0], ops.shape(dh_out)[2]
    units = recurrent_kernel.shape[0]

    def step(t, dc, dz):
        i, f, g, o = ops.split(gates[t], 4)
        squashed = ops.tanh(c[t + 1])
        dh = dh_out[t] + ops.matmul(recurrent_kernel, dz[t + 1])
        dc = dc + dh * o * (1 - squashed * squashed)
        parts = (dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g * g), dh * squashed * o * (1 - o))
        for number, part in enumerate(parts):
            dz = ops.slice_update(dz, (t, number * units, 0), part[None])
        return t - 1, dc * f, dz

    start = (steps - 1, ops.zeros((units, n)), ops.zeros((steps + 1, 4 * units, n)))
    return ops.while_loop(lambda t, *_: t >= 0, step, start)[2]


# Once for all layers: what has the same shapes is traced and compiled once.
_FORWARD, _BACKWARD = compiled(_forward, fuse=True), compiled(_backward, fuse=True)


def _rows(sequences):
    """All steps of all sequences below one another: ``(n, steps, m)`` to ``(n * steps, m)``."""
    return ops.reshape(sequences, (-1, sequences.shape[2]))


def _times(sequences, matrix):
    """One product for all steps: ``(n, steps, m)`` times ``(m, k)``."""
    shape = ops.shape(sequences)
    return ops.reshape(ops.matmul(_rows(sequences), matrix), (shape[0], shape[1], matrix.shape[1]))
