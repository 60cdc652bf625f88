"""PN1's recipe: what players made of the corpus's scores, and training on windows of it, by updates."""

from collections.abc import Callable, Collection
from pathlib import Path

import keras
import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.performance import correlation, lessons_of
from koe.models.pn1 import build_pn1, teaching
from koe.models.pn1_numpy import NumpyPN1
from koe.models.storage import arrays_of, save_weights
from koe.music.interpretation import interpretation_of
from koe.training.event_fit import Recipe, fit
from koe.training.event_run import after, open_run
from koe.training.performances import Windows, prepare

PREPARED = "performances.npz"
KEPT = "kept"  # folder of weights that were kept along the way
RECIPE = Recipe(rate=2e-3, warmup=40, weight_decay=0.02, clip_norm=10.0, average=0.99, optimizer="adam")


def train_pn1(
    corpus: Corpus,
    folder: Path,
    seed: int = 0,
    minutes: float | None = None,
    resume: bool = False,
    cool_down: int | None = None,
    options: dict[str, int] | None = None,
    updates: int | None = None,
    keep_at: Collection[int] = (),
    report: Callable[[str], None] = print,
) -> Path:
    """Train PN1, or go on.

    Parameters
    ----------
    corpus : Corpus
        With pieces of `koe.evaluation.performance.SOURCE` in its train and valid splits.
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
    updates : int, optional
        Of the whole run: stop there.
    keep_at : collection of int
        Updates at which the weights are kept, for what is shown of its
        training; see `koe.training.pn1_record`.
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
    open_run(folder, corpus, seed, options or {}, resume=resume)
    lessons = Windows(prepare(corpus, folder / PREPARED), seed)
    keras.utils.set_random_seed(seed)
    network = build_pn1(**(options or {}))
    known = list(lessons_of(corpus, "valid"))
    until = after(minutes)

    def measure(_: keras.Model) -> dict[str, float]:
        player = NumpyPN1(arrays_of(network))
        loud, tempo = [], []
        for lesson in known:
            reading, expected = interpretation_of(lesson.piece), player.predict(lesson.heard)
            loud.append(correlation(expected.velocity, reading.velocities))
            tempo.append(correlation(expected.tempo, reading.tempos))
        return {"valid_velocity": float(np.mean(loud)), "valid_tempo": float(np.mean(tempo))}

    def keep(number: int) -> None:
        (folder / KEPT).mkdir(exist_ok=True)
        save_weights(arrays_of(network), kept_at(folder, number))

    fit(
        teaching(network),
        lessons,
        folder,
        RECIPE,
        updates=updates,
        until=until,
        cool_down=cool_down,
        measure=measure,
        report=report,
        save_every=120.0,
        measure_every=300.0,
        figures=("valid_velocity", "valid_tempo"),
        keep_at=keep_at,
        keep=keep,
    )
    return folder / "run.npz"


def kept_at(folder: Path, updates: int) -> Path:
    """Where a run's weights after so many updates lie, if they were kept."""
    return folder / KEPT / f"{updates:06d}.npz"
