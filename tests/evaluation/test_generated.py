"""What a model writes, beside a split: with models whose music is known beforehand."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from koe.corpus.segments import cut, evaluation_segments
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.comparison import compare, restruck_notes
from koe.evaluation.generated import evaluate_generation, split_density
from koe.evaluation.writing import continuations, openings
from koe.generation.continuation import continue_pianoroll
from koe.models.architectures import build
from koe.models.cards import CONTINUATION, LATENT
from koe.models.latent import LatentStatistics
from koe.models.sampling import Sampling
from koe.models.tied_continuer import TiedContinuer
from koe.music.states import sounding, states_from_pianoroll


@pytest.fixture(scope="module")
def corpus(corpus_folder):
    return Corpus(corpus_folder)


class Parrot:
    """Repeats its prompt over and over, or plays what it is told."""

    name = "parrot"
    hears_onsets = False

    def __init__(self, roll=None):
        self.roll = roll
        self.heard = []
        self.clocks = []

    def listen(self, prompt, n_variations, clock=None):
        self.heard.append(prompt if self.hears_onsets else sounding(prompt))
        self.clocks.append(clock)
        return (self.roll if self.roll is not None else self.heard[-1], 0, n_variations)

    def write(self, memory, uniforms, sampling):
        roll, start, n_variations = memory
        steps = (start + np.arange(len(uniforms))) % len(roll)
        return np.repeat(roll[steps][:, None], n_variations, axis=1), (roll, start + len(uniforms), n_variations)


class Mockingbird(Parrot):
    """A parrot that knows what is struck again."""

    name = "mockingbird"
    hears_onsets = True


class Dice:
    """Plays each key with probability 0.04."""

    name = "dice"
    hears_onsets = False

    def listen(self, prompt, n_variations, clock=None):
        return None

    def write(self, memory, uniforms, sampling):
        return uniforms < 0.04, None


class Sliders:
    """Each of four numbers is the probability of one key, held from first to last."""

    name = "sliders"
    latent_dim = 4
    latent_range = (0.0, 1.0)
    hears_onsets = False
    statistics = LatentStatistics(np.full(4, 0.5, np.float32), 0.2 * np.eye(4, dtype=np.float32))

    def decode(self, latents):
        probabilities = np.zeros((len(latents), 64, 88), np.float32)
        probabilities[:, :, [40, 44, 47, 52]] = latents[:, None, :]
        return probabilities


def registry(model, kind=CONTINUATION, threshold=0.5):
    return SimpleNamespace(
        card=lambda name: SimpleNamespace(kind=kind, threshold=threshold),
        continuer=lambda name: model,
        latent=lambda name: model,
    )


def evaluated(model, corpus, **options):
    options = {"n_continuations": 6, "n_steps": 96, **options}
    return evaluate_generation(model.name, registry(model), corpus, **options)


def test_the_report_is_complete_and_json(corpus):
    done = []
    report = evaluated(Dice(), corpus, seed=3, progress=lambda *numbers: done.append(numbers))
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert done[-1] == (6, 6)
    assert (report["model"], report["split"], report["seed"]) == ("dice", "test", 3)
    assert (report["n_pieces"], report["n_steps"]) == (6, 96)
    assert report["sampling"].items() >= {"way": "toss", "temperature": 1.0, "threshold": 0.15}.items()
    assert report["restruck_notes"] is None
    # Six test pieces of 288 steps alone: each has two stretches of 96 after its first 32.
    assert report["n_real"] == sum((entry.n_steps - 32) // 96 for entry in corpus.split("test"))
    for descriptor in report["descriptors"].values():
        assert 0 <= descriptor["overlap"] <= 1
        assert sum(descriptor["generated_histogram"]) == descriptor["generated"]["n"] <= 6
        assert sum(descriptor["real_histogram"]) == descriptor["real"]["n"] <= report["n_real"]
        assert len(descriptor["edges"]) == len(descriptor["real_histogram"]) + 1
    for histogram in report["histograms"].values():
        assert len(histogram["values"]) == len(histogram["generated_histogram"]) == len(histogram["real_histogram"])
    assert report["histograms"]["pitch"]["values"][::87] == [21, 108]
    # Every key with probability 0.04.
    assert report["descriptors"]["density"]["generated"]["mean"] == pytest.approx(0.04, abs=0.004)
    expected = report["descriptors"]["density"]["generated"]["mean"] / split_density(corpus, "test")
    assert report["rates"]["density_ratio"] == pytest.approx(expected)
    # Dice never fall silent, hold a key for long or strike thirteen: nothing is drawn again.
    assert report["rates"]["density_ratio_guarded"] == report["rates"]["density_ratio"]
    assert report["rates"]["any_fault"] == {"generated": 0, "real": 0, "guarded": 0}


def test_the_same_seed_gives_the_same_report(corpus):
    assert evaluated(Dice(), corpus) == evaluated(Dice(), corpus)
    assert evaluated(Dice(), corpus) != evaluated(Dice(), corpus, seed=1)


def test_real_music_compared_with_itself(corpus):
    real, _ = evaluation_segments(corpus, "test")
    comparison = compare(real, real)
    for descriptor in comparison["descriptors"].values():
        assert descriptor["overlap"] == pytest.approx(1, abs=5e-3)
        assert descriptor["generated"] == descriptor["real"]
    for histogram in comparison["histograms"].values():
        assert histogram["overlap"] == pytest.approx(1)


def test_faults_are_counted_by_piece():
    healthy = np.zeros((96, 88), dtype=bool)
    healthy[::2, 40] = True
    silent, stuck, burst, edge = (healthy.copy() for _ in range(4))
    silent[10:50] = False
    stuck[20:85, 30] = True  # 65 steps
    burst[60, 20:33] = True  # 13 keys
    edge[31:63] = False  # 32 steps of silence, a note of 64 steps, 12 keys: none is over the limit
    edge[63:, 41] = True
    edge[0, 50:61] = True
    real = np.stack([healthy, edge, healthy, healthy])
    rates = compare(np.stack([silent, stuck, burst, burst, stuck | burst]), real)["rates"]
    assert rates["silence_over_2_measures"] == {"generated": 0.2, "real": 0}
    assert rates["stuck_notes_over_4_measures"] == {"generated": 0.4, "real": 0}
    assert rates["bursts_over_12_keys"] == {"generated": 0.6, "real": 0}
    assert rates["any_fault"] == {"generated": 1, "real": 0}


def test_silent_pieces_leave_what_has_no_meaning_out():
    comparison = compare(np.zeros((2, 64, 88), dtype=bool), np.ones((3, 64, 88), dtype=bool))
    length = comparison["descriptors"]["note_length"]
    assert length["generated"] == {"mean": None, "std": None, "n": 0}
    assert length["real"]["mean"] == 64
    assert length["overlap"] is None
    assert length["edges"] == length["real_histogram"] == []
    assert comparison["histograms"]["pitch"]["overlap"] is None
    assert comparison["descriptors"]["density"]["overlap"] == 0
    json.dumps(comparison, allow_nan=False)


def test_what_is_copied_from_the_training_split_is_told(corpus):
    source = corpus.split("train")[4]
    stolen = np.roll(corpus.pianoroll(source)[16:112], 3, axis=1)
    report = evaluated(Parrot(stolen), corpus, n_continuations=2)
    struck = np.flatnonzero((stolen[1:] & ~stolen[:-1]).any(axis=1)) + 1
    longest = report["copying"]["generated"]["longest"]
    # The first step may have onsets of the training piece's measure before.
    assert longest["n_steps"] >= struck[-1] - struck[0] + 1
    assert report["copying"]["generated"]["longest_steps"]["max"] == longest["n_steps"]
    assert report["copying"]["generated"]["ngram_share"] == 1
    found = [entry for entry in corpus.split("train") if entry.path == longest["source_path"]]
    assert [(entry.composer, entry.title) for entry in found] == [(longest["source_composer"], longest["source_title"])]


def test_dice_copy_nothing(corpus):
    copied = evaluated(Dice(), corpus)["copying"]
    assert copied["generated"]["longest"] is None
    assert copied["generated"]["longest_steps"]["max"] == copied["generated"]["ngram_share"] == 0
    # Broken chords like these are in all pieces of this corpus.
    assert copied["real"]["longest_steps"]["max"] > 16


def test_prompts_are_the_openings_of_the_split(corpus):
    parrot = Parrot()
    evaluated(parrot, corpus, n_continuations=8)
    all_openings = cut(corpus.packed, np.array([entry.start for entry in corpus.split("test")]), 32)
    heard = [next(n for n, roll in enumerate(all_openings) if np.array_equal(roll, prompt)) for prompt in parrot.heard]
    # Six test pieces: each once, then two of them again.
    assert sorted(heard[:6]) == list(range(6))
    assert heard[6:8] == heard[:2]
    assert heard[8:] == heard[:8]  # the same again, guarded


def test_silent_and_short_openings_are_passed_over(corpus):
    entries = corpus.split("test")

    class Silent(Corpus):
        def __init__(self):
            self.folder = corpus.folder
            self.entries = (*entries[:2], replace(entries[2], n_steps=31))

    fake = Silent()
    for name in ("packed", "packed_onsets"):
        packed = np.array(getattr(corpus, name))
        packed[entries[0].start : entries[0].start + 32] = 0
        fake.__dict__[name] = packed
    (states,), (clock,) = openings(fake, "test", 1, seed=0)
    assert np.array_equal(sounding(states), corpus.pianoroll(entries[1])[:32])
    assert clock[:, 0].tolist() == [step % entries[1].measure_steps for step in range(32)]


def test_no_two_continuations_share_their_luck():
    prompt = np.zeros((32, 88), dtype=bool)
    first, second = continuations(Dice(), np.stack([prompt] * 2), 32, Sampling(), seed=0)
    assert not np.array_equal(first, second)
    # And more of them begin with the same.
    assert np.array_equal(continuations(Dice(), np.stack([prompt] * 3), 32, Sampling(), seed=0)[1], second)


def test_a_latent_model_is_compared_with_segments(corpus):
    model = Sliders()
    report = evaluate_generation("sliders", registry(model, LATENT, 0.4), corpus, n_latents=300)
    assert (report["n_pieces"], report["n_steps"]) == (300, 64)
    assert report["n_real"] == len(evaluation_segments(corpus, "test")[0])
    assert report["sampling"] == {"way": "near", "threshold": 0.4}
    # A key sounds where a number reaches 0.4, drawn from a normal distribution of mean 0.5 and deviation 0.2.
    expected = 4 / 88 * 0.6915
    assert report["descriptors"]["density"]["generated"]["mean"] == pytest.approx(expected, rel=0.06)
    assert report["descriptors"]["longest_note"]["generated"]["mean"] > 60


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_continuations": 0}, "0 continuations were asked for"),
        ({"n_steps": 5000}, "no piece of 5032 steps"),
    ],
)
def test_what_cannot_be_measured_is_refused(corpus, options, message):
    with pytest.raises(InputError, match=message):
        evaluated(Dice(), corpus, **options)


def test_no_latent_vectors_cannot_be_measured(corpus):
    with pytest.raises(InputError, match="0 latent vectors"):
        evaluate_generation("sliders", registry(Sliders(), LATENT), corpus, n_latents=0)


@pytest.fixture
def repeated():
    """States of one key, struck again and again as it sounds: every fourth step for 96 steps; another rests between."""
    states = np.zeros((96, 88), np.uint8)
    states[:, 40], states[::4, 40] = 1, 2
    states[::2, 50] = 2
    return states


def test_a_key_struck_again_is_not_stuck(repeated):
    rolls = sounding(repeated)
    by_states, by_rolls = (compare(np.stack([it, it]), np.stack([it]))["rates"] for it in (repeated, rolls))
    assert by_states["stuck_notes_over_4_measures"] == {"generated": 0, "real": 0}
    assert by_rolls["stuck_notes_over_4_measures"] == {"generated": 1, "real": 1}
    held = repeated.copy()
    held[4:70, 40] = 1  # from step 0 to step 71
    assert compare(np.stack([held]), np.stack([repeated]))["rates"]["any_fault"] == {"generated": 1, "real": 0}


def test_all_else_is_told_by_the_rolls(repeated):
    other = states_from_pianoroll(np.random.default_rng(0).random((96, 88)) < 0.05)
    generated, real = np.stack([repeated, other]), np.stack([other, other])
    by_states, by_rolls = compare(generated, real), compare(sounding(generated), sounding(real))
    assert by_states["descriptors"] == by_rolls["descriptors"]
    assert by_states["histograms"] == by_rolls["histograms"]


def test_restruck_notes_are_counted(repeated):
    # After the first step: 23 of the key that sounds all along, and 47 that begin after silence.
    once = restruck_notes(np.stack([repeated]), ["a"])
    assert once == {"share": pytest.approx(23 / 70), "interval": None, "n_notes": 70}
    plain = states_from_pianoroll(sounding(repeated))
    both = restruck_notes(np.stack([repeated, plain]), ["a", "b"], n_resamples=200)
    assert both["share"] == pytest.approx(23 / (70 + 47))
    assert both["interval"] == pytest.approx([0, 23 / 70])
    assert restruck_notes(np.zeros((2, 9, 88), np.uint8), ["a", "b"])["share"] is None


def test_models_that_hear_onsets_are_measured_in_states(corpus, repeated):
    bird = Mockingbird(repeated)
    report = evaluated(bird, corpus, n_continuations=2)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["restruck_notes"]["generated"]["share"] == pytest.approx(23 / 70)
    # Broken chords over basses that are held for a measure; where the bass goes on from there it is struck again.
    assert report["restruck_notes"]["real"]["n_notes"] > 0
    assert report["rates"]["stuck_notes_over_4_measures"]["generated"] == 0
    assert report["descriptors"]["longest_note"]["generated"]["mean"] == 96
    assert all(prompt.dtype == np.uint8 and (prompt == 2).any() for prompt in bird.heard)
    assert all(clock.shape == (32, 2) and clock[0].tolist() == [0, 16] for clock in bird.clocks)


@pytest.fixture(scope="module")
def lstm2():
    return TiedContinuer(build("lstm2", units=4))


def test_several_prompts_at_once_are_as_one_after_another(lstm2):
    rng = np.random.default_rng(1)
    prompts = np.stack([states_from_pianoroll(rng.random((20, 88)) < 0.05) for _ in range(3)])
    clocks = np.stack([np.stack([np.arange(20) % length, np.full(20, length)], axis=-1) for length in (16, 12, 8)])
    together = continue_pianoroll(lstm2, prompts, 70, Sampling(), 5, 3, clock=clocks, guard=True)
    for number, (prompt, clock) in enumerate(zip(prompts, clocks, strict=True)):
        alone = continue_pianoroll(lstm2, prompt, 70, Sampling(), 5, 3, clock=clock, guard=True)[number]
        assert np.array_equal(together[number], alone)
    assert not np.array_equal(together[0], together[1])


def test_sixteen_prompts_are_written_at_a_time(lstm2):
    prompts = np.zeros((18, 4, 88), np.uint8)
    prompts[np.arange(18), :, np.arange(18)] = 2
    done = []
    written = continuations(lstm2, prompts, 6, Sampling(), 0, progress=lambda *numbers: done.append(numbers))
    assert done == [(16, 18), (18, 18)]
    assert (written.shape, written.dtype) == ((18, 6, 88), np.uint8)
    assert np.array_equal(continuations(lstm2, prompts[:17], 6, Sampling(), 0), written[:17])


def test_a_model_that_hears_one_prompt_at_a_time_says_so():
    with pytest.raises(TypeError, match="dice hears one prompt at a time, but 2 came"):
        continue_pianoroll(Dice(), np.zeros((2, 4, 88), bool), 6, Sampling(), 0, 2)
