"""Layers of Koe's own."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("koe")
class TiedDense(keras.layers.Layer):
    """A dense layer whose kernel is the transpose of another dense layer's.

    Parameters
    ----------
    source : keras.layers.Dense
        The layer whose kernel, shape ``(outputs, inputs)`` seen from here, is
        shared. It must be built before this one.
    activation : str or callable, optional
    bias_initializer : str or keras.initializers.Initializer

    Notes
    -----
    Only the bias, shape ``(outputs,)``, is this layer's own weight.
    """

    def __init__(self, source, activation=None, bias_initializer="zeros", **kwargs):
        super().__init__(**kwargs)
        # Kept in a list inside a lambda would hide it from Keras's tracking; the
        # tracker would otherwise count and save the source's weights twice.
        self._source = _Untracked(source)
        self.activation = keras.activations.get(activation)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape):
        """Create the bias; the kernel belongs to the source."""
        outputs = self._source.layer.kernel.shape[0]
        self.bias = self.add_weight(name="bias", shape=(outputs,), initializer=self.bias_initializer)

    def call(self, inputs):
        """Shape ``(n, inputs)`` to ``(n, outputs)``."""
        kernel = ops.cast(ops.transpose(self._source.layer.kernel), inputs.dtype)
        return self.activation(ops.matmul(inputs, kernel) + ops.cast(self.bias, inputs.dtype))

    def get_config(self):
        """All arguments, so that the layer can be made again."""
        return {
            **super().get_config(),
            "source": keras.saving.serialize_keras_object(self._source.layer),
            "activation": keras.activations.serialize(self.activation),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }


class _Untracked:
    """Holds a layer without Keras taking it for a part of the holder."""

    def __init__(self, layer):
        self.layer = layer
