"""AE3: four measures through at most 128 numbers and back, onsets and holds apart.

The first sixteen latent numbers are the segment's: a stack of dense layers, as
AE1 is one, tells which keys sound from these alone. The others are the beats',
so many for each of sixteen: a small network, the same for every beat, says by
them what the stack does not know, in the light of all the others. Each number
thus has its work, and the segment's can do alone.

Every segment is heard in one key signature: it is moved by the semitones that
bring its own, found by how long each pitch class sounds, to that of C major
and A minor. By how much is the first latent number, a sixth for each semitone,
and the only one that knows; so what is learnt in one key holds in all, and
what lies between two pieces lies between them in one key.

    the stack: 99 keys x 64 steps - 704 - 384 - 128 - 15 numbers of the segment,
               and back by the same kernels
    a beat: 99 keys x 4 steps x 2 - 512 - 192, and 48 of what the stack will say
                                  - 192 - 7 numbers of the beat

and back: all numbers and what the stack says - 384 (+ 192 residual) - 64 for
each beat, and 192 from its own numbers - 192 - 512 - 99 keys x 4 steps x 2, to
which the stack's log-odds are added.

With sixteen numbers it is the stack alone, for which a key is struck where it
begins to sound.

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
from koe.models.layers import TiedDense
from koe.models.lstm2 import key_features
from koe.music.grid import LOWEST_PITCH, N_KEYS, SEGMENT_STEPS, STEPS_PER_QUARTER
from koe.music.tonality import profiles

LATENT_DIM = 128
SEGMENT_DIM = 16  # numbers of the whole segment, which have sliders; the first counts semitones
N_BEATS = SEGMENT_STEPS // STEPS_PER_QUARTER
# Segments are moved by -6 to 5 semitones, so that keys lie in so many places.
LOWEST_SHIFT, N_SHIFTS = -6, 12
N_PLACES = N_KEYS + N_SHIFTS - 1
ROLL_SIZE = N_PLACES * SEGMENT_STEPS
BEAT_SIZE = N_PLACES * STEPS_PER_QUARTER * 2
# Log-odds of being struck where nothing but the stack speaks: not but where a key begins.
NEVER = -6.0
SHIFT_UNIT = 6  # semitones that the first latent number counts as 1
# From each of the 24 keys, majors first, to the shift that brings its signature to none.
_TONICS = np.concatenate([np.arange(12), (np.arange(12) + 3) % 12])
SHIFTS = np.where(_TONICS <= -LOWEST_SHIFT, -_TONICS, 12 - _TONICS).astype(np.int32)
_CLASSES = ((np.arange(N_KEYS) + LOWEST_PITCH)[:, None] % 12 == np.arange(12)).astype(np.float32)
_PROFILES = (profiles() - profiles().mean(axis=1, keepdims=True)).astype(np.float32)
_PROFILES /= np.linalg.norm(_PROFILES, axis=1, keepdims=True)
# The share of training segments that have the segment's numbers alone; what is taken from the beats costs the whole.
NESTED = 0.2
# Added in training, so that points near one another decode alike.
NOISE = 0.02


@keras.saving.register_keras_serializable("koe")
class BeatAutoencoder(keras.Model):
    """A stack for the segment, a small network for its beats, and the way back.

    Parameters
    ----------
    latent_dim : int
        A multiple of 16: 16 for the segment, the rest in equal parts for its beats.
    stack : sequence of ints
        Widths of the segment's layers.
    units : sequence of 6 ints
        Widths: of a beat's first and second layer, of what it learns from the
        stack; on the way back of all numbers' layer, inside its residual
        block, and of what each beat learns from it.
    nested : float
        The share of training segments that keep the segment's numbers alone.
    noise : float
        Standard deviation of what is added to the beats' latent numbers in training.
    settled : bool
        Whether the stack stays as it is in training.
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
        stack=(704, 384, 128),
        units=(512, 192, 48, 384, 192, 64),
        nested=NESTED,
        noise=NOISE,
        settled=False,
        output_density=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if latent_dim < SEGMENT_DIM or (latent_dim - SEGMENT_DIM) % N_BEATS:
            raise InputError(
                f"AE3's latent vectors have {SEGMENT_DIM} numbers and as many for each of {N_BEATS} beats; "
                f"choose a multiple of {N_BEATS}, not {latent_dim}."
            )
        self.latent_dim, self.stack, self.units = latent_dim, tuple(stack), tuple(units)
        self.nested, self.noise, self.settled, self.output_density = nested, noise, settled, output_density
        odds = 0.0 if output_density is None else math.log(output_density / (1 - output_density))

        def dense(width, name, activation="gelu", **options):
            return keras.layers.Dense(width, activation=activation, name=name, **options)

        # In float32 even where the rest computes in half precision: the loss takes logarithms of what comes of it.
        exactly: dict[str, Any] = {"dtype": keras.DTypePolicy("float32")}
        self.stack_in = [dense(width, f"S{n + 1}", "elu") for n, width in enumerate(self.stack)]
        self.bottleneck = dense(SEGMENT_DIM - 1, "B", "tanh")
        sources = [self.bottleneck, *reversed(self.stack_in)]
        self.stack_out = [TiedDense(source, "elu", name=f"T{n + 1}") for n, source in enumerate(sources[:-1])]
        bias = keras.initializers.Constant(odds)
        self.roll_out = TiedDense(sources[-1], name="TR", bias_initializer=bias, **exactly)
        for layer in (*self.stack_in, self.bottleneck, *self.stack_out, self.roll_out):
            layer.trainable = not settled
        self.beat_dim = (latent_dim - SEGMENT_DIM) // N_BEATS
        if self.beat_dim:
            wide, narrow, heard, every, inner, context = self.units
            self.beat_in = [dense(wide, "E1"), dense(narrow, "E2")]
            self.context_in, self.norm_beats = dense(N_BEATS * heard, "EC"), _norm("EM")
            self.beat_bottleneck = [dense(narrow, "E3"), dense(self.beat_dim, "BB", "tanh")]
            self.own_out = dense(narrow, "DB")
            self.all_out = dense(every, "D1")
            self.residual_out = [dense(inner, "D2"), dense(every, "D3", None)]
            self.norm_out = _norm("DN")
            self.context_out = dense(N_BEATS * context, "DC")
            self.beat_out = [dense(narrow, "D4"), dense(wide, "D5"), dense(BEAT_SIZE, "D6", None, **exactly)]
        self.seeds = keras.random.SeedGenerator(0)

    def build(self, input_shape=None):
        """Create all weights, the stack's before those that share them."""
        widths = (ROLL_SIZE, *self.stack, SEGMENT_DIM - 1)
        ways_in, ways_out = [*self.stack_in, self.bottleneck], [*self.stack_out, self.roll_out]
        sizes: list[tuple[keras.layers.Layer, int]] = list(zip(ways_in, widths, strict=False))
        sizes += zip(ways_out, reversed(widths), strict=False)
        if self.beat_dim:
            wide, narrow, heard, every, inner, context = self.units
            said = self.stack[0]
            sizes += [
                (self.beat_in[0], BEAT_SIZE),
                (self.beat_in[1], wide),
                (self.context_in, said),
                (self.norm_beats, narrow + heard),
                (self.beat_bottleneck[0], narrow + heard),
                (self.beat_bottleneck[1], narrow),
                (self.own_out, self.beat_dim),
                (self.all_out, self.latent_dim - 1 + said),
                (self.residual_out[0], every),
                (self.residual_out[1], inner),
                (self.norm_out, every),
                (self.context_out, every),
                (self.beat_out[0], context + narrow),
                (self.beat_out[1], narrow),
                (self.beat_out[2], wide),
            ]
            self.places_in = self._places("places_in", wide)
            self.places_out = self._places("places_out", context + narrow)
        for layer, size in sizes:
            layer.build((None, size))
        self.built = True

    def _places(self, name, width):
        spread = keras.initializers.RandomNormal(stddev=0.02)
        return self.add_weight(name=name, shape=(N_BEATS, width), initializer=spread)

    def encode(self, states, training=False):
        """States ``(n, 64, 88)`` to latent vectors ``(n, latent_dim)``."""
        keys, _, shift = self.hear(states)
        return self.add_beats(self.encode_segment(keys, shift), keys)

    def hear(self, states):
        """States ``(n, 64, 88)`` as the network hears them.

        Returns
        -------
        keys, known : tensors, shape=(n, 16, 99 * 4 * 2)
            Which keys sound and are struck, beat by beat, in one key signature;
            and which of these places lie on the keyboard.
        shift : tensor, shape=(n,)
            By how many semitones each segment was moved.
        """
        features = ops.cast(key_features(states), self.compute_dtype)
        shift = signature_shift(states)
        return in_places(features, shift), in_places(ops.ones_like(features), shift), shift

    def encode_segment(self, keys, shift):
        """What `hear` gives and semitones ``(n,)`` to the segment's own numbers, ``(n, 16)``."""
        x = sounding_places(keys)
        for layer in (*self.stack_in, self.bottleneck):
            x = layer(x)
        return ops.concatenate([ops.cast(shift, x.dtype)[:, None] / SHIFT_UNIT, x], axis=1)

    def add_beats(self, segment, keys):
        """The segment's numbers ``(n, 16)`` and those of its beats besides: ``(n, latent_dim)``."""
        if not self.beat_dim:
            return segment
        x = self.beat_in[0](keys)
        beats = self.beat_in[1](x + ops.cast(self.places_in, x.dtype))
        context = ops.reshape(self.context_in(self.say(segment)), (-1, N_BEATS, self.units[2]))
        own = self.norm_beats(ops.concatenate([beats, context], axis=-1))
        own = self.beat_bottleneck[1](self.beat_bottleneck[0](own))
        return ops.concatenate([segment, ops.reshape(own, (-1, N_BEATS * self.beat_dim))], axis=1)

    def say(self, latents):
        """What the stack makes of the segment's numbers before it tells the keys, ``(n, stack[0])``."""
        x = ops.cast(latents[:, 1:SEGMENT_DIM], self.compute_dtype)
        for layer in self.stack_out:
            x = layer(x)
        return x

    def roll_odds(self, latents):
        """Log-odds of sounding by the segment's numbers alone, in one key signature: ``(n, 64 * 99)``."""
        return self.roll_out(self.say(latents))

    def beat_odds(self, latents):
        """Log-odds of sounding and being struck, beat by beat, in one key signature: ``(n, 16, 99 * 4 * 2)``."""
        said = self.say(latents)
        odds = self.stack_odds(said)
        return odds + self.odds_beside(latents, said) if self.beat_dim else odds

    def stack_odds(self, said):
        """The stack's part of the log-odds, from what it said: ``(n, stack[0])`` to ``(n, 16, 99 * 4 * 2)``."""
        sounding = ops.reshape(self.roll_out(said), (-1, N_BEATS, STEPS_PER_QUARTER, N_PLACES))
        sounding = ops.transpose(sounding, (0, 1, 3, 2))
        struck = ops.full_like(sounding, 0.0 if self.beat_dim else NEVER)
        return ops.reshape(ops.stack([sounding, struck], axis=-1), (-1, N_BEATS, BEAT_SIZE))

    def odds_beside(self, latents, said):
        """The beats' part of the log-odds: ``(n, 16, 99 * 4 * 2)``."""
        content = ops.cast(latents[:, 1:], self.compute_dtype)
        x = self.all_out(ops.concatenate([content, said], axis=-1))
        x = self.norm_out(x + self.residual_out[1](self.residual_out[0](x)))
        x = ops.reshape(self.context_out(x), (-1, N_BEATS, self.units[5]))
        own = ops.reshape(content[:, SEGMENT_DIM - 1 :], (-1, N_BEATS, self.beat_dim))
        x = ops.concatenate([self.own_out(own), x], axis=-1)
        x = x + ops.cast(self.places_out, x.dtype)
        for layer in self.beat_out:
            x = layer(x)
        return x

    def decode_odds(self, latents, training=False):
        """Latent vectors ``(n, latent_dim)`` to log-odds ``(n, 64, 88, 2)`` of sounding and being struck."""
        return from_places(self.beat_odds(latents), shift_of(latents))

    def call(self, states, training=False):
        """Reconstruct segments: log-odds, shape ``(n, 64, 88, 2)``."""
        latents = self.encode(states, training)
        if training:
            shape = ops.shape(latents)
            noise = self.noise * keras.random.normal(shape, dtype=latents.dtype, seed=self.seeds)
            # On the beats' alone: the segment's are few, and cannot spare any precision.
            latents = latents + noise * ops.cast(ops.arange(self.latent_dim) >= SEGMENT_DIM, latents.dtype)
            alone = keras.random.uniform((shape[0], 1), seed=self.seeds) < self.nested
            kept = ops.logical_or(ops.arange(self.latent_dim)[None] < SEGMENT_DIM, ops.logical_not(alone))
            latents = latents * ops.cast(kept, latents.dtype)
        return self.decode_odds(latents, training)

    def get_config(self):
        """All arguments, so that the model can be made again."""
        return {
            **super().get_config(),
            "latent_dim": self.latent_dim,
            "stack": self.stack,
            "units": self.units,
            "nested": self.nested,
            "noise": self.noise,
            "settled": self.settled,
            "output_density": self.output_density,
        }


def _norm(name):
    return keras.layers.LayerNormalization(name=name)


def sounding_places(beats):
    """What sounds of beats ``(n, 16, 99 * 4 * 2)``, step by step: ``(n, 64 * 99)``."""
    x = ops.reshape(beats, (-1, N_BEATS, N_PLACES, STEPS_PER_QUARTER, 2))[..., 0]
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2)), (-1, ROLL_SIZE))


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
