"""AE4: AE3's numbers, written in time by LSTM2's cells.

A segment's numbers are AE3's, found by its encoder. What they stand for is
told in two stages. The guide, AE3's decoder, says how likely each key is to
sound and to be struck. It is also told how far the numbers can be trusted: in
training they are blurred by noise of a strength that it knows, so that far
from any piece it says what all pieces near there have in common, and how sure
that is. The cells, LSTM2's, write step by step and key by key, each key
hearing what was written before, the keys below it, and what the guide says of
it and its neighbours now, a step ago and a few steps ahead. So every point of
the space is written as music is: in the light of what has just been played.

How far numbers can be trusted is their *looseness*, one for the segment's own
sixteen and one for those of its beats: 0 for numbers that are meant exactly,
1 for a noise as large as the numbers' own spread over all pieces, and `UNTOLD`
for numbers that say nothing.

    the guide: AE3, its way back besides hearing the looseness
    the cells: 88 times LSTM 64 - LSTM 64, then key by key up the keyboard, as LSTM2,
               and 36 log-odds of the guide around each key into what the cells hear,
               what they remember, and what they say

References
----------
Roberts et al., "A hierarchical latent vector model for learning long-term
structure in music", ICML 2018, write in time from one vector, and let the
decoder depend on it by giving it little else. Bowman et al., "Generating
sentences from a continuous space", CoNLL 2016, found that a decoder that can do
without its latent vector learns to; here the encoder is settled beforehand and
the guide has a loss of its own, so that the cells cannot. Ghosh et al., "From
variational to deterministic autoencoders", ICLR 2020, replace the posterior's
variance by noise and fit the prior afterwards. Vincent et al., "Extracting and
composing robust features with denoising autoencoders", ICML 2008.
"""

from typing import Any

import keras
from keras import ops

from koe.models.ae3 import N_BEATS, SEGMENT_DIM, BeatAutoencoder, from_places, shift_of
from koe.models.lstm2 import (
    LSTM2,
    around,
    clock_features,
    earlier,
    fading_chroma,
    key_features,
)
from koe.music.grid import N_KEYS

# The looseness of numbers that say nothing.
UNTOLD = 2.0
# Steps, counted from the one that is written, at which the cells hear the guide of their own key.
HEARD_STEPS = (-1, 0, 1, 2, 3, 4)
# Keys, counted from their own, of which they hear it at the step itself.
HEARD_KEYS = (-12, -7, -4, -3, -2, -1, 1, 2, 3, 4, 7, 12)
N_HEARD = 2 * (len(HEARD_STEPS) + len(HEARD_KEYS))
# Log-odds of the guide are heard within these bounds, and as parts of them.
MOST_ODDS = 9.0
# What a looseness is told as.
N_LOOSE = 3


@keras.saving.register_keras_serializable("koe")
class Guide(BeatAutoencoder):
    """AE3 whose way back knows how far its numbers can be trusted.

    Its arguments are AE3's. Where all numbers are meant exactly it is AE3.
    """

    def build(self, input_shape=None):
        """Create all weights: AE3's, and what the looseness adds."""
        super().build(input_shape)
        told = 2 * N_LOOSE
        self.loose_all = self.add_weight(name="loose_all", shape=(told, self.units[3]), initializer="zeros")
        self.loose_own = self.add_weight(name="loose_own", shape=(told, self.units[1]), initializer="zeros")
        # Log-odds shrink where little is certain: the stack's, and all.
        self.loose_gain = self.add_weight(name="loose_gain", shape=(told, 2), initializer="zeros")
        # How far each number is spread over all pieces.
        self.spread = self.add_weight(name="spread", shape=(self.latent_dim,), initializer="ones", trainable=False)

    def led_odds(self, latents, looseness):
        """Log-odds of sounding and being struck, ``(n, 64, 88, 2)``.

        Parameters
        ----------
        latents : tensor, shape=(n, latent_dim)
            Numbers whose looseness is `UNTOLD` may be anything.
        looseness : tensor, shape=(n, 2)
            Of the segment's own numbers, and of its beats'.
        """
        # In half precision the numbers of a mapping have been rounded; they are blurred by more than that.
        latents, looseness = ops.cast(latents, "float32"), ops.cast(looseness, "float32")
        told = loose_features(looseness)
        numbers = ops.arange(self.latent_dim)
        of_each = ops.where(numbers[None] < SEGMENT_DIM, looseness[:, :1], looseness[:, 1:])
        # The first one counts semitones, and is known in any case.
        known = ops.logical_or(of_each < UNTOLD, numbers[None] == 0)
        latents = ops.where(known, latents, 0.0)
        said = self.say(latents)
        gain = ops.exp(ops.matmul(told, ops.cast(self.loose_gain, "float32")))
        stack = ops.cast(self.stack_odds(said), "float32") * gain[:, :1, None]
        told = ops.cast(told, self.compute_dtype)
        content = ops.cast(latents[:, 1:], self.compute_dtype)
        x = self.all_out(ops.concatenate([content, said], axis=-1)) + ops.matmul(
            told, ops.cast(self.loose_all, told.dtype)
        )
        x = self.norm_out(x + self.residual_out[1](self.residual_out[0](x)))
        x = ops.reshape(self.context_out(x), (-1, N_BEATS, self.units[5]))
        own = ops.reshape(content[:, SEGMENT_DIM - 1 :], (-1, N_BEATS, self.beat_dim))
        own = self.own_out(own) + ops.matmul(told, ops.cast(self.loose_own, told.dtype))[:, None]
        x = ops.concatenate([own, x], axis=-1)
        x = x + ops.cast(self.places_out, x.dtype)
        for layer in self.beat_out:
            x = layer(x)
        odds = (stack + ops.cast(x, "float32")) * gain[:, 1:, None]
        return from_places(odds, shift_of(latents))

    def call(self, inputs, training=False):
        """Latent vectors and their looseness, a mapping, to log-odds ``(n, 64, 88, 2)``."""
        return self.led_odds(inputs["latents"], inputs["looseness"])


@keras.saving.register_keras_serializable("koe")
class LedCells(LSTM2):
    """LSTM2 whose keys hear a guide.

    Called with what LSTM2 is called with and ``guide``, log-odds
    ``(n, steps, 88, 2)`` as `Guide` gives them, of the steps after the first.
    ``heard``, ``(n, steps + 1, 88)``, if given, is what the cells believe to
    have been played, which in training is not always what was.
    """

    def build(self, input_shape=None):
        """Create all weights: LSTM2's, and what the guide adds."""
        super().build(input_shape)
        for name, width in (("guide_in", self.units), ("guide_on", self.units), ("guide_out", 2)):
            setattr(self, name, self.add_weight(name=name, shape=(N_HEARD, width), initializer="zeros"))

    def call(self, inputs, training=False):
        """Log-odds ``(n, steps, 88, 2)`` of striking and holding at the steps after the first."""
        decided, guide = self.decided(inputs)
        said = ops.cast(ops.matmul(guide, ops.cast(self.guide_out, guide.dtype)), "float32")
        return self.last(decided) + self.odds + said

    def decided(self, inputs):
        """What the last layer hears: ``(n, steps, 88, units)``, and of the guide ``(n, steps, 88, N_HEARD)``."""
        states, units = inputs["states"], self.units
        keys = ops.cast(key_features(states), self.compute_dtype)
        exact = key_features(inputs.get("heard", states))
        chroma = fading_chroma(exact[:, :-1, :N_KEYS])
        heard = ops.cast(exact, self.compute_dtype)
        n, steps = ops.shape(keys)[0], ops.shape(keys)[1] - 1
        heard_kernel, chord_kernel = self.kernels()
        guide = ops.cast(guide_features(inputs["guide"]), self.compute_dtype)
        past = ops.concatenate([heard[:, :-1], ops.cast(chroma, keys.dtype)], axis=-1)
        x = ops.reshape(ops.matmul(past, heard_kernel), (n, steps, N_KEYS, units)) + self.register
        x = (
            x
            + self.back_layer(around(earlier(heard, inputs["clock"])))
            + ops.matmul(guide, ops.cast(self.guide_in, guide.dtype))
        )
        x = ops.elu(x + self.clock_layer(clock_features(inputs["clock"])[:, 1:])[:, :, None])
        x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (n * N_KEYS, steps, units))
        first = self.memory_layers[0](x)
        x = first + self.memory_layers[1](first)
        x = ops.transpose(ops.reshape(x, (n, N_KEYS, steps, units)), (0, 2, 1, 3))
        x = self.from_memory(x) + self.key_bias + ops.matmul(guide, ops.cast(self.guide_on, guide.dtype))
        x = x + ops.reshape(ops.matmul(keys[:, 1:], chord_kernel), (n, steps, N_KEYS, units))
        return self.decide(ops.gelu(x)), guide


@keras.saving.register_keras_serializable("koe")
class LedAutoencoder(keras.Model):
    """The guide and the cells that it leads.

    Parameters
    ----------
    latent_dim : int
        As of AE3.
    units : int
        As of LSTM2.
    guide_sizes : mapping, optional
        ``stack`` and ``units`` of AE3, where they are not as usual.
    """

    def __init__(self, latent_dim=128, units=64, guide_sizes=None, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.cell_units, self.guide_sizes = latent_dim, units, dict(guide_sizes or {})
        self.guide = Guide(latent_dim, settled=True, name="guide", **self.guide_sizes)
        self.cells = LedCells(units, name="cells")

    def build(self, input_shape=None):
        """Create all weights."""
        self.guide.build()
        self.cells.build()
        self.built = True

    def encode(self, states, training=False):
        """States ``(n, 64, 88)`` to latent vectors ``(n, latent_dim)``, as AE3 does."""
        return self.guide.encode(states)

    def call(self, inputs, training=False):
        """What `LedCells` is called with, but ``latents`` and ``looseness`` in place of the guide."""
        guide = self.guide.led_odds(inputs["latents"], inputs["looseness"])
        return self.cells({**inputs, "guide": guide}, training=training)

    def decided(self, inputs):
        """The same as of `LedCells`, before the last layer."""
        guide = self.guide.led_odds(inputs["latents"], inputs["looseness"])
        return self.cells.decided({**inputs, "guide": guide})

    def get_config(self):
        """All arguments, so that the model can be made again."""
        sizes = {"latent_dim": self.latent_dim, "units": self.cell_units, "guide_sizes": self.guide_sizes}
        return {**super().get_config(), **sizes}


def loose_features(looseness):
    """What is told of a looseness, ``(n, 2)`` to ``(n, 6)``, float32: nothing where numbers are meant exactly."""
    untold = ops.cast(looseness >= UNTOLD, "float32")
    told = looseness * (1 - untold)
    return ops.concatenate([ops.sqrt(told) * (1 - untold), told, untold], axis=-1)


def guide_features(guide):
    """What each key hears of a guide at each step: ``(n, steps, 88, 2)`` to ``(n, steps, 88, N_HEARD)``, -1 to 1."""
    guide = ops.clip(guide, -MOST_ODDS, MOST_ODDS) / MOST_ODDS
    steps, before, after = guide.shape[1], -min(HEARD_STEPS), max(HEARD_STEPS)
    # Beyond a segment's ends nothing is known.
    longer = ops.pad(guide, ((0, 0), (before, after), (0, 0), (0, 0)))
    found = [longer[:, before + step : before + step + steps] for step in HEARD_STEPS]
    most = max(HEARD_KEYS)
    wider = ops.pad(guide, ((0, 0), (0, 0), (most, most), (0, 0)), constant_values=-1.0)
    found += [wider[:, :, most + key : most + key + N_KEYS] for key in HEARD_KEYS]
    return ops.concatenate(found, axis=-1)


def build_ae4(**options: Any) -> LedAutoencoder:
    """AE4, its weights created."""
    options.pop("output_density", None)
    model = LedAutoencoder(name="ae4", **options)
    model.build()
    return model
