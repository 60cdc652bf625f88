"""LSTM2: what may bear upon what, its likelihoods, and the compiled loop against the plain network."""

import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from koe.generation.continuation import continue_pianoroll
from koe.models.architectures import build
from koe.models.lstm2 import earlier, key_features, sounding_probability, step_nll
from koe.models.sampling import Sampling
from koe.models.tied_continuer import TiedContinuer
from koe.models.tied_loops import BORDERS
from koe.music.states import FREE, STRUCK

N = 100  # more than one chunk of the loop, and no multiple of it
WITHOUT_KEYS = ("register", "key_bias")  # what tells one key from another


def clock(n_steps: int, measure: int = 12) -> np.ndarray:
    return np.stack([np.arange(n_steps) % measure, np.full(n_steps, measure)], axis=-1).astype(np.int32)


def random_states(n_steps: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    states = np.where(rng.random((n_steps, 88)) < 0.05, STRUCK, 0).astype(np.uint8)
    for before, after in itertools.pairwise(states):
        after[(before > 0) & (after == 0) & (rng.random(88) < 0.6)] = 1
    return states


def odds(network, states):
    return np.asarray(network({"states": states[None], "clock": clock(len(states))[None]}))[0]


@pytest.fixture(scope="module")
def network():
    """LSTM2, small, with weights large enough that everything bears upon everything."""
    keras.utils.set_random_seed(0)
    model = build("lstm2", units=16)
    rng = np.random.default_rng(0)
    for variable in model.trainable_variables:
        if "odds" not in variable.path:
            variable.assign(np.asarray(variable) + rng.normal(0, 0.15, variable.shape))
    return model


@pytest.fixture(scope="module")
def continuer(network):
    return TiedContinuer(network)


@pytest.fixture(scope="module")
def states():
    return random_states(70, 3)


def test_a_key_hears_the_past_and_the_lower_keys_of_its_step_and_nothing_else(network, states):
    before = odds(network, states)
    changed = states.copy()
    changed[40, 30] = 0 if changed[40, 30] else STRUCK  # told of by number 39
    moved = np.abs(odds(network, changed) - before).max(axis=-1) > 1e-6
    assert not moved[:39].any()
    assert not moved[39, :31].any()
    assert moved[39, 31:].mean() > 0.9
    assert moved[40].mean() > 0.9
    far = np.abs(odds(network, states)[60:] - odds(network, np.concatenate([states[1:2], states[1:]]))[60:])
    assert far.max() > 1e-6  # seventy steps are not forgotten


def test_what_holds_in_one_key_holds_in_another(network):
    """But for the ends of the keyboard, and for what the network knows of registers."""
    states = np.zeros((30, 88), np.uint8)
    states[:, 30:60] = random_states(30, 1)[:, 30:60]
    kept = {variable.path: np.asarray(variable) for variable in network.trainable_variables}
    for variable in network.trainable_variables:
        if variable.path.split("/")[-1] in WITHOUT_KEYS:
            variable.assign(np.zeros(variable.shape))
    here, there = odds(network, states), odds(network, np.roll(states, 5, axis=1))
    for variable in network.trainable_variables:
        variable.assign(kept[variable.path])
    np.testing.assert_allclose(here[:, 20:70], there[:, 25:75], atol=1e-4)


def test_it_looks_back_by_a_measure(network):
    """A key struck a measure ago is seen from where it was struck, whatever the measure's length."""
    states = np.zeros((40, 88), np.uint8)
    struck = states.copy()
    struck[10, 50] = STRUCK
    for measure in (12, 18):
        keys = [np.asarray(earlier(key_features(one[None]), clock(40, measure)[None]))[0] for one in (states, struck)]
        steps, where, features = np.nonzero(keys[1] - keys[0])
        assert set(where) == {50}
        # Told of steps 14, 18, 26 by steps, of 10 + measure and 10 + 2 measures by measures; number t tells of t + 1.
        told = {(step + 1, feature // 2) for step, feature in zip(steps.tolist(), features.tolist(), strict=True)}
        assert told == {(14, 0), (18, 1), (26, 2), (10 + measure, 3)} | ({(34, 4)} if measure == 12 else set())


def test_the_clock_and_the_length_of_the_measure_are_heard(network, states):
    def with_clock(measure):
        return np.asarray(network({"states": states[None], "clock": clock(len(states), measure)[None]}))

    assert np.abs(with_clock(12) - with_clock(16)).max() > 1e-3


@pytest.mark.parametrize("restrikes", [True, False])
def test_the_chances_of_all_that_can_happen_add_up_to_one(restrikes):
    """Two keys, one of them sounding before: every outcome of a step, by hand."""
    logits = np.array([[[[0.3, -0.7], [-1.1, 0.4]]]], np.float32)
    before = np.array([1, 0], np.uint8)
    first = (0, 1, 2) if restrikes else (0, 1)  # what the sounding key can do
    total = 0.0
    sounding = np.zeros(2)
    for outcome in itertools.product(first, (0, 2)):
        states = np.array([[before, outcome]], np.uint8)
        chance = math.exp(-float(step_nll(states, logits, restrikes)[0, 0]))
        total += chance
        sounding += chance * (np.array(outcome) > 0)
    assert total == pytest.approx(1, abs=1e-6)
    states = np.array([[before, [0, 0]]], np.uint8)
    np.testing.assert_allclose(np.asarray(sounding_probability(states, logits, restrikes))[0, 0], sounding, atol=1e-6)


def test_the_likelihood_by_hand():
    """A sounding key held at probability 0.8 though it might be struck at 0.1; a silent one struck at 0.25."""
    logits = np.log([[[[0.1 / 0.9, 0.8 / 0.2], [0.25 / 0.75, 0.5 / 0.5]]]]).astype(np.float32)
    states = np.array([[[2, 0], [1, 2]]], np.uint8)
    assert float(step_nll(states, logits)[0, 0]) == pytest.approx(-math.log(0.9 * 0.8 * 0.25), rel=1e-5)
    assert float(step_nll(states, logits, restrikes=False)[0, 0]) == pytest.approx(-math.log(0.8 * 0.25), rel=1e-5)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_the_loop_writes_what_the_network_would(network, continuer, states, temperature):
    """Everything it wrote, put through the plain network, with the same luck."""
    uniforms = np.random.default_rng(1).random((N, 1, 88), dtype=np.float32)
    memory = continuer.listen(states, 1, clock(len(states)))
    written, _ = continuer.write(memory, uniforms, Sampling(temperature=temperature))
    whole = np.concatenate([states, written[:, 0]])
    strike, hold = (1 / (1 + np.exp(-odds(network, whole)[len(states) - 1 :].astype(float) / temperature))).transpose(
        2, 0, 1
    )
    luck, was_sounding = uniforms[:, 0], whole[len(states) - 1 : -1] > 0
    struck = luck < strike
    held = ~struck & was_sounding & ((luck - strike) / (1 - strike) < hold)
    expected = np.where(struck, 2, np.where(held, 1, 0))
    assert (written[:, 0] != expected).sum() <= 2  # a coin may stand on its edge
    assert {0, 1} <= set(np.unique(written))


def test_given_keys_are_kept_and_their_chance_is_told(network, continuer, states):
    """The left half of the keyboard is given, with a note that begins by being held."""
    rng = np.random.default_rng(4)
    given = np.full((12, 1, 88), FREE, np.int8)
    given[:, 0, :44] = random_states(12, 9)[:, :44]
    given[0, 0, 5] = 1
    memory = continuer.listen(states, 4, clock(len(states)))
    uniforms = rng.random((12, 4, 88), dtype=np.float32)
    written, after, chances = continuer.write_around(memory, uniforms, Sampling(), given)
    expected = np.repeat(given[:, :, :44], 4, axis=1)
    if not states[-1, 5]:
        expected[0, :, 5] = STRUCK
    np.testing.assert_array_equal(written[:, :, :44], expected)
    assert (written[:, 0, 44:] != written[:, 1, 44:]).any()
    for number in range(2):
        whole = np.concatenate([states, written[:, number]])[None]
        logits = np.asarray(network({"states": whole, "clock": clock(whole.shape[1])[None]}))
        lower = slice(None), slice(len(states) - 1, None), slice(44)
        nll = step_nll(whole[:, len(states) - 1 :, :44], logits[lower])
        np.testing.assert_allclose(chances[:, number], -np.asarray(nll)[0], rtol=1e-3, atol=1e-3)
    # What was given makes no difference to what is remembered: heard instead, it is the same.
    heard = continuer.listen(np.concatenate([states, written[:, 2]]), 1, clock(len(states) + 12))
    np.testing.assert_allclose(continuer.choose(after, np.array([2])).state[0], heard.state[0], atol=1e-4)


def test_restriking_counts_where_all_is_free(network, continuer, states):
    often = TiedContinuer(network, restriking=50.0)
    uniforms = np.random.default_rng(6).random((12, 1, 88), dtype=np.float32)
    free = np.full((12, 1, 88), FREE, np.int8)
    memory = continuer.listen(states, 1, clock(len(states)))
    written = np.concatenate([states[-1:], often.write(memory, uniforms, Sampling())[0][:, 0]])
    assert (written[1:][written[:-1] > 0] == STRUCK).all()
    for one, other in zip(
        often.write_around(memory, uniforms, Sampling(), free),
        continuer.write_around(memory, uniforms, Sampling(), free),
        strict=True,
    ):
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other)


def test_hints_lead_each_key_and_no_hints_change_nothing(continuer, states):
    memory = continuer.listen(states, 2, clock(len(states)))
    uniforms = np.random.default_rng(5).random((12, 2, 88), dtype=np.float32)
    free = np.full((12, 1, 88), FREE, np.int8)
    plain = continuer.write_around(memory, uniforms, Sampling(), free)[0]
    hints = np.zeros((12, 2, 88, 2), np.float32)
    np.testing.assert_array_equal(continuer.write_around(memory, uniforms, Sampling(), free, hints)[0], plain)
    hints[..., 0] = -50  # nothing is struck
    hints[3, 1, 40, 0] = 200  # but one key, in the second variation
    hints[4:8, 1, 40, 1], hints[8:, 1, 40, 1] = 200, -200  # held for four steps
    hints[:, 0, :, 1] = hints[:3, 1, :, 1] = -200
    led = continuer.write_around(memory, uniforms, Sampling(), free, hints)[0]
    assert not led[:, 0].any()
    assert led[:, 1, 40].tolist() == [0, 0, 0, 2, 1, 1, 1, 1, 0, 0, 0, 0]


def test_a_continuation_keeps_its_promises(continuer, states):
    first = continue_pianoroll(continuer, states, N, Sampling(), seed=1, n_variations=2)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, continue_pianoroll(continuer, states, N, Sampling(), 1, n_variations=2))
    long = continue_pianoroll(continuer, states, 2 * N, Sampling(), seed=1)
    np.testing.assert_array_equal(long[0, :N], first[0])
    assert (first[0] != first[1]).any()
    assert (first[0] != continue_pianoroll(continuer, states, N, Sampling(), seed=2)[0]).any()


def test_with_nothing_heard_it_begins_where_the_clock_says(continuer):
    """A gap at the start of a waltz: the metre of what comes, not four quarters."""
    uniforms = np.random.default_rng(2).random((30, 1, 88), dtype=np.float32)
    memory = continuer.listen(np.zeros((0, 88), np.uint8), 1, clock(1))
    written, after = continuer.write(memory, uniforms, Sampling())
    np.testing.assert_array_equal(after.state[0, BORDERS[1] : BORDERS[2]], [29 % 12, 12])
    in_four, _ = continuer.write(continuer.listen(np.zeros((0, 88), np.uint8), 1), uniforms, Sampling())
    assert (written != in_four).any()


def test_it_starts_from_silence_and_hears_a_mere_roll(continuer, states):
    assert continue_pianoroll(continuer, np.zeros((0, 88), bool), N, Sampling(), 1).shape == (1, N, 88)
    roll = continue_pianoroll(continuer, states > 0, 16, Sampling(), 1)
    assert (roll != continue_pianoroll(continuer, np.roll(states > 0, 5, axis=1), 16, Sampling(), 1)).any()


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (Sampling(density=1.5), Sampling(density=-1.5)),
        (Sampling(holding=3.0), Sampling(holding=-3.0)),
        (Sampling(top_p=1.0), Sampling(top_p=0.9)),
    ],
)
def test_the_controls_do_what_they_say(continuer, states, more, less):
    """More strikes, longer notes; without the unlikely there are fewer notes here, where each is unlikely."""
    one, other = (continue_pianoroll(continuer, states, N, sampling, 1)[0] for sampling in (more, less))
    if more.holding != less.holding:
        assert (one == 1).sum() / (one == 2).sum() > 1.5 * (other == 1).sum() / (other == 2).sum()
    else:
        assert (one == 2).sum() > 1.5 * (other == 2).sum()


def test_a_saved_network_comes_back_equal(network, states, tmp_path):
    network.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(odds(again, states), odds(network, states))


def test_one_voice_writes_what_it_would_among_several(continuer, states):
    """Alone, the keys that sound tell those above them; among several, each key asks all below it."""
    memory = continuer.listen(states, 3)
    uniforms = np.random.default_rng(4).random((N, 3, 88), dtype=np.float32)
    given = np.full((N, 1, 88), FREE, np.int8)
    given[::2, :, 40:45] = STRUCK
    together, _, chances = continuer.write_around(memory, uniforms, Sampling(), given)
    alone, _, chance = continuer.write_around(continuer.listen(states, 1), uniforms[:, 1:2], Sampling(), given)
    np.testing.assert_array_equal(alone[:, 0], together[:, 1])
    np.testing.assert_allclose(chance[:, 0], chances[:, 1], rtol=1e-4)


def test_visitors_who_write_at_once_get_what_each_would_alone(network):
    """Each comes with another number of steps; two models share what is compiled, as `test_compile` says."""

    def write(model, seed):
        return continue_pianoroll(model, random_states(20 + seed, seed), 70 + seed, Sampling(), seed)

    models = [TiedContinuer(network, restriking) for restriking in (0.0, 1.0)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: write(models[seed % 2], seed), range(8)))
    for seed, written in enumerate(together):
        np.testing.assert_array_equal(written, write(models[seed % 2], seed))
