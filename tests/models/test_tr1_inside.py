"""What is shown of where TR1 looks is what its own network weighs."""

import numpy as np
import pytest

import koe.models.tr1
from koe.errors import InputError
from koe.generation.going_on import rows_of, told_of_piece
from koe.models.registry import default_registry, load_network
from koe.models.storage import load_weights
from koe.models.tr1_inside import Looks, looks_of
from koe.models.tr1_layout import REACH, SIXTEENTHS
from koe.music.events import events_of, short_measures, tidy_notes
from koe.music.piece import Piece
from koe.studio import Studio
from koe.training.event_store import EventStore, prepare
from koe.training.event_windows import window

N = 300  # events that the network hears at once; the piece has more


@pytest.fixture(scope="module")
def piece() -> Piece:
    return Studio().demo_piece("bach-invention-1")


@pytest.fixture(scope="module")
def heard(piece):
    """Its events, measures, and what is told of it."""
    rows = tidy_notes(rows_of(piece))
    starts = short_measures(list(piece.measure_onsets), piece.n_ticks)
    return events_of(rows, starts), starts, told_of_piece(piece, rows, len(starts) - 1, 96)


@pytest.fixture(scope="module")
def looks(heard) -> Looks:
    registry = default_registry()
    card = registry.card("tr1")
    return looks_of(load_weights(registry.folder / card.weights, card.weights_sha256), *heard)


def test_weights_and_gains_are_those_of_the_network(piece, heard, looks, tmp_path, monkeypatch):
    _, starts, told = heard
    about = {"path": "a", "split": "test", "composer": "b", "source": "c", "qpm": piece.qpm}
    prepare([(about, tidy_notes(rows_of(piece)), list(starts[:-1]), piece.n_ticks)], tmp_path)
    store = EventStore(tmp_path)
    entry = store.entries[0]
    assert (entry.key, entry.n_measures) == (told.key, told.n_measures)
    inputs = window(store, entry, 0, N, SIXTEENTHS, told.conditions, left=True, key=True)
    network = load_network(default_registry(), "tr1")
    seen, gains = [], []
    attention, of_slots = koe.models.tr1._attention, network._gains

    def watched(query, key, mask):
        seen.append(attention(query, key, mask))
        return seen[-1]

    def counted(layers, told_of):
        gains.append(of_slots(layers, told_of))
        return gains[-1]

    monkeypatch.setattr(koe.models.tr1, "_attention", watched)
    monkeypatch.setattr(network, "_gains", counted)
    network.call({name: values[None] for name, values in inputs.items()})
    *blocks, pointers = (np.asarray(one)[0] for one in seen)
    assert len(blocks) == len(looks.attention) == 5
    np.testing.assert_allclose(looks.attention[:, :, :N, :N], blocks, atol=2e-4)
    np.testing.assert_allclose(looks.pointers[:, :N, :N], pointers, atol=2e-4)
    assert np.std(blocks) > 0.01
    of_key = np.asarray(gains[1])[0]
    np.testing.assert_allclose(looks.gains[:N], of_key[:, :6] + of_key[:, 7:13], atol=5e-3)
    np.testing.assert_array_equal(looks.lag[:N] > 0, (inputs["marks"][:, :6] == 2).any(axis=2))


def test_attention_ends_where_the_writer_forgets(looks):
    size = looks.attention.shape[-1]
    assert size > REACH + 50
    ages = np.arange(size)[:, None] - np.arange(size)
    for weights in (looks.attention, looks.pointers):
        assert not weights[..., (ages < 0) | (ages >= REACH)].any()
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)


def test_by_measures_they_are_shares_of_what_lies_before(piece, looks, heard):
    found = Studio().look_back(piece)
    events = heard[0]
    for shares in (found.look.attention, found.look.pointers, found.look.proposals):
        assert shares.shape == (22, 22)
        assert not np.triu(shares, 1).any()
        whole = shares.sum(axis=1)
        np.testing.assert_allclose(whole[whole > 0], 1, atol=1e-5)
    assert found.look.proposals[0].sum() == 0  # there is nothing before it
    assert not np.diag(found.look.proposals).any()
    # One of them by hand: how much of measure 9 looks at measure 8.
    asked = np.flatnonzero(events.measure[1:] == 8)
    weights = looks.attention[:, :, asked].mean(axis=(0, 1))
    expected = weights[:, events.measure[:-1] == 7].sum() / weights.sum()
    assert found.look.attention[8, 7] == pytest.approx(expected, abs=1e-5)


def test_attention_stays_near_and_proposals_reach_far(piece):
    """What the page says of the three ways to look."""
    look = Studio().look_back(piece).look
    lag = np.arange(22)[:, None] - np.arange(22)

    def share(values, far):
        return values[8:][far[8:]].sum() / 14

    assert share(look.attention, lag <= 1) > 0.65
    assert share(look.attention, lag >= 4) < 0.2 < share(look.pointers, lag >= 4)
    assert share(look.proposals, lag >= 2) > 0.8


def test_a_silent_piece_has_nothing_to_look_back_at():
    with pytest.raises(InputError, match="no notes"):
        Studio().look_back(Piece((), 96))
