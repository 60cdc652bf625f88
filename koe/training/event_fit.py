"""Training a network of events: by updates, not epochs; it can be stopped at any time and goes on from there.

A run's folder holds ``run.npz`` (weights, optimizer and all), ``state.json``
(how far it is) and ``history.csv``. Both files are replaced only when the new
ones are complete. Batches depend on the seed and the update's number alone, so
a run that was interrupted goes on with the batch it would have had.

The learning rate stays as it is after its rise, so that a run can be as long
as one likes; `cool_down` lets it fall in a straight line to zero.
"""

import csv
import json
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Queue
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from koe.models.compile import fuse_updates, fuses_training
from koe.models.storage import arrays_of, weights_of

RUN, STATE, HISTORY = "run.npz", "state.json", "history.csv"
# Lengths of the average's memory after which nothing of the first weights is left in it.
FORGOTTEN = 8.0
# Layers that Muon leaves to Adam: tables, and what decides.
NOT_HIDDEN = ["in_", "p_", "d_", "T2", "P2", "PK", "PT", "PP", "D2", "G1", "G2"]


class Lessons(Protocol):
    """Batches by number: mappings of arrays."""

    def __getitem__(self, number: int) -> dict[str, np.ndarray]:
        """One batch."""
        ...


@dataclass(frozen=True)
class Recipe:
    """How a network of events is trained.

    Attributes
    ----------
    rate : float
        Learning rate of Muon; Adam's is half of it.
    warmup : int
        Updates in which the rate rises.
    weight_decay, clip_norm, average : float
        Of the optimizer; ``average`` is the momentum of the weights' moving
        average, which is what is measured and shipped.
    optimizer : str
        ``"muon"``, or ``"adam"`` for networks with hardly a large matrix.
    """

    rate: float = 0.005
    warmup: int = 60
    weight_decay: float = 0.01
    clip_norm: float = 5.0
    average: float = 0.995
    optimizer: str = "muon"


@dataclass
class State:
    """How far a run is.

    ``seconds`` are of processor time, in updates alone. ``cooldown`` are the
    update after which the rate began to fall and how many updates it takes.
    """

    updates: int = 0
    seconds: float = 0.0
    events: int = 0
    cooldown: tuple[int, int] | None = None

    def rate(self, recipe: Recipe) -> float:
        """The learning rate of the next update."""
        rate = recipe.rate * min(1.0, (self.updates + 1) / recipe.warmup)
        if self.cooldown:
            first, n = self.cooldown
            rate *= max(0.0, 1 - (self.updates - first) / n)
        return rate

    @property
    def is_over(self) -> bool:
        """Whether the rate has fallen to its end."""
        return self.cooldown is not None and self.updates >= sum(self.cooldown)


def mean_nats(y_true, y_pred):
    """Nats an event; ``y_true`` says which events count."""
    return ops.sum(y_pred) / ops.maximum(ops.sum(y_true), 1.0)


def compile_network(model: keras.Model, recipe: Recipe) -> None:
    """Give a network its optimizer and the loss."""
    if recipe.optimizer == "adam":
        adam = keras.optimizers.AdamW(
            recipe.rate,
            weight_decay=recipe.weight_decay,
            global_clipnorm=recipe.clip_norm,
            use_ema=True,
            ema_momentum=recipe.average,
        )
        model.compile(adam, loss=mean_nats, jit_compile=False)
        adam.build(model.trainable_variables)
        return
    optimizer = keras.optimizers.Muon(
        recipe.rate,
        exclude_layers=NOT_HIDDEN,
        weight_decay=recipe.weight_decay,
        adam_weight_decay=recipe.weight_decay,
        adam_lr_ratio=0.5,
        global_clipnorm=recipe.clip_norm,
        use_ema=True,
        ema_momentum=recipe.average,
    )
    model.compile(optimizer, loss=mean_nats, jit_compile=False)  # half precision is faster without XLA
    optimizer.build(model.trainable_variables)
    if fuses_training():
        fuse_updates(optimizer)


def fit(
    model: keras.Model,
    lessons: Lessons,
    folder: Path,
    recipe: Recipe | None = None,
    updates: int | None = None,
    seconds: float | None = None,
    until: Callable[[], bool] = lambda: False,
    cool_down: int | None = None,
    save_every: float = 150.0,
    measure: Callable[[keras.Model], dict[str, float]] | None = None,
    measure_every: float = 900.0,
    figures: tuple[str, ...] = ("valid_nats_a_step",),
    keep_at: Collection[int] = (),
    keep: Callable[[int], None] = lambda updates: None,
    report: Callable[[str], None] = print,
) -> State:
    """Train, or go on with a run.

    Parameters
    ----------
    model : keras.Model
        Built; gives nats from a batch, whose ``counts`` say what counts.
    lessons : Lessons
    folder : Path
        Goes on from what lies there.
    recipe : Recipe, optional
    updates, seconds : int, float, optional
        Of the whole run, sessions before this one included: stop there.
    until : callable
        Stop when it says so.
    cool_down : int, optional
        Let the rate fall to zero within so many updates from now, and stop.
    save_every, measure_every : float
        Seconds from one checkpoint, one measurement to the next.
    measure : callable, optional
        What is measured on held-out pieces, with the average of the weights.
    figures : tuple of str
        Their names.
    keep_at : collection of int
        Updates, 0 for none yet, at which ``keep`` is called with their number
        while the model has the weights that would be measured then.
    keep : callable
    report : callable
        Gets a line now and then.
    """
    recipe = recipe or Recipe()
    folder.mkdir(parents=True, exist_ok=True)
    compile_network(model, recipe)
    state = load_run(model, folder) if (folder / RUN).exists() else State()
    if cool_down and not state.cooldown:
        state.cooldown = (state.updates, cool_down)
    saved = measured = time.monotonic()
    losses: list[float] = []

    def kept() -> None:
        if state.updates in keep_at:
            with _to_measure(model, state, recipe):
                keep(state.updates)

    kept()
    with _ahead(lessons, state.updates) as batches:
        while not (
            state.is_over
            or (updates is not None and state.updates >= updates)
            or (seconds is not None and state.seconds >= seconds)
            or until()
        ):
            batch = next(batches)
            model.optimizer.learning_rate = state.rate(recipe)
            model.reset_metrics()  # or it would tell the mean of all batches so far
            started = time.process_time()
            losses.append(float(model.train_on_batch(batch, batch["counts"])))
            if len(losses) > 1:  # the first one compiles
                state.seconds += time.process_time() - started
            state.updates += 1
            state.events += int(batch["counts"].sum())
            kept()
            if not np.isfinite(losses[-1]):
                raise FloatingPointError(f"The loss is {losses[-1]} after {state.updates} updates.")
            now = time.monotonic()
            if now - saved >= save_every:
                save_run(model, state, folder)
                row = _row(state, recipe, losses)
                if measure and now - measured >= measure_every:
                    with _to_measure(model, state, recipe):
                        row |= measure(model)
                    measured = now
                _note(row, folder, figures)
                report("  ".join(f"{name} {value:.5g}" for name, value in row.items()))
                losses, saved = losses[-1:], time.monotonic()
    save_run(model, state, folder)
    row = _row(state, recipe, losses)
    if measure and not until():  # who stops a run does not want to wait
        with _to_measure(model, state, recipe):
            row |= measure(model)
    _note(row, folder, figures)
    report("  ".join(f"{name} {value:.5g}" for name, value in row.items()))
    return state


def _to_measure(model: keras.Model, state: State, recipe: Recipe) -> AbstractContextManager[None]:
    """The average of the weights, once it has forgotten the first ones; the last ones where the rate has fallen."""
    knows = state.updates * (1 - recipe.average) > FORGOTTEN
    return averaged(model) if knows and not state.is_over else nullcontext()


def _row(state: State, recipe: Recipe, losses: list[float]) -> dict[str, float]:
    row = {"updates": state.updates, "events": state.events, "seconds": state.seconds, "rate": state.rate(recipe)}
    return row | ({"nats_an_event": float(np.mean(losses))} if losses else {})


def _note(row: dict[str, float], folder: Path, figures: tuple[str, ...]) -> None:
    columns = ("updates", "events", "seconds", "rate", "nats_an_event", *figures)
    path = folder / HISTORY
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


@contextmanager
def _ahead(lessons: Lessons, first: int) -> Iterator[Iterator[dict[str, np.ndarray]]]:
    """Batches from number ``first`` on, cut by another thread while the processor works on the last one."""
    ready: Queue[dict[str, np.ndarray]] = Queue(maxsize=2)
    stopped = threading.Event()

    def cut():
        number = first
        while not stopped.is_set():
            ready.put(lessons[number])
            number += 1

    thread = threading.Thread(target=cut, daemon=True)
    thread.start()
    try:
        yield iter(ready.get, None)
    finally:
        stopped.set()
        while thread.is_alive():
            while not ready.empty():
                ready.get_nowait()
            thread.join(0.05)


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Put the average of the weights in their place for a while."""
    variables = model.trainable_variables
    last = [np.array(variable.numpy()) for variable in variables]
    model.optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, value in zip(variables, last, strict=True):
            variable.assign(value)


def weights_to_ship(
    model: keras.Model, folder: Path, recipe: Recipe | None = None, network: keras.Model | None = None
) -> dict[str, np.ndarray]:
    """The weights of a run by their paths, as they are measured: see `koe.models.storage.save_weights`.

    ``network`` is what ships where ``model`` is that with its loss.
    """
    recipe = recipe or Recipe()
    compile_network(model, recipe)
    with _to_measure(model, load_run(model, folder), recipe):
        return arrays_of(network or model)


def save_run(model: keras.Model, state: State, folder: Path) -> None:
    """Write a checkpoint; what was there stays until the new one is complete."""
    arrays: dict[str, Any] = {f"w{n}": np.asarray(variable) for n, variable in enumerate(weights_of(model))}
    arrays |= {f"o{n}": np.asarray(variable) for n, variable in enumerate(model.optimizer.variables)}
    arrays["state"] = np.frombuffer(json.dumps(asdict(state)).encode(), dtype=np.uint8)
    temporary = folder / ("." + RUN)
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / RUN)
    (folder / STATE).write_text(json.dumps(asdict(state)) + "\n", "utf-8")


def load_run(model: keras.Model, folder: Path) -> State:
    """Take a checkpoint's weights and optimizer, and say how far it was."""
    with np.load(folder / RUN, allow_pickle=False) as arrays:
        for letter, variables in (("w", weights_of(model)), ("o", model.optimizer.variables)):
            for number, variable in enumerate(variables):
                variable.assign(arrays[f"{letter}{number}"])
        state = json.loads(arrays["state"].tobytes().decode())
    cooldown = state.pop("cooldown")
    return State(**state, cooldown=tuple(cooldown) if cooldown else None)
