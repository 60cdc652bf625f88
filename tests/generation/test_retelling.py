"""Retelling, by a decoder and a writer whose chances are known."""

import numpy as np
import pytest

from koe.errors import Cancelled
from koe.generation.retelling import STRENGTH, USUAL_ODDS, leads, retell
from koe.music.states import HELD, STRUCK

CLOCK = np.stack([np.arange(64) % 16, np.full(64, 16)], axis=-1)[None]


class Rolls:
    """Its latent number is the chance of one key, which sounds all the time."""

    hears_onsets = False

    def decode(self, latents):
        chances = np.zeros((len(latents), 64, 88), np.float32)
        chances[:, :, 40] = np.asarray(latents)[:, :1]
        return chances


class Onsets(Rolls):
    """The same key, struck every eight steps."""

    name, latent_dim, latent_range, hears_onsets, statistics = "onsets", 1, (-1, 1), True, None

    def encode(self, segments):
        raise NotImplementedError

    def decode_states(self, latents, threshold):
        raise NotImplementedError

    def decode_chances(self, latents):
        sounding = self.decode(latents)
        struck = np.zeros_like(sounding)
        struck[:, ::8] = sounding[:, ::8]
        return np.stack([sounding, struck], axis=-1)


class Undecided:
    """Strikes and holds every key with usual odds, and as it is led."""

    def listen(self, prompt, n_variations, clock=None):
        assert not len(prompt)
        return np.zeros((n_variations, 88))

    def join(self, memories):
        return np.concatenate(memories)

    def write_around(self, memory, uniforms, sampling, given, hints=None):
        states = np.zeros(uniforms.shape, np.uint8)
        for step, luck in enumerate(uniforms):
            strike, hold = np.moveaxis(1 / (1 + np.exp(-(hints[step] + [USUAL_ODDS, 0]) / sampling.temperature)), -1, 0)
            struck = luck < strike
            held = ~struck & (memory > 0) & ((luck - strike) / (1 - strike) < hold)
            states[step] = memory = np.where(struck, STRUCK, np.where(held, HELD, 0))
        return states, memory, np.zeros(uniforms.shape[:2])


def test_what_decoder_and_music_agree_on_leads_nowhere():
    usual = 1 / (1 + np.exp(-USUAL_ODDS))
    lead = leads(Rolls(), np.array([[usual]], np.float32))
    assert lead.shape == (1, 64, 88, 2)
    np.testing.assert_allclose(lead[0, 0, 40, 0], 0, atol=1e-4)
    assert (lead[0, :, :40, 0] < -3).all()  # what is silent is kept silent


def test_of_a_roll_a_key_is_struck_where_it_begins_and_held_on():
    lead = leads(Rolls(), np.array([[0.9]], np.float32))[0, :, 40]
    np.testing.assert_allclose(lead[0, 0], STRENGTH * (np.log(9) - USUAL_ODDS), rtol=1e-3)
    np.testing.assert_allclose(lead[1:, 0], STRENGTH * (np.log(0.09 / 0.91) - USUAL_ODDS), rtol=1e-3)
    np.testing.assert_allclose(lead[1:, 1], STRENGTH * np.log(0.81 / 0.1), rtol=1e-3)


def test_what_the_decoder_is_sure_of_is_written():
    (states,) = retell(Undecided(), Onsets(), np.array([[1.0]]), CLOCK, seed=3)
    assert states.dtype == np.uint8
    np.testing.assert_array_equal(states[:, 40], np.where(np.arange(64) % 8 == 0, STRUCK, HELD))
    assert np.count_nonzero(np.delete(states, 40, axis=1)) < 10


def test_a_chain_is_written_in_one_go_and_each_music_has_luck_of_its_own():
    latents = np.full((20, 2, 1), 0.5)
    clocks = np.repeat(np.concatenate([CLOCK, CLOCK], axis=1), 20, axis=0)
    first = retell(Undecided(), Onsets(), latents, clocks, seed=3)
    assert first.shape == (20, 128, 88)
    np.testing.assert_array_equal(first, retell(Undecided(), Onsets(), latents, clocks, seed=3))
    assert len({one.tobytes() for one in first}) > 15
    np.testing.assert_array_equal(first[:1], retell(Undecided(), Onsets(), latents[:1], clocks[:1], seed=3))
    np.testing.assert_array_equal(first[:, :64], retell(Undecided(), Onsets(), latents[:, 0], clocks[:, :64], seed=3))


def test_it_can_be_stopped():
    with pytest.raises(Cancelled):
        retell(Undecided(), Onsets(), np.array([[1.0]]), CLOCK, seed=0, should_stop=lambda: True)
