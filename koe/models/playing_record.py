"""How a model learned to play: pieces as its teacher played them, and what it expected of them along the way.

One ``.npz`` file of plain arrays beside the weights, ``NAME.playing.npz``, which
the Models page draws curves from and lets be heard.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from koe.errors import ModelError
from koe.models.pn1_numpy import Prediction
from koe.music.notes import Note
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature

SUFFIX = ".playing.npz"
OF_NOTES = ("velocity", "length", "timing", "down", "lift")  # what is kept of a prediction: no spreads


@dataclass(frozen=True)
class Taught:
    """A piece, and what a model expected of it.

    Attributes
    ----------
    piece : Piece
        As the teacher played it.
    expected : tuple of Prediction
        One for each of the record's ``updates``; its spreads are zero.
    """

    piece: Piece
    expected: tuple[Prediction, ...]


@dataclass(frozen=True)
class PlayingRecord:
    """Points of a training.

    Attributes
    ----------
    updates : tuple of int
        Ascending; 0 is before training, the last one is what ships.
    valid : mapping of str to tuple of float
        For ``velocity``, ``tempo`` and ``pedal`` the figure on the valid split
        at each; see `koe.evaluation.performance`.
    pieces : tuple of Taught
    """

    updates: tuple[int, ...]
    valid: Mapping[str, tuple[float, ...]]
    pieces: tuple[Taught, ...]


def save_playing(record: PlayingRecord, path: Path) -> None:
    """Write a record; the same record gives the same bytes."""
    arrays: dict[str, Any] = {"updates": np.array(record.updates)}
    arrays |= {f"valid/{name}": np.array(values) for name, values in record.valid.items()}
    for number, taught in enumerate(record.pieces):
        parts = {**_arrays_of(taught.piece), **_expected_arrays(taught.expected)}
        arrays |= {f"{number}/{name}": array for name, array in parts.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    path.write_bytes(buffer.getvalue())


def load_playing(path: Path) -> PlayingRecord:
    """Read a record.

    Raises
    ------
    ModelError
        If the file is missing, is no record, or its parts do not fit together.
    """
    try:
        # From memory: of a damaged archive NumPy would leave the file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        updates = tuple(arrays["updates"].tolist())
        valid = {name[6:]: tuple(array.tolist()) for name, array in arrays.items() if name.startswith("valid/")}
        n = len({name.partition("/")[0] for name in arrays if name[0].isdigit()})
        pieces = tuple(_taught(arrays, f"{number}/", len(updates)) for number in range(n))
        if any(len(values) != len(updates) for values in valid.values()):
            raise ValueError("another number of figures than of updates")
        return PlayingRecord(updates, valid, pieces)
    except Exception as error:  # whatever a damaged archive makes NumPy and zlib raise
        raise ModelError(f"{path} is no record of a training; export it again with `koe export --record`.") from error


def _arrays_of(piece: Piece) -> dict[str, np.ndarray]:
    notes = [(one.onset, one.pitch, one.duration, one.velocity, one.shift, one.release) for one in piece.notes]
    metres = [(one.onset, one.numerator, one.denominator) for one in piece.time_signatures]
    keys = [(one.onset, one.fifths, one.mode == "minor") for one in piece.keys]
    return {
        "notes": np.array(notes, np.int32).reshape(-1, 6),
        "tempos": np.array([(one.onset, one.qpm) for one in piece.tempos], np.float64),
        "pedal": np.array([(one.onset, one.value) for one in piece.pedal], np.int32).reshape(-1, 2),
        "metres": np.array(metres, np.int32),
        "keys": np.array(keys, np.int32).reshape(-1, 3),
        "length": np.array([piece.n_ticks, piece.upbeat], np.int32),
        "title": np.array(piece.title),
    }


def _expected_arrays(expected: tuple[Prediction, ...]) -> dict[str, np.ndarray]:
    of_notes = [[getattr(one, name) for name in OF_NOTES] for one in expected]
    return {"expected": np.array(of_notes, np.float16), "tempo": np.array([one.tempo for one in expected], np.float16)}


def _taught(arrays: Mapping[str, np.ndarray], prefix: str, n_updates: int) -> Taught:
    def rows(name: str) -> list[list]:
        return arrays[prefix + name].tolist()  # type: ignore[no-any-return]

    n_ticks, upbeat = rows("length")
    piece = Piece(
        tuple(Note(*row) for row in rows("notes")),
        n_ticks,  # type: ignore[arg-type]
        tuple(Tempo(int(onset), qpm) for onset, qpm in rows("tempos")),
        tuple(TimeSignature(*row) for row in rows("metres")),
        upbeat,  # type: ignore[arg-type]
        tuple(KeySignature(onset, fifths, "minor" if minor else "major") for onset, fifths, minor in rows("keys")),
        tuple(Pedal(*row) for row in rows("pedal")),
        title=str(arrays[prefix + "title"]),
    )
    of_notes, tempo = (arrays[prefix + name].astype(np.float64) for name in ("expected", "tempo"))
    if of_notes.shape != (n_updates, len(OF_NOTES), len(piece.notes)) or len(tempo) != n_updates:
        raise ValueError("expectations of other notes than the piece's")
    return Taught(piece, tuple(_prediction(*both) for both in zip(of_notes, tempo, strict=True)))


def _prediction(of_notes: np.ndarray, tempo: np.ndarray) -> Prediction:
    velocity, length, timing, down, lift = of_notes
    none, still = np.zeros(len(velocity)), np.zeros(len(tempo))
    return Prediction(velocity, none, length, none, timing, none, down, lift, tempo, still)
