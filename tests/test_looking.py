"""What looking into networks gives, and what of it is sent to the browser."""

import numpy as np
import pytest

from koe.models.sampling import Sampling
from koe.music.states import sounding
from koe.studio import Studio
from koe.studio.looking import MOST_MEASURES
from koe.web.learn.given import begun_alike, looked_back


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def test_what_is_sent_of_looking_back_is_what_was_found(studio):
    piece = studio.demo_piece("bach-prelude-c-major")
    found = studio.look_back(piece)
    sent = looked_back(piece, found)
    assert sent["numbers"] == list(range(1, piece.n_measures + 1))
    assert len(sent["starts"]) == len(sent["numbers"]) + 1
    assert [onset * 6 for onset, _, _ in sent["notes"]] == [note.onset for note in piece.notes]
    assert [key for _, key, _ in sent["notes"]] == [note.pitch for note in piece.notes]
    for name, rows in sent["looks"].items():
        np.testing.assert_allclose(rows, getattr(found.look, name), atol=1e-4)


def test_of_a_long_piece_the_beginning_is_looked_at(studio):
    piece = studio.demo_piece("bach-musette")
    while piece.n_measures <= MOST_MEASURES:
        piece = piece.followed_by(piece)
    found = studio.look_back(piece)
    assert len(found.starts) == MOST_MEASURES + 1
    assert found.notes[-1, 0] < found.starts[-1]
    assert found.look.attention.shape == (MOST_MEASURES, MOST_MEASURES)


def test_the_same_beginning_is_written_again_or_gone_on_with(studio):
    piece = studio.demo_piece("bach-prelude-c-major")
    segment = studio.segment(piece)
    beginning = sounding(segment).copy()
    beginning[32:] = False
    found = studio.begin_alike(segment, 32, seed=3)
    again = studio.reconstruct(beginning, "ae1").pianoroll(studio.registry.card("ae1").threshold)
    np.testing.assert_array_equal(found.autoencoder, again)
    (gone_on,) = studio.continue_piece(piece.slice_steps(0, 32), 32, "lstm1", Sampling(), 3, guard=False)
    np.testing.assert_array_equal(found.lstm, gone_on.pianoroll)
    # What the page says of them: one falls silent, the other goes on.
    assert found.autoencoder[32:].any(axis=1).sum() < 8 < 24 < found.lstm[32:].any(axis=1).sum()
    sent = begun_alike({2: found})
    assert sent["lstm"]["2"][:32] == [np.flatnonzero(step).tolist() for step in beginning[:32]]
