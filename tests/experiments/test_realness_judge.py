"""A classifier that is to tell written music from real: it must see noise, and must not see what is not there."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from koe.corpus.store import SPLITS, Corpus
from koe.errors import InputError
from koe.experiments.realness.judge import ClassifierConfig, benchmark_realness, build_classifier, realness
from koe.experiments.realness.sides import Sides
from koe.models.cards import CONTINUATION
from koe.music.states import states_from_pianoroll
from tests.conftest import arpeggio

TINY = ClassifierConfig((4, 6), 12, learning_rate=5e-3, batch_size=16, epochs=3)
SIZES = {"train": 96, "valid": 32, "test": 64}


def music(seed, n):
    """Broken chords in many keys, each a little different."""
    rng = np.random.default_rng(seed)
    rolls = np.stack([arpeggio(int(root), 64) for root in rng.integers(10, 50, n)])
    return rolls ^ (rng.random(rolls.shape) < 0.002)


def noise(seed, n):
    rng = np.random.default_rng((seed, 1))
    return rng.random((n, 64, 88)) < music(seed, n).mean()


def sides(of_real, of_written):
    return {
        split: Sides(of_real(10 + 2 * k, n), of_written(11 + 2 * k, n), [f"w{m // 2}" for m in range(n)])
        for k, (split, n) in enumerate(SIZES.items())
    }


def test_noise_of_the_same_density_is_seen():
    result = realness(sides(music, noise), "roll", TINY, report=lambda line: None)
    assert result["error"] < 0.1
    assert result["auc"] > 0.97


def test_real_music_on_both_sides_is_not_told_apart():
    result = realness(sides(music, music), "roll", TINY, report=lambda line: None)
    low, high = result["interval"]
    assert 0.35 < result["error"] < 0.65
    assert low < 0.5 < high
    assert result["data"]["test"] == {"works": 32, "segments_of_each_kind": 64}


def test_keys_struck_again_are_heard_in_states_alone():
    """What was written has the same rolls, but strikes every held key again and again."""

    def plain(seed, n):
        return states_from_pianoroll(np.repeat(music(seed, n)[:, ::4], 4, axis=1))

    def hammered(seed, n):
        states = plain(seed, n)
        states[states > 0] = 2
        return states

    both = sides(plain, hammered)
    by_states = realness(both, "states", TINY, report=lambda line: None)
    assert by_states["error"] < 0.05
    by_rolls = realness(sides(plain, lambda seed, n: plain(seed - 1, n)), "roll", TINY, report=lambda line: None)
    assert by_rolls["error"] == 0.5  # the very same rolls on both sides: each answer is right for one of the two


def test_the_shipped_shape_has_about_a_hundred_thousand_weights():
    for heard in ("roll", "states"):
        assert 80_000 < build_classifier(heard, ClassifierConfig()).count_params() < 120_000


def test_it_stops_when_it_gets_no_better_and_keeps_the_best():
    config = ClassifierConfig((2, 2), 2, learning_rate=0.0, weight_decay=0.0, epochs=9, patience=2)
    lines = []
    result = realness(sides(music, music), "roll", config, report=lines.append)
    assert result["classifier"]["epochs_trained"] == len(lines) == 3
    assert result["classifier"]["epoch_chosen"] == 1


class Dice:
    name = "dice"
    hears_onsets = False

    def listen(self, prompt, n_variations, clock=None):
        return None

    def write(self, memory, uniforms, sampling):
        return uniforms < 0.04, None


@pytest.fixture
def registry():
    return SimpleNamespace(
        card=lambda name: SimpleNamespace(kind=CONTINUATION, title="Dice", threshold=0.5, weights_sha256="ab"),
        continuer=lambda name: Dice(),
    )


def test_the_whole_benchmark(registry, corpus_folder):
    """Dice against broken chords, which anybody can tell apart; the same seed says the same."""
    corpus, done = Corpus(corpus_folder), []
    config = replace(TINY, batch_size=8, epochs=10, patience=10)
    options = {"most_pieces": 10, "seed": 3, "config": config, "report": lambda line: None}
    (result,) = benchmark_realness("dice", registry, corpus, progress=lambda *numbers: done.append(numbers), **options)
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["error"] < 0.15
    assert (result["seed"], result["classifier"]["seed"]) == (3, 3)
    assert result["written"]["prompt_steps"] == 32
    assert set(result["data"]) == set(SPLITS)
    assert [numbers for numbers in done if numbers[0] == numbers[1]] == [(10, 10), (6, 6), (6, 6)]
    again, longer = benchmark_realness("dice", registry, corpus, n_measures=(4, 8), **options)
    assert again == result
    assert longer["measures"] == 8
    assert 0 < longer["data"]["test"]["segments_of_each_kind"] < result["data"]["test"]["segments_of_each_kind"]
    with pytest.raises(InputError, match=r"4 and of 6 .* multiples"):
        benchmark_realness("dice", registry, corpus, n_measures=(4, 6), **options)


def test_rolls_hold_no_states(registry, corpus_folder):
    with pytest.raises(InputError, match="Dice writes rolls"):
        benchmark_realness("dice", registry, Corpus(corpus_folder), heard="states")
