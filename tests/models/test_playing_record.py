"""Records of how a model learned to play."""

from dataclasses import replace

import numpy as np
import pytest

from koe.errors import ModelError
from koe.models.playing_record import OF_NOTES, PlayingRecord, Taught, load_playing, save_playing
from koe.models.pn1_features import features_of
from koe.music.piece import Pedal, Tempo
from tests.models.pn1_toys import toy_player, waltz


def record() -> PlayingRecord:
    """A waltz that was played, and what two toys expected of it."""
    score = waltz()
    notes = tuple(replace(note, velocity=30 + note.pitch // 2, shift=2, release=-9) for note in score.notes)
    tempos, pedal = (Tempo(0, 100.0), Tempo(960, 90.5)), (Pedal(10, 127), Pedal(900, 0))
    piece = replace(score, notes=notes, tempos=tempos, pedal=pedal)
    expected = tuple(toy_player(seed).predict(features_of(score)) for seed in (0, 1))
    valid = {"velocity": (0.1, 0.5), "tempo": (0.0, 0.4), "pedal": (0.6, 0.7)}
    return PlayingRecord((0, 650), valid, (Taught(piece, expected),))


def test_a_record_comes_back(tmp_path):
    given, path = record(), tmp_path / "pn1.playing.npz"
    save_playing(given, path)
    back = load_playing(path)
    assert (back.updates, dict(back.valid)) == (given.updates, given.valid)
    assert back.pieces[0].piece == given.pieces[0].piece
    for one, other in zip(back.pieces[0].expected, given.pieces[0].expected, strict=True):
        for name in (*OF_NOTES, "tempo"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-3, atol=1e-3)
        assert not one.velocity_spread.any()
    before = path.read_bytes()
    save_playing(given, path)
    assert path.read_bytes() == before


def test_a_damaged_record_is_named(tmp_path):
    path = tmp_path / "pn1.playing.npz"
    save_playing(record(), path)
    with np.load(path) as archive:
        arrays = dict(archive)
    for wrong in (
        {"0/expected": arrays["0/expected"][:, :, 1:]},
        {"0/tempo": arrays["0/tempo"][:1]},
        {"valid/tempo": np.zeros(5)},
    ):
        np.savez(path, **arrays | wrong)
        with pytest.raises(ModelError, match="is no record of a training"):
            load_playing(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ModelError, match=r"pn1\.playing\.npz is no record"):
        load_playing(path)
