"""What players made of a corpus's scores, prepared for PN1, and batches of windows of it.

The teacher is the collection `SOURCE`, whose files were shaped by hand in a
sequencer. Loudness and tempo count beside the piece's own averages, and in
units of about how much they vary in it, so that quiet pieces teach as much as
wild ones.
"""

from pathlib import Path
from typing import Any

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.performance import SOURCE
from koe.models.pn1_features import HEIGHT, features_of
from koe.models.pn1_features import TEMPO as TEMPO_COLUMN
from koe.models.pn1_numpy import LENGTH, TEMPO, TIMING, VELOCITY
from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import as_written, interpretation_of, pedal_shares, pedal_values, places_of
from koe.music.piece import Piece

N_WINDOWS, N_BEATS, N_NOTES = 16, 96, 640
EXTREME = 4.0  # units beyond which a target is no farther away
_BEFORE_NEXT, _AFTER = 2, 10  # pulses: the pedal goes up a little after a note, and is down again before the next


def targets_of(piece: Piece) -> dict[str, np.ndarray]:
    """What PN1 is to say of a piece: ``played``, ``(n_notes, 5)``, and ``tempo``, ``(n_beats,)``, float32."""
    reading, places = interpretation_of(piece), places_of(piece)
    loud = reading.velocities - reading.velocities.mean()
    loud /= np.sqrt((loud.std() + 2.0) * VELOCITY)
    tempo = reading.tempos - np.median(reading.tempos)
    tempo /= np.sqrt((tempo.std() + 0.02) * TEMPO)
    edges = np.append(places.onsets, places.beats.onsets[-1]) * PULSES_PER_TICK
    down = pedal_values(piece.pedal, np.maximum(edges[1:] - _BEFORE_NEXT, edges[:-1]))
    lift = pedal_shares(piece.pedal, edges - _AFTER) < 0.999
    columns = (
        loud,
        reading.lengths / LENGTH,
        (reading.timings / TIMING)[places.of_note],
        down[places.of_note],
        lift[places.of_note],
    )
    played = np.clip(np.stack(columns, axis=1), -EXTREME, EXTREME)
    return {
        "played": played.astype(np.float32),
        "tempo": np.clip(tempo, -EXTREME, EXTREME).astype(np.float32),
    }


def prepare(corpus: Corpus, path: Path) -> dict[str, np.ndarray]:
    """Features and targets of the train split end to end, prepared if they are not yet: arrays by name."""
    if not path.exists():
        parts: dict[str, list[np.ndarray]] = {}
        for entry in corpus.split("train", (SOURCE,)):
            piece = corpus.piece(entry)
            if not piece.notes:
                continue
            heard = features_of(as_written(piece))
            row: dict[str, np.ndarray] = {
                "notes": heard.notes.astype(np.float16),
                "beats": heard.beats.astype(np.float16),
                "beat": heard.places.beat_of_note.astype(np.int32),
                **targets_of(piece),
                "n_notes": np.array([len(heard.notes)]),
                "n_beats": np.array([len(heard.beats)]),
            }
            for name, array in row.items():
                parts.setdefault(name, []).append(array)
        temporary = path.with_suffix(".part")
        with temporary.open("wb") as file:
            arrays: dict[str, Any] = {name: np.concatenate(rows) for name, rows in parts.items()}
            np.savez(file, **arrays)
        temporary.replace(path)
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


class Windows:
    """Batches of windows of pieces by number, each as the seed and its number say.

    Parameters
    ----------
    arrays : dict
        Of `prepare`.
    seed : int
    """

    def __init__(self, arrays: dict[str, np.ndarray], seed: int) -> None:
        self._arrays, self._seed = arrays, seed
        self._first_note = np.append(0, np.cumsum(arrays["n_notes"]))
        self._first_beat = np.append(0, np.cumsum(arrays["n_beats"]))

    def __getitem__(self, number: int) -> dict[str, np.ndarray]:
        """One batch; pieces are drawn by the square root of their length, since long ones repeat themselves."""
        rng = np.random.default_rng((self._seed, number))
        lengths = np.sqrt(self._arrays["n_beats"])
        chosen = rng.choice(len(lengths), N_WINDOWS, p=lengths / lengths.sum())
        windows = [self._window(int(piece), rng) for piece in chosen]
        return augmented({name: np.stack([one[name] for one in windows]) for name in windows[0]}, rng)

    def _window(self, piece: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        arrays = self._arrays
        n_beats = int(arrays["n_beats"][piece])
        start = int(np.clip(rng.integers(-N_BEATS // 2, max(n_beats - N_BEATS // 2, 1)), 0, max(n_beats - N_BEATS, 0)))
        notes = slice(int(self._first_note[piece]), int(self._first_note[piece + 1]))
        first, last = np.searchsorted(arrays["beat"][notes], (start, start + N_BEATS)) + notes.start
        last = min(int(last), int(first) + N_NOTES)
        n, m = last - int(first), min(N_BEATS, n_beats - start)
        at = int(self._first_beat[piece]) + start
        window = {
            "notes": _padded(arrays["notes"][first:last], N_NOTES),
            "beats": _padded(arrays["beats"][at : at + m], N_BEATS),
            "beat": _padded(arrays["beat"][first:last] - start, N_NOTES, np.int32),
            "played": _padded(arrays["played"][first:last], N_NOTES),
            "tempo": _padded(arrays["tempo"][at : at + m], N_BEATS),
            "counts": (np.arange(N_NOTES) < n).astype(np.float32),
            "beat_counts": (np.arange(N_BEATS) < m).astype(np.float32),
        }
        return window


def _padded(rows: np.ndarray, length: int, dtype: Any = np.float32) -> np.ndarray:
    padded = np.zeros((length, *rows.shape[1:]), dtype=dtype)
    padded[: len(rows)] = rows
    return padded


def augmented(batch: dict[str, np.ndarray], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A batch in other keys and tempos: up to a tritone up or down, and about a sixth faster or slower."""
    size = len(batch["notes"])
    height = rng.uniform(-6, 6, (size, 1)).astype(np.float32) / 20
    tempo = rng.normal(0.0, 0.15, (size, 1)).astype(np.float32)
    for name in ("notes", "beats"):
        batch[name][..., HEIGHT] += height
        batch[name][..., TEMPO_COLUMN] += tempo
    return batch
