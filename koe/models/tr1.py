"""TR1: a transformer over notes that knows intervals instead of keys, and is told what the piece did before.

Each event (`koe.music.events`) is one position. From what it has heard, the
network says when the next event begins, then which key that strikes, then for
how long: three small heads, each of which is told what the one before decided.

Nothing but a little register depends on the key itself. An event's inputs are
intervals; queries, keys and values are turned by angles of time, measure and
pitch, and what is found is turned back, so that every event sees all others
from where it stands: so many measures ago, so many semitones above. What is
learnt in C holds in F sharp.

Earlier measures that are like the last ones (`koe.music.repetition`) propose
the next event. How much a proposal counts is decided anew at each event, and
added to the log-odds of what it proposes. So the whole piece is remembered,
however long it is, while attention reaches some hundred notes back.

References
----------
Su, Lu, Pan, Murtadha, Wen and Liu, "RoFormer: Enhanced transformer with rotary
position embedding", 2021. Vinyals, Fortunato and Jaitly, "Pointer networks",
2015. Huang et al., "Music Transformer", 2018.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from koe.models.tr1_layout import (
    CONDITIONS,
    HEAD_WIDTH,
    LAYERS,
    MEASURE_PERIODS,
    N_MEASURE_NUMBERS,
    N_POINTERS,
    N_PROPOSERS,
    N_REGISTERS,
    N_STATISTICS,
    N_STEPS,
    N_TONALITIES,
    NEAR,
    PITCH_PERIODS,
    TICK_PERIODS,
    WIDTH,
)
from koe.music.events import MAX_PLACES, N_ADVANCES, N_DURATIONS
from koe.music.grid import LOWEST_PITCH, N_KEYS

_PERIODS = [np.array([2 * np.pi / p for p in ps], np.float32) for ps in (TICK_PERIODS, MEASURE_PERIODS, PITCH_PERIODS)]
_KEYS = np.arange(N_KEYS)
_PITCH_CLASSES = (_KEYS + LOWEST_PITCH) % 12
_FIRST = np.cumsum([0, *CONDITIONS.values()])[:-1].astype(np.int32)
_UNLIKELY = -1e4


@keras.saving.register_keras_serializable("koe")
class TR1(keras.Model):
    """A transformer over notes with proposals.

    Parameters
    ----------
    width, layers : int
        Numbers of each position, and how many blocks of attention follow one another.
    dropout : float
        Share left out of what each block adds, in training.

    Notes
    -----
    Called with a mapping of arrays that `koe.training.events` makes, the first
    two axes for pieces and events; gives what each event's successor costs,
    ``(n, events, 3)`` in nats: when it begins, which key, how long.
    """

    def __init__(self, width=WIDTH, layers=LAYERS, dropout=0.0, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.width, self.n_blocks, self.dropout = width, layers, dropout
        self.n_heads = width // HEAD_WIDTH
        exact: dict[str, Any] = {"dtype": keras.DTypePolicy("float32")}  # of what log-odds are made

        self.tables: list[keras.layers.Embedding] = []

        def table(rows, name):
            spread = keras.initializers.RandomNormal(stddev=0.02)
            self.tables.append(keras.layers.Embedding(rows, width, embeddings_initializer=spread, name=name))
            return self.tables[-1]

        def dense(units, name, bias=True, spread=None, **options):
            scale = keras.initializers.VarianceScaling(1.0, "fan_in", "normal")
            start = scale if spread is None else keras.initializers.RandomNormal(stddev=spread)
            return keras.layers.Dense(units, use_bias=bias, kernel_initializer=start, name=name, **options)

        self.inputs_of = {
            "duration": table(N_DURATIONS + 2, "in_duration"),
            "advanced": table(N_ADVANCES, "in_advance"),
            "step": table(N_STEPS, "in_step"),
            "place": table(MAX_PLACES, "in_place"),
            "length": table(MAX_PLACES + 1, "in_length"),
            "number": table(N_MEASURE_NUMBERS, "in_number"),
            "register": table(N_REGISTERS, "in_register"),
            "tonality": table(N_TONALITIES, "in_tonality"),
            "kind": table(4, "in_kind"),
        }
        self.conditions = table(sum(CONDITIONS.values()), "in_conditions")
        self.came = table(4 * N_PROPOSERS, "in_came")
        self.proposed = table((N_STEPS + 1) * N_PROPOSERS, "in_proposed")
        self.trust = dense(width, "in_trust", False, 0.05)
        spread = 0.02 / math.sqrt(layers)
        self.blocks = [
            {
                "norm": _norm(f"B{n}N"),
                "heads": dense(3 * width, f"B{n}H", False),
                "joined": dense(width, f"B{n}J", False, spread),
                "norm2": _norm(f"B{n}M"),
                "wide": dense(4 * width, f"B{n}W", False),
                "narrow": dense(width, f"B{n}R", False, spread),
            }
            for n in range(layers)
        ]
        self.dropout_layer = keras.layers.Dropout(dropout)
        self.norm = _norm("N")
        self.when = [dense(width, "T1"), dense(N_ADVANCES, "T2", True, 0.02, **exact)]
        self.when_gain = [dense(64, "TG1"), dense(N_PROPOSERS, "TG2", True, 0.05, **exact)]
        self.which = [dense(width, "P1"), dense(2 * N_KEYS - 1, "P2", True, 0.02, **exact)]
        self.which_advance, self.which_place = table(N_ADVANCES, "p_advance"), table(MAX_PLACES, "p_place")
        self.which_kind, self.which_trust = table(4, "p_kind"), dense(width, "p_trust", False, 0.05)
        self.which_gain = [dense(64, "PG1"), dense(2 * N_PROPOSERS, "PG2", True, 0.05, **exact)]
        self.which_key = dense(N_KEYS, "PK", True, 1e-3, **exact)
        self.which_tonality = dense(N_TONALITIES, "PT", True, 1e-3, **exact)
        self.pointer = [dense(N_POINTERS * HEAD_WIDTH, name, False) for name in ("PQ", "PM")]
        self.pointer_gain = dense(N_POINTERS, "PP", True, 0.02, **exact)
        self.long = [dense(width, "D1"), dense(N_DURATIONS, "D2", True, 0.02, **exact)]
        self.long_step, self.long_advance = table(N_STEPS, "d_step"), table(N_ADVANCES, "d_advance")
        self.long_register = table(N_REGISTERS, "d_register")
        self.long_gain = [dense(64, "DG1"), dense(N_PROPOSERS, "DG2", True, 0.05, **exact)]

    def build(self, input_shape=None):
        """Create all weights."""
        width, told = self.width, N_PROPOSERS * N_STATISTICS
        sizes = [
            (self.trust, told),
            *((block[name], width) for block in self.blocks for name in ("norm", "heads", "joined", "norm2", "wide")),
            *((block["narrow"], 4 * width) for block in self.blocks),
            (self.norm, width),
            *((layer, width) for layer in (*self.when, *self.which, *self.long, *self.pointer, self.pointer_gain)),
            (self.which_trust, told),
            (self.which_key, width),
            (self.which_tonality, width),
            (self.when_gain[0], width + told + 4),
            (self.which_gain[0], width + told + 4),
            (self.long_gain[0], width + told + N_PROPOSERS),
            *((layers[1], 64) for layers in (self.when_gain, self.which_gain, self.long_gain)),
        ]
        for layer, size in sizes:
            layer.build((None, size))
        for layer in self.tables:
            layer.build(None)
        self.built = True

    def call(self, inputs, training=False):
        """Nats of when, which and how long, ``(n, events, 3)``; 0 where ``counts`` is 0."""
        now = turns(inputs["onset"], inputs["measures"], inputs["pitch"])
        x = self.read(inputs)
        mask = _causal(ops.shape(inputs["pitch"])[1])
        for block in self.blocks:
            query, key, value = self.split_heads(block, x, now)
            found = ops.matmul(_attention(query, key, mask), ops.transpose(value, (0, 2, 1, 3)))
            x = self.join_heads(block, x, ops.transpose(found, (0, 2, 1, 3)), now, training)
        x = self.norm(x)
        odds = self.when_odds(x, inputs)
        advance, pitch = ops.cast(inputs["next_advance"], "int32"), ops.cast(inputs["next_pitch"], "int32")
        costs = [_nats(odds, advance)]
        y = self.consider(x, inputs)
        then = turns(inputs["next_onset"], inputs["next_measures"], inputs["pitch"])
        query, memory = self.pointers(y, x, then, now)
        points = ops.cast(_attention(query, memory, mask), "float32")
        odds = self.which_odds(y, inputs, pointed(points, inputs["pitch"], inputs["is_note"]))
        is_note = ops.cast(inputs["next_is_note"], "float32")
        costs.append(_nats(odds, ops.maximum(pitch - LOWEST_PITCH, 0)) * is_note)
        odds = self.long_odds(y, pitch, inputs)
        costs.append(_nats(odds, ops.cast(inputs["next_duration"], "int32") % N_DURATIONS) * is_note)
        return ops.stack(costs, axis=-1) * ops.cast(inputs["counts"], "float32")[..., None]

    def read(self, inputs):
        """Events and what is proposed at them, ``(n, events, width)``."""
        pitch = ops.cast(inputs["pitch"], "int32")
        given = {
            **{name: inputs[name] for name in ("duration", "advanced", "place", "length", "number", "kind")},
            "step": interval(pitch, inputs["before"]),
            "register": register(pitch),
            "tonality": above_tonic(pitch, inputs["key"]),
        }
        x = sum(self.inputs_of[name](values) for name, values in given.items())
        x = x + ops.sum(self.conditions(ops.cast(inputs["conditions"], "int32") + _FIRST), axis=-2)
        numbers = ops.arange(N_PROPOSERS, dtype="int32")
        came = ops.cast(inputs["came"], "int32") + 4 * numbers
        proposed = ops.cast(inputs["pitch_proposed"], "int32")
        step = ops.where(proposed > 0, interval(proposed, pitch[..., None]), N_STEPS) + (N_STEPS + 1) * numbers
        x = x + ops.sum(self.came(came) + self.proposed(step), axis=-2)
        return x + self.trust(ops.cast(statistics(inputs, ""), x.dtype))

    def split_heads(self, block, x, turned):
        """Queries, keys and values of a block, turned: ``(n, events, heads, 32)`` each."""
        heads = block["heads"](block["norm"](x))
        heads = ops.reshape(heads, (*ops.shape(x)[:-1], 3 * self.n_heads, HEAD_WIDTH))
        return (turn(one, turned) for one in ops.split(heads, 3, axis=-2))

    def join_heads(self, block, x, found, turned, training=False):
        """Add what a block found, and what it makes of that."""
        back = turned[0], -turned[1]
        found = ops.reshape(turn(found, back), ops.shape(x))
        x = x + self.dropout_layer(block["joined"](found), training=training)
        made = block["narrow"](ops.gelu(block["wide"](block["norm2"](x))))
        return x + self.dropout_layer(made, training=training)

    def when_odds(self, x, inputs):
        """Log-odds of the next event's advance, ``(..., 98)``."""
        kind = ops.one_hot(ops.cast(inputs["kind"], "int32"), 4)
        gains = self._gains(self.when_gain, [x, statistics(inputs, ""), kind])
        odds = ops.cast(self.when[1](ops.gelu(self.when[0](x))), "float32")
        return odds + ops.sum(_marked(inputs["advance_proposed"], N_ADVANCES) * gains[..., None], axis=-2)

    def consider(self, x, inputs):
        """What has been heard, in the light of when the next event begins: ``(..., width)``."""
        y = self.which[0](x) + self.which_advance(inputs["next_advance"]) + self.which_place(inputs["next_place"])
        told = ops.cast(statistics(inputs, "next_"), y.dtype)
        return ops.gelu(y + self.which_kind(inputs["next_kind"]) + self.which_trust(told))

    def pointers(self, y, x, then, now):
        """Queries ``(n, events, 4, 32)`` by which the next event points at earlier ones, and these."""
        query, memory = (layer(z) for layer, z in zip(self.pointer, (y, x), strict=True))
        split = (*ops.shape(y)[:-1], N_POINTERS, HEAD_WIDTH)
        return turn(ops.reshape(query, split), then), turn(ops.reshape(memory, split), now)

    def which_odds(self, y, inputs, points):
        """Log-odds of the next event's key, ``(..., 88)``, from what `pointed` gives, ``(..., 4, 88)``."""
        pitch = ops.cast(inputs["pitch"], "int32")
        odds = ops.cast(self.which[1](y), "float32")
        steps = _KEYS + LOWEST_PITCH - pitch[..., None] + N_KEYS - 1
        odds = ops.take_along_axis(odds, ops.clip(steps, 0, 2 * N_KEYS - 2), axis=-1)
        odds = odds + self.which_key(y)
        tonality = above_tonic(ops.broadcast_to(_KEYS + LOWEST_PITCH, ops.shape(odds)), inputs["key"][..., None])
        odds = odds + ops.take_along_axis(self.which_tonality(y), tonality, axis=-1)
        kind = ops.one_hot(ops.cast(inputs["next_kind"], "int32"), 4)
        any_gain, next_gain = ops.split(
            self._gains(self.which_gain, [y, statistics(inputs, "next_"), kind]), 2, axis=-1
        )
        marks = ops.cast(inputs["marks"], "int32")
        odds = odds + ops.sum(ops.cast(marks > 0, "float32") * any_gain[..., None], axis=-2)
        odds = odds + ops.sum(ops.cast(marks > 1, "float32") * next_gain[..., None], axis=-2)
        odds = odds + ops.sum(points * ops.cast(self.pointer_gain(y), "float32")[..., None], axis=-2)
        return ops.where(ops.cast(inputs["allowed"], "bool"), odds, _UNLIKELY)

    def long_odds(self, y, pitch, inputs):
        """Log-odds of the class of the next event's length, ``(..., 91)``, when its pitch is known."""
        z = self.long[0](y) + self.long_step(interval(pitch, inputs["pitch"])) + self.long_register(register(pitch))
        z = ops.gelu(z + self.long_advance(inputs["next_advance"]))
        proposed = ops.cast(inputs["duration_proposed"], "int32")
        knows = ops.cast(proposed < N_DURATIONS, "float32")
        gains = self._gains(self.long_gain, [z, statistics(inputs, "next_"), knows])
        odds = ops.cast(self.long[1](z), "float32")
        return odds + ops.sum(_marked(proposed, N_DURATIONS) * gains[..., None], axis=-2)

    def _gains(self, layers, heard):
        told = ops.concatenate([ops.cast(one, heard[0].dtype) for one in heard], axis=-1)
        return ops.cast(layers[1](ops.gelu(layers[0](told))), "float32")

    def get_config(self):
        """All arguments, so that the model can be made again."""
        return {**super().get_config(), "width": self.width, "layers": self.n_blocks, "dropout": self.dropout}


def build_tr1(output_density: float | None = None, **options: Any) -> TR1:
    """TR1, its weights created."""
    model = TR1(name="tr1", **options)
    model.build()
    return model


def _norm(name):
    return keras.layers.RMSNormalization(name=name)


def turns(onset, measures, pitch):
    """Cosines and sines of the angles of events, ``(..., 1, 16)``: float32, by ticks, measures and pitch."""
    numbers = [ops.cast(values, "float32")[..., None] for values in (onset, measures, pitch)]
    angles = [number * ops.convert_to_tensor(speed) for number, speed in zip(numbers, _PERIODS, strict=True)]
    angles = ops.concatenate(angles, axis=-1)[..., None, :]
    return ops.cos(angles), ops.sin(angles)


def turn(x, turned):
    """Turn pairs of numbers, the first half of the last axis with the second: ``(..., heads, 32)``."""
    cosine, sine = (ops.cast(one, x.dtype) for one in turned)
    first, second = ops.split(x, 2, axis=-1)
    return ops.concatenate([first * cosine - second * sine, first * sine + second * cosine], axis=-1)


def _causal(n):
    """What is added to scores ``(n, n)``, so that no event sees a later one."""
    numbers = ops.arange(n)
    return ops.where(numbers[:, None] >= numbers, 0.0, -1e9)


def _attention(query, key, mask):
    """Weights ``(n, heads, events, events)`` from ``(n, events, heads, 32)`` each."""
    query, key = ops.transpose(query, (0, 2, 1, 3)), ops.transpose(key, (0, 2, 3, 1))
    scores = ops.matmul(query, key) * (HEAD_WIDTH**-0.5)
    return ops.softmax(scores + ops.cast(mask, scores.dtype))


def pointed(weights, pitch, is_note):
    """How much pointers point at each key, ``(n, events, 4, 88)``, from weights ``(n, 4, events, memory)``.

    ``pitch`` and ``is_note`` are those of the memory, ``(n, memory)``. Half of
    the pointers mean keys, half pitch classes. On a logarithmic scale from 0.
    """
    pitch, kept = ops.cast(pitch, "int32"), ops.cast(is_note, "float32")[..., None]
    half = N_POINTERS // 2
    by_key = ops.matmul(weights[:, :half], (ops.one_hot(pitch - LOWEST_PITCH, N_KEYS) * kept)[:, None])
    by_class = ops.matmul(weights[:, half:], (ops.one_hot(pitch % 12, 12) * kept)[:, None])
    by_class = ops.take(by_class, _PITCH_CLASSES, axis=-1)
    return ops.transpose(ops.log1p(200 * ops.concatenate([by_key, by_class], axis=1)), (0, 2, 1, 3))


def statistics(inputs, when):
    """How far each slot can be trusted, ``(..., 7 * 9)``; ``when`` is "" or "next_"."""
    there, lag = ops.cast(inputs[when + "there"], "float32"), ops.cast(inputs[when + "lag"], "float32")
    fast, slow = (ops.maximum(ops.cast(inputs[when + name], "float32"), 0.0) * there for name in ("fast", "slow"))
    whole = [ops.cast(ops.equal(lag % n, 0), "float32") * there for n in (4, 8)]
    one = ops.cast(ops.equal(lag, 1), "float32") * there
    far = 0.3 * ops.log1p(lag) * there
    return ops.concatenate([there, fast, slow, fast * fast, slow * slow, one, far, *whole], axis=-1)


def interval(pitch, other):
    """Semitones from another pitch to this one, as a row of a table, 0 to 60."""
    return ops.clip(ops.cast(pitch, "int32") - ops.cast(other, "int32"), -NEAR, NEAR) + NEAR


def register(pitch):
    """The part of the keyboard that a pitch lies in, 0 to 17."""
    return ops.clip((ops.cast(pitch, "int32") - LOWEST_PITCH) // 5, 0, N_REGISTERS - 1)


def above_tonic(pitch, key):
    """A pitch as an interval above the tonic: rows 0 to 11 in major, 12 to 23 in minor, 24 in an unknown key.

    ``key`` is 0 where it is unknown, else one more than the tonic's pitch
    class, 12 added in minor.
    """
    key = ops.cast(key, "int32")
    minor = ops.cast(key > 12, "int32")
    return ops.where(key > 0, (ops.cast(pitch, "int32") - (key - 1)) % 12 + 12 * minor, 24)


def _marked(classes, n):
    """One-hot rows of classes, empty where a class is beyond them."""
    classes = ops.cast(classes, "int32")
    return ops.one_hot(ops.where(classes < n, classes, -1), n)


def _nats(odds, target):
    highest = ops.stop_gradient(ops.max(odds, axis=-1, keepdims=True))
    whole = ops.log(ops.sum(ops.exp(odds - highest), axis=-1)) + highest[..., 0]
    return whole - ops.sum(odds * ops.one_hot(target, odds.shape[-1]), axis=-1)
