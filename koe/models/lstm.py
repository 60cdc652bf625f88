"""LSTM1: the next step of a piece from all the steps before it.

LSTM 500 - LSTM 500 - Dense 88 sigmoid, 3'224'088 parameters.
"""

import math

import keras

from koe.models.sequence_lstm import SequenceLSTM
from koe.music.grid import N_KEYS

UNITS = 500


def build_lstm1(
    output_density: float | None = None,
    units: int = UNITS,
    n_keys: int = N_KEYS,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
) -> keras.Model:
    """Make LSTM1 with new weights.

    Parameters
    ----------
    output_density : float, optional
        Starts the output bias at the log-odds of this share of ones; None
        starts it at zero, as the paper did.
    units : int
        Cells in each of the two layers.
    n_keys : int
        Inputs and outputs.
    dropout, input_dropout : float
        Share of each LSTM layer's outputs, and of the inputs, that is left
        out at each step in training. Without, there are no such layers.

    Returns
    -------
    keras.Model
        ``(n, steps, 88)`` to probabilities ``(n, steps, 88)``: output ``t``
        tells of step ``t + 1``, from the steps up to ``t``.
    """
    bias = "zeros"
    if output_density is not None:
        bias = keras.initializers.Constant(math.log(output_density / (1 - output_density)))
    inputs = keras.Input((None, n_keys), name="pianoroll")
    x = keras.layers.Dropout(input_dropout)(inputs) if input_dropout else inputs
    for name in ("L1", "L2"):
        x = SequenceLSTM(units, return_sequences=True, name=name)(x)
        x = keras.layers.Dropout(dropout)(x) if dropout else x
    # In float32 even where the rest computes in half precision: the loss takes logarithms of it.
    outputs = keras.layers.Dense(
        n_keys, activation="sigmoid", bias_initializer=bias, name="D1", dtype=keras.DTypePolicy("float32")
    )(x)
    return keras.Model(inputs, outputs, name="lstm1")
