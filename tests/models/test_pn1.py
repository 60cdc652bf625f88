"""PN1: what serves is what was trained, and knows a score in every key."""

import numpy as np
import pytest

from koe.models.architectures import build
from koe.models.pn1_features import HEIGHT, N_BEAT_FEATURES, N_NOTE_FEATURES, features_of
from koe.models.pn1_numpy import NumpyPN1
from koe.models.storage import arrays_of, assign
from koe.music.piece import Piece
from tests.models.pn1_toys import toy_weights, waltz


def test_numpy_computes_what_keras_does():
    network = build("pn1", units=6, width=8)
    assign(network, toy_weights())
    heard = features_of(waltz())
    beat = heard.places.beat_of_note
    given = [heard.notes[None], heard.beats[None], beat[None].astype(np.int32)]
    for mine, theirs in zip(
        NumpyPN1(arrays_of(network)).outputs(heard.notes, heard.beats, beat), network(given), strict=True
    ):
        np.testing.assert_allclose(mine, theirs[0], atol=2e-5)


def test_features_hold_in_every_key_but_for_the_height():
    here, there = features_of(waltz()), features_of(waltz().transposed(5))
    for mine, other in ((here.notes, there.notes), (here.beats, there.beats)):
        np.testing.assert_allclose(other[:, HEIGHT] - mine[:, HEIGHT], 5 / 20, atol=1e-6)
    np.testing.assert_allclose(here.notes[:, 1:], there.notes[:, 1:], atol=1e-5)
    assert here.notes.shape == (len(waltz().notes), N_NOTE_FEATURES)
    assert here.beats.shape == (25, N_BEAT_FEATURES)


def test_features_are_finite_where_there_is_nothing():
    for n_ticks in (0, 1, 500):
        heard = features_of(Piece((), n_ticks))
        assert heard.notes.shape == (0, N_NOTE_FEATURES)
        assert np.isfinite(heard.beats).all()


def test_a_missing_weight_is_named():
    weights = toy_weights()
    del weights["context/bias"]
    with pytest.raises(KeyError, match="context/bias"):
        NumpyPN1(weights)
    with pytest.raises(KeyError, match="beats1"):
        NumpyPN1({name: array for name, array in toy_weights().items() if "gru" not in name})
