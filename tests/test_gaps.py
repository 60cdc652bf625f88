"""Filling, in the words of those who ask for it, with small untrained networks: what is locked stays."""

import keras
import numpy as np
import pytest

from koe.errors import Cancelled, InputError
from koe.models.architectures import build
from koe.models.cards import ModelCard
from koe.models.latent import LatentStatistics
from koe.models.network_latent import StatesLatentModel
from koe.models.tied_continuer import TiedContinuer
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.studio import Studio


class Small:
    """A registry of an AE3 and an LSTM2 with random weights, and of a model that cannot fill."""

    def __init__(self):
        statistics = LatentStatistics(np.zeros(32, np.float32), np.eye(32, dtype=np.float32) * 0.5)
        self._cards = [
            ModelCard(name, name.upper(), kind, "", "", 1, "", "", threshold=0.3, hears_onsets=name != "ae1")
            for name, kind in (("ae1", "latent"), ("ae3", "latent"), ("lstm2", "continuation"))
        ]
        keras.utils.set_random_seed(1)
        network, rng = (
            build("ae3", latent_dim=32, stack=(24, 12), units=(16, 12, 6, 32, 16, 8)),
            np.random.default_rng(0),
        )
        # So that its music is varied.
        for layer in (network.all_out, network.context_out, network.own_out, *network.beat_out):
            layer.kernel.assign(rng.normal(0, 0.6, layer.kernel.shape))
        self._ae3 = StatesLatentModel(network, statistics)
        self._lstm2 = TiedContinuer(build("lstm2", units=8))

    def cards(self):
        return self._cards

    def card(self, name):
        return next(card for card in self._cards if card.name == name)

    def latent(self, name):
        return self._ae3

    def quick_continuer(self, name):
        return None

    def continuer(self, name):
        return self._lstm2


@pytest.fixture(scope="module")
def studio():
    return Studio(Small())


@pytest.fixture(scope="module")
def waltz():
    """Eight measures of 3/4: a bass on each first beat, chords on the others, a tune above."""
    notes = []
    for measure in range(8):
        onset = 12 * measure
        notes += [note_at_step(onset, 41 + measure, 4), note_at_step(onset + 4, 53, 4), note_at_step(onset + 8, 53, 4)]
        notes += [note_at_step(onset, 72 + measure, 8), note_at_step(onset + 8, 72, 4)]
    notes.sort(key=lambda note: (note.step, note.pitch))
    return Piece.on_steps(tuple(notes), 96, 120.0, (TimeSignature(0, 3, 4),), "Waltz")


@pytest.mark.parametrize("model", ["lstm2", "ae3"])
def test_outside_the_gap_nothing_changes(studio, waltz, model):
    pieces = studio.fill_gap(waltz, 3, 2, model=model, seed=4)
    assert len(pieces) == 4
    for piece in pieces:
        np.testing.assert_array_equal(piece.states[:24], waltz.states[:24])
        np.testing.assert_array_equal(piece.pianoroll[48:], waltz.pianoroll[48:])
        assert piece.n_steps == waltz.n_steps
        assert piece.time_signatures == waltz.time_signatures
        assert piece.made_by.model == model
    assert len({piece.notes for piece in pieces}) > 1
    assert [piece.notes for piece in pieces[:2]] == [
        piece.notes for piece in studio.fill_gap(waltz, 3, 2, model=model, seed=4, n_fillings=2)
    ]


@pytest.mark.parametrize(("hand", "kept"), [("left", lambda p: p >= 60), ("right", lambda p: p < 60)])
def test_the_other_hand_plays_on_in_the_gap(studio, waltz, hand, kept):
    """Every note of the hand that stays is there, and nothing of the other one's crosses it."""
    (piece,) = studio.fill_gap(waltz, 2, 4, hand, n_fillings=1)
    wanted = {note for note in waltz.notes if kept(note.pitch)}
    assert wanted <= set(piece.notes)
    gone = {note for note in waltz.notes if not kept(note.pitch) and 12 <= note.step < 60}
    assert not gone <= set(piece.notes)


def test_a_melody_is_harmonised_below(studio):
    melody = Piece.on_steps(tuple(note_at_step(4 * n + 4, 67 + n % 3, 3) for n in range(7)), 32, title="Tune")
    for piece in studio.harmonise(melody, seed=2):
        assert set(melody.notes) <= set(piece.notes)
        new = set(piece.notes) - set(melody.notes)
        assert all(note.pitch < 70 for note in new)
        assert piece.title == "Tune, harmonised"


def test_a_repair_leaves_what_is_beyond_doubt(studio, waltz):
    probabilities = np.where(waltz.pianoroll[:64], 0.9, 0.001)
    probabilities[16:32, 40:44] = 0.3
    (piece,) = studio.repair(waltz, probabilities, seed=1)
    doubtful = np.zeros((64, 88), bool)
    doubtful[16:32, 40:44] = True
    np.testing.assert_array_equal(piece.pianoroll[~doubtful], waltz.pianoroll[:64][~doubtful])


def test_what_cannot_be_is_refused_in_a_sentence(studio, waltz):
    with pytest.raises(InputError, match="measures 1 to 8"):
        studio.fill_gap(waltz, 8, 2)
    with pytest.raises(InputError, match="choose one of both, left, right"):
        studio.fill_gap(waltz, 1, 1, "third")
    with pytest.raises(InputError, match="ae1 cannot fill a gap; choose one of lstm2, ae3"):
        studio.fill_gap(waltz, 1, 1, model="ae1")
    with pytest.raises(InputError, match="AE3 fills up to 64 sixteenths, but 72 are open"):
        studio.fill_gap(waltz, 1, 6, model="ae3")
    with pytest.raises(InputError, match="1 to 8 fillings"):
        studio.fill_gap(waltz, 1, 1, n_fillings=9)
    long = Piece.on_steps((note_at_step(0, 60, 320),), 320)
    with pytest.raises(InputError, match="at most 256 sixteenths"):
        studio.fill_gap(long, 1, 20)
    with pytest.raises(InputError, match="empty"):
        studio.harmonise(Piece.on_steps((), 16))


@pytest.mark.parametrize("model", ["lstm2", "ae3"])
def test_filling_shows_progress_and_can_be_stopped(studio, waltz, model):
    seen = []
    with pytest.raises(Cancelled):
        studio.fill_gap(
            waltz,
            3,
            2,
            model=model,
            progress=lambda done, total: seen.append(done / total),
            should_stop=lambda: len(seen) == 2,
        )
    assert len(seen) == 2
    assert 0 < seen[0] < seen[1] < 1
