"""Whole evaluations, of models and corpora about which everything is known."""

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation import baselines as b
from koe.evaluation.evaluate import evaluate, measure
from koe.evaluation.metrics import MEASURES
from koe.evaluation.report import report_of
from koe.evaluation.windows import BATCH, TASKS, SplitWindows, Windows
from koe.models.cards import CONTINUATION, LATENT, ModelCard
from koe.models.latent import LatentStatistics
from koe.music.pianoroll import binarize
from koe.music.states import sounding, states_from_pianoroll
from tests.evaluation.corpora import Made, random_roll, write_corpus

NEXT, RECONSTRUCT = TASKS[CONTINUATION], TASKS[LATENT]


class Autoencoder:
    """Any model with a latent space: this one blurs what it hears."""

    name, latent_dim, latent_range, hears_onsets = "blur", 5632, (0.0, 1.0), False
    statistics = LatentStatistics(np.ones(5632, np.float32), np.eye(1, dtype=np.float32))

    def encode(self, segments):
        return sounding(segments).astype(np.float32).reshape(-1, 5632) * 0.6 + 0.1

    def decode(self, latents):
        return latents.reshape(-1, 64, 88)

    def decode_states(self, latents, threshold):
        return states_from_pianoroll(binarize(self.decode(latents), threshold))


class Models:
    """A registry of one model."""

    card_of_it = ModelCard("ae3", "AE3", LATENT, "", "", 1, "ae3.npz", "cd" * 32)

    def card(self, name):
        return self.card_of_it

    def cards(self):
        return (self.card_of_it,)

    def latent(self, name):
        return Autoencoder()


@pytest.fixture
def corpus(tmp_path):
    """Six pieces in test, by three composers; two of them are one work, one is too short for a segment."""
    test = [
        Made(random_roll(1, 200, 0.02), "test", "a", "Anna"),
        Made(random_roll(2, 130, 0.04), "test", "b", "Anna"),
        Made(random_roll(3, 400, 0.06), "test", "b", "Bela"),
        Made(random_roll(4, 140, 0.08), "test", "c", ""),
        Made(random_roll(5, 64, 0.10), "test", "d", "Bela"),
        Made(random_roll(6, 63, 0.90), "test", "e", "Clara"),
    ]
    others = [Made(random_roll(7, 300), "train"), Made(random_roll(8, 300), "valid")]
    return write_corpus(tmp_path / "corpus", [others[0], *test, others[1]])


def oracle(windows: Windows) -> np.ndarray:
    return windows.target.astype(np.float32)


def report_on(corpus, predict, task=RECONSTRUCT, **others):
    return report_of(measure(predict, others, task, corpus, "test"), next(iter(others)), 100, 0)


def test_an_oracle_and_silence(corpus):
    report = report_on(corpus, oracle, zeros=b.zeros(None, None))
    assert report["mse"] == 0
    assert report["f1"] == report["binary_accuracy"] == 1
    zeros = report["baselines"]["zeros"]
    segments = np.concatenate(
        [corpus.pianoroll(e)[: len(corpus.pianoroll(e)) // 64 * 64] for e in corpus.split("test")]
    )
    assert zeros["mse"] == pytest.approx(segments.mean())
    assert zeros["recall"] == 0
    assert report["mse_ratio"]["zeros"] == {"value": 0, "interval": [0, 0]}


def test_what_was_measured_is_told(corpus):
    report = report_on(corpus, oracle, zeros=b.zeros(None, None))
    assert report["n_pieces"] == 5  # of 200, 130, 400, 140 and 64 steps: 3, 2, 6, 2 and 1 segments
    assert report["n_pieces_too_short"] == 1
    assert report["n_works"] == 4
    assert report["windows"] == {"n_steps": 64, "hop": 64, "n_given": 0, "n": 14}
    assert report["n_measures"] == 14 * 4
    following = report_on(corpus, oracle, NEXT, zeros=b.zeros(None, None))
    assert following["windows"]["n"] == 1 + 1 + 3 + 1
    assert following["n_measures"] == 6 * 8


def test_composers_add_up_to_the_whole(corpus):
    report = report_on(corpus, lambda windows: windows.target * 0.5, zeros=b.zeros(None, None))
    rows = report["composers"]
    assert [row["composer"] for row in rows] == ["Bela", "Anna", "unknown"]
    assert [row["n_pieces"] for row in rows] == [2, 2, 1]
    assert [row["n_works"] for row in rows] == [2, 2, 1]
    weights = np.array([row["n_measures"] for row in rows])
    assert weights.sum() == report["n_measures"]
    for measure_ in ("mse", "nll", "bce", "binary_accuracy"):
        assert np.dot(weights, [row[measure_] for row in rows]) / weights.sum() == pytest.approx(report[measure_])
    baseline = np.dot(weights, [row["baseline_mse"] for row in rows]) / weights.sum()
    assert baseline == pytest.approx(report["baselines"]["zeros"]["mse"])


def test_repeating_errs_where_keys_change(tmp_path):
    roll = np.zeros((129, 88), bool)
    roll[10:20, 5] = True  # two changes
    roll[0:3, 7] = True  # one, for it sounds from the given step on
    corpus = write_corpus(tmp_path / "c", [Made(roll), Made(random_roll(0, 129), "valid")])
    report = report_on(corpus, oracle, NEXT, repeat=b.repeat(None, None), zeros=b.zeros(None, None))
    assert report["baselines"]["repeat"]["mse"] == pytest.approx(3 / (128 * 88))
    assert report["baselines"]["zeros"]["mse"] == pytest.approx(12 / (128 * 88))
    assert report["baselines"]["repeat"]["intervals"]["mse"] is None  # one work is no sample


def test_mean_roll_is_that_of_train(tmp_path):
    first, second, last = np.zeros((64, 88), bool), np.zeros((64, 88), bool), np.ones((63, 88), bool)
    first[:, 0], second[:, 0], second[:, 1] = True, True, True
    train = Made(np.concatenate([first, second, last]), "train")  # the last, incomplete segment is left out
    corpus = write_corpus(tmp_path / "c", [train, Made(first), Made(first, "valid")])
    report = report_on(corpus, oracle, mean=b.mean_roll(None, corpus))
    assert report["baselines"]["mean"]["mse"] == pytest.approx(0.5**2 / 88)


def test_markov_learns_from_train_alone(tmp_path):
    held = np.zeros((129, 88), bool)
    held[:, 0] = True
    others = [Made(random_roll(1, 129, 0.5)), Made(random_roll(2, 129, 0.5), "valid")]
    corpus = write_corpus(tmp_path / "c", [Made(held, "train"), *others])
    (windows,) = SplitWindows(corpus, "test", NEXT)
    p = b.markov(None, corpus)(windows)
    assert p.shape == (1, 128, 88)
    sounding = windows.rolls[0, :-1, 0]
    assert p[0, sounding, 0] == pytest.approx(129 / 130)
    assert p[0, ~sounding, 0] == pytest.approx(1 / 2)


def test_thresholds_come_from_valid(corpus):
    first_of_valid = corpus.split("valid")[0].start

    def surer_on_test(windows):
        return windows.target * 0.6 + (0.1 if windows.starts[0] >= first_of_valid else 0.13)

    report = report_on(corpus, surer_on_test, zeros=b.zeros(None, None))
    assert report["threshold"] == 0.12  # the lowest that parts the two on valid
    assert report["recall"] == 1
    assert report["precision"] == pytest.approx(report["baselines"]["zeros"]["mse"])  # everything sounds


def test_pieces_of_a_work_are_drawn_together(tmp_path):
    """Five copies of every piece, under the name of its work, tell nothing new."""
    pieces = [Made(random_roll(n, 128, 0.01 * n), "test", f"w{n}") for n in range(1, 9)]
    valid = Made(random_roll(0, 128), "valid")
    zeros = b.zeros(None, None)
    once = report_on(write_corpus(tmp_path / "a", [*pieces, valid]), oracle, zeros=zeros)
    fivefold = report_on(write_corpus(tmp_path / "b", [*(pieces * 5), valid]), oracle, zeros=zeros)
    alone = [piece._replace(work=f"w{n}") for n, piece in enumerate(pieces * 5)]
    independent = report_on(write_corpus(tmp_path / "c", [*alone, valid]), oracle, zeros=zeros)

    def width(report):
        low, high = report["baselines"]["zeros"]["intervals"]["mse"]
        return high - low

    assert width(fivefold) == pytest.approx(width(once))
    assert width(independent) == pytest.approx(width(once) / np.sqrt(5), rel=0.35)


def test_windows_know_their_pieces(tmp_path):
    pieces = [Made(random_roll(n, 128 * n + 1, 0.2)) for n in (1, 2, 3)]
    corpus = write_corpus(tmp_path / "c", [Made(random_roll(9, 40), "train"), *pieces])
    (windows,) = SplitWindows(corpus, "test", NEXT)
    assert windows.pieces.tolist() == [0, 1, 1, 2, 2, 2]
    for roll, piece, nth in zip(windows.rolls, windows.pieces, (0, 0, 1, 0, 1, 2), strict=True):
        assert np.array_equal(roll, pieces[piece].roll[nth * 128 : nth * 128 + 129])
    assert np.array_equal(windows.target, windows.rolls[:, 1:])
    # A key is struck where it did not sound before.
    assert np.array_equal(windows.onsets[:, 1:], windows.rolls[:, 1:] & ~windows.rolls[:, :-1])


def test_many_windows_come_in_batches(tmp_path):
    corpus = write_corpus(tmp_path / "c", [Made(random_roll(0, 64 * (BATCH + 3))), Made(random_roll(1, 64), "valid")])
    sizes = []
    report = report_on(corpus, lambda windows: sizes.append(len(windows.target)) or oracle(windows), zeros=oracle)
    assert sizes == [1, BATCH, 3]
    assert report["windows"]["n"] == BATCH + 3


def test_any_model_with_a_latent_space_can_be_evaluated(corpus):
    done = []
    report = evaluate("ae3", Models(), corpus, n_resamples=50, progress=lambda *counts: done.append(counts))
    assert report["mse"] == pytest.approx(
        0.3**2 * report["baselines"]["zeros"]["mse"] + 0.1**2 * (1 - report["baselines"]["zeros"]["mse"])
    )
    assert report["f1"] == 1
    assert set(report["baselines"]) == {"zeros", "mean"}  # there is no PCA
    assert report["main_baseline"] == "mean"
    assert done == [(1, 2), (2, 2)]
    for figures in (report, *report["baselines"].values()):
        assert set(figures["intervals"]) == set(MEASURES)
        for name in MEASURES:
            low, high = figures["intervals"][name]
            assert low <= high
    low, high = report["intervals"]["mse"]
    assert low < report["mse"] < high
    # Everything comes back, so every note does.
    assert report["note_scores"]["onset_duration"]["f1"] == 1
    # Sixteen of its 5632 numbers are kept, one for each key at each step; the others say that the key is silent.
    first = report["first_numbers"]
    assert first["n"] == 16
    assert first["precision"] == 1
    assert 0 < first["recall"] < 0.01
    assert "first_numbers" not in report["mse_ratio"]


def test_a_split_without_a_piece_that_is_long_enough(tmp_path):
    corpus = write_corpus(tmp_path / "c", [Made(random_roll(0, 64)), Made(random_roll(1, 63), "valid")])
    with pytest.raises(InputError, match="valid split has no piece of 64 steps"):
        report_on(corpus, oracle, zeros=oracle)
