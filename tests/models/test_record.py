"""Records of training: kept whole, refused when damaged, joined when a run went on from another."""

import numpy as np
import pytest

from koe.errors import ModelError
from koe.models.record import N_BINS, TrainingRecord, joined, load_record, save_record


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


def test_a_record_comes_back_as_it_was(tmp_path):
    kept = record(3, 0.5, seed=0)
    save_record(kept, tmp_path / "one.npz")
    save_record(kept, tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    back = load_record(tmp_path / "one.npz")
    for name in ("weight_epochs", "piece_epochs", "pieces", "original"):
        np.testing.assert_array_equal(getattr(back, name), getattr(kept, name))
    for name in ("history", "histograms", "edges"):
        assert list(getattr(back, name)) == list(getattr(kept, name))
        for key, array in getattr(kept, name).items():
            np.testing.assert_array_equal(getattr(back, name)[key], array)
    assert back.n_epochs == 3


def test_a_damaged_record_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "bad.npz"
    with pytest.raises(ModelError, match="no training record"):
        load_record(path)
    save_record(record(2, 0.5, seed=0), path)
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"text", whole[:100] + b"\0" * 40 + whole[140:]):
        path.write_bytes(damaged)
        with pytest.raises(ModelError, match="no training record"):
            load_record(path)


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
