"""How a model came to be: figures, weights and a piece of music for each kept epoch.

One ``.npz`` file of plain arrays, written by training and shipped beside the
weights as ``NAME.training.npz``; the Models page draws curves and ridgelines
from it and plays the model's evolution.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from koe.errors import ModelError
from koe.music.grid import N_KEYS

SUFFIX = ".training.npz"
N_BINS = 64


@dataclass(frozen=True)
class TrainingRecord:
    """A training run, epoch by epoch.

    Attributes
    ----------
    history : mapping of str to np.ndarray, shape=(n_epochs,), dtype=float64
        Columns of ``history.csv``: ``epoch`` (from 1), ``loss``, ``mse``,
        ``binary_accuracy``, the same with ``valid_`` and ``test_`` before
        them, ``learning_rate``, ``seconds``. NaN where an epoch lacks one.
    weight_epochs : np.ndarray, shape=(n_kept,), dtype=int
        Epochs whose weights were counted; 0 is before training.
    histograms : mapping of str to np.ndarray, shape=(n_kept, N_BINS), dtype=int
        Counts of each variable's weights, by its path, such as ``"E1/kernel"``.
    edges : mapping of str to np.ndarray, shape=(N_BINS + 1,), dtype=float
        Of the bins; weights beyond them are counted in the outermost.
    piece_epochs : np.ndarray, shape=(n_pieces,), dtype=int
        Epochs of which a piece was kept; 0 is before training.
    pieces : np.ndarray, shape=(n_pieces, steps, 88), dtype=bool
        What the model made then, always from the same beginning.
    original : np.ndarray, shape=(steps, 88), dtype=bool
        What it was given: the segment that an autoencoder had to reconstruct,
        the chord that a recurrent network went on from.
    """

    history: Mapping[str, np.ndarray] = field(default_factory=dict)
    weight_epochs: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    histograms: Mapping[str, np.ndarray] = field(default_factory=dict)
    edges: Mapping[str, np.ndarray] = field(default_factory=dict)
    piece_epochs: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    pieces: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, N_KEYS), bool))
    original: np.ndarray = field(default_factory=lambda: np.zeros((0, N_KEYS), bool))

    @property
    def n_epochs(self) -> int:
        """Epochs trained."""
        return len(self.history.get("epoch", ()))


def joined(first: TrainingRecord, n_epochs: int, second: TrainingRecord) -> TrainingRecord:
    """The record of a run that went on from an earlier one's weights.

    Parameters
    ----------
    first : TrainingRecord
    n_epochs : int
        Epoch of ``first`` whose weights ``second`` began from; what came
        later in ``first`` led nowhere and is left out.
    second : TrainingRecord
        Its epochs follow; its epoch 0 is epoch ``n_epochs`` of ``first``.
    """
    rows = first.history.get("epoch", np.zeros(0)) <= n_epochs
    length = second.n_epochs
    history = {}
    for name in dict.fromkeys([*first.history, *second.history]):
        before = first.history.get(name, np.full(len(rows), np.nan))[rows]
        after = second.history.get(name, np.full(length, np.nan))
        history[name] = np.concatenate([before, after + n_epochs if name == "epoch" else after])
    earlier, later = first.weight_epochs <= n_epochs, second.weight_epochs > 0
    played, plays = first.piece_epochs <= n_epochs, second.piece_epochs > 0
    histograms, edges = {}, {}
    for name, counts in second.histograms.items():
        # Weights that the earlier run did not have are counted as none.
        counts_before, edges_before = (
            first.histograms.get(name, np.zeros((len(earlier), N_BINS))),
            first.edges.get(name),
        )
        edges_before = second.edges[name] if edges_before is None else edges_before
        lowest = min(edges_before[0], second.edges[name][0])
        highest = max(edges_before[-1], second.edges[name][-1])
        edges[name] = np.linspace(lowest, highest, N_BINS + 1)
        parts = (counts_before[earlier], edges_before), (counts[later], second.edges[name])
        histograms[name] = np.concatenate([_rebinned(*part, edges[name]) for part in parts])
    return TrainingRecord(
        history=history,
        weight_epochs=np.concatenate([first.weight_epochs[earlier], second.weight_epochs[later] + n_epochs]),
        histograms=histograms,
        edges=edges,
        piece_epochs=np.concatenate([first.piece_epochs[played], second.piece_epochs[plays] + n_epochs]),
        pieces=np.concatenate([first.pieces[played], second.pieces[plays]]),
        original=first.original,
    )


def _rebinned(counts: np.ndarray, edges: np.ndarray, wider: np.ndarray) -> np.ndarray:
    """Counts ``(n, bins)`` in other bins that reach as far at least; a bin's counts are taken as spread evenly."""
    cumulative = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
    spread = [np.rint(np.interp(wider, edges, row)) for row in cumulative]
    return np.diff(np.array(spread).reshape(len(counts), len(wider)), axis=1).astype(np.int64)


def save_record(record: TrainingRecord, path: Path) -> None:
    """Write a record; the same record gives the same bytes."""
    arrays = {
        "weight_epochs": record.weight_epochs,
        "piece_epochs": record.piece_epochs,
        "pieces": np.packbits(record.pieces, axis=-1),
        "original": np.packbits(record.original, axis=-1),
        **{f"history/{name}": values for name, values in record.history.items()},
        **{f"histogram/{name}": counts for name, counts in record.histograms.items()},
        **{f"edges/{name}": edges for name, edges in record.edges.items()},
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    path.write_bytes(buffer.getvalue())


def load_record(path: Path) -> TrainingRecord:
    """Read a record.

    Raises
    ------
    ModelError
        If the file is missing or is no record.
    """
    try:
        # From memory: of a damaged archive NumPy would leave the file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return TrainingRecord(
            history=_below("history/", arrays),
            weight_epochs=arrays["weight_epochs"],
            histograms=_below("histogram/", arrays),
            edges=_below("edges/", arrays),
            piece_epochs=arrays["piece_epochs"],
            pieces=_unpacked(arrays["pieces"]),
            original=_unpacked(arrays["original"]),
        )
    except Exception as error:  # whatever a damaged archive makes NumPy and zlib raise
        raise ModelError(f"{path} is no training record; export the model again with `koe export`.") from error


def _below(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _unpacked(packed: np.ndarray) -> np.ndarray:
    return np.unpackbits(packed, axis=-1, count=N_KEYS).astype(bool)
