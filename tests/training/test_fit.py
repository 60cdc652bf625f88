"""Training for real, on a corpus of a few made-up pieces."""

import csv
import shutil

import keras
import numpy as np
import pytest

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models import ae3
from koe.models.architectures import build
from koe.models.storage import arrays_of, load_arrays, save_weights
from koe.music.midi import read_midi
from koe.training.config import SEGMENT_DIM, config_for, parse_changes
from koe.training.data import Windows, density
from koe.training.devices import share_among
from koe.training.evolution import load_evolution, record_of
from koe.training.fit import load_checkpoint, train
from koe.training.history import read_history

pytestmark = pytest.mark.usefixtures("small_networks", "eagerly")


@pytest.fixture(scope="module")
def corpus(few_pieces):
    return Corpus(few_pieces)


@pytest.fixture(scope="module")
def larger_corpus(corpus_folder):
    """Its epochs have several updates of usual batches."""
    return Corpus(corpus_folder)


def silent(line: str) -> None:
    """Take a report and say nothing."""


def weights(path):
    model = load_checkpoint(path)
    return [np.asarray(variable) for variable in (*model.trainable_variables, *model.optimizer.variables)]


def rows(folder):
    with (folder / "history.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adam", "dropout_epochs": 2},
        {"optimizer": "muon", "average": 0.9, "weight_decay": 0.01},
    ],
)
def test_a_resumed_run_equals_an_uninterrupted_one(larger_corpus, tmp_path, fused, changes):
    """With dropout, shuffling, transposition and a falling learning rate, to the last bit."""
    config = config_for("ae2", epochs=3, batch_size=8, max_transposition=3, **changes)

    def kept(line: str) -> None:
        """What the first epoch leaves is what an end after it would leave."""
        if line.startswith("epoch 1/"):
            shutil.copytree(tmp_path / "whole", tmp_path / "parts")

    train(config, larger_corpus, tmp_path / "whole", report=kept)
    assert len(rows(tmp_path / "parts")) == 1
    # As if it had been killed after writing the second epoch's figures and before its checkpoint.
    history = tmp_path / "parts" / "history.csv"
    kept, last = history.read_text(), dict(rows(tmp_path / "parts")[0])
    last |= {"epoch": "2", "updates": str(2 * int(float(last["updates"])))}
    history.write_text(kept + ",".join(last.values()) + "\n")
    train(config, larger_corpus, tmp_path / "parts", resume=True, report=silent)
    whole, parts = (weights(tmp_path / name / "checkpoint.keras") for name in ("whole", "parts"))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)
    histories = [read_history(tmp_path / name / "history.csv") for name in ("whole", "parts")]
    for one, other in zip(*histories, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    evolutions = [load_evolution(tmp_path / name) for name in ("whole", "parts")]
    assert evolutions[0].epochs == evolutions[1].epochs == [0, 1, 2, 3]
    np.testing.assert_array_equal(evolutions[0].pieces, evolutions[1].pieces)


def test_a_network_with_one_number_for_each_beat_trains(corpus, tmp_path):
    """Muon cannot make a kernel of one row orthogonal."""
    config = config_for("ae3", latent_dim=32, batch_size=8, epochs=1)
    assert config.optimizer == "muon"
    train(config, corpus, tmp_path, report=silent)
    assert [float(row["loss"]) > 0 for row in rows(tmp_path)] == [True]


def test_a_part_that_was_trained_before_stays_while_the_rest_learns(corpus, tmp_path):
    """AE3's stack alone, then the beats beside it."""
    alone = train(
        config_for("ae3", latent_dim=16, loss="roll", batch_size=8, epochs=1), corpus, tmp_path / "stack", report=silent
    )
    stack = arrays_of(load_checkpoint(alone))
    sha256 = save_weights(stack, tmp_path / "stack.npz")
    initial, _ = load_arrays(tmp_path / "stack.npz")
    config = config_for("ae3", settled=True, initial_weights=sha256, batch_size=4, epochs=2, average=0.5)
    for name in ("whole", "parts"):
        last = None if name == "whole" else 0
        train(config, corpus, tmp_path / name, minutes=last, initial=initial, report=silent)
    train(config, corpus, tmp_path / "parts", resume=True, report=silent)
    whole, parts = (load_checkpoint(tmp_path / name / "checkpoint.keras") for name in ("whole", "parts"))
    for one, other in zip(whole.variables, parts.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
    made = arrays_of(whole)
    for name, array in initial.items():
        np.testing.assert_array_equal(made[name], array)
    new = arrays_of(build("ae3"))
    assert set(made) == set(new) > set(initial)
    assert not (made["ae3/D6/kernel"] == new["ae3/D6/kernel"]).any()
    # Every weight is counted on the way, trained or not.
    assert set(load_evolution(tmp_path / "whole").counts) == set(made)


@pytest.mark.parametrize("changes", [{}, {"initial_weights": "1f", "latent_dim": 16}])
def test_what_cannot_be_settled_is_refused(changes):
    with pytest.raises(InputError, match="give the weights of a run with latent_dim=16 by --init"):
        config_for("ae3", settled=True, **changes)
    with pytest.raises(InputError, match=r"^ae1 is not fed with its own steps; lstm1 can be\.$"):
        config_for("ae1", own_inputs=0.1)
    with pytest.raises(InputError, match=r"from 0 to 0\.5, not 0\.7"):
        config_for("lstm1", own_inputs=0.7)


@pytest.mark.parametrize(("model", "loss", "fitting"), [("ae1", "states", "mse or"), ("lstm2", "mse", "states")])
def test_a_loss_that_does_not_fit_the_network_is_refused(model, loss, fitting):
    with pytest.raises(InputError, match=f"does not fit {model}; choose {fitting}"):
        config_for(model, loss=loss)
    assert ae3.SEGMENT_DIM == SEGMENT_DIM  # known to the configuration without Keras


def test_dropout_can_end_before_the_training_does(larger_corpus, tmp_path):
    """Without it the loss in training is that of the same weights in use, up to what they learn meanwhile."""
    small = {"batch_size": 8, "learning_rate": 1e-9, "final_learning_rate": 1e-9}
    # Weights that are large enough for every neuron to count.
    initial = {name: 2.5 * array for name, array in arrays_of(build("ae2")).items()}
    config = config_for("ae2", epochs=2, dropout_epochs=1, **small)
    train(config, larger_corpus, tmp_path, initial=initial, report=silent)
    with_dropout, without = (float(row["loss"]) for row in rows(tmp_path))
    network = load_checkpoint(tmp_path / "checkpoint.keras")
    windows = Windows(larger_corpus, "train", config_for("ae2", **small), augment=True)
    windows.start_epoch(1)
    expected = network.evaluate(windows, verbose=0, return_dict=True)["loss"]
    assert without == pytest.approx(expected, rel=1e-4)
    assert abs(with_dropout - expected) > 1e-2 * expected


@pytest.mark.parametrize(
    ("model", "changes"), [("ae3", {}), ("lstm2", {}), ("lstm1", {"own_inputs": 0.4, "learning_rate": 1e-2})]
)
def test_networks_with_luck_of_their_own_resume_as_well(corpus, tmp_path, fused, model, changes):
    """With noise, random windows, the clock, and steps that the network tosses itself."""
    config = config_for(model, epochs=2, batch_size=4, epoch_windows=8, **changes)
    train(config, corpus, tmp_path / "whole", report=silent)
    train(config, corpus, tmp_path / "parts", minutes=0, report=silent)
    train(config, corpus, tmp_path / "parts", resume=True, report=silent)
    whole, parts = (weights(tmp_path / name / "checkpoint.keras") for name in ("whole", "parts"))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)
    assert all(float(row["valid_mse"]) > 0 for row in rows(tmp_path / "whole"))


def test_a_run_keeps_what_the_model_played_and_how_its_weights_spread(corpus, tmp_path):
    config = config_for("lstm1", epochs=3, batch_size=4)
    best = train(config, corpus, tmp_path, keep_every=2, report=silent)
    evolution = load_evolution(tmp_path)
    assert evolution.epochs == [0, 2, 3]  # before training, every other epoch, and the last
    model = load_checkpoint(best)
    record = record_of(evolution, read_history(tmp_path / "history.csv"), model)
    assert list(record.history["epoch"]) == [1, 2, 3]
    for variable in model.trainable_variables:
        counts, edges = record.histograms[variable.path], record.edges[variable.path]
        assert counts.shape == (3, len(edges) - 1)
        assert (counts.sum(axis=1) == np.prod(variable.shape)).all()
    # The third epoch's weights are at hand: they lie where the record says.
    last = load_checkpoint(tmp_path / "checkpoint.keras").trainable_variables[1]
    edges = record.edges[last.path]
    inside = np.histogram(np.asarray(last), edges)[0][1:-1]
    assert np.abs(inside - record.histograms[last.path][-1][1:-1]).sum() <= 2
    for epoch, roll in zip(record.piece_epochs, record.pieces, strict=True):
        np.testing.assert_array_equal(roll[:4], record.original)
        midi = read_midi((tmp_path / "pieces" / f"epoch-{epoch:04d}.mid").read_bytes(), name="piece.mid")
        np.testing.assert_array_equal(midi.pianoroll, roll[: midi.n_steps])
        assert not roll[midi.n_steps :].any()


def test_an_autoencoder_plays_the_same_segment_every_epoch(corpus, tmp_path):
    best = train(config_for("ae1", epochs=1, batch_size=8), corpus, tmp_path, report=silent)
    record = record_of(load_evolution(tmp_path), read_history(tmp_path / "history.csv"), load_checkpoint(best))
    assert record.pieces.shape == (2, 64, 88)
    assert record.original.shape == (64, 88)
    assert record.original.any()


def test_a_run_can_begin_from_given_weights(corpus, tmp_path):
    first = train(config_for("ae1", epochs=2, batch_size=8), corpus, tmp_path / "first", report=silent)
    save_weights(arrays_of(load_checkpoint(first)), tmp_path / "first.npz")
    arrays, sha256 = load_arrays(tmp_path / "first.npz")
    config = config_for("ae1", epochs=1, batch_size=8, seed=1, learning_rate=1e-9, initial_weights=sha256)
    train(config, corpus, tmp_path / "second", initial=arrays, report=silent)
    best = min(float(row["valid_loss"]) for row in rows(tmp_path / "first"))
    # Hardly trained further, it is as good as what it began from, up to float16.
    assert float(rows(tmp_path / "second")[0]["valid_loss"]) == pytest.approx(best, rel=1e-2)
    other = config_for("ae2", epochs=1, batch_size=8, learning_rate=1e-9, initial_weights=sha256)
    train(other, corpus, tmp_path / "other", initial=arrays, report=silent)
    assert float(rows(tmp_path / "other")[0]["valid_loss"]) == pytest.approx(best, rel=1e-2)


def test_tensorboard_finds_figures_and_weights(corpus, tmp_path):
    from tensorboardX.proto.event_pb2 import Event

    train(config_for("ae1", epochs=2, batch_size=8), corpus, tmp_path, report=silent)
    found: dict[str, list[int]] = {}
    for path in (tmp_path / "tensorboard").iterdir():
        data, at = path.read_bytes(), 0
        while at < len(data):  # a record: its length (8 bytes), a checksum (4), the event, a checksum (4)
            length = int.from_bytes(data[at : at + 8], "little")
            event = Event.FromString(data[at + 12 : at + 12 + length])
            for value in event.summary.value:
                found.setdefault(value.tag, []).append(event.step)
            at += length + 16
    assert {"loss", "loss/valid", "loss/test", "binary_accuracy/test", "ae1/E1/kernel", "ae1/D4/bias"} <= set(found)
    assert all(steps == [1, 2] for steps in found.values())


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("model", ["ae1", "ae2", "ae3", "lstm1", "lstm2"])
def test_half_precision_computes_on_float32_weights(corpus, tmp_path, request, model, precision):
    if precision == "mixed_bfloat16":  # float16 is for GPUs
        request.getfixturevalue("fused")
    elif model == "ae1":
        request.getfixturevalue("in_graphs")
    config = config_for(model, epochs=1, batch_size=8, early_batch_size=8, epoch_windows=8, precision=precision)
    network = load_checkpoint(train(config, corpus, tmp_path, report=silent), config.precision)
    assert {str(variable.dtype) for variable in network.trainable_variables} == {"float32"}
    assert precision.removeprefix("mixed_") in {layer.compute_dtype for layer in network.layers}
    output = network.predict_on_batch(Windows(corpus, "valid", config, augment=False)[0][0])
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
    assert np.isfinite(output).all()
    assert all(np.isfinite(float(row["valid_loss"])) for row in rows(tmp_path))
    assert keras.mixed_precision.global_policy().name == "float32"


def test_several_devices_are_refused_with_a_reason(corpus):
    share_among(1, 8)  # one is what there is anyway
    if keras.backend.backend() != "jax":
        with pytest.raises(InputError, match="on JAX alone"):
            share_among(2, 8)


def test_changes_of_a_recipe_are_read_by_their_kind():
    changes = parse_changes({"batch_size": "64", "clip_norm": "0.5", "prior_bias": "false", "loss": "mse"})
    assert changes == {"batch_size": 64, "clip_norm": 0.5, "prior_bias": False, "loss": "mse"}
    with pytest.raises(InputError, match="no setting 'batchsize'"):
        parse_changes({"batchsize": "64"})
    with pytest.raises(InputError, match="batch_size takes a value of the kind int, but 'many' came"):
        parse_changes({"batch_size": "many"})
    with pytest.raises(InputError, match="no optimizer 'sgd'"):
        config_for("ae1", optimizer="sgd")


def test_training_lowers_the_loss_and_keeps_the_best_epoch(corpus, tmp_path):
    config = config_for("lstm1", epochs=3, batch_size=4)
    best = train(config, corpus, tmp_path, report=silent)
    history = [float(row["valid_loss"]) for row in rows(tmp_path)]
    assert history[-1] < history[0]
    model = load_checkpoint(best)
    loss = model.evaluate(Windows(corpus, "valid", config, augment=False), verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(min(history), rel=1e-4)


def test_early_epochs_have_batches_of_their_own(larger_corpus, tmp_path):
    """In which a run is resumed and finished as in any other."""
    corpus = larger_corpus
    early = {"early_batch_size": 4, "early_epochs": 2}
    config = config_for("ae1", batch_size=16, epochs=4, **early)
    train(config, corpus, tmp_path / "whole", report=silent)
    updates = np.diff([0, *(float(row["updates"]) for row in rows(tmp_path / "whole"))])
    windows = Windows(corpus, "train", config, augment=True)
    for epoch, made in enumerate(updates):
        windows.start_epoch(epoch)
        assert made == len(windows) == len(windows.starts) // (4 if epoch < 2 else 16)
        assert len(windows[0][0]) == (4 if epoch < 2 else 16)
    train(config, corpus, tmp_path / "parts", minutes=0, report=silent)
    train(config, corpus, tmp_path / "parts", resume=True, report=silent)
    for one, other in zip(*(weights(tmp_path / name / "checkpoint.keras") for name in ("whole", "parts")), strict=True):
        np.testing.assert_array_equal(one, other)
    assert float(rows(tmp_path / "whole")[-1]["learning_rate"]) == pytest.approx(config.final_learning_rate, rel=0.5)
    # What is set for a recipe with early epochs holds for these as well.
    assert (config_for("lstm1").early_epochs, config_for("lstm1", batch_size=16).early_epochs) == (4, 0)
    with pytest.raises(InputError, match="give early_batch_size and early_epochs together"):
        config_for("ae1", early_epochs=3)


def test_a_run_can_be_finished_early(larger_corpus, tmp_path):
    config = config_for("ae1", epochs=20, batch_size=8)
    with pytest.raises(InputError, match="no run"):
        train(config, larger_corpus, tmp_path, resume=True, cooldown_epochs=1, report=silent)
    with pytest.raises(InputError, match="give --resume as well"):
        train(config, larger_corpus, tmp_path, cooldown_epochs=1, report=silent)
    train(config, larger_corpus, tmp_path, minutes=0, report=silent)
    before = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    # Interrupted again.
    train(config, larger_corpus, tmp_path, resume=True, cooldown_epochs=2, minutes=0, report=silent)
    halfway = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    train(config, larger_corpus, tmp_path, resume=True, report=silent)
    after = float(load_checkpoint(tmp_path / "checkpoint.keras").optimizer.learning_rate)
    assert len(rows(tmp_path)) == 3
    assert config.learning_rate >= before > halfway > after
    # Epochs that begin elsewhere hold a window more or less, so the ends are met only nearly.
    assert 0.3 * before < halfway < 0.7 * before
    assert 0.99 * config.final_learning_rate <= after < 0.2 * before


def test_no_run_is_overwritten_and_none_begun_unasked(corpus, tmp_path):
    config = config_for("ae1", epochs=1, batch_size=8)
    with pytest.raises(InputError, match=r"no run in .*away to go on with: checkpoint\.keras is not there"):
        train(config, corpus, tmp_path / "away", resume=True, report=silent)
    assert not (tmp_path / "away").exists()
    train(config, corpus, tmp_path, report=silent)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=r"is a run in .* already .*Go on with it by --resume, name another folder"):
        train(config, corpus, tmp_path, report=silent)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    (tmp_path / "checkpoint.keras").unlink()  # what is left is still worth keeping
    with pytest.raises(InputError, match=r"already \(best\.keras, history\.csv\)\. Name another folder"):
        train(config, corpus, tmp_path, report=silent)
    with pytest.raises(InputError, match="no run in"):
        train(config, corpus, tmp_path, resume=True, report=silent)
    for name in ("best.keras", "history.csv"):
        (tmp_path / name).unlink()
    train(config, corpus, tmp_path, report=silent)  # as after an end in its first epoch
    assert len(rows(tmp_path)) == 1


def test_another_configuration_does_not_resume(corpus, tmp_path):
    train(config_for("ae1", epochs=1, batch_size=8), corpus, tmp_path / "run", report=silent)
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    with pytest.raises(InputError, match="another batch_size"):
        train(config_for("ae1", epochs=1, batch_size=4), corpus, tmp_path / "copy", resume=True, report=silent)


def test_lstm_targets_are_the_next_steps(larger_corpus):
    windows = Windows(larger_corpus, "train", config_for("lstm1", batch_size=3), augment=True)
    inputs, targets = windows[0]
    assert inputs.shape == targets.shape == (3, 128, 88)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])


def test_epochs_differ_and_repeat_by_seed(larger_corpus):
    config = config_for("ae1", batch_size=8, max_transposition=6)
    one, other = (Windows(larger_corpus, "train", config, augment=True) for _ in range(2))
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
