"""AE3: four measures through at most 128 numbers and back, onsets and holds apart.

Each of the sixteen beats goes through the same small network before the beats
are put together, and comes out of the same one again, so that what is learnt
of a figure holds wherever it stands. The first sixteen latent numbers are the
segment's, the others are the beats', so many for each: what is in a beat is
told by its own numbers, and by the same ones for every beat, in the light of
all the others. Now and then the segment's numbers have to do alone in training,
so they come to carry the most.

Every segment is heard in one key signature: it is moved by the semitones that
bring its own, found by how long each pitch class sounds, to that of C major
and A minor. By how much is the first latent number, a sixth for each semitone,
and the only one that knows; so what is learnt in one key holds in all, and
what lies between two pieces lies between them in one key.

    99 keys x 4 steps x 2 - 512 - 192, sixteen of them
                                  - 768 (+ 384 residual) - 15 numbers of the segment
                                  - 96 for each beat, and its own 192 - 192 - 7 numbers of the beat

and back: all numbers - 768 (+ 384 residual) - 96 for each beat, and 192 from
its own numbers - 192 - 512 - 99 keys x 4 steps x 2.

References
----------
Rippel, Gelbart and Adams, "Learning ordered representations with nested
dropout", ICML 2014.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from koe.errors import InputError
from koe.models.lstm2 import key_features
from koe.music.grid import LOWEST_PITCH, N_KEYS, SEGMENT_STEPS, STEPS_PER_QUARTER
from koe.music.tonality import profiles

LATENT_DIM = 128
SEGMENT_DIM = 16  # numbers of the whole segment, which have sliders; the first counts semitones
N_BEATS = SEGMENT_STEPS // STEPS_PER_QUARTER
# Segments are moved by -6 to 5 semitones, so that keys lie in so many places.
LOWEST_SHIFT, N_SHIFTS = -6, 12
N_PLACES = N_KEYS + N_SHIFTS - 1
BEAT_SIZE = N_PLACES * STEPS_PER_QUARTER * 2
SHIFT_UNIT = 6  # semitones that the first latent number counts as 1
# From each of the 24 keys, majors first, to the shift that brings its signature to none.
_TONICS = np.concatenate([np.arange(12), (np.arange(12) + 3) % 12])
SHIFTS = np.where(_TONICS <= -LOWEST_SHIFT, -_TONICS, 12 - _TONICS).astype(np.int32)
_CLASSES = ((np.arange(N_KEYS) + LOWEST_PITCH)[:, None] % 12 == np.arange(12)).astype(np.float32)
_PROFILES = (profiles() - profiles().mean(axis=1, keepdims=True)).astype(np.float32)
_PROFILES /= np.linalg.norm(_PROFILES, axis=1, keepdims=True)
# The share of training segments that have the segment's numbers alone; what is taken from the beats costs the whole.
NESTED = 0.3
# Added in training, so that points near one another decode alike.
NOISE = 0.02


@keras.saving.register_keras_serializable("koe")
class BeatAutoencoder(keras.Model):
    """Beats by one network, segments by another, a bottleneck, and the way back.

    Parameters
    ----------
    latent_dim : int
        A multiple of 16: 16 for the segment, the rest in equal parts for its beats.
    units : sequence of 5 ints
        Widths: of a beat's first and second layer, of a segment's layer,
        inside its residual block, and of what each beat learns from it.
    nested : float
        The share of training segments that keep the segment's numbers alone.
    noise : float
        Standard deviation of what is added to latent numbers in training.
    output_density : float, optional
        Starts the output bias at the log-odds of this share of ones.

    Notes
    -----
    Called with states ``(n, 64, 88)`` as `koe.music.states` numbers them; gives
    log-odds ``(n, 64, 88, 2)`` of sounding and of being struck. The latent
    vectors have ``(n, latent_dim)``, each number between -1 and 1.
    """

    def __init__(
        self,
        latent_dim=LATENT_DIM,
        units=(512, 192, 768, 384, 96),
        nested=NESTED,
        noise=NOISE,
        output_density=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if latent_dim < SEGMENT_DIM or (latent_dim - SEGMENT_DIM) % N_BEATS:
            raise InputError(
                f"AE3's latent vectors have {SEGMENT_DIM} numbers and as many for each of {N_BEATS} beats; "
                f"choose a multiple of {N_BEATS}, not {latent_dim}."
            )
        self.latent_dim, self.units = latent_dim, tuple(units)
        self.nested, self.noise, self.output_density = nested, noise, output_density
        odds = 0.0 if output_density is None else math.log(output_density / (1 - output_density))

        def dense(width, name, activation="gelu", **options):
            return keras.layers.Dense(width, activation=activation, name=name, **options)

        def norm(name):
            return keras.layers.LayerNormalization(name=name)

        wide, narrow, segment, inner, context = self.units
        self.beat_in = [dense(wide, "E1"), dense(narrow, "E2")]
        self.segment_in = dense(segment, "E3")
        self.residual_in = [dense(inner, "E4"), dense(segment, "E5", None)]
        self.norm_in = norm("EN")
        self.bottleneck = dense(SEGMENT_DIM - 1, "B", "tanh")
        self.beat_dim = (latent_dim - SEGMENT_DIM) // N_BEATS
        if self.beat_dim:
            self.context_in, self.norm_beats = dense(N_BEATS * context, "EC"), norm("EM")
            self.beat_bottleneck = [dense(narrow, "E6"), dense(self.beat_dim, "BB", "tanh")]
            self.own_out = dense(narrow, "DB")
        self.segment_out = dense(segment, "D1")
        self.residual_out = [dense(inner, "D2"), dense(segment, "D3", None)]
        self.norm_out = norm("DN")
        self.context_out = dense(N_BEATS * context, "DC")
        self.beat_out = [
            dense(narrow, "D4"),
            dense(wide, "D5"),
            dense(
                BEAT_SIZE,
                "D6",
                None,
                bias_initializer=keras.initializers.Constant(odds),
                dtype=keras.DTypePolicy("float32"),
            ),
        ]
        self.seeds = keras.random.SeedGenerator(0)

    def build(self, input_shape=None):
        """Create all weights."""
        wide, narrow, segment, inner, context = self.units
        joined = context + (narrow if self.beat_dim else 0)

        def places(name, width):
            return self.add_weight(
                name=name, shape=(N_BEATS, width), initializer=keras.initializers.RandomNormal(stddev=0.02)
            )

        self.places_in, self.places_out = places("places_in", wide), places("places_out", joined)
        sizes = [
            (self.beat_in[0], BEAT_SIZE),
            (self.beat_in[1], wide),
            (self.segment_in, N_BEATS * narrow),
            (self.residual_in[0], segment),
            (self.residual_in[1], inner),
            (self.norm_in, segment),
            (self.bottleneck, segment),
            (self.segment_out, self.latent_dim - 1),
            (self.residual_out[0], segment),
            (self.residual_out[1], inner),
            (self.norm_out, segment),
            (self.context_out, segment),
            (self.beat_out[0], joined),
            (self.beat_out[1], narrow),
            (self.beat_out[2], wide),
        ]
        if self.beat_dim:
            sizes += [
                (self.context_in, segment),
                (self.norm_beats, narrow + context),
                (self.beat_bottleneck[0], narrow + context),
                (self.beat_bottleneck[1], narrow),
                (self.own_out, self.beat_dim),
            ]
        for layer, size in sizes:
            layer.build((None, size))
        self.built = True

    def encode(self, states, training=False):
        """States ``(n, 64, 88)`` to latent vectors ``(n, latent_dim)``."""
        shift = signature_shift(states)
        x = ops.cast(in_places(key_features(states), shift), self.compute_dtype)
        beats = self.beat_in[1](self.beat_in[0](x) + self.places_in)
        x = self.segment_in(ops.reshape(beats, (-1, N_BEATS * self.units[1])))
        x = x + self.residual_in[1](self.residual_in[0](x))
        parts = [ops.cast(shift, x.dtype)[:, None] / SHIFT_UNIT, self.bottleneck(self.norm_in(x))]
        if self.beat_dim:
            context = ops.reshape(self.context_in(x), (-1, N_BEATS, self.units[4]))
            own = self.norm_beats(ops.concatenate([beats, context], axis=-1))
            own = self.beat_bottleneck[1](self.beat_bottleneck[0](own))
            parts.append(ops.reshape(own, (-1, N_BEATS * self.beat_dim)))
        return ops.concatenate(parts, axis=1)

    def decode_odds(self, latents, training=False):
        """Latent vectors ``(n, latent_dim)`` to log-odds ``(n, 64, 88, 2)`` of sounding and being struck."""
        content = ops.cast(latents[:, 1:], self.compute_dtype)
        x = self.segment_out(content)
        x = self.norm_out(x + self.residual_out[1](self.residual_out[0](x)))
        x = ops.reshape(self.context_out(x), (-1, N_BEATS, self.units[4]))
        if self.beat_dim:
            own = ops.reshape(content[:, SEGMENT_DIM - 1 :], (-1, N_BEATS, self.beat_dim))
            x = ops.concatenate([self.own_out(own), x], axis=-1)
        x = x + self.places_out
        for layer in self.beat_out:
            x = layer(x)
        return from_places(x, shift_of(latents))

    def call(self, states, training=False):
        """Reconstruct segments: log-odds, shape ``(n, 64, 88, 2)``."""
        latents = self.encode(states, training)
        if training:
            shape = ops.shape(latents)
            noise = self.noise * keras.random.normal(shape, dtype=latents.dtype, seed=self.seeds)
            # Not on the first one, which counts semitones.
            latents = latents + noise * ops.cast(ops.arange(self.latent_dim) > 0, latents.dtype)
            alone = keras.random.uniform((shape[0], 1), seed=self.seeds) < self.nested
            kept = ops.logical_or(ops.arange(self.latent_dim)[None] < SEGMENT_DIM, ops.logical_not(alone))
            latents = latents * ops.cast(kept, latents.dtype)
        return self.decode_odds(latents, training)

    def get_config(self):
        """All arguments, so that the model can be made again."""
        return {
            **super().get_config(),
            "latent_dim": self.latent_dim,
            "units": self.units,
            "nested": self.nested,
            "noise": self.noise,
            "output_density": self.output_density,
        }


def signature_shift(states):
    """Semitones, -6 to 5, that bring each segment's key signature to none: ``(n, 64, 88)`` to ``(n,)``, int32."""
    lengths = ops.matmul(ops.sum(ops.cast(ops.greater(states, 0), "float32"), axis=1), _CLASSES)
    fits = ops.matmul(lengths - ops.mean(lengths, axis=1, keepdims=True), _PROFILES.T)
    return ops.take(ops.convert_to_tensor(SHIFTS), ops.argmax(fits, axis=1))


def shift_of(latents):
    """The semitones that the first latent number stands for: ``(n, latent_dim)`` to ``(n,)``, int32."""
    steps = ops.round(ops.cast(latents[:, 0], "float32") * SHIFT_UNIT)
    return ops.cast(ops.clip(steps, LOWEST_SHIFT, LOWEST_SHIFT + N_SHIFTS - 1), "int32")


def in_places(keys, shift):
    """Keys by beats, each segment moved by its shift: ``(n, 64, 176)`` to ``(n, 16, 99 * 4 * 2)``."""
    x = ops.reshape(keys, (-1, N_BEATS, STEPS_PER_QUARTER, 2, N_KEYS))
    x = ops.reshape(ops.transpose(x, (0, 1, 4, 2, 3)), (-1, N_BEATS, N_KEYS, STEPS_PER_QUARTER * 2))
    air = N_SHIFTS - 1
    x = ops.pad(x, ((0, 0), (0, 0), (air, air), (0, 0)))
    # Place p has the key p + LOWEST_SHIFT - shift, if there is one.
    return ops.reshape(_rows(x, ops.arange(N_PLACES) + LOWEST_SHIFT + air, -shift), (-1, N_BEATS, BEAT_SIZE))


def from_places(x, shift):
    """And back: log-odds ``(n, 16, 99 * 4 * 2)`` to ``(n, 64, 88, 2)``."""
    x = ops.reshape(x, (-1, N_BEATS, N_PLACES, STEPS_PER_QUARTER * 2))
    x = ops.reshape(_rows(x, ops.arange(N_KEYS) - LOWEST_SHIFT, shift), (-1, N_BEATS, N_KEYS, STEPS_PER_QUARTER, 2))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4)), (-1, SEGMENT_STEPS, N_KEYS, 2))


def _rows(x, places, offsets):
    """Of ``(n, 16, k, 8)`` the rows ``places + offset`` of each of the n: ``(n, 16, len(places), 8)``."""
    n, n_rows, width = ops.shape(x)[0], x.shape[2], x.shape[3]
    firsts = ops.reshape(ops.arange(n * N_BEATS), (n, N_BEATS, 1)) * n_rows
    rows = firsts + ops.cast(places, "int32")[None, None] + offsets[:, None, None]
    return ops.take(ops.reshape(x, (n * N_BEATS * n_rows, width)), rows, axis=0)


def build_ae3(**options: Any) -> BeatAutoencoder:
    """AE3, its weights created."""
    model = BeatAutoencoder(name="ae3", **options)
    model.build()
    return model
