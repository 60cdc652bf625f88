"""PN1: a small recurrent network that plays a score.

First the beats: bidirectional gated recurrent units hear what
`koe.models.pn1_features` says of each beat of the piece and give it a tempo
and a context. Then the notes: each is heard with its beat's context and, by
two convolutions, with the notes around it, and gets a loudness, a length,
early or late, and the pedal. Everything but the pedal is a mean and the
logarithm of a spread; the pedal is log-odds.

The order of first measures and beats, then notes, is VirtuosoNet's (Jeong et
al., "VirtuosoNet: A Hierarchical RNN-based System for Modeling Expressive
Piano Performance", ISMIR 2019).
"""

import keras
from keras import layers, ops

from koe.models.pn1_features import N_BEAT_FEATURES, N_NOTE_FEATURES
from koe.models.pn1_numpy import BEAT_OUTPUTS, MOST_SPREAD, NOTE_OUTPUTS

DROPOUT = 0.25
BEAT_WEIGHT = 3.0  # about as many notes a beat


def build_pn1(units: int = 64, width: int = 72, n_layers: int = 1) -> keras.Model:
    """The network with new weights.

    Parameters
    ----------
    units : int
        Of each direction of a recurrent layer.
    width : int
        Of the layers of notes.
    n_layers : int
        Recurrent ones.

    Returns
    -------
    model : keras.Model
        From ``notes``, ``(batch, n_notes, 61)``, ``beats``, ``(batch, n_beats,
        65)``, and ``beat``, the beat of each note, ``(batch, n_notes)``, to
        ``(batch, n_notes, 8)`` and ``(batch, n_beats, 2)``, whose columns
        `koe.models.pn1_numpy` names.
    """
    notes = keras.Input((None, N_NOTE_FEATURES), name="notes")
    beats = keras.Input((None, N_BEAT_FEATURES), name="beats")
    beat = keras.Input((None,), dtype="int32", name="beat")
    context = layers.Dense(units, activation="gelu", name="in_beats")(layers.Dropout(DROPOUT / 2)(beats))
    for name in (f"beats{number}" for number in range(1, n_layers + 1)):
        recurrent = layers.GRU(units, return_sequences=True, name="gru")
        context = layers.Bidirectional(recurrent, name=name)(layers.Dropout(DROPOUT)(context))
    context = layers.Dropout(DROPOUT)(context)
    of_beats = layers.Dense(len(BEAT_OUTPUTS), name="out_beats", dtype="float32")(context)
    passed = layers.Dense(width, name="context")(context)
    around = ops.take_along_axis(passed, ops.expand_dims(beat, -1), axis=1)
    heard = layers.Dense(width, name="in_notes")(layers.Dropout(DROPOUT / 2)(notes)) + around
    heard = layers.Activation("gelu")(heard)
    for name, dilation in (("around1", 1), ("around2", 4)):
        near = layers.Conv1D(width, 3, dilation_rate=dilation, padding="same", activation="gelu", name=name)(heard)
        heard = heard + layers.Dropout(DROPOUT)(near)
    of_notes = layers.Dense(len(NOTE_OUTPUTS), name="out_notes", dtype="float32")(heard)
    return keras.Model([notes, beats, beat], [of_notes, of_beats], name="pn1")


def teaching(network: keras.Model) -> keras.Model:
    """A network with its loss, for training: from a batch with targets to a number for each window.

    ``played``, ``(batch, n_notes, 5)``, and ``tempo``, ``(batch, n_beats)``,
    are the targets in the units of `koe.models.pn1_numpy`; ``counts`` and
    ``beat_counts`` say which notes and beats are there.
    """
    given = {name: keras.Input(one.shape[1:], dtype=one.dtype, name=name) for name, one in _inputs(network).items()}
    played = keras.Input((None, 5), name="played")
    tempo = keras.Input((None,), name="tempo")
    counts = keras.Input((None,), name="counts")
    beat_counts = keras.Input((None,), name="beat_counts")
    of_notes, of_beats = network([given["notes"], given["beats"], given["beat"]])
    nats = sum(
        weight * _gaussian(played[..., index], of_notes[..., 2 * index], of_notes[..., 2 * index + 1])
        for index, weight in enumerate((1.0, 0.3, 0.3))
    )
    for index, weight in ((3, 0.5), (4, 0.5)):
        nats = nats + weight * _toss(played[..., index], of_notes[..., 3 + index])
    of_tempo = _gaussian(tempo, of_beats[..., 0], of_beats[..., 1])
    loss = ops.sum(nats * counts, axis=1) + BEAT_WEIGHT * ops.sum(of_tempo * beat_counts, axis=1)
    inputs = {**given, "played": played, "tempo": tempo, "counts": counts, "beat_counts": beat_counts}
    return keras.Model(inputs, loss, name="pn1_teaching")


def _inputs(network: keras.Model) -> dict:
    return {one.name: one for one in network.inputs}


def _gaussian(target, mean, spread):
    """Half the squared error, and the likelihood of the spread, which leaves the mean alone."""
    spread = MOST_SPREAD * ops.tanh(spread / MOST_SPREAD)
    error = target - ops.stop_gradient(mean)
    return 0.5 * ops.square(target - mean) + 0.1 * (spread + 0.5 * ops.square(error) * ops.exp(-2 * spread))


def _toss(target, log_odds):
    return ops.softplus(log_odds) - target * log_odds
