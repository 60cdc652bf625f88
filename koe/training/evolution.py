"""Keeping how a model changes while it learns: its weights' distributions, and what it plays.

Both are kept every n epochs, epoch 0 before training included, in one file of
the run's folder; `record_of` makes of it what is shipped. A piece always has
the same beginning: for an autoencoder the opening of a demo piece of which no
version is in the training split, for a network that continues a chord.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from koe.models.architecture import Settings
from koe.models.architectures import adapted
from koe.models.latent import LatentStatistics
from koe.models.record import N_BINS, TrainingRecord
from koe.models.sampling import Sampling
from koe.models.storage import weights_of
from koe.music.grid import LOWEST_PITCH, N_KEYS, SEGMENT_STEPS
from koe.music.library import load_piece
from koe.music.midi import write_midi
from koe.music.pianoroll import binarize
from koe.music.piece import Piece

SEGMENT_OF = "burgmuller-arabesque"  # in the test split of the shipped weights' corpus
THRESHOLD = 0.2
CHORD = (60, 64, 67)
CHORD_STEPS = 4
N_STEPS = 256  # sixteen measures
SEED = 0
# In place of statistics that are not known yet.
NOWHERE = Settings(statistics=LatentStatistics(np.zeros(1, np.float32), np.eye(1, dtype=np.float32)))

# Counted finely while the run goes on, as nobody knows yet how far the
# weights will spread: bins of 1/1024 from -4 to 4.
_FINE = 8192
_FURTHEST = 4.0
_MOST_KEPT = 200  # a record has no more epochs than this


@dataclass
class Evolution:
    """What was kept of a run so far."""

    epochs: list[int] = field(default_factory=list)
    counts: dict[str, list[np.ndarray]] = field(default_factory=dict)
    pieces: list[np.ndarray] = field(default_factory=list)

    def keep(self, model: keras.Model, epoch: int, folder: Path) -> None:
        """Count the weights, let the model play, and write both into ``folder``."""
        self.epochs.append(epoch)
        for variable in weights_of(model):
            self.counts.setdefault(variable.path, []).append(_count(np.asarray(variable.numpy())))
        roll = play(model)
        self.pieces.append(roll)
        (folder / "pieces").mkdir(exist_ok=True)
        piece = Piece.from_pianoroll(roll, title=f"{model.name}, epoch {epoch}")
        (folder / "pieces" / f"epoch-{epoch:04d}.mid").write_bytes(write_midi(piece))
        self._save(folder / "evolution.npz")

    def drop_after(self, epoch: int) -> None:
        """Forget what came after an epoch that a run goes on from."""
        n_kept = sum(kept <= epoch for kept in self.epochs)
        del self.epochs[n_kept:], self.pieces[n_kept:]
        for counts in self.counts.values():
            del counts[n_kept:]

    def _save(self, path: Path) -> None:
        arrays = {f"counts/{name}": np.stack(counts) for name, counts in self.counts.items()}
        buffer = io.BytesIO()
        arrays["epochs"], arrays["pieces"] = np.array(self.epochs), np.packbits(np.stack(self.pieces), axis=-1)
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        temporary = path.with_name("." + path.name)
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path)


def load_evolution(folder: Path) -> Evolution:
    """What a run kept; nothing if it kept nothing."""
    path = folder / "evolution.npz"
    if not path.exists():
        return Evolution()
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    counts = {name.removeprefix("counts/"): list(rows) for name, rows in arrays.items() if name.startswith("counts/")}
    pieces = np.unpackbits(arrays["pieces"], axis=-1, count=N_KEYS).astype(bool)
    return Evolution(arrays["epochs"].tolist(), counts, list(pieces))


def play(model: keras.Model) -> np.ndarray:
    """A piece by a network as it is now: bool, shape ``(steps, 88)``."""
    beginning = beginning_for(model)
    if _continues(model):
        continuer = adapted(model)
        uniforms = np.random.default_rng(SEED).random((N_STEPS - CHORD_STEPS, 1, N_KEYS), dtype=np.float32)
        written, _ = continuer.write(continuer.listen(beginning, 1), uniforms, Sampling())
        return np.concatenate([beginning, written[:, 0] > 0])
    autoencoder = adapted(model, NOWHERE)
    return binarize(autoencoder.decode(autoencoder.encode(beginning[None]))[0], THRESHOLD)


def beginning_for(model: keras.Model) -> np.ndarray:
    """What a network is given to play from: bool, shape ``(steps, 88)``."""
    if _continues(model):
        chord = np.zeros((CHORD_STEPS, N_KEYS), dtype=bool)
        chord[:, np.array(CHORD) - LOWEST_PITCH] = True
        return chord
    return load_piece(SEGMENT_OF).pianoroll[:SEGMENT_STEPS]


def record_of(evolution: Evolution, history: Sequence[Mapping[str, float]], model: keras.Model) -> TrainingRecord:
    """What is shipped of a run: every epoch's figures, and as much of the rest as fits.

    Parameters
    ----------
    evolution : Evolution
    history : sequence of mappings
        The rows of ``history.csv``.
    model : keras.Model
        The trained network.
    """
    names = dict.fromkeys(name for row in history for name in row)
    stride = -(-len(evolution.epochs) // _MOST_KEPT)
    kept = sorted({*range(0, len(evolution.epochs), max(stride, 1)), *range(len(evolution.epochs))[-1:]})
    epochs = np.array([evolution.epochs[index] for index in kept], np.int64)
    coarse = {name: _coarse(np.stack([rows[index] for index in kept])) for name, rows in evolution.counts.items()}
    return TrainingRecord(
        history={name: np.array([row.get(name, np.nan) for row in history], float) for name in names},
        weight_epochs=epochs,
        histograms={name: counts for name, (counts, _) in coarse.items()},
        edges={name: edges for name, (_, edges) in coarse.items()},
        piece_epochs=epochs,
        pieces=np.stack([evolution.pieces[index] for index in kept]) if kept else np.zeros((0, 0, N_KEYS), bool),
        original=beginning_for(model),
    )


def _continues(model: keras.Model) -> bool:
    return any(isinstance(layer, keras.layers.LSTM) for layer in model.layers)


def _count(weights: np.ndarray) -> np.ndarray:
    inside = np.clip(weights.ravel(), -_FURTHEST, np.nextafter(np.float32(_FURTHEST), np.float32(0)))
    return np.histogram(inside, bins=_FINE, range=(-_FURTHEST, _FURTHEST))[0].astype(np.int32)


def _coarse(fine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts ``(n_epochs, 8192)`` to ``(n_epochs, 64)`` over the range that nearly all weights of all epochs lie in."""
    share = np.cumsum(fine.sum(axis=0)) / max(int(fine.sum()), 1)
    fine_edges = np.linspace(-_FURTHEST, _FURTHEST, _FINE + 1)
    lowest = float(fine_edges[int(np.searchsorted(share, 0.0005))])
    highest = float(fine_edges[min(int(np.searchsorted(share, 0.9995)) + 1, _FINE)])
    # Whole fine bins in each coarse one, so that counts stay counts.
    width = -(-round((highest - lowest) * _FINE / (2 * _FURTHEST)) // N_BINS)
    first = int(np.clip(np.searchsorted(fine_edges, lowest) - width // 2, 0, _FINE - width * N_BINS))
    borders = first + width * np.arange(N_BINS + 1)
    cumulative = np.concatenate([np.zeros((len(fine), 1), np.int64), np.cumsum(fine, axis=1)], axis=1)
    inner = cumulative[:, borders]
    inner[:, 0], inner[:, -1] = 0, cumulative[:, -1]
    return np.diff(inner, axis=1), fine_edges[borders]
