"""What the Models page shows of PN1's training, from weights that were kept along the way.

The last point is the network that ships itself. Those before it are of a run
with the same recipe and seed, which comes close to the one that ships but is
not the same to the last bit, since sums on several cores are not.
"""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import ModelError
from koe.evaluation.performance import Lesson, lessons_of, measured
from koe.models.playing_record import SUFFIX, PlayingRecord, Taught, save_playing
from koe.models.pn1_numpy import NumpyPN1, Prediction
from koe.models.registry import Registry
from koe.models.storage import load_arrays
from koe.music.piece import Piece
from koe.training.pn1 import KEPT

# Of the test split: ends of titles in the corpus, how people call the pieces, and measures from the beginning, up to
# where the tempo is another.
PIECES = {
    "Berceuse": ("Grieg: Berceuse, op. 38, 1", 24),
    "Love dreams 3": ("Liszt: Liebestraum 3", 22),
    "Prelude C# minor Opus 3 2": ("Rachmaninoff: Prélude, op. 3, 2", 14),
}
FIGURES = ("velocity", "tempo", "pedal")


def export_record(name: str, run: Path, corpus: Corpus, target: Path) -> dict[str, Any]:
    """Write the record of a training beside the weights in ``target``, which stay as they are.

    Parameters
    ----------
    name : str
        Of a model in ``target`` that plays scores.
    run : Path
        With weights that ``koe train --keep-at`` kept.
    corpus : Corpus
        With the pieces in its test split.
    target : Path

    Returns
    -------
    about : dict
        ``record``, its path; ``bytes``; ``updates``; ``valid``; ``pieces``.

    Raises
    ------
    ModelError
        If nothing was kept, or a piece is missing.
    """
    registry = Registry(target)
    last = int(registry.card(name).recipe["updates"])
    kept = {int(path.stem): path for path in sorted((run / KEPT).glob("*.npz"))}
    players = {number: NumpyPN1(load_arrays(path)[0]) for number, path in kept.items() if number < last}
    if not players:
        raise ModelError(f"No weights were kept in {run}; train with `koe train {name} --keep-at 0 91 350`.")
    everyone = {**players, last: registry.performer(name)}
    figures = measured(lessons_of(corpus, "valid"), {str(number): one.predict for number, one in everyone.items()})
    valid = {
        figure: tuple(round(figures[str(number)]["means"][figure]["value"], 4) for number in everyone)
        for figure in FIGURES
    }
    lessons = list(lessons_of(corpus, "test"))
    taught = []
    for end, (title, n_measures) in PIECES.items():
        lesson = next((one for one in lessons if one.piece.title.endswith(end)), None)
        if lesson is None:
            raise ModelError(f"No test piece of {corpus.folder} is called {end}; name the corpus of the training.")
        expected = [player.predict(lesson.heard) for player in everyone.values()]
        taught.append(begun(lesson, expected, title, n_measures))
    path = target / f"{name}{SUFFIX}"
    save_playing(PlayingRecord(tuple(everyone), valid, tuple(taught)), path)
    return {
        "record": str(path),
        "bytes": path.stat().st_size,
        "updates": list(everyone),
        "valid": {figure: list(values) for figure, values in valid.items()},
        "pieces": [one.piece.title for one in taught],
    }


def begun(lesson: Lesson, expected: list[Prediction], title: str, n_measures: int) -> Taught:
    """The beginning of a piece, with what was expected of it when all of it was known."""
    lines = lesson.piece.measure_onsets
    end = lines[n_measures] if len(lines) > n_measures else lesson.piece.n_ticks
    piece = replace(lesson.piece.slice(0, end), title=title)
    n_notes = sum(note.onset < end for note in lesson.piece.notes)
    n_beats = int(np.searchsorted(lesson.heard.places.beats.onsets, end))
    return Taught(_plain(piece), tuple(_cut(one, n_notes, n_beats) for one in expected))


def _plain(piece: Piece) -> Piece:
    """Nothing but the music and its title."""
    return Piece(
        *(piece.notes, piece.n_ticks, piece.tempos, piece.time_signatures),
        *(piece.upbeat, piece.keys, piece.pedal),
        title=piece.title,
    )


def _cut(expected: Prediction, n_notes: int, n_beats: int) -> Prediction:
    lengths = {one.name: n_beats if one.name.startswith("tempo") else n_notes for one in fields(expected)}
    return Prediction(**{name: getattr(expected, name)[:n] for name, n in lengths.items()})
