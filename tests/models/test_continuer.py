"""The compiled loop against the plain network, step for step."""

import numpy as np
import pytest

from koe.errors import Cancelled, InputError
from koe.generation.continuation import continue_pianoroll
from koe.models.architectures import build
from koe.models.compile import compiled
from koe.models.network_continuer import NetworkContinuer
from koe.models.sampling import Sampling

N = 100  # more than one chunk of the loop, and no multiple of it


@pytest.fixture(scope="module")
def network():
    """LSTM1 with output weights large enough that keys come and go."""
    model = build("lstm1", output_density=0.05)
    rng = np.random.default_rng(0)
    for layer in model.layers[1:3]:
        layer.cell.kernel.assign(rng.normal(0, 0.3, layer.cell.kernel.shape))
    model.layers[-1].kernel.assign(rng.normal(0, 0.5, model.layers[-1].kernel.shape))
    return model


@pytest.fixture(scope="module")
def continuer(network):
    return NetworkContinuer(network)


@pytest.fixture(scope="module")
def prompt():
    return np.random.default_rng(3).random((70, 88)) < 0.05


@pytest.fixture(scope="module")
def plain(network):
    """The network itself, as a graph, for its layers called one by one take a second each time."""
    return compiled(network)


def by_hand(plain, prompt, n_steps, sampling, seed, variation=0):
    """As the paper did it: the whole sequence through the network for every step; what is silent yet is not heard."""
    rng = np.random.default_rng((seed, variation))
    uniforms = np.concatenate([rng.random((64, 88), dtype=np.float32) for _ in range(-(-n_steps // 64))])
    fed = np.concatenate([prompt, np.zeros((n_steps, 88))]).astype(np.float32)
    roll = np.zeros((n_steps, 88), bool)
    for step in range(n_steps):
        p = np.asarray(plain(fed[None]))[0, len(prompt) + step - 1].astype(np.float64)
        if sampling.way == "threshold":
            roll[step], following = p >= sampling.threshold, p
        else:
            odds = np.log(p / (1 - p)) / sampling.temperature
            roll[step] = following = uniforms[step] < 1 / (1 + np.exp(-odds))
        fed[len(prompt) + step] = following
    return roll


@pytest.mark.parametrize("sampling", [Sampling(), Sampling(temperature=1.6), Sampling("threshold", threshold=0.2)])
def test_the_loop_writes_what_the_network_would(plain, continuer, prompt, sampling):
    ours = continue_pianoroll(continuer, prompt, 12, sampling, seed=5)[0]
    theirs = by_hand(plain, prompt, 12, sampling, seed=5)
    assert 0 < ours.mean() < 0.5
    np.testing.assert_array_equal(ours, theirs)


def test_same_seed_same_music_other_seed_other_music(continuer, prompt):
    first = continue_pianoroll(continuer, prompt, N, Sampling(), seed=1)
    np.testing.assert_array_equal(first, continue_pianoroll(continuer, prompt, N, Sampling(), seed=1))
    assert (first != continue_pianoroll(continuer, prompt, N, Sampling(), seed=2)).any()


def test_a_longer_continuation_begins_like_a_shorter_one(continuer, prompt):
    long = continue_pianoroll(continuer, prompt, 2 * N, Sampling(), seed=1)
    np.testing.assert_array_equal(long[:, :N], continue_pianoroll(continuer, prompt, N, Sampling(), seed=1))


def test_a_variation_does_not_depend_on_how_many_there_are(continuer, prompt):
    four = continue_pianoroll(continuer, prompt, 64, Sampling(), seed=1, n_variations=4)
    two = continue_pianoroll(continuer, prompt, 64, Sampling(), seed=1, n_variations=2)
    np.testing.assert_array_equal(four[:2], two)
    assert (four[0] != four[1]).any()


def test_it_listens(continuer, prompt):
    other = np.roll(prompt, 5, axis=1)
    a = continue_pianoroll(continuer, prompt, 32, Sampling(), seed=1)
    b = continue_pianoroll(continuer, other, 32, Sampling(), seed=1)
    assert (a != b).any()


def test_it_starts_from_silence(continuer):
    roll = continue_pianoroll(continuer, np.zeros((0, 88), bool), N, Sampling(), seed=1)
    assert roll.shape == (1, N, 88)


def test_temperature_zero_is_a_threshold_at_one_half(network, continuer, prompt):
    cold = continue_pianoroll(continuer, prompt, 1, Sampling(temperature=0.0), seed=1)[0, 0]
    np.testing.assert_array_equal(cold, np.asarray(network(prompt[None].astype(np.float32)))[0, -1] > 0.5)


def test_it_shows_progress_and_can_be_stopped(continuer, prompt):
    seen = []
    with pytest.raises(Cancelled):
        continue_pianoroll(
            continuer,
            prompt,
            512,
            Sampling(),
            0,
            progress=lambda done, total: seen.append((done, total)),
            should_stop=lambda: len(seen) == 2,
        )
    assert seen == [(64, 512), (128, 512)]


class Unlucky:
    """Writes what the luck of the first key says: below 0.9 nothing at all, else a repeated note; counts its steps."""

    hears_onsets = False

    def listen(self, prompt, n_variations, clock=None):
        return np.zeros(n_variations)

    def write(self, memory, uniforms, sampling):
        plays = uniforms[0, :, 0] >= 0.9
        rolls = np.zeros(uniforms.shape, bool)
        rolls[::2, plays, 40] = True
        return rolls, memory + 1 + 100 * plays

    def mix(self, memory, other, taken):
        return np.where(taken, other, memory)


def test_the_guard_tosses_faulty_variations_again_and_leaves_the_others_alone():
    silence = np.zeros((0, 88), bool)
    plain = continue_pianoroll(Unlucky(), silence, 128, Sampling(), seed=3, n_variations=16)
    guarded = continue_pianoroll(Unlucky(), silence, 128, Sampling(), seed=3, n_variations=16, guard=True)
    sound = plain[:, :64].any(axis=(1, 2))
    assert 0 < sound.sum() < 8
    np.testing.assert_array_equal(guarded[sound, :64], plain[sound, :64])
    # Twelve more tosses of one in ten: 1 - 0.9 ** 13 of the others play in the end.
    assert guarded[:, :64].any(axis=(1, 2)).sum() > sound.sum() + 4
    again = continue_pianoroll(Unlucky(), silence, 128, Sampling(), seed=3, n_variations=16, guard=True)
    np.testing.assert_array_equal(guarded, again)
    # Whoever asks hears of each that was faulty, and sees what is written so far.
    redrawn, seen = [], []
    watched = continue_pianoroll(
        Unlucky(), silence, 128, Sampling(), seed=3, n_variations=16, guard=True,
        on_redraw=redrawn.append, on_written=seen.append,
    )  # fmt: skip
    np.testing.assert_array_equal(watched, guarded)
    assert {redraw.variation for redraw in redrawn if redraw.start == 0} == set(np.flatnonzero(~sound))
    assert {redraw.fault for redraw in redrawn} == {"silence"}
    assert [part.shape for part in seen] == [(16, 64, 88), (16, 128, 88)]
    np.testing.assert_array_equal(seen[0], guarded[:, :64])
    shorter = continue_pianoroll(Unlucky(), silence, 100, Sampling(), seed=3, n_variations=16, guard=True)
    np.testing.assert_array_equal(shorter, guarded[:, :100])
    fewer = continue_pianoroll(Unlucky(), silence, 128, Sampling(), seed=3, n_variations=2, guard=True)
    np.testing.assert_array_equal(fewer, guarded[:2])


class Obstinate:
    """Holds the first key for as long as its luck is not the very worst."""

    hears_onsets = False

    def listen(self, prompt, n_variations, clock=None):
        return np.ones(n_variations, bool)

    def write(self, memory, uniforms, sampling):
        rolls = np.zeros(uniforms.shape, bool)
        rolls[::2, :, 50] = True  # so that it is never silent
        for step, luck in enumerate(uniforms[:, :, 0]):
            memory = memory & (luck < 1)
            rolls[step, :, 0] = memory
        return rolls, memory

    def mix(self, memory, other, taken):
        return np.where(taken, other, memory)


def test_the_guard_lets_go_of_a_key_that_every_toss_would_hold():
    silence = np.zeros((0, 88), bool)
    stuck = continue_pianoroll(Obstinate(), silence, 256, Sampling(), seed=1, n_variations=2)
    assert stuck[:, :, 0].all()
    freed = continue_pianoroll(Obstinate(), silence, 256, Sampling(), seed=1, n_variations=2, guard=True)
    assert freed[:, :64, 0].all()  # nothing is wrong yet that a release could mend
    assert not freed[:, 64:, 0].any()


def test_a_memory_mixed_of_two_goes_on_like_each(continuer, prompt):
    streams = [np.random.default_rng(number).random((64, 4, 88), dtype=np.float32) for number in range(2)]
    heard = continuer.listen(prompt, 4)
    (_, one), (_, other) = (continuer.write(heard, luck, Sampling()) for luck in streams)
    taken = np.array([False, True, True, False])
    rest = np.random.default_rng(9).random((40, 4, 88), dtype=np.float32)
    (a, _), (b, _) = (continuer.write(memory, rest, Sampling()) for memory in (one, other))
    mixed, _ = continuer.write(continuer.mix(one, other, taken), rest, Sampling())
    np.testing.assert_array_equal(mixed, np.where(taken[None, :, None], b, a))


@pytest.mark.parametrize(
    "settings", [{"way": "dice"}, {"temperature": -1.0}, {"temperature": float("nan")}, {"threshold": 1.5}]
)
def test_senseless_sampling_is_refused(settings):
    with pytest.raises(InputError):
        Sampling(**settings)


def test_leaning_makes_every_key_likelier(network):
    shy, bold = (NetworkContinuer(network, leaning) for leaning in (-50.0, 50.0))
    luck = np.random.default_rng(0).random((8, 1, 88)).astype(np.float32)
    for continuer, plays in ((shy, False), (bold, True)):
        written, _ = continuer.write(continuer.listen(np.zeros((0, 88), bool), 1), luck, Sampling())
        assert (written == plays).all()
