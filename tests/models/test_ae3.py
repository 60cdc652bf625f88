"""AE3: its shapes, its noise in training, and how states come out of it."""

import keras
import numpy as np
import pytest

from koe.errors import InputError
from koe.models.ae3 import from_places, in_places
from koe.models.architectures import build
from koe.models.latent import LatentStatistics
from koe.models.lstm2 import key_features
from koe.models.network_latent import StatesLatentModel
from koe.music.states import STRUCK, states_from_pianoroll


@pytest.fixture(scope="module")
def network():
    return build("ae3", output_density=0.03)


@pytest.fixture(scope="module")
def model(network):
    return StatesLatentModel(network, LatentStatistics(np.zeros(128, np.float32), np.eye(128, dtype=np.float32)))


@pytest.fixture(scope="module")
def states():
    return states_from_pianoroll(np.random.default_rng(0).random((3, 64, 88)) < 0.05)


def test_it_fits_into_15_megabytes(network):
    assert 2 * network.count_params() < 15e6


def test_latents_and_probabilities_have_their_ranges(model, states):
    latents = model.encode(states)
    assert latents.shape == (3, 128)
    assert np.abs(latents).max() <= 1
    probabilities = model.decode(latents)
    assert probabilities.shape == (3, 64, 88)
    assert 0.01 < probabilities.mean() < 0.1  # it starts at the density it was told of


def test_it_hears_whether_a_key_is_struck_again(model, states):
    again = np.where(states == 1, STRUCK, states)
    held = np.zeros_like(states)
    held[:, :, 40], again[:, :, 40] = 1, STRUCK
    held[:, 0, 40] = STRUCK
    assert np.abs(model.encode(held) - model.encode(again)).max() > 1e-3
    np.testing.assert_array_equal(model.encode(states > 0), model.encode(states))  # a mere roll strikes where it begins


def test_training_adds_noise_and_leaves_numbers_out_and_use_does_not(network, states):
    np.testing.assert_array_equal(network(states), network(states))
    noisy = [np.asarray(network(states, training=True)) for _ in range(2)]
    assert np.abs(noisy[0] - noisy[1]).max() > 1e-4
    bare = build("ae3", nested=0.5, noise=0.0)
    many = np.repeat(states, 20, axis=0)
    made = np.asarray(bare(many, training=True))
    of_first = []
    for size in (16, 128):
        latents = np.array(bare.encode(many))
        latents[:, size:] = 0
        of_first.append(np.abs(made - np.asarray(bare.decode_odds(latents))).max(axis=(1, 2, 3)) < 1e-5)
    # Each segment has to do with its first sixteen numbers or has them all, by chance.
    np.testing.assert_array_equal(of_first[0] ^ of_first[1], True)
    assert 15 < of_first[0].sum() < 45


def test_the_stack_alone_has_its_say_of_what_sounds(states):
    """With sixteen numbers there is nothing else; with more it is a part of the sum."""
    small = {"stack": (24, 12), "units": (16, 12, 6, 32, 20, 8)}
    alone, whole = build("ae3", latent_dim=16, **small), build("ae3", latent_dim=48, **small)
    for one, other in zip([*alone.stack_in, alone.bottleneck], [*whole.stack_in, whole.bottleneck], strict=True):
        other.set_weights(one.get_weights())
    latents = np.array(whole.encode(states))
    np.testing.assert_allclose(np.asarray(alone.encode(states)), latents[:, :16], atol=1e-6)
    whole.beat_out[2].set_weights([np.zeros(shape.shape) for shape in whole.beat_out[2].get_weights()])
    odds, expected = (np.asarray(network.decode_odds(latents)) for network in (whole, alone))
    np.testing.assert_allclose(odds[..., 0], expected[..., 0], atol=1e-5)
    assert odds[..., 0].std() > 0
    # Nothing but the beats can say that a key is struck again.
    assert expected[..., 1].max() < -5


def test_each_beat_goes_through_the_same_network():
    """But for what it knows of their places."""
    network = build("ae3")
    network.places_in.assign(np.zeros(network.places_in.shape))
    states = np.zeros((1, 64, 88), np.uint8)
    states[0, 5, 40] = STRUCK
    moved = np.roll(states, 4, axis=1)
    first, second = (np.asarray(network.beat_in[1](network.beat_in[0](network_input(one)))) for one in (states, moved))
    np.testing.assert_allclose(np.roll(first, 1, axis=1), second, atol=1e-6)


def network_input(states):
    return in_places(key_features(states), np.zeros(1, np.int32))


def melody(*keys):
    """Eight steps for each key."""
    states = np.zeros((1, 64, 88), np.uint8)
    for number, key in enumerate(keys):
        states[0, 8 * number : 8 * number + 8, key] = 1
        states[0, 8 * number, key] = STRUCK
    return states


# C D E C F G C C, from C4 on; A minor's A B C A D E A A.
MAJOR, MINOR = melody(39, 41, 43, 39, 44, 46, 39, 39), melody(48, 50, 51, 48, 53, 55, 48, 48)


@pytest.mark.parametrize("tune", [MAJOR, MINOR])
def test_what_is_moved_to_another_key_differs_in_the_first_number_alone(network, tune):
    latents = np.asarray(network.encode(np.concatenate([np.roll(tune, shift, axis=2) for shift in range(-5, 7)])))
    np.testing.assert_allclose(latents[:, 0] * 6, np.arange(5, -7, -1), atol=1e-6)
    np.testing.assert_allclose(latents[:, 1:] - latents[5, 1:], 0, atol=1e-5)


def test_the_first_number_moves_what_is_decoded_by_semitones(network):
    latents = np.random.default_rng(0).uniform(-1, 1, (1, 128)).astype(np.float32)
    latents[0, 0] = 0
    at_home = np.asarray(network.decode_odds(latents))
    latents[0, 0] = -3 / 6  # it was heard three semitones lower than it is
    higher = np.asarray(network.decode_odds(latents))
    np.testing.assert_allclose(higher[:, :, 3:], at_home[:, :, :-3], atol=1e-5)
    latents[0, 0] = -3.4 / 6
    np.testing.assert_array_equal(np.asarray(network.decode_odds(latents)), higher)


@pytest.mark.parametrize("shift", range(-6, 6))
def test_moving_there_and_back_loses_no_key(states, shift):
    shifts = np.full(len(states), shift, np.int32)
    back = np.asarray(from_places(in_places(key_features(states), shifts), shifts))
    np.testing.assert_array_equal(back[..., 0], states > 0)
    np.testing.assert_array_equal(back[..., 1], states == STRUCK)


def test_silence_has_no_key(network):
    assert np.asarray(network.encode(np.zeros((1, 64, 88), np.uint8)))[0, 0] == 0


def test_states_are_struck_where_that_is_likelier_than_held(model, monkeypatch):
    odds = np.full((1, 64, 88, 2), -9.0, np.float32)
    odds[0, 0:8, 10, 0] = 3.0  # sounds from the first step on, never struck: held from before
    odds[0, 4, 10, 1] = 2.0  # and struck again
    odds[0, 20:24, 30, 0] = 1.0  # begins later: struck, whatever it says
    monkeypatch.setattr(model, "_decode", lambda latents: 1 / (1 + np.exp(-odds)))
    made = model.decode_states(np.zeros((1, 128), np.float32), 0.5)[0]
    assert made[:10, 10].tolist() == [1, 1, 1, 1, 2, 1, 1, 1, 0, 0]
    assert made[19:25, 30].tolist() == [0, 2, 1, 1, 1, 0]
    assert (made > 0).sum() == 12


def test_a_smaller_one_has_less_for_each_beat():
    for latent_dim in (16, 32, 256):
        assert build("ae3", latent_dim=latent_dim).encode(np.zeros((1, 64, 88), np.uint8)).shape == (1, latent_dim)
    with pytest.raises(InputError, match="a multiple of 16, not 40"):
        build("ae3", latent_dim=40)


def test_what_is_in_a_beat_is_told_by_the_same_numbers_for_every_beat(network):
    """But for what the stack and all the others add, and for what it knows of their places."""
    network.places_out.assign(np.zeros(network.places_out.shape))
    network.stack_in[0].kernel.assign(np.zeros(network.stack_in[0].kernel.shape))
    network.context_out.kernel.assign(np.zeros(network.context_out.kernel.shape))
    latents = np.random.default_rng(0).uniform(-1, 1, (1, 128)).astype(np.float32)
    latents[:, 0] = 0
    moved = latents.copy()
    moved[:, 16:] = np.roll(latents[:, 16:], 7, axis=1)
    first, second = (np.asarray(network.decode_odds(one)) for one in (latents, moved))
    assert first.std() > 0
    np.testing.assert_allclose(np.roll(first, 4, axis=1), second, atol=1e-5)


def test_a_saved_network_comes_back_equal(network, states, tmp_path):
    network.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(np.asarray(network(states)), np.asarray(again(states)))
