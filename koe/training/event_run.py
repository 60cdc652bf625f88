"""A run of updates in its folder: begun or gone on with, and read again for its card. Recipes by updates share it."""

import datetime
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError, ModelError
from koe.training.event_fit import RUN, STATE, Recipe

SETTINGS = "settings.json"


def open_run(folder: Path, corpus: Corpus, seed: int, options: dict[str, int], *, resume: bool) -> None:
    """Begin a run, or make sure that it can be gone on with.

    Parameters
    ----------
    folder : Path
        Of the run.
    corpus : Corpus
    seed : int
    options : dict
        Of another network than the one that ships.
    resume : bool
        Whether there is to be one.

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
    settings = {"seed": seed, "corpus_sha256": corpus.sha256, "options": options}
    folder.mkdir(parents=True, exist_ok=True)
    if is_there and json.loads((folder / SETTINGS).read_text("utf-8")) != settings:
        raise InputError(f"The run in {folder} was made with another seed, corpus or network; resume it with the same.")
    (folder / SETTINGS).write_text(json.dumps(settings), "utf-8")


def after(minutes: float | None) -> Callable[[], bool]:
    """Whether so many minutes have passed since this call; never, where there are none."""
    stop_at = None if minutes is None else time.monotonic() + 60 * minutes
    return lambda: stop_at is not None and time.monotonic() >= stop_at


@dataclass(frozen=True)
class Past:
    """What a run's folder says of it.

    Attributes
    ----------
    options : dict
        Of its network.
    seed : int
    state : dict
        Where it is: ``updates``, ``events`` seen, ``seconds``, ``cooldown``.
    files : tuple
        What else was asked for of its folder.
    date : str
        Of its last checkpoint.
    """

    options: dict[str, int]
    seed: int
    state: dict[str, Any]
    files: tuple[Any, ...]
    date: str

    def recipe(self, name: str, recipe: Recipe, counted: str, **more: object) -> dict[str, Any]:
        """How the weights came to be, for the card; ``counted`` names what an event is."""
        return {
            "model": name,
            "recipe": "best",
            **asdict(recipe),
            "seed": self.seed,
            "updates": self.state["updates"],
            counted: self.state["events"],
            **more,
            "minutes": round(self.state["seconds"] / 60, 1),
            "cooldown": self.state["cooldown"],
        }

    def about(self, arrays: dict[str, np.ndarray], recipe: dict[str, Any]) -> dict[str, Any]:
        """What a card says of these weights."""
        return {
            "options": self.options,
            "parameters": sum(array.size for array in arrays.values()),
            "recipe": recipe,
            "date": self.date,
        }


def read_run(name: str, run: Path, corpus: Corpus, *files: str) -> Past:
    """Read a run, to ship what it learned.

    Parameters
    ----------
    name : str
        Of the network.
    run, corpus
        The run's folder, and what it is to have been trained on.
    *files : str
        Names of JSON files that it must have, too.

    Raises
    ------
    ModelError
        If there is no run, or it was made from another corpus.
    """
    try:
        settings, state, *more = (json.loads((run / file).read_text("utf-8")) for file in (SETTINGS, STATE, *files))
        saved = (run / RUN).stat().st_mtime
    except (OSError, ValueError) as error:
        raise ModelError(
            f"There is no run in {run} that has got far enough; train one with `koe train {name}`."
        ) from error
    if settings["corpus_sha256"] != corpus.sha256:
        raise ModelError(f"The run in {run} was trained on another corpus than {corpus.folder}; name that one.")
    date = datetime.datetime.fromtimestamp(saved, datetime.UTC).date().isoformat()
    return Past(settings["options"], settings["seed"], state, tuple(more), date)
