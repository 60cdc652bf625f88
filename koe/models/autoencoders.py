"""AE1 and AE2: a segment of four measures through sixteen numbers and back.

5632 - 1024 - 256 - 64 - 16 - 64 - 256 - 1024 - 5632, elu inside, tanh at the
bottleneck, sigmoid at the end, Glorot-normal initial weights. AE2 is AE1 with
dropout. With the decoder's kernels tied to the encoder's transposes there are
6'055'056 parameters, the paper's count; untied there are 12'101'776.
"""

import math
from typing import Any

import keras
from keras import ops

from koe.models.layers import TiedDense
from koe.music.grid import N_KEYS, SEGMENT_SIZE, SEGMENT_STEPS

LATENT_DIM = 16
HIDDEN = (1024, 256, 64)
NO_DROPOUT = (0.0, 0.0, 0.0, 0.0)
# After Dense 1024 and Dense 256 of the encoder, then of the decoder.
AE2_DROPOUT = (0.3, 0.3, 0.3, 0.1)


@keras.saving.register_keras_serializable("koe")
class Autoencoder(keras.Model):
    """A stack of dense layers, narrow in the middle.

    Parameters
    ----------
    dropout : sequence of 4 floats
        Rates after the encoder's first and second layer, and after the
        decoder's second and third.
    tied : bool
        Whether the decoder uses the encoder's kernels, transposed.
    output_density : float, optional
        Starts the output bias at the log-odds of this share of ones, so that
        training need not first learn that most keys are silent. None starts
        it at zero, as the paper did.

    Notes
    -----
    Input and output have the shape ``(n, 64, 88)``; the latent vectors have
    ``(n, 16)``, each number between -1 and 1.
    """

    def __init__(self, dropout=NO_DROPOUT, tied=True, output_density=None, **kwargs):
        super().__init__(**kwargs)
        self.dropout, self.tied, self.output_density = tuple(dropout), tied, output_density
        bias = "zeros"
        if output_density is not None:
            bias = keras.initializers.Constant(math.log(output_density / (1 - output_density)))

        def dense(units, activation, name, **options):
            return keras.layers.Dense(
                units, activation=activation, kernel_initializer="glorot_normal", name=name, **options
            )

        self.encoder_layers = [dense(units, "elu", f"E{i + 1}") for i, units in enumerate(HIDDEN)]
        self.bottleneck = dense(LATENT_DIM, "tanh", "B")
        # In float32 even where the rest computes in half precision: the loss takes logarithms of it.
        last: dict[str, Any] = {"name": "D4", "bias_initializer": bias, "dtype": keras.DTypePolicy("float32")}
        if tied:
            self.decoder_layers = [
                TiedDense(self.bottleneck, "elu", name="D1"),
                TiedDense(self.encoder_layers[2], "elu", name="D2"),
                TiedDense(self.encoder_layers[1], "elu", name="D3"),
                TiedDense(self.encoder_layers[0], "sigmoid", **last),
            ]
        else:
            self.decoder_layers = [
                *(dense(units, "elu", f"D{i + 1}") for i, units in enumerate(reversed(HIDDEN))),
                dense(SEGMENT_SIZE, "sigmoid", **last),
            ]
        self.encoder_dropout = [keras.layers.Dropout(rate) for rate in self.dropout[:2]]
        self.decoder_dropout = [keras.layers.Dropout(rate) for rate in self.dropout[2:]]

    def build(self, input_shape=None):
        """Create the weights, the encoder's before the decoder's that may share them."""
        sizes = (SEGMENT_SIZE, *HIDDEN, LATENT_DIM)
        for layer, size in zip([*self.encoder_layers, self.bottleneck], sizes, strict=False):
            layer.build((None, size))
        for layer, size in zip(self.decoder_layers, reversed(sizes), strict=False):
            layer.build((None, size))
        self.built = True

    def encode(self, segments, training=False):
        """Segments ``(n, 64, 88)``, 0 or 1, to latent vectors ``(n, 16)``."""
        x = ops.reshape(ops.cast(segments, self.compute_dtype), (-1, SEGMENT_SIZE))
        x = self.encoder_dropout[0](self.encoder_layers[0](x), training=training)
        x = self.encoder_dropout[1](self.encoder_layers[1](x), training=training)
        return self.bottleneck(self.encoder_layers[2](x))

    def decode(self, latents, training=False):
        """Latent vectors ``(n, 16)`` to probabilities ``(n, 64, 88)``."""
        first, second, third, last = self.decoder_layers
        x = second(first(ops.cast(latents, self.compute_dtype)))
        x = third(self.decoder_dropout[0](x, training=training))
        x = last(self.decoder_dropout[1](x, training=training))
        return ops.reshape(x, (-1, SEGMENT_STEPS, N_KEYS))

    def call(self, segments, training=False):
        """Reconstruct segments: probabilities, shape ``(n, 64, 88)``."""
        return self.decode(self.encode(segments, training), training)

    def get_config(self):
        """All arguments, so that the model can be made again."""
        return {
            **super().get_config(),
            "dropout": self.dropout,
            "tied": self.tied,
            "output_density": self.output_density,
        }


def build_ae1(**options: Any) -> Autoencoder:
    """AE1, its weights created."""
    return _built(Autoencoder(name="ae1", **options))


def build_ae2(**options: Any) -> Autoencoder:
    """AE2, its weights created."""
    return _built(Autoencoder(name="ae2", dropout=AE2_DROPOUT, **options))


def _built(model: Autoencoder) -> Autoencoder:
    model.build()
    return model
