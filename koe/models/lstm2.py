"""LSTM2: each key of the next step from all steps before it and from the lower keys of the same step.

One small network serves all 88 keys. Along time it is a stack of two LSTM
layers that every key runs for itself, looking at the keys around it; up the
keyboard each key knows what those below it have just been given. Weights hold
for intervals instead of keys, so what is learnt in C is known in F sharp.

A key has one of three states: it is silent, held, or struck (`koe.music.states`).
Two numbers decide: whether it is struck, and, if it was sounding and is not
struck, whether it is held.

References
----------
Johnson, "Generating polyphonic music using tied parallel networks", EvoMusArt
2017, shares weights over keys. Larochelle and Murray, "The neural
autoregressive distribution estimator", AISTATS 2011, and Boulanger-Lewandowski
et al., ICML 2012, draw the keys of a step one after another. Waite, "Generating
long-term structure in songs and stories", Magenta 2016, lets a network look
back by whole measures.
"""

import math
from typing import Any

import keras
from keras import ops

from koe.models.lstm2_layout import (
    BACK_MEASURES,
    BACK_STEPS,
    CHROMA,
    DISTANCE,
    FADES,
    FROM_CLASS,
    INTERVAL,
    LONGEST_BACK,
    LOWER,
    MAX_BEATS,
    MEASURE_STEPS,
    N_BACK,
    N_CLOCK,
    NEXT_KEYS,
    UNITS,
)
from koe.music.grid import N_KEYS
from koe.music.states import STRUCK

# Chances before anything is learnt, about those of piano music in sixteenths.
STRIKE_RATE, HOLD_RATE = 0.014, 0.6


@keras.saving.register_keras_serializable("koe")
class LSTM2(keras.Model):
    """Tied LSTMs over time, and a chain of keys in each step.

    Parameters
    ----------
    units : int
        Numbers with which each key remembers, in each of the two LSTM layers,
        and the width of the layers that decide.
    restrikes : bool
        Whether a sounding key can be struck again. Without, a key that goes
        on sounding is held: for data that are mere rolls.
    dropout : float
        Share left out of what the LSTM layers give, in training.

    Notes
    -----
    Called with a mapping of ``states``, ``(n, steps + 1, 88)``, as
    `koe.music.states` numbers them, and ``clock``, ``(n, steps + 1, 2)``, each
    step's place in its measure and the measure's length, in steps. Gives
    log-odds ``(n, steps, 88, 2)``: of being struck, and of being held if not.
    Number ``t`` tells of step ``t + 1``.
    """

    def __init__(self, units=UNITS, restrikes=True, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.restrikes, self.dropout = units, restrikes, dropout
        self.memory_layers = [keras.layers.LSTM(units, return_sequences=True, name=name) for name in ("L1", "L2")]
        self.dropout_layer = keras.layers.Dropout(dropout)
        self.clock_layer = keras.layers.Dense(units, use_bias=False, name="clock")
        self.back_layer = keras.layers.Dense(units, use_bias=False, name="back")
        self.from_memory = keras.layers.Dense(units, use_bias=False, name="D1")
        self.decide = keras.layers.Dense(units, activation="gelu", name="D2")
        self.last = keras.layers.Dense(2, name="D3", dtype=keras.DTypePolicy("float32"))

    def build(self, input_shape=None):
        """Create all weights."""
        units = self.units

        def weight(name, shape, spread=0.1):
            return self.add_weight(name=name, shape=shape, initializer=keras.initializers.RandomNormal(stddev=spread))

        # For each distance and interval: how a key's sounding and striking bear upon another.
        self.near = weight("near", (2 * N_KEYS - 1, 2 * units), 0.05)
        self.octaves = weight("octaves", (12, 2 * units), 0.05)
        self.tonality = weight("tonality", (12, len(FADES) * units), 0.3)
        self.register = weight("register", (N_KEYS, units), 0.02)
        self.chord = weight("chord", (2 * N_KEYS - 1, 2 * units), 0.05)
        self.chord_octaves = weight("chord_octaves", (12, 2 * units), 0.05)
        self.key_bias = weight("key_bias", (N_KEYS, units), 0.02)
        # In float32 even where the rest computes in half precision, as the layer that they are added to.
        self.odds = self.add_weight(
            name="odds",
            shape=(N_KEYS, 2),
            initializer=lambda shape, dtype=None: _prior(shape, dtype),
            autocast=False,
        )
        for layer in self.memory_layers:
            layer.build((None, None, units))
        self.clock_layer.build((None, N_CLOCK))
        self.back_layer.build((None, N_BACK))
        self.from_memory.build((None, units))
        self.decide.build((None, units))
        self.last.build((None, units))
        self.built = True

    def kernels(self):
        """The tied weights written out, one product for all keys.

        Returns
        -------
        heard : tensor, shape=(176 + 24, 88 * units)
            From the sounding keys, the struck keys and the fading pitch
            classes of the past to every key's input.
        chord : tensor, shape=(176, 88 * units)
            From the sounding and the struck keys of the step being drawn to
            the keys above them.
        """
        units = self.units
        near = _tied(self.near, self.octaves, units)
        tonality = ops.reshape(ops.take(self.tonality, FROM_CLASS, axis=0), (12, N_KEYS, len(FADES), units))
        tonality = ops.reshape(ops.transpose(tonality, (2, 0, 1, 3)), (len(FADES) * 12, N_KEYS * units))
        chord = ops.reshape(_tied(self.chord, self.chord_octaves, units), (2, N_KEYS, N_KEYS, units))
        chord = ops.reshape(chord * ops.cast(LOWER[:, :, None], chord.dtype), (2 * N_KEYS, N_KEYS * units))
        return ops.concatenate([near, tonality]), chord

    def call(self, inputs, training=False):
        """Log-odds ``(n, steps, 88, 2)`` of striking and holding at the steps after the first."""
        states, units = inputs["states"], self.units
        exact = key_features(states)
        # The chroma sums up many steps, which half precision would round away.
        chroma = fading_chroma(exact[:, :-1, :N_KEYS])
        keys = ops.cast(exact, self.compute_dtype)
        n, steps = ops.shape(keys)[0], ops.shape(keys)[1] - 1
        heard_kernel, chord_kernel = self.kernels()
        past = ops.concatenate([keys[:, :-1], ops.cast(chroma, keys.dtype)], axis=-1)
        x = ops.reshape(ops.matmul(past, heard_kernel), (n, steps, N_KEYS, units)) + self.register
        x = x + self.back_layer(around(earlier(keys, inputs["clock"])))
        x = ops.elu(x + self.clock_layer(clock_features(inputs["clock"])[:, 1:])[:, :, None])
        # Each key by itself along time.
        x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (n * N_KEYS, steps, units))
        first = self.memory_layers[0](x)
        x = first + self.memory_layers[1](self.dropout_layer(first, training=training))
        x = ops.transpose(ops.reshape(x, (n, N_KEYS, steps, units)), (0, 2, 1, 3))
        x = self.from_memory(self.dropout_layer(x, training=training)) + self.key_bias
        x = x + ops.reshape(ops.matmul(keys[:, 1:], chord_kernel), (n, steps, N_KEYS, units))
        return self.last(self.decide(ops.gelu(x))) + self.odds

    def get_config(self):
        """All arguments, so that the model can be made again."""
        return {
            **super().get_config(),
            "units": self.units,
            "restrikes": self.restrikes,
            "dropout": self.dropout,
        }


def _prior(shape, dtype):
    odds = [math.log(rate / (1 - rate)) for rate in (STRIKE_RATE, HOLD_RATE)]
    return ops.cast(ops.broadcast_to(ops.array(odds), shape), dtype or "float32")


def _tied(near, octaves, units):
    """Weights by distance and by interval, written out for all pairs of keys: ``(176, 88 * units)``."""
    pairs = ops.take(near, DISTANCE, axis=0) + ops.take(octaves, INTERVAL, axis=0)
    pairs = ops.transpose(ops.reshape(pairs, (N_KEYS, N_KEYS, 2, units)), (2, 0, 1, 3))
    return ops.reshape(pairs, (2 * N_KEYS, N_KEYS * units))


def key_features(states):
    """Which keys sound, and which are struck, side by side: ``(..., 88)`` to ``(..., 176)``, float32."""
    sounding = ops.cast(ops.greater(states, 0), "float32")
    struck = ops.cast(ops.equal(states, STRUCK), "float32")
    return ops.concatenate([sounding, struck], axis=-1)


def fading_chroma(sounding):
    """How much of each pitch class was heard of late, for each of `FADES`: ``(n, steps, 88)`` to ``(n, steps, 24)``."""
    chroma = ops.matmul(sounding, CHROMA)
    ages = ops.arange(ops.shape(sounding)[1], dtype="float32")
    ages = ages[:, None] - ages[None, :]
    faded = [
        ops.matmul(ops.where(ages >= 0, (1 - fade) * ops.power(fade, ops.maximum(ages, 0)), 0.0), chroma)
        for fade in FADES
    ]
    return ops.concatenate(faded, axis=-1)


def measure_steps(length, n_measures):
    """How many steps so many measures are, or 0 where there is no metre or they are too long to look back by."""
    steps = ops.cast(length, "int32") * n_measures
    return ops.where(steps <= LONGEST_BACK, steps, 0)


def earlier(keys, clock):
    """What sounded and was struck some time before each step.

    Parameters
    ----------
    keys : tensor, shape=(n, steps + 1, 176)
        As `key_features` gives them.
    clock : tensor, shape=(n, steps + 1, 2)

    Returns
    -------
    earlier : tensor, shape=(n, steps, 88, 2 * 5)
        For each of `BACK_STEPS` and `BACK_MEASURES`; nothing before the first step.
    """
    n, steps = ops.shape(keys)[0], ops.shape(keys)[1] - 1
    padded = ops.pad(keys, ((0, 0), (LONGEST_BACK, 0), (0, 0)))
    found = [padded[:, LONGEST_BACK + 1 - back : LONGEST_BACK + 1 - back + steps] for back in BACK_STEPS]
    places = ops.arange(1, steps + 1, dtype="int32")[None] + LONGEST_BACK
    for n_measures in BACK_MEASURES:
        back = measure_steps(clock[:, 1:, 1], n_measures)
        looked = ops.take_along_axis(padded, (places - back)[:, :, None], axis=1)
        found.append(looked * ops.cast(back > 0, keys.dtype)[:, :, None])
    found = [ops.reshape(one, (n, steps, 2, N_KEYS)) for one in found]
    return ops.transpose(ops.concatenate(found, axis=2), (0, 1, 3, 2))


def around(features):
    """Each key's features beside those of the keys next to it: ``(..., 88, f)`` to ``(..., 88, f * 5)``."""
    sides = [(0, 0)] * (len(features.shape) - 2)
    padded = ops.pad(features, (*sides, (NEXT_KEYS, NEXT_KEYS), (0, 0)))
    return ops.concatenate([padded[..., shift : shift + N_KEYS, :] for shift in range(2 * NEXT_KEYS + 1)], axis=-1)


def clock_features(clock):
    """A step's place and its measure's length, ``(..., 2)`` in steps, as zeros and ones ``(..., N_CLOCK)``."""
    place, length = ops.cast(clock[..., 0], "int32"), ops.cast(clock[..., 1], "int32")
    lengths = [ops.cast(ops.equal(length, known), "float32")[..., None] for known in MEASURE_STEPS]
    known = ops.cast(length > 0, "float32")[..., None]  # without a metre there is no clock
    sixteenth = ops.one_hot(place % 4, 4) * known
    beat = ops.one_hot(ops.minimum(place // 4, MAX_BEATS - 1), MAX_BEATS) * known
    return ops.concatenate([sixteenth, beat, *lengths], axis=-1)


def build_lstm2(output_density: float | None = None, **options: Any) -> LSTM2:
    """LSTM2, its weights created. It starts at rates of its own, whatever the density."""
    model = LSTM2(name="lstm2", **options)
    model.build()
    return model


def step_nll(states, logits, restrikes=True):
    """Negative log-likelihood of each step's states, in nats.

    Parameters
    ----------
    states : tensor, shape=(n, steps + 1, 88)
    logits : tensor, shape=(n, steps, 88, 2)
    restrikes : bool

    Returns
    -------
    nll : tensor, shape=(n, steps)
        Exact for the states, and so an upper bound for the roll of sounding keys.
    """
    was_sounding = ops.cast(ops.greater(states[:, :-1], 0), "float32")
    struck = ops.cast(ops.equal(states[:, 1:], STRUCK), "float32")
    held = ops.cast(ops.greater(states[:, 1:], 0), "float32") - struck
    asked = 1.0 if restrikes else 1.0 - was_sounding
    nll = asked * _entropy(struck, logits[..., 0]) + was_sounding * (1.0 - struck) * _entropy(held, logits[..., 1])
    return ops.sum(nll, axis=-1)


def sounding_probability(states, logits, restrikes=True):
    """Probability that each key sounds, given the past and the lower keys: ``(n, steps, 88)``."""
    was_sounding = ops.cast(ops.greater(states[:, :-1], 0), "float32")
    struck, held = ops.sigmoid(logits[..., 0]), ops.sigmoid(logits[..., 1])
    struck = struck if restrikes else struck * (1.0 - was_sounding)
    return struck + (1.0 - struck) * held * was_sounding


def _entropy(target, logits):
    """Cross-entropy of a coin, from its log-odds."""
    return ops.softplus(logits) - target * logits
