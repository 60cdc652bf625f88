"""Training for real, on a corpus of a few made-up pieces."""

import csv
import shutil

import numpy as np
import pytest

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.training.config import config_for
from koe.training.data import Windows, density
from koe.training.fit import load_checkpoint, train


@pytest.fixture(scope="module")
def corpus(corpus_folder):
    return Corpus(corpus_folder)


def silent(line: str) -> None:
    """Take a report and say nothing."""


def weights(path):
    model = load_checkpoint(path)
    return [np.asarray(variable) for variable in (*model.trainable_variables, *model.optimizer.variables)]


def rows(folder):
    with (folder / "history.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_resumed_run_equals_an_uninterrupted_one(corpus, tmp_path):
    """With dropout, shuffling, transposition and a falling learning rate, to the last bit."""
    config = config_for("ae2", epochs=3, batch_size=8)
    train(config, corpus, tmp_path / "whole", report=silent)
    train(config, corpus, tmp_path / "parts", minutes=0, report=silent)  # stops after its first epoch
    assert len(rows(tmp_path / "parts")) == 1
    train(config, corpus, tmp_path / "parts", resume=True, report=silent)
    whole, parts = (weights(tmp_path / name / "checkpoint.keras") for name in ("whole", "parts"))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)
    losses = [[row["valid_loss"] for row in rows(tmp_path / name)] for name in ("whole", "parts")]
    assert losses[0] == losses[1]


def test_training_lowers_the_loss_and_keeps_the_best_epoch(corpus, tmp_path):
    config = config_for("lstm1", epochs=3, batch_size=4)
    best = train(config, corpus, tmp_path, report=silent)
    history = [float(row["valid_loss"]) for row in rows(tmp_path)]
    assert history[-1] < history[0]
    model = load_checkpoint(best)
    loss = model.evaluate(Windows(corpus, "valid", config, augment=False), verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(min(history), rel=1e-4)


def test_a_run_can_be_finished_early(corpus, tmp_path):
    config = config_for("ae1", epochs=20, batch_size=8)
    with pytest.raises(InputError, match="no run"):
        train(config, corpus, tmp_path, resume=True, cooldown_epochs=1, report=silent)
    train(config, corpus, tmp_path, minutes=0, report=silent)
    before = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    train(config, corpus, tmp_path, resume=True, cooldown_epochs=2, minutes=0, report=silent)  # interrupted again
    halfway = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    train(config, corpus, tmp_path, resume=True, report=silent)
    after = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    assert len(rows(tmp_path)) == 3
    assert config.learning_rate >= before > halfway > after
    # Epochs that begin elsewhere hold a window more or less, so the ends are met only nearly.
    assert 0.3 * before < halfway < 0.7 * before
    assert 0.99 * config.final_learning_rate <= after < 0.2 * before


def test_another_configuration_does_not_resume(corpus, tmp_path):
    train(config_for("ae1", epochs=1, batch_size=8), corpus, tmp_path / "run", report=silent)
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    with pytest.raises(InputError, match="another batch_size"):
        train(config_for("ae1", epochs=1, batch_size=4), corpus, tmp_path / "copy", resume=True, report=silent)


def test_lstm_targets_are_the_next_steps(corpus):
    windows = Windows(corpus, "train", config_for("lstm1", batch_size=3), augment=True)
    inputs, targets = windows[0]
    assert inputs.shape == targets.shape == (3, 128, 88)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])


def test_epochs_differ_and_repeat_by_seed(corpus):
    config = config_for("ae1", batch_size=8, max_transposition=6)
    one, other = Windows(corpus, "train", config, augment=True), Windows(corpus, "train", config, augment=True)
    first = one[0][0]
    one.start_epoch(1)
    assert (one[0][0] != first).any()
    other.start_epoch(1)
    np.testing.assert_array_equal(one[0][0], other[0][0])


def test_density_is_the_share_of_ones(corpus):
    rolls = np.concatenate(list(corpus.pianorolls("train")))
    assert density(corpus) == pytest.approx(rolls.mean())


def test_unknown_model_and_recipe():
    with pytest.raises(InputError, match="ae1"):
        config_for("ae7")
    with pytest.raises(InputError, match="best or paper"):
        config_for("ae1", "secret")
