"""TR1's recipe: from a corpus to prepared events, and training on them that can be stopped at any time.

The events lie beside the run, in ``events``, and are prepared once. Training
draws windows of 384 events: most on all ticks, some on the sixteenth grid,
which is what likelihoods are compared on. Solo pieces are drawn more often than
accompaniments.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from koe.corpus.store import Corpus, Entry
from koe.errors import InputError
from koe.models.storage import weights_of
from koe.models.tr1 import build_tr1
from koe.models.tr1_layout import SIXTEENTHS, TICKS
from koe.music.grid import TICKS_PER_STEP
from koe.music.states import notes_from_states
from koe.training.event_fit import STATE, Recipe, fit
from koe.training.event_likelihood import nats_a_step
from koe.training.event_run import after, open_run
from koe.training.event_store import INDEX, EventStore, prepare
from koe.training.event_windows import Batches

# Stores: the split, the grid.
STORES = {"train": ("train", TICKS), "train-16": ("train", SIXTEENTHS), "valid-16": ("valid", SIXTEENTHS)}
SHARES = {"train": 0.7, "train-16": 0.3}
# Accompaniments and later music are drawn less often: what is written is meant to stand alone.
WEIGHTS = {"openscore-lieder": 0.35, "nifc-polish-late": 0.5}
N_WINDOWS, N_EVENTS = 8, 384
MEASURED = 8  # one of so many pieces of valid is measured now and then
COMPOSERS = "composers.json"  # the class of each composer


def prepare_stores(corpus: Corpus, folder: Path, report: Callable[[str], None] = print) -> dict[str, EventStore]:
    """The events of a corpus, prepared if they are not yet.

    Raises
    ------
    InputError
        If what lies there was prepared from another corpus.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "corpus.json"
    if mark.exists() and json.loads(mark.read_text("utf-8")) != corpus.sha256:
        raise InputError(f"The events in {folder} are those of another corpus; choose another folder or delete them.")
    mark.write_text(json.dumps(corpus.sha256), "utf-8")
    for name, (split, grid) in STORES.items():
        if not (folder / name / INDEX).exists():
            started = time.monotonic()
            prepare(pieces_of(corpus, split, grid), folder / name)
            report(f"{name}: prepared in {time.monotonic() - started:.0f} s")
    return {name: EventStore(folder / name) for name in STORES}


def pieces_of(corpus: Corpus, split: str, grid: int) -> Iterator[tuple[dict[str, Any], np.ndarray, list[int], int]]:
    """The pieces of a split as `koe.training.event_store.prepare` takes them."""
    for entry in corpus.split(split):
        about = {"path": entry.path, "split": split, "composer": entry.composer, "source": entry.source}
        yield about | {"qpm": float(entry.qpm)}, *_notes_and_lines(corpus, entry, grid)


def _notes_and_lines(corpus: Corpus, entry: Entry, grid: int) -> tuple[np.ndarray, list[int], int]:
    piece = corpus.piece(entry)
    lines, n_ticks = list(piece.measure_onsets), piece.n_ticks
    notes = piece.notes
    if grid == SIXTEENTHS:
        notes = notes_from_states(piece.states)
        lines = sorted({line // TICKS_PER_STEP * TICKS_PER_STEP for line in lines})
        n_ticks = piece.n_steps * TICKS_PER_STEP
    rows = np.array([(note.onset, note.duration, note.pitch) for note in notes], dtype=np.int64).reshape(-1, 3)
    return rows, lines or [0], n_ticks


def train_tr1(
    corpus: Corpus,
    folder: Path,
    seed: int = 0,
    minutes: float | None = None,
    resume: bool = False,
    cool_down: int | None = None,
    precision: str = "float32",
    events: Path | None = None,
    width: int | None = None,
    layers: int | None = None,
    report: Callable[[str], None] = print,
) -> Path:
    """Train TR1, or go on.

    Parameters
    ----------
    corpus : Corpus
    folder : Path
        Of the run.
    seed : int
    minutes : float, optional
        Stop after so many.
    resume : bool
        Go on with the run in ``folder``; otherwise there must be none.
    cool_down : int, optional
        Let the learning rate fall to zero within so many updates, and stop.
    precision : str
        As in Keras; ``"mixed_bfloat16"`` pays where the processor multiplies it.
    events : Path, optional
        Where the prepared events lie; ``folder / "events"`` by default.
    width, layers : int, optional
        Of another network than the one that ships.
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
    if cool_down is not None and not (folder / STATE).exists():
        raise InputError(f"There is no run in {folder} to cool down; train first, then finish with --resume.")
    options = {name: value for name, value in (("width", width), ("layers", layers)) if value is not None}
    open_run(folder, corpus, seed, options, resume=resume)
    stores = prepare_stores(corpus, events or folder / "events", report)
    keras.utils.set_random_seed(seed)
    earlier = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(precision)
    try:
        model = build_tr1(**options)
    finally:
        keras.mixed_precision.set_global_policy(earlier)
    exact = build_tr1(**options)
    exact.compile(loss=None, jit_compile=False)
    held_out = stores["valid-16"].entries[::MEASURED]

    def measure(model: keras.Model) -> dict[str, float]:
        for variable, value in zip(weights_of(exact), weights_of(model), strict=True):
            variable.assign(value)
        return {"valid_nats_a_step": nats_a_step(exact, stores["valid-16"], held_out)}

    lessons = Batches(
        [(stores[name], STORES[name][1], share) for name, share in SHARES.items()],
        "train",
        N_WINDOWS,
        N_EVENTS,
        seed,
        WEIGHTS,
    )
    (folder / COMPOSERS).write_text(json.dumps(lessons.composers, indent=0) + "\n", "utf-8")
    fit(
        model,
        lessons,
        folder,
        Recipe(),
        until=after(minutes),
        cool_down=cool_down,
        measure=measure,
        report=report,
    )
    return folder / "run.npz"
