"""The record of a training beside its weights: read back whole, or refused in one sentence."""

from dataclasses import replace

import numpy as np
import pytest

from koe.errors import InputError, ModelError
from koe.models.cards import ModelCard, save_card
from koe.models.record import N_BINS, TrainingRecord, joined, save_record
from koe.models.registry import Registry
from koe.music.grid import N_KEYS

RECORD = TrainingRecord(
    history={"epoch": np.array([1.0, 2.0]), "valid_loss": np.array([0.03, np.nan])},
    weight_epochs=np.array([0, 2]),
    histograms={"E1/kernel": np.arange(12).reshape(2, 6)},
    edges={"E1/kernel": np.linspace(-1, 1, 7)},
    piece_epochs=np.array([0, 1, 2]),
    pieces=np.random.default_rng(1).random((3, 64, N_KEYS)) < 0.1,
    original=np.random.default_rng(2).random((64, N_KEYS)) < 0.1,
)


@pytest.fixture
def registry(tmp_path) -> Registry:
    for name, kind in (("ae1", "latent"), ("lstm1", "continuation")):
        save_card(ModelCard(name, name.upper(), kind, "", "", 0, f"{name}.npz", ""), tmp_path / f"{name}.json")
    return Registry(tmp_path)


def test_a_record_is_read_back_as_it_was_written(registry):
    paths = [registry.folder / f"{name}.training.npz" for name in ("ae1", "lstm1")]
    for path in paths:
        save_record(RECORD, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()  # the same record, the same bytes
    read = registry.record("ae1")
    np.testing.assert_equal(vars(read), vars(RECORD))
    assert read.pieces.dtype == bool


def test_a_model_may_have_no_record(registry):
    assert registry.record("ae1") is None
    with pytest.raises(InputError, match="no model 'ae3'"):
        registry.record("ae3")


def test_a_network_that_continues_is_given_less_than_it_makes(registry):
    save_record(replace(RECORD, original=RECORD.original[:4]), registry.folder / "lstm1.training.npz")
    assert registry.record("lstm1").original.shape == (4, N_KEYS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"history": {"epoch": np.array([1.0]), "loss": np.array([0.1, 0.2])}},
        {"history": {"loss": np.array([0.1])}},
        {"weight_epochs": np.array([0, 1, 2])},
        {"edges": {"E1/kernel": np.linspace(-1, 1, 6)}},
        {"edges": {}},
        {"histograms": {"E1/kernel": np.arange(2)}},
        {"piece_epochs": np.array([0, 1])},
        {"piece_epochs": np.array(0)},
        {"original": RECORD.original[:60]},
        {"pieces": RECORD.pieces[0]},
    ],
)
def test_a_record_whose_parts_do_not_fit_together_is_refused(registry, wrong):
    save_record(replace(RECORD, **wrong), registry.folder / "ae1.training.npz")
    with pytest.raises(ModelError, match=r"ae1\.training\.npz is damaged.*export the model again"):
        registry.record("ae1")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"no archive",
        lambda data: data[:100] + bytes(40) + data[140:],
    ],
)
def test_a_damaged_file_is_refused(registry, damage):
    path = registry.folder / "ae1.training.npz"
    save_record(RECORD, path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError, match="no training record"):
        registry.record("ae1")


def record(n_epochs: int, reach: float, seed: int) -> TrainingRecord:
    rng = np.random.default_rng(seed)
    epochs = np.arange(n_epochs + 1)
    return TrainingRecord(
        history={"epoch": epochs[1:].astype(float), "loss": rng.random(n_epochs)},
        weight_epochs=epochs,
        histograms={"E1/kernel": rng.multinomial(1000, np.full(N_BINS, 1 / N_BINS), n_epochs + 1)},
        edges={"E1/kernel": np.linspace(-reach, reach, N_BINS + 1)},
        piece_epochs=epochs,
        pieces=rng.random((n_epochs + 1, 8, 88)) < 0.1,
        original=rng.random((4, 88)) < 0.1,
    )


def test_a_run_that_goes_on_carries_the_earlier_one_with_it():
    first, second = record(5, 0.5, seed=1), record(2, 2.0, seed=2)
    both = joined(first, 3, second)  # it began from the third epoch's weights
    np.testing.assert_array_equal(both.history["epoch"], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(both.history["loss"], [*first.history["loss"][:3], *second.history["loss"]])
    np.testing.assert_array_equal(both.weight_epochs, [0, 1, 2, 3, 4, 5])
    np.testing.assert_array_equal(both.piece_epochs, [0, 1, 2, 3, 4, 5])
    np.testing.assert_array_equal(both.pieces, [*first.pieces[:4], *second.pieces[1:]])
    counts, edges = both.histograms["E1/kernel"], both.edges["E1/kernel"]
    assert (counts.sum(axis=1) == 1000).all()
    assert (edges[0], edges[-1]) == (-2.0, 2.0)
    # The earlier run's weights reached a quarter as far: sixteen bins of sixty-four.
    assert (counts[:4, 24:40].sum(axis=1) == 1000).all()
    np.testing.assert_array_equal(counts[4:], second.histograms["E1/kernel"][1:])

    only = {"D1/kernel": second.histograms["E1/kernel"]}, {"D1/kernel": second.edges["E1/kernel"]}
    grown = replace(second, histograms=second.histograms | only[0], edges=second.edges | only[1])
    both = joined(first, 3, grown)
    assert not both.histograms["D1/kernel"][:4].any()  # the earlier run did not have them
    np.testing.assert_array_equal(both.histograms["D1/kernel"][4:], second.histograms["E1/kernel"][1:])
