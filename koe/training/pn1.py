"""PN1's recipe: what players made of the corpus's scores, and training on windows of it, by updates.

The teacher is the collection `SOURCE`, whose files were shaped by hand in a
sequencer. Loudness and tempo count beside the piece's own averages, and in
units of about how much they vary in it, so that quiet pieces teach as much as
wild ones.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.pn1 import augmented, build_pn1, teaching
from koe.models.pn1_features import features_of
from koe.models.pn1_numpy import LENGTH, TEMPO, TIMING, VELOCITY, NumpyPN1
from koe.models.storage import arrays_of
from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import as_written, interpretation_of, pedal_shares, pedal_values
from koe.music.piece import Piece
from koe.training.event_fit import STATE, Recipe, fit

SOURCE = "piano-midi-de"
N_WINDOWS, N_BEATS, N_NOTES = 16, 96, 640
EXTREME = 4.0  # units beyond which a target is no farther away
SETTINGS, PREPARED = "settings.json", "performances.npz"
RECIPE = Recipe(rate=2e-3, warmup=40, weight_decay=0.02, clip_norm=10.0, average=0.99, optimizer="adam")
_BEFORE_NEXT, _AFTER = 2, 10  # pulses: the pedal goes up a little after a note, and is down again before the next


def targets_of(piece: Piece) -> dict[str, np.ndarray]:
    """What PN1 is to say of a piece: ``played``, ``(n_notes, 5)``, and ``tempo``, ``(n_beats,)``, float32."""
    from koe.music.interpretation import places_of

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
            row = {
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


def held_out(corpus: Corpus, split: str = "valid") -> Iterator[tuple[Piece, Any]]:
    """Pieces of a split as they were played, with what PN1 hears of their scores."""
    for entry in corpus.split(split, (SOURCE,)):
        piece = corpus.piece(entry)
        if piece.notes:
            yield piece, features_of(as_written(piece))


def train_pn1(
    corpus: Corpus,
    folder: Path,
    seed: int = 0,
    minutes: float | None = None,
    resume: bool = False,
    cool_down: int | None = None,
    options: dict[str, int] | None = None,
    report: Callable[[str], None] = print,
) -> Path:
    """Train PN1, or go on.

    Parameters
    ----------
    corpus : Corpus
        With pieces of `SOURCE` in its train and valid splits.
    folder : Path
        Of the run.
    seed : int
    minutes : float, optional
        Stop after so many.
    resume : bool
        Go on with the run in ``folder``; otherwise there must be none.
    cool_down : int, optional
        Let the learning rate fall to zero within so many updates, and stop.
    options : dict, optional
        Of `build_pn1`, for another network than the one that ships.
    report : callable

    Returns
    -------
    path : Path
        The run's checkpoint.

    Raises
    ------
    InputError
        If there is a run and ``resume`` is not asked for, or none and it is,
        or it was made otherwise.
    """
    is_there = (folder / STATE).exists()
    if is_there and not resume:
        raise InputError(f"There is a run in {folder}; go on with --resume, or choose another folder.")
    if resume and not is_there:
        raise InputError(f"There is no run in {folder} to go on with; train without --resume first.")
    settings = {"seed": seed, "corpus_sha256": corpus.sha256, "options": options or {}}
    folder.mkdir(parents=True, exist_ok=True)
    if is_there and json.loads((folder / SETTINGS).read_text("utf-8")) != settings:
        raise InputError(f"The run in {folder} was made with another seed, corpus or network; resume it with the same.")
    (folder / SETTINGS).write_text(json.dumps(settings), "utf-8")
    lessons = Windows(prepare(corpus, folder / PREPARED), seed)
    keras.utils.set_random_seed(seed)
    network = build_pn1(**(options or {}))
    known = list(held_out(corpus))
    stop_at = None if minutes is None else time.monotonic() + 60 * minutes

    def measure(_: keras.Model) -> dict[str, float]:
        from koe.evaluation.performance import correlation

        player = NumpyPN1(arrays_of(network))
        loud, tempo = [], []
        for piece, heard in known:
            reading, expected = interpretation_of(piece), player.predict(heard)
            loud.append(correlation(expected.velocity, reading.velocities))
            tempo.append(correlation(expected.tempo, reading.tempos))
        return {"valid_velocity": float(np.mean(loud)), "valid_tempo": float(np.mean(tempo))}

    fit(
        teaching(network),
        lessons,
        folder,
        RECIPE,
        until=lambda: stop_at is not None and time.monotonic() >= stop_at,
        cool_down=cool_down,
        measure=measure,
        report=report,
        save_every=60.0,
        measure_every=60.0,
        figures=("valid_velocity", "valid_tempo"),
    )
    return folder / "run.npz"
