"""Blending with a model whose latent numbers are the roll itself, so that every answer is known."""

import numpy as np
import pytest

from koe.errors import InputError
from koe.models.cards import LATENT, ModelCard
from koe.models.latent import interpolate, mix
from koe.music.notes import note_at_step
from koe.music.pianoroll import binarize
from koe.music.piece import Piece
from koe.music.states import sounding, states_from_pianoroll
from koe.studio import Studio


class Plain:
    hears_onsets = False
    latent_dim = 5632
    latent_range = (-1.0, 1.0)

    def encode(self, segments):
        return sounding(np.asarray(segments)).reshape(-1, 5632).astype(np.float32)

    def decode(self, latents):
        return np.asarray(latents).reshape(-1, 64, 88)

    def decode_states(self, latents, threshold):
        return states_from_pianoroll(binarize(self.decode(latents), threshold))


class Plainly:
    def card(self, name):
        return ModelCard(name, "Plain", LATENT, "", "", 1, "", "0" * 64, threshold=0.5, latent_dim=5632)

    def latent(self, name):
        return Plain()


@pytest.fixture
def studio():
    return Studio(Plainly())


def held(*keys):
    """Four measures in which these keys sound."""
    states = np.zeros((64, 88), np.uint8)
    states[:, list(keys)] = 1
    states[0, list(keys)] = 2
    return states


def keys_of(piece):
    return sorted({note.key for note in piece.notes})


def test_a_great_circle_keeps_the_distance_from_the_middle_and_its_ends():
    first, second = np.array([3, 0], np.float32), np.array([0, 3], np.float32)
    path = interpolate(first, second, np.linspace(0, 1, 5), "circle")
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 3, rtol=1e-6)
    np.testing.assert_allclose(path[2], 3 / np.sqrt([2, 2]), rtol=1e-6)
    np.testing.assert_array_equal(path[[0, 4]], [first, second])
    # Of ends of two lengths the length goes evenly.
    assert np.linalg.norm(interpolate(first, 2 * second, np.array([0.5]), "circle")) == pytest.approx(4.5)


@pytest.mark.parametrize("second", [[-3, 0], [6, 0], [0, 0]])
def test_where_no_circle_is_there_is_the_line(second):
    first, second = np.array([3, 0], np.float32), np.array(second, np.float32)
    weights = np.array([0.25, 0.5])
    np.testing.assert_array_equal(interpolate(first, second, weights, "circle"), interpolate(first, second, weights))


def test_the_corners_and_the_middle_of_a_square():
    corners = np.eye(4, dtype=np.float32)
    for corner, (x, y) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
        np.testing.assert_array_equal(mix(corners, x, y), corners[corner])
    np.testing.assert_allclose(mix(corners, 0.5, 0.5), 0.25)
    np.testing.assert_allclose(mix(corners, 0.2, 0.0), [0.8, 0.2, 0, 0], atol=1e-7)


def test_between_four_the_nearest_is_heard(studio):
    corners = [held(10), held(20), held(30), held(40)]
    assert keys_of(studio.blend_square(corners, "plain", 0.9, 0.1)) == [20]
    assert keys_of(studio.blend_square(corners, "plain", 0.0, 0.5)) == [10, 30]
    with pytest.raises(InputError, match="four corners, but 3"):
        studio.blend_square(corners[:3], "plain", 0, 0)
    with pytest.raises(InputError, match="from 0 to 1, not 2"):
        studio.blend_square(corners, "plain", 2, 0)


def test_distances_are_those_from_the_ends(studio):
    # Three keys in common of four each: from one end to the other 1 - 6/8.
    distances = studio.distances(held(10, 20, 30, 40), held(20, 30, 40, 50), "plain", [0, 1])
    np.testing.assert_allclose(distances.from_first, [0, 0.25])
    np.testing.assert_allclose(distances.from_second, [0.25, 0])
    np.testing.assert_allclose(distances.crossfade_from_first, [0, 0.25])
    np.testing.assert_allclose(distances.crossfade_from_second, [0.25, 0])
    silent = studio.distances(held(), held(), "plain", [0.5])
    assert silent.from_first == [0]


def test_what_tells_no_strikes_has_no_rhythm_to_give(studio):
    with pytest.raises(InputError, match="Plain cannot tell rhythm from harmony"):
        studio.blend_piece(held(3), held(5), "plain", 0.5, way="rhythm")
    with pytest.raises(InputError, match="'line' is no respect"):
        studio.cross(held(3), held(5), "plain", "line")


def test_a_crossfade_is_the_same_for_the_same_seed_wherever_else_one_stops(studio):
    ends = held(*range(10, 30)), held(*range(40, 60))
    alone = studio.crossfade(*ends, 0.5)
    assert alone.n_steps == 64
    among = studio.crossfade(*ends, [0, 0.5, 1])
    assert among.n_steps == 192
    assert among.slice_steps(64, 128).notes == alone.notes
    assert 5 < len(set(keys_of(alone)) & set(range(10, 30))) < 15
    assert keys_of(studio.crossfade(*ends, 0.5, seed=1)) != keys_of(alone)


def scale(tonic, steps=(0, 2, 4, 5, 7, 9, 11, 12)):
    notes = [note_at_step(4 * number, tonic + step, 4) for number, step in enumerate((*steps, *steps[::-1]))]
    return Piece.on_steps(tuple(notes), 64)


@pytest.mark.parametrize(("tonic", "moved"), [(67, 60), (66, 60), (65, 60), (62, 60), (60, 60), (70, 72)])
def test_pieces_are_brought_into_one_key_by_the_shortest_way(studio, tonic, moved):
    piece = studio.in_one_key(scale(tonic), scale(60))
    assert piece.notes[0].pitch % 12 == 0
    assert abs(piece.notes[0].pitch - tonic) <= 6
    if tonic != 66:  # six semitones are as far up as down
        assert piece.notes[0].pitch == (moved if abs(moved - tonic) <= 6 else moved + 12)


def test_a_minor_piece_gets_the_signature_of_a_major_one(studio):
    minor = scale(
        64, (0, 2, 3, 5, 7, 8, 11, 12)
    )  # E minor has one sharp, C major none: down by a fifth or up by a fourth
    piece = studio.in_one_key(minor, scale(60))
    assert piece.notes[0].pitch == 69


def test_what_leaves_the_piano_stays_on_it():
    piece = Piece.on_steps(
        (
            note_at_step(0, 107, 4),
            note_at_step(0, 22, 4),
            note_at_step(4, 60, 4),
            note_at_step(4, 100, 4),
            note_at_step(4, 106, 4),
        ),
        16,
    )
    up = piece.transposed(6)
    # B7 + 6 would be F8 and becomes F7; B flat 7 would be E8 and becomes E7.
    assert [(note.step, note.pitch) for note in up.notes] == [(0, 28), (0, 101), (4, 66), (4, 100), (4, 106)]
    assert [note.pitch for note in Piece.on_steps((note_at_step(0, 22, 4),), 4).transposed(-6).notes] == [28]
    # One key cannot sound twice at a time.
    both = Piece.on_steps((note_at_step(0, 96, 4), note_at_step(0, 108, 4)), 4)
    assert [note.pitch for note in both.transposed(1).notes] == [97]
