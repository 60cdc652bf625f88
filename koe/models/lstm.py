"""LSTM1: the next step of a piece from all the steps before it.

LSTM 500 - LSTM 500 - Dense 88 sigmoid, 3'224'088 parameters.
"""

import math

import keras
from keras import ops

from koe.models.sequence_lstm import SequenceLSTM
from koe.music.grid import N_KEYS

UNITS = 500
OWN_INPUTS = "own_inputs"


def build_lstm1(
    output_density: float | None = None,
    units: int = UNITS,
    n_keys: int = N_KEYS,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    own_inputs: float = 0.0,
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
    own_inputs : float
        Share of the steps that the network hears as it would have tossed them
        itself, in training; see `SelfFed`.

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
    x = OwnInputs(own_inputs, name=OWN_INPUTS)(inputs) if own_inputs else inputs
    x = keras.layers.Dropout(input_dropout)(x) if input_dropout else x
    for name in ("L1", "L2"):
        x = SequenceLSTM(units, return_sequences=True, name=name)(x)
        x = keras.layers.Dropout(dropout)(x) if dropout else x
    # In float32 even where the rest computes in half precision: the loss takes logarithms of it.
    outputs = keras.layers.Dense(
        n_keys, activation="sigmoid", bias_initializer=bias, name="D1", dtype=keras.DTypePolicy("float32")
    )(x)
    return (SelfFed if own_inputs else keras.Model)(inputs, outputs, name="lstm1")


@keras.saving.register_keras_serializable("koe")
class SelfFed(keras.Model):
    """A network that is trained on steps of its own among those of the data.

    What goes on from its own music meets steps that no data has: a key held
    too long, a chord too many. Having heard only real music, it does not know
    its way back. So in training it says twice what follows: first from the
    data; then some steps of the data are put in that place as it would have
    tossed them by what it said first, and from these it learns to go on as the
    data does.

    References
    ----------
    Bengio et al., "Scheduled sampling for sequence prediction with recurrent
    neural networks", NIPS 2015; all steps at once as in Mihaylova and Martins,
    "Scheduled sampling for transformers", ACL 2019.
    """

    def call(self, inputs, training=None, mask=None):
        """Shape ``(n, steps, 88)`` to probabilities ``(n, steps, 88)``."""
        if training:
            said = ops.stop_gradient(super().call(inputs, training=True))
            inputs = self.get_layer(OWN_INPUTS).mixed(ops.cast(inputs, said.dtype), said)
        return super().call(inputs, training=training, mask=mask)


@keras.saving.register_keras_serializable("koe")
class OwnInputs(keras.layers.Layer):
    """Holds how many steps are a network's own, and the chance that decides which; passes all inputs on.

    Parameters
    ----------
    share : float
        Of the steps, in the mean. Each sequence has its own, from none to twice
        as many, so that some stay as the data has them.
    """

    def __init__(self, share, **kwargs):
        super().__init__(**kwargs)
        self.share = share
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, inputs):
        """What came."""
        return inputs

    def mixed(self, inputs, said):
        """Put tossed steps among the others.

        Parameters
        ----------
        inputs, said : tensors, shape=(n, steps, keys)
            ``said[:, t]`` are the probabilities of ``inputs[:, t + 1]``.
        """
        shape = ops.shape(inputs)
        tossed = keras.random.uniform(shape, seed=self.seeds) < said
        # The first step has nothing before it.
        tossed = ops.concatenate([inputs[:, :1], ops.cast(tossed[:, :-1], inputs.dtype)], axis=1)
        share = 2 * self.share * keras.random.uniform((shape[0], 1, 1), seed=self.seeds)
        own = keras.random.uniform((shape[0], shape[1], 1), seed=self.seeds) < share
        return ops.where(own, tossed, inputs)

    def get_config(self):
        """All arguments."""
        return {**super().get_config(), "share": self.share}
