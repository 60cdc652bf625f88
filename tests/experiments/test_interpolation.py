"""Midpoints and cross-fades of segments, by models and likelihoods that are known."""

import json

import numpy as np
import pytest

from koe.corpus.segments import clock_of
from koe.errors import InputError
from koe.evaluation.writing import states_at
from koe.experiments.interpolation import WEIGHTS, decode_at_density, draw_pairs, evaluate_interpolation
from koe.generation.crossfade import crossfade, union
from koe.music.pianoroll import binarize
from koe.music.states import notes_from_states, sounding, states_from_pianoroll
from tests.evaluation.corpora import Made, random_roll, write_corpus
from tests.generation.test_retelling import Undecided


def states_of(*notes):
    """Four measures of notes given as (onset, duration, key)."""
    states = np.zeros((64, 88), np.uint8)
    for onset, duration, key in notes:
        states[onset : onset + duration, key] = 1
        states[onset, key] = 2
    return states


class Plain:
    """Its latent numbers are the roll itself; half way lies what both have at one half."""

    hears_onsets = False

    def encode(self, segments):
        return sounding(segments).reshape(-1, 5632).astype(np.float32)

    def decode(self, latents):
        return np.asarray(latents).reshape(-1, 64, 88)

    def decode_states(self, latents, threshold):
        return states_from_pianoroll(binarize(self.decode(latents), threshold))


def fewer_is_likelier(states, clock):
    return np.count_nonzero(states, axis=(1, 2)) / 64


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def corpus(tmp_path):
    pieces = [Made(random_roll(n, 200 + 64 * n, 0.02), work=f"w{n // 2}") for n in range(6)]
    return write_corpus(tmp_path / "c", [*pieces, Made(np.zeros((128, 88), bool), work="silent")])


def test_a_crossfade_keeps_whole_notes_at_the_mean_density(rng):
    first = states_from_pianoroll(random_roll(1, 64, 0.05))
    second = states_of(*((4 * n, 4, 30 + n) for n in range(16)))
    of_both = {*notes_from_states(first), *notes_from_states(second)}
    for _ in range(5):
        faded = crossfade(first, second, 0.5, rng)
        n_ones = (np.count_nonzero(first) + np.count_nonzero(second)) / 2
        assert np.count_nonzero(faded) == pytest.approx(n_ones, abs=2)  # half of the longest note
        # A note may run into one of the other end's and be struck again there; none has another onset.
        onsets = {(note.step, note.pitch) for note in notes_from_states(faded)}
        assert onsets <= {(note.step, note.pitch) for note in of_both}


def test_what_both_ends_share_comes_first(rng):
    shared = [(0, 8, 40), (16, 4, 44), (32, 2, 47)]
    first, second = states_of(*shared, (8, 8, 60)), states_of(*shared, (40, 8, 30))
    kept = {
        tuple(np.count_nonzero(crossfade(first, second, 0.5, rng), axis=0)[[40, 44, 47, 60, 30]]) for _ in range(30)
    }
    assert kept == {(8, 4, 2, 8, 0), (8, 4, 2, 0, 8)}  # and of the others one or the other, by luck


@pytest.mark.parametrize("seed", range(4))
def test_a_crossfade_ends_where_it_should(seed, rng):
    first, second = (states_from_pianoroll(random_roll(seed + n, 64, 0.1)) for n in (0, 10))
    assert np.array_equal(crossfade(first, second, 0, rng), first)
    assert np.array_equal(crossfade(first, second, 1, rng), second)


def test_a_crossfade_takes_more_and_more_of_the_second(rng):
    first = states_of(*((2 * n, 2, 20) for n in range(32)))
    second = states_of(*((2 * n, 2, 70) for n in range(32)))
    shares = [np.count_nonzero(crossfade(first, second, w, rng)[:, 70]) / 64 for w in (0.25, 0.5, 0.75)]
    assert shares == pytest.approx([0.25, 0.5, 0.75], abs=0.15)


def test_union_strikes_where_either_does():
    first, second = states_of((0, 8, 40)), states_of((4, 8, 40), (4, 2, 50))
    assert [(n.step, n.n_steps, n.key) for n in notes_from_states(union(first, second))] == [
        (0, 4, 40),
        (4, 8, 40),
        (4, 2, 50),
    ]


def test_decoding_at_a_density():
    latents = np.random.default_rng(1).random((3, 5632)).astype(np.float32)
    densities = np.array([0.01, 0.2, 0.0])
    made = decode_at_density(Plain(), latents, densities)
    assert np.count_nonzero(made, axis=(1, 2)).tolist() == [56, 1126, 1]
    assert latents[0][made[0].ravel() > 0].min() > latents[0][made[0].ravel() == 0].max()


def test_pairs_are_of_two_works_and_one_metre(corpus):
    first, second, works = draw_pairs(corpus, "test", 60, seed=0)
    assert all(one != other for one, other in zip(works[:60], works[60:], strict=True))
    assert np.array_equal(clock_of(corpus.entries, first, 64), clock_of(corpus.entries, second, 64))
    assert "silent" not in works
    # 30 segments sound; each is a first one twice.
    n_segments = sum((entry.n_steps // 64) for entry in corpus.entries if entry.work != "silent")
    assert len(set(first[:n_segments])) == n_segments
    again = draw_pairs(corpus, "test", 60, seed=0)
    assert all(np.array_equal(a, b) for a, b in zip((first, second), again, strict=False))
    assert not np.array_equal(draw_pairs(corpus, "test", 60, seed=1)[0], first)


def test_nothing_to_pair(tmp_path):
    corpus = write_corpus(
        tmp_path / "c", [Made(random_roll(0, 640), work="one"), Made(random_roll(1, 640), work="one")]
    )
    with pytest.raises(InputError, match="no two segments of 64 steps, of two works"):
        draw_pairs(corpus, "test", 3, 0)
    with pytest.raises(InputError, match="0 pairs"):
        draw_pairs(corpus, "test", 0, 0)


def test_the_report(corpus):
    """Of a model that is a cross-fade itself, by a likelihood that counts ones."""
    done = []
    report = evaluate_interpolation(
        Plain(), 0.6, fewer_is_likelier, corpus, n_pairs=20, progress=lambda *numbers: done.append(numbers)
    )
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert done[-1] == (20, 20)
    first, second, works = draw_pairs(corpus, "test", 20, 0)
    rolls = [states_at(corpus, starts, 64) > 0 for starts in (first, second)]
    assert report["n_works"] == len(set(works))
    assert report["density"]["ends"] == pytest.approx(np.mean(rolls))
    assert report["density"]["midpoint"] == pytest.approx(np.mean(rolls[0] & rolls[1]))
    assert report["density"]["union"] == pytest.approx(np.mean(rolls[0] | rolls[1]))
    assert report["density"]["crossfade"] == pytest.approx(report["density"]["ends"], rel=0.02)
    for name, density in report["density"].items():
        assert report["nll"][name]["mean"] == pytest.approx(density * 88)
    # The intersection is sparser than anything else, so here it is the likelier each time.
    midpoint = report["likelier"]["midpoint"]
    assert midpoint["union"]["share"] == midpoint["crossfade"]["share"] == 1
    assert midpoint["crossfade"]["interval"] == pytest.approx([0.8389, 1], abs=1e-4)
    # The cross-fade has the ends' density, and so their likelihood, exactly or nearly.
    assert midpoint["crossfade"]["nearer_share"] == 0
    assert midpoint["crossfade"]["nearer_interval"] == pytest.approx([0, 0.1611], abs=1e-4)
    expected = 88 * (report["density"]["midpoint"] - report["density"]["union"])
    assert midpoint["union"]["difference"] == pytest.approx(expected)
    low, high = midpoint["union"]["difference_interval"]
    assert low < expected < high < 0


def test_a_writer_retells_the_midpoints(corpus):
    """One that knows nothing of music, and so follows the decoder: what both ends have comes back."""
    report = evaluate_interpolation(Plain(), 0.6, fewer_is_likelier, corpus, n_pairs=6, writer=Undecided())
    assert set(report["likelier"]) == {"midpoint", "matched", "retold"}
    assert set(report["nll"]) == set(report["density"]) == {*report["shared"], "ends", "reconstructions"}
    shared = report["shared"]
    assert shared["midpoint"]["with_midpoint"] == 1
    assert 0 < shared["retold"]["with_ends"] < shared["union"]["with_ends"] < 1


def test_the_way_from_end_to_end(corpus):
    report = evaluate_interpolation(Plain(), 0.6, fewer_is_likelier, corpus, n_pairs=8, seed=3)
    path = report["path"]
    first, second, _ = draw_pairs(corpus, "test", 8, 3)
    rolls = [states_at(corpus, starts, 64) > 0 for starts in (first, second)]
    apart = np.count_nonzero(rolls[0] ^ rolls[1], axis=(1, 2))
    assert path["weights"] == WEIGHTS.tolist()
    for way in ("latent", "crossfade"):
        assert path[way]["hamming_from_first"][0] == path[way]["hamming_from_second"][-1] == 0
        assert path[way]["hamming_from_second"][0] == path[way]["hamming_from_first"][-1] == pytest.approx(apart.mean())
        # The latent numbers of this model are the roll.
        assert path[way]["latent_from_first"][-1] == pytest.approx(np.sqrt(apart).mean(), rel=1e-6)
    # Half way a cross-fade has half of what is not shared; this model has nothing of it.
    assert path["crossfade"]["hamming_from_first"][4] == pytest.approx(apart.mean() / 2, rel=0.1)
    only_first = np.count_nonzero(rolls[0] & ~rolls[1], axis=(1, 2))
    assert path["latent"]["hamming_from_first"][4] == pytest.approx(only_first.mean())
    assert all(np.diff(path["crossfade"]["hamming_from_first"]) > 0)
