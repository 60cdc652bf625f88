"""How like a teacher's a performance of a score is, beside plain ways of playing it.

All figures are of one piece, then averaged over pieces; intervals are drawn
over works, whose movements are alike. With ``x`` what was played and ``y`` what
the teacher played:

velocity
    Pearson's correlation of the notes' velocities within the piece:
    ``r = sum((x - mean x)(y - mean y)) / sqrt(sum (x - mean x)^2 sum (y - mean y)^2)``;
    0 where either does not vary.
tempo
    The same of the natural logarithm of each beat's tempo.
pedal
    Beats count as pedalled where the pedal is down for over half of them;
    ``F1 = 2 hits / (2 hits + false + missed)``, 1 where neither ever is.
length
    ``mean |x - y|`` of the natural logarithm of sounding to written length,
    over notes. Lower is better.
timing
    ``mean |x - y|`` of each onset's lateness in quarters. Lower is better.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.intervals import over_groups
from koe.generation.performing import LEVEL, pedal_of
from koe.models.pn1_features import Features, features_of
from koe.models.pn1_numpy import VELOCITY, Prediction
from koe.models.registry import Registry
from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import Interpretation, as_written, interpretation_of, pedal_shares
from koe.music.piece import Piece

SOURCE = "piano-midi-de"  # the teacher's collection
FIGURES = ("velocity", "tempo", "pedal", "length", "timing")
FLAT, AVERAGE, RULES = "flat", "average", "rules"
Player = Callable[[Features], Prediction]


@dataclass(frozen=True)
class Lesson:
    """A piece that a teacher played, and its score.

    Attributes
    ----------
    work : str
        Movements of one work share it.
    piece : Piece
        As the teacher played it.
    heard : Features
        What is known of the score.
    """

    work: str
    piece: Piece
    heard: Features


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Pearson's correlation of two rows of numbers; 0 where one of them does not vary."""
    if not len(left):
        return 0.0
    left, right = left - left.mean(), right - right.mean()
    size = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum() / size) if size > 1e-9 else 0.0


def f1(found: np.ndarray, wanted: np.ndarray) -> float:
    """F1 of two rows of truths; 1 where there is nothing to find and nothing was found."""
    hits, misses = int((found & wanted).sum()), int((found ^ wanted).sum())
    return 2 * hits / (2 * hits + misses) if hits + misses else 1.0


def pedalled(reading: Interpretation, heard: Features) -> np.ndarray:
    """Which beats have the pedal down for over half of them: bool, ``(n_beats,)``."""
    return pedal_shares(reading.pedal, heard.places.beats.onsets * float(PULSES_PER_TICK)) > 0.5


def likeness(reading: Interpretation, teacher: Interpretation, heard: Features) -> dict[str, float]:
    """The figures of one piece; see above."""
    return {
        "velocity": correlation(reading.velocities, teacher.velocities),
        "tempo": correlation(reading.tempos, teacher.tempos),
        "pedal": f1(pedalled(reading, heard), pedalled(teacher, heard)),
        "length": float(np.abs(reading.lengths - teacher.lengths).mean()),
        "timing": float(np.abs(reading.timings - teacher.timings).mean()),
    }


def _expecting(heard: Features, velocity: np.ndarray, tempo: np.ndarray, down: float, lift: np.ndarray) -> Prediction:
    n, zero = len(heard.notes), np.zeros(len(heard.notes))
    still = np.zeros(len(heard.beats))
    return Prediction(velocity, zero, zero, zero, zero, zero, np.full(n, down), lift, tempo, still)


def flat(heard: Features) -> Prediction:
    """As written: one loudness, one tempo, no pedal."""
    zero = np.zeros(len(heard.notes))
    return _expecting(heard, zero, np.zeros(len(heard.beats)), 0.0, zero)


def average(heard: Features) -> Prediction:
    """What is usual: one loudness, one tempo, and the pedal always down."""
    return replace(flat(heard), down=np.ones(len(heard.notes)))


def rules(heard: Features) -> Prediction:
    """What textbooks say: accents by metre, louder when higher, slower at the end; a new pedal with every beat."""
    places = heard.places
    beats, beat = places.beats, places.beat_of_note
    onset = places.onsets[places.of_note]
    on_beat = onset == beats.onsets[beat]
    on_measure = on_beat & (beats.place[beat] == 0)
    height = heard.notes[:, 2].astype(np.float64)  # beside the piece's mean pitch
    left = beats.measure[-1] - beats.measure
    slower = -0.1 * (left == 1) - 0.25 * (left == 0)
    velocity = VELOCITY * (0.8 * height + 0.3 * on_beat + 0.3 * on_measure)
    return _expecting(heard, velocity, slower, 1.0, on_beat.astype(np.float64))


BASELINES: dict[str, Player] = {FLAT: flat, AVERAGE: average, RULES: rules}


def reading_of(expected: Prediction, piece: Piece, heard: Features) -> Interpretation:
    """A prediction as a reading of a score, at the teacher's level and median tempo; for comparison alone."""
    places = heard.places
    n = np.bincount(places.of_note, minlength=len(places.onsets))
    own = interpretation_of(piece)
    reading = Interpretation(
        LEVEL + expected.velocity,
        expected.length,
        expected.tempo + float(np.median(own.tempos)),
        np.bincount(places.of_note, expected.timing, minlength=len(places.onsets)) / n,
    )
    return replace(reading, pedal=pedal_of(expected, reading, places, piece.n_ticks))


def measured(lessons: Iterable[Lesson], players: Mapping[str, Player]) -> dict[str, dict]:
    """Figures of several players on the same pieces.

    Parameters
    ----------
    lessons : iterable of Lesson
    players : mapping
        By name, what each expects of a score.

    Returns
    -------
    figures : dict
        For each player, under ``means``, each figure's ``value``, the mean
        over pieces, and ``interval``, 95 % of a bootstrap over works; under
        ``pieces`` the figures of each piece by its title.
    """
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in players}
    works, titles = [], []
    for lesson in lessons:
        teacher = interpretation_of(lesson.piece)
        works.append(lesson.work)
        titles.append(lesson.piece.title)
        for name, player in players.items():
            reading = reading_of(player(lesson.heard), lesson.piece, lesson.heard)
            rows[name].append(likeness(reading, teacher, lesson.heard))
    return {
        name: {"means": _means(of_player, works), "pieces": dict(zip(titles, of_player, strict=True))}
        for name, of_player in rows.items()
    }


def _means(rows: list[dict[str, float]], works: list[str]) -> dict[str, dict]:
    sums = np.array([[*(row[figure] for figure in FIGURES), 1.0] for row in rows])
    return over_groups(
        sums, works, lambda sums: {name: sums[..., index] / sums[..., -1] for index, name in enumerate(FIGURES)}
    )


def lessons_of(corpus: Corpus, split: str) -> Iterator[Lesson]:
    """The teacher's pieces of a split."""
    for entry in corpus.split(split, (SOURCE,)):
        piece = corpus.piece(entry)
        if piece.notes:
            yield Lesson(entry.work, piece, features_of(as_written(piece)))


def measure_performer(name: str, registry: Registry, corpus: Corpus, split: str = "test") -> dict[str, Any]:
    """A model that plays scores beside plain ways of playing them; see `koe.evaluation.performance`."""
    card = registry.card(name)
    players = {**BASELINES, name: registry.performer(name).predict}
    about = {"model": name, "title": card.title, "kind": card.kind, "split": split}
    return about | {"weights_sha256": card.weights_sha256, "players": measured(lessons_of(corpus, split), players)}


def card_figures(report: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each player of a report of `measure_performer` what a card says: each figure, rounded, and ``intervals``."""
    figures: dict[str, dict[str, Any]] = {}
    for player, found in report["players"].items():
        figures[player] = {name: _rounded(mean["value"]) for name, mean in found["means"].items()}
        figures[player]["intervals"] = {
            name: [_rounded(end) for end in mean["interval"]]
            for name, mean in found["means"].items()
            if mean["interval"]
        }
    return figures


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
