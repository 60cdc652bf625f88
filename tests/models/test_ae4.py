"""AE4: where it is AE3, what looseness says, and that its loop writes what its network expects."""

import numpy as np
import pytest

from koe.models.latent import LatentStatistics
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import HELD, SILENT, STRUCK

LATENT_DIM, UNITS = 32, 6
SIZES = {"stack": (24, 16), "units": (16, 12, 6, 32, 20, 8)}


@pytest.fixture(scope="module")
def network():
    from koe.models.ae4 import LedAutoencoder

    made = LedAutoencoder(LATENT_DIM, UNITS, SIZES, name="ae4")
    made.build()
    rng = np.random.default_rng(1)
    for variable in made.trainable_variables:
        if "guide_" in variable.path or "loose_" in variable.path:
            variable.assign(rng.normal(0, 0.3, variable.shape))
    # Numbers of a size at which noise does something.
    made.guide.spread.assign(np.full(LATENT_DIM, 0.5, np.float32))
    return made


@pytest.fixture(scope="module")
def model(network):
    from koe.models.led_latent import LedLatentModel

    return LedLatentModel(network, LatentStatistics(np.zeros(LATENT_DIM, np.float32), np.eye(LATENT_DIM, dtype="f4")))


@pytest.fixture(scope="module")
def latents():
    return np.random.default_rng(2).uniform(-1, 1, (3, LATENT_DIM)).astype(np.float32)


def test_where_all_is_meant_exactly_the_guide_is_ae3s_decoder(network, latents):
    told = np.asarray(network.guide.led_odds(latents, np.zeros((3, 2), np.float32)))
    np.testing.assert_allclose(told, np.asarray(network.guide.decode_odds(latents)), atol=1e-4)


def test_numbers_that_say_nothing_may_be_anything(network, latents):
    from koe.models.ae4 import SEGMENT_DIM, UNTOLD

    others = latents.copy()
    others[:, SEGMENT_DIM:] = 0.7
    untold = np.tile(np.array([0.2, UNTOLD], np.float32), (3, 1))
    told = [np.asarray(network.guide.led_odds(one, untold)) for one in (latents, others)]
    np.testing.assert_array_equal(*told)
    exact = np.zeros((3, 2), np.float32)
    assert not np.allclose(*[np.asarray(network.guide.led_odds(one, exact)) for one in (latents, others)])


def test_a_key_hears_the_guide_of_the_steps_and_keys_around_it():
    from koe.models.ae4 import HEARD_KEYS, HEARD_STEPS, MOST_ODDS, N_HEARD, guide_features

    odds = np.zeros((1, SEGMENT_STEPS, N_KEYS, 2), np.float32)
    odds[0, 10, 40, 1] = 4.5
    heard = np.asarray(guide_features(odds))
    assert heard.shape == (1, SEGMENT_STEPS, N_KEYS, N_HEARD)
    place = 2 * HEARD_STEPS.index(3) + 1
    assert heard[0, 7, 40, place] == 4.5 / MOST_ODDS
    place = 2 * (len(HEARD_STEPS) + HEARD_KEYS.index(-12)) + 1
    assert heard[0, 10, 52, place] == 4.5 / MOST_ODDS
    # Beyond the keyboard's end nothing sounds.
    assert heard[0, 10, 5, place] == -1


def test_the_loop_writes_what_the_network_expects(network, model, latents):
    """Every toss of the loop comes out as the network's own log-odds, and what is added where they are loose, say."""
    from koe.models.led_latent import LOOSE_MORE

    temperature, seed = 0.8, 5
    loose = np.full((3, 1, 2), 0.3, np.float32)
    written = model.write(latents[:, None], loose, seed=seed, temperature=temperature)
    luck = np.random.default_rng(seed).random((1, SEGMENT_STEPS, N_KEYS), dtype=np.float32)[0]
    states = np.concatenate([np.zeros((3, 1, N_KEYS), np.uint8), written], axis=1)
    steps = np.arange(-1, SEGMENT_STEPS) % 16
    clock = np.broadcast_to(np.stack([steps, np.full_like(steps, 16)], axis=-1), (3, SEGMENT_STEPS + 1, 2))
    odds = np.asarray(
        network({"states": states, "clock": np.array(clock), "latents": latents, "looseness": loose[:, 0]})
    )
    odds = odds + LOOSE_MORE * loose[0, 0, 0]
    strike, hold = np.moveaxis(1 / (1 + np.exp(-odds / temperature)), -1, 0)
    rest = (luck - strike) / np.maximum(1 - strike, 1e-6)
    expected = np.where(luck < strike, STRUCK, np.where((states[:, :-1] > 0) & (rest < hold), HELD, SILENT))
    close = (np.abs(luck - strike) < 1e-3) | (np.abs(rest - hold) < 1e-3)
    assert ((expected == written) | close).all()
    assert {SILENT, HELD, STRUCK} <= set(np.unique(written).tolist())
    assert close.mean() < 0.02


def test_the_same_seed_writes_the_same_and_another_does_not(model, latents):
    first, again, other = (model.write(latents[:, None], seed=seed, temperature=1.0) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_chain_hears_the_segment_before(model, latents):
    chain = model.write(latents[None, :2], np.full((1, 2, 2), 0.5, np.float32), temperature=1.0)
    assert chain.shape == (1, 2 * SEGMENT_STEPS, N_KEYS)
    alone = model.write(latents[None, :1], np.full((1, 1, 2), 0.5, np.float32), temperature=1.0)
    np.testing.assert_array_equal(chain[:, :SEGMENT_STEPS], alone)


def test_vectors_of_the_segments_numbers_alone_are_heard_as_such(model, latents):
    from koe.models.ae4 import SEGMENT_DIM, UNTOLD

    latents = latents.copy()
    latents[1, SEGMENT_DIM:] = 0
    loose = model.looseness(latents)
    assert loose[1].tolist() == [0.0, UNTOLD]
    assert (loose[[0, 2]] < UNTOLD).all()


def test_ends_are_meant_exactly_and_the_middle_least(model):
    shares = np.array([[1, 0], [0.75, 0.25], [0.5, 0.5], [0, 1]])
    loose = model.looseness_between(shares)[:, 0]
    assert loose[0] == loose[3] == 0
    assert 0 < loose[1] < loose[2]
    # Of four pieces, the middle of two lies between their corners.
    assert model.looseness_between(np.array([[0.5, 0.5, 0, 0]]))[0, 0] == loose[2]
    assert model.looseness_between(np.ones((2, 1))).tolist() == [[0, 0], [0, 0]]


def test_what_is_drawn_at_random_has_luck_of_its_own(model, latents):
    twice = np.repeat(latents[:1], 2, axis=0)
    first, second = model.write_drawn(twice, 0.44, seed=3)
    assert (first != second).any()
    np.testing.assert_array_equal(model.write_drawn(twice, 0.44, seed=3)[0], first)
