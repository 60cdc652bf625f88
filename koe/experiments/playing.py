"""A network that tells a teacher's playing from another's, and how often it is wrong.

Pieces that the teacher played are played again from their scores: by a model
that plays, by simple rules, and as they are written. Both performances are put
on the same footing, one tempo a beat, whole velocities and pulses, and cut into
the same windows of some beats. Of each note in a window a small network hears
what is written and what is played:

    written 61 numbers + played 6 - a layer - two convolutions over 5 notes -
    mean and maximum over the notes - one number

The train split teaches it, the loss on the valid split decides when to stop, and
the test split is what it is judged on, with a bootstrap over works. It is also
trained with one part of the playing alone, so that a part in which both differ
plainly does not hide the others. The error is 0.5 where it can only guess and
0 where it always knows; a better classifier may be wrong less often.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from koe.corpus.store import SPLITS, Corpus
from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.performance import BASELINES, FLAT, RULES, Lesson, Player, lessons_of, reading_of
from koe.experiments.telling import fit_to_tell
from koe.generation.performing import drawn
from koe.models.pn1_features import N_NOTE_FEATURES
from koe.models.pn1_numpy import LENGTH, TEMPO, TIMING, VELOCITY
from koe.models.registry import Registry
from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import (
    Interpretation,
    interpretation_of,
    interpreted,
    pedal_shares,
    pedal_values,
    places_of,
)
from koe.music.piece import Piece

MEASURE = "share of test windows, the teacher's and the other's in equal number, that the classifier gets wrong"
COLUMNS = ("velocity", "tempo", "length", "timing", "pedal", "down")  # of what is played, in the order of a window's
PARTS: dict[str, tuple[str, ...]] = {
    "all": COLUMNS,
    "velocity": ("velocity",),
    "tempo": ("tempo",),
    "length and timing": ("length", "timing"),
    "pedal": ("pedal", "down"),
}
TEACHER = "teacher"
EXTREME = 4.0  # units beyond which what is played is no farther away
MOST_NOTES, FEWEST_NOTES = 160, 8  # of a window: what is beyond is cut off, and what has fewer is left out


@dataclass(frozen=True)
class ListenerConfig:
    """The classifier, its training, and what it is given.

    Attributes
    ----------
    beats : int
        Of a window.
    windows : int
        Of a piece, at most.
    width : int
        Of its layers.
    dropout, learning_rate, weight_decay : float
        The latter two are AdamW's.
    batch_size : int
    epochs : int
        At most.
    patience : int
        Epochs without a lower loss on valid before it stops; the best one's
        weights are kept.
    seed : int
        Of windows, readings, weights, order, dropout and bootstrap.
    """

    beats: int = 16
    windows: int = 12
    width: int = 32
    dropout: float = 0.2
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    batch_size: int = 64
    epochs: int = 20
    patience: int = 4
    seed: int = 0


@dataclass(frozen=True)
class Heard:
    """The same windows of a split, as several players play them.

    Attributes
    ----------
    written : np.ndarray, shape=(n, notes, 61)
        What is known of the notes of each; see `koe.models.pn1_features`.
    there : np.ndarray, shape=(n, notes)
        1 where there is a note, else 0.
    played : mapping of str to np.ndarray, shape=(n, notes, 6)
        For each player the `COLUMNS`.
    works : list of str
        The work of each.
    """

    written: np.ndarray
    there: np.ndarray
    played: Mapping[str, np.ndarray]
    works: list[str]


def as_played(piece: Piece, reading: Interpretation) -> np.ndarray:
    """What is played of each note of a score: float32, ``(n_notes, 6)``, in `COLUMNS`.

    Velocity beside the piece's mean and tempo beside its median; ``pedal`` is
    the share of the time up to the next onset with the pedal down, and
    ``down`` whether it is when that one begins.
    """
    piece = interpreted(piece, reading)
    reading, places = interpretation_of(piece), places_of(piece)
    edges = np.append(places.onsets, max(places.beats.onsets[-1], places.onsets[-1] + 1)) * PULSES_PER_TICK
    columns = (
        (reading.velocities - reading.velocities.mean()) / VELOCITY,
        ((reading.tempos - np.median(reading.tempos)) / TEMPO)[places.beat_of_note],
        reading.lengths / LENGTH,
        (reading.timings / TIMING)[places.of_note],
        pedal_shares(piece.pedal, edges.astype(np.float64))[places.of_note],
        pedal_values(piece.pedal, edges[1:])[places.of_note],
    )
    return np.clip(np.stack(columns, axis=1), -EXTREME, EXTREME).astype(np.float32)


def heard_of(lessons: Iterable[Lesson], players: Mapping[str, Player], config: ListenerConfig, salt: int = 0) -> Heard:
    """Cut windows of pieces as the teacher and as others play them.

    Parameters
    ----------
    lessons : iterable of Lesson
    players : mapping
        By name, what each expects of a score; a reading of it is drawn.
    config : ListenerConfig
    salt : int
        Of the seed, another for each split.

    Raises
    ------
    InputError
        If no piece has a window with enough notes.
    """
    written: list[np.ndarray] = []
    played: dict[str, list[np.ndarray]] = {name: [] for name in (TEACHER, *players)}
    works: list[str] = []
    for number, lesson in enumerate(lessons):
        rng = np.random.default_rng((config.seed, salt, number))
        spans = _spans(lesson, config, rng)
        if not spans:
            continue
        readings = {TEACHER: interpretation_of(lesson.piece)}
        for name, player in players.items():
            expected = drawn(player(lesson.heard), lesson.heard.places, int(rng.integers(2**31)))
            readings[name] = reading_of(expected, lesson.piece, lesson.heard)
        rows = {name: as_played(lesson.piece, reading) for name, reading in readings.items()}
        for first, last in spans:
            written.append(_padded(lesson.heard.notes[first:last]))
            works.append(lesson.work)
            for name, row in rows.items():
                played[name].append(_padded(row[first:last]))
    if not works:
        raise InputError(f"No piece of the teacher's has {config.beats} beats with notes; take a larger corpus.")
    stacked = np.stack(written)
    there: np.ndarray = np.any(stacked, axis=-1).astype(np.float32)  # no note of a score has zeros alone
    return Heard(stacked, there, {name: np.stack(each) for name, each in played.items()}, works)


def _spans(lesson: Lesson, config: ListenerConfig, rng: np.random.Generator) -> list[tuple[int, int]]:
    """First note and note after the last of windows that do not overlap, drawn where there are many."""
    beat = lesson.heard.places.beat_of_note
    starts = np.arange(0, lesson.heard.places.beats.n_beats - config.beats + 1, config.beats)
    spans = [np.searchsorted(beat, (start, start + config.beats)).tolist() for start in starts.tolist()]
    spans = [(first, min(last, first + MOST_NOTES)) for first, last in spans if last - first >= FEWEST_NOTES]
    chosen = np.sort(rng.permutation(len(spans))[: config.windows])
    return [spans[index] for index in chosen.tolist()]


def _padded(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows, np.zeros((MOST_NOTES - len(rows), rows.shape[1]), np.float32)])


def build_listener(config: ListenerConfig) -> keras.Model:
    """The network with new weights: from ``written``, ``played`` and ``there`` to the chance of not being the teacher.

    What is not to be heard of the playing comes as zeros.
    """
    written = keras.Input((MOST_NOTES, N_NOTE_FEATURES), name="written")
    played = keras.Input((MOST_NOTES, len(COLUMNS)), name="played")
    there = keras.Input((MOST_NOTES,), name="there")
    mask = ops.expand_dims(there, -1)
    known = keras.layers.Dense(config.width, name="in_written")(written)
    x = keras.layers.Activation("gelu")(known + keras.layers.Dense(config.width, name="in_played")(played)) * mask
    for name in ("near", "nearer"):
        near = keras.layers.Conv1D(config.width, 5, padding="same", activation="gelu", name=name)(x)
        x = (x + keras.layers.Dropout(config.dropout)(near)) * mask
    mean = ops.sum(x, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1.0)
    highest = ops.max(x - 1e4 * (1 - mask), axis=1)
    x = keras.layers.Dropout(config.dropout)(ops.concatenate([mean, highest], axis=-1))
    x = keras.layers.Dense(config.width, activation="gelu", name="judging")(x)
    return keras.Model([written, played, there], keras.layers.Dense(1, "sigmoid", name="other")(x), name="listener")


def told_apart(
    heard: Mapping[str, Heard],
    player: str,
    config: ListenerConfig,
    part: str = "all",
    report: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Train a classifier to tell a player from the teacher, and judge it.

    Parameters
    ----------
    heard : mapping of str to Heard
        Of each split.
    player : str
        One of those in it.
    config : ListenerConfig
    part : str
        Of the playing that it hears; one of `PARTS`.
    report : callable
        Gets a line after each epoch.

    Returns
    -------
    result : dict
        ``error`` and its ``interval``; its two halves
        ``teacher_taken_for_other`` and ``other_taken_for_teacher``, shares of
        their kind; ``epochs_trained``, ``epoch_chosen``, ``valid_loss``.
    """
    keras.utils.set_random_seed(config.seed)
    network = build_listener(config)
    inputs = {split: _inputs(each, player, part) for split, each in heard.items()}
    losses = _fit(network, inputs, config, report)
    chances = network.predict(inputs["test"][0], batch_size=256, verbose=0)[:, 0]
    return {
        **errors_of(chances, heard["test"].works, config.seed),
        "epochs_trained": len(losses),
        "epoch_chosen": int(np.argmin(losses)) + 1,
        "valid_loss": float(min(losses)),
    }


def errors_of(chances: np.ndarray, works: Sequence[str], seed: int = 0, n_resamples: int = N_RESAMPLES) -> dict:
    """How often a classifier was wrong.

    Parameters
    ----------
    chances : np.ndarray, shape=(2 * n,)
        Of not being the teacher: first of his windows, then of the other's.
        Where one half is said exactly, either may be meant: half an error.
    works : sequence of str
        The work of each pair of windows, drawn together by the bootstrap.
    seed, n_resamples : int
    """
    his, others = np.asarray(chances, np.float64).reshape(2, -1)
    wrong = np.stack([(his > 0.5) + 0.5 * (his == 0.5), (others < 0.5) + 0.5 * (others == 0.5)], axis=1)
    found = over_groups(
        np.concatenate([wrong, np.ones((len(wrong), 1))], axis=1),
        works,
        lambda sums: {
            "error": (sums[..., 0] + sums[..., 1]) / (2 * sums[..., 2]),
            "teacher_taken_for_other": sums[..., 0] / sums[..., 2],
            "other_taken_for_teacher": sums[..., 1] / sums[..., 2],
        },
        n_resamples,
        seed,
    )
    return {name: figure["value"] for name, figure in found.items()} | {"interval": found["error"]["interval"]}


def _inputs(heard: Heard, player: str, part: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Windows of both, the teacher's first, and 1 for those of the other."""
    listened = np.isin(COLUMNS, PARTS[part]).astype(np.float32)
    played = np.concatenate([heard.played[TEACHER], heard.played[player]]) * listened
    given = {"written": np.tile(heard.written, (2, 1, 1)), "played": played, "there": np.tile(heard.there, (2, 1))}
    return given, np.repeat(np.array([0, 1], np.float32), len(heard.works))


def _fit(
    network: keras.Model,
    inputs: Mapping[str, tuple[dict[str, np.ndarray], np.ndarray]],
    config: ListenerConfig,
    report: Callable[[str], None],
) -> list[float]:
    """Train on windows; gives the loss on valid after every epoch."""
    given, labels = inputs["train"]

    def batches(epoch: int) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        order = np.random.default_rng((config.seed, epoch)).permutation(len(labels))
        for first in range(0, len(order), config.batch_size):
            chosen = order[first : first + config.batch_size]
            yield {name: values[chosen] for name, values in given.items()}, labels[chosen]

    return fit_to_tell(network, batches, inputs["valid"], config, report)


def benchmark_playing(
    name: str,
    registry: Registry,
    corpus: Corpus,
    config: ListenerConfig | None = None,
    parts: Sequence[str] = tuple(PARTS),
    report: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Tell a model's playing, simple rules' and none at all from the teacher's.

    Parameters
    ----------
    name : str
        A model that plays scores.
    registry : Registry
    corpus : Corpus
        With pieces of `koe.evaluation.performance.SOURCE` in all its splits.
    config : ListenerConfig, optional
    parts : sequence of str
        Of `PARTS`.
    report : callable
        Gets lines along the way.

    Returns
    -------
    results : dict
        Ready for JSON: ``players``, for each and for each part `told_apart`;
        ``data``, works and windows of each split; ``classifier``, and what
        they were made of.
    """
    config = config or ListenerConfig()
    model = registry.performer(name)
    players: dict[str, Player] = {name: model.predict, **{one: BASELINES[one] for one in (RULES, FLAT)}}
    heard = {split: heard_of(lessons_of(corpus, split), players, config, SPLITS.index(split)) for split in SPLITS}
    results: dict[str, dict[str, Any]] = {}
    for player in players:
        # One velocity, one tempo and no pedal give themselves away in any part.
        for part in parts[:1] if player == FLAT else parts:
            report(f"{player}, {part}")
            results.setdefault(player, {})[part] = told_apart(heard, player, config, part, report)
    return {
        "model": name,
        "weights_sha256": registry.card(name).weights_sha256,
        "corpus_sha256": corpus.sha256,
        "measure": MEASURE,
        "seed": config.seed,
        "players": results,
        "data": {
            split: {"works": len(set(each.works)), "windows_of_each": len(each.works)} for split, each in heard.items()
        },
        "classifier": {**asdict(config), "parameters": build_listener(config).count_params()},
    }
