"""Training a network: checkpointed after each epoch, resumable, and stoppable."""

import json
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.architectures import architecture, build
from koe.models.compile import fuse_updates, fuses_training
from koe.models.storage import SEEDS, assign, weights_of
from koe.training.config import TrainingConfig
from koe.training.data import Windows, density
from koe.training.evolution import Evolution, load_evolution
from koe.training.history import History, TensorBoardLog
from koe.training.memory import kept_memory
from koe.training.objectives import objectives
from koe.training.schedules import Cooldown

CHECKPOINT = "checkpoint.keras"
BEST = "best.keras"
HISTORY = "history.csv"
CONFIG = "config.json"
TENSORBOARD = "tensorboard"
_DEFAULTS = {field.name: field.default for field in fields(TrainingConfig) if field.default is not MISSING}

# Settings of a run that are arguments of the network.
OPTIONS = ("latent_dim", "own_inputs", "settled")


def train(
    config: TrainingConfig,
    corpus: Corpus,
    folder: Path,
    minutes: float | None = None,
    resume: bool = False,
    cooldown_epochs: int | None = None,
    initial: Mapping[str, np.ndarray] | None = None,
    keep_every: int = 1,
    report: Callable[[str], None] = print,
) -> Path:
    """Train a network and keep its best epoch.

    Parameters
    ----------
    config : TrainingConfig
    corpus : Corpus
        Trained on ``train``; the epoch with the lowest loss on ``valid`` is
        kept; the loss on ``test`` is recorded, as the paper did, and decides
        nothing.
    folder : Path
        Gets the checkpoint, the best model, the configuration, the history,
        TensorBoard's log, and what the model played on its way.
    minutes : float, optional
        Stop after the first epoch that ends later than this.
    resume : bool
        Go on from ``folder``'s checkpoint, to the same result as without the
        interruption. The configuration must be the same but for ``epochs``.
        Without it ``folder`` must hold no run.
    cooldown_epochs : int, optional
        With ``resume``: finish within this many more epochs, while the
        learning rate falls to its end.
    initial : mapping, optional
        Weights to begin from, by their paths; ``config.initial_weights`` is
        their hash.
    keep_every : int
        Epochs from one kept piece and weight distribution to the next.
    report : callable
        Gets a line after each epoch.

    Returns
    -------
    path : Path
        The best epoch's model.

    Raises
    ------
    InputError
        If there is no run to go on with, or one that would be overwritten, or
        it was configured otherwise.
    """
    _check_place(folder, resume)
    folder.mkdir(parents=True, exist_ok=True)
    history = History(folder / HISTORY)
    windows = Windows(corpus, "train", config, augment=True)
    cooldown: list[int] | None = None
    if cooldown_epochs is not None and not resume:
        raise InputError("Only a run that goes on can be cooled down; give --resume as well as --cooldown.")
    if resume:
        _check_same(config, corpus, folder)
        model = load_checkpoint(folder / CHECKPOINT, config.precision)
        history.load(_updates(model))
        evolution = load_evolution(folder)
        evolution.drop_after(len(history.rows))
        cooldown = json.loads((folder / CONFIG).read_text("utf-8")).get("cooldown")
        if cooldown_epochs is not None:
            cooldown = [len(history.rows), cooldown_epochs]
            windows.start_epoch(max(len(history.rows), config.early_epochs))
            rate, updates = float(model.optimizer.learning_rate), cooldown_epochs * len(windows)
            model.optimizer.learning_rate = Cooldown(rate, config.final_learning_rate, _updates(model), updates)
    else:
        keras.utils.set_random_seed(config.seed)
        with _precision(config.precision):
            options = {name: value for name in OPTIONS if (value := getattr(config, name))}
            model = build(config.model, output_density=density(corpus) if config.prior_bias else None, **options)
        if initial is not None:
            assign(model, _renamed(initial, model, config.settled))
        compile_network(model, config, corpus)
        history.path.unlink(missing_ok=True)
        shutil.rmtree(folder / TENSORBOARD, ignore_errors=True)
        evolution = Evolution()
        evolution.keep(model, 0, folder)
    made_of = {**asdict(config), "corpus_sha256": corpus.sha256}
    if cooldown:  # the epoch it began after, and its length
        made_of["cooldown"] = cooldown
    n_epochs = sum(cooldown) if cooldown else config.epochs
    (folder / CONFIG).write_text(json.dumps(made_of, indent=1) + "\n", "utf-8")

    held_out = {split: Windows(corpus, split, config, augment=False) for split in ("valid", "test")}
    log = TensorBoardLog(folder / TENSORBOARD, len(history.rows))
    started = time.monotonic()
    with _stop_on_interrupt() as stopped, kept_memory():
        for epoch in range(len(history.rows), n_epochs):
            windows.start_epoch(epoch)
            _seed_dropout(model, config.seed, epoch)
            if config.dropout_epochs and epoch >= config.dropout_epochs:
                _end_dropout(model)
            epoch_started = time.monotonic()
            fitted = model.fit(windows, epochs=1, shuffle=False, verbose=0, callbacks=[_StopWhen(stopped)])
            if stopped.is_set():
                report(f"Stopped; the last complete epoch is {epoch}. Go on with --resume.")
                break
            row = {"epoch": epoch + 1, **{name: values[-1] for name, values in fitted.history.items()}}
            with _averaged(model):
                for split, data in held_out.items():
                    measured = model.evaluate(data, verbose=0, return_dict=True)
                    row |= {f"{split}_{name}": value for name, value in measured.items()}
                row |= {"learning_rate": float(model.optimizer.learning_rate), "updates": _updates(model)}
                row["seconds"] = time.monotonic() - epoch_started
                history.add(row)
                log.add(row, model)
                if row["valid_loss"] <= min(earlier["valid_loss"] for earlier in history.rows):
                    _save(model, folder / BEST)
                if (epoch + 1) % keep_every == 0 or epoch + 1 == n_epochs:
                    evolution.keep(model, epoch + 1, folder)
            _save(model, folder / CHECKPOINT)
            report(_line(row, n_epochs))
            if minutes is not None and time.monotonic() - started > minutes * 60:
                break
    log.close()
    return folder / BEST


def _check_place(folder: Path, resume: bool) -> None:
    """Begin no run where another one would be lost, and go on with none that is not there."""
    if resume:
        if not (folder / CHECKPOINT).is_file():
            raise InputError(
                f"There is no run in {folder} to go on with: {CHECKPOINT} is not there. "
                "Name the run's folder with --output, or leave --resume away to begin one."
            )
        return
    # A run that was ended in its first epoch has kept nothing that would be missed.
    kept = [name for name in (CHECKPOINT, BEST, HISTORY) if (folder / name).exists()]
    if kept:
        go_on = "Go on with it by --resume, name" if CHECKPOINT in kept else "Name"
        raise InputError(
            f"There is a run in {folder} already ({', '.join(kept)}). {go_on} another folder with --output, "
            "or delete that one."
        )


@contextmanager
def _precision(policy: str) -> Iterator[None]:
    """Make layers that compute in this precision; those made elsewhere in the process stay as they are."""
    earlier = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(earlier)


@contextmanager
def _averaged(model: keras.Model) -> Iterator[None]:
    """Put the average of the last weights in place of the weights, where the optimizer keeps one."""
    variables = model.trainable_variables
    # Copies, here and below: JAX gives away memory that weights share with averages or with NumPy.
    last = [np.array(variable.numpy()) for variable in variables] if model.optimizer.use_ema else []
    model.optimizer.finalize_variable_values(variables)
    if model.optimizer.use_ema:
        for variable in variables:
            variable.assign(np.array(variable.numpy()))
    try:
        yield
    finally:
        for variable, value in zip(variables, last, strict=False):
            variable.assign(value)


def _renamed(arrays: Mapping[str, np.ndarray], model: keras.Model, partly: bool) -> dict[str, np.ndarray]:
    """Weights under this model's name, where they have that of another of the same shape: AE2 may begin from AE1.

    ``partly`` if only those that are not trained any more must be there; the others stay as they are.
    """
    within = {name.partition("/")[2]: array for name, array in arrays.items()}
    new = {v.path: np.asarray(v.numpy()) for v in model.trainable_variables} if partly else {}
    by_name = {
        v.path: arrays.get(v.path, within.get(v.path.partition("/")[2], new.get(v.path))) for v in weights_of(model)
    }
    return {name: array for name, array in by_name.items() if array is not None}


def _updates(model: keras.Model) -> int:
    return int(model.optimizer.iterations.numpy())


class _StopWhen(keras.callbacks.Callback):
    def __init__(self, stopped: threading.Event) -> None:
        super().__init__()
        self.stopped = stopped

    def on_train_batch_end(self, batch, logs=None):
        if self.stopped.is_set():
            self.model.stop_training = True


@contextmanager
def _stop_on_interrupt():
    """Turn Ctrl-C and a polite kill into a flag, so that training ends between two batches."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    earlier = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def compile_network(model: keras.Model, config: TrainingConfig, corpus: Corpus) -> None:
    """Give a network the optimizer, loss and metrics of a configuration."""
    loss, metrics = objectives(config)
    fused = True if architecture(config.model).fused and fuses_training() else "auto"
    model.compile(_optimizer(config, corpus, model), loss=loss, metrics=metrics, jit_compile=fused)
    _fuse_rest(model)


def _fuse_rest(model: keras.Model) -> None:
    """Fuse the updates at least, where not all of the training is."""
    if fuses_training() and not model.jit_compile:
        fuse_updates(model.optimizer)


def _optimizer(config: TrainingConfig, corpus: Corpus, model: keras.Model) -> keras.optimizers.Optimizer:
    rate: float | keras.optimizers.schedules.LearningRateSchedule = config.learning_rate
    if config.final_learning_rate != config.learning_rate:
        n_updates = _updates_of(config, corpus)
        rate = keras.optimizers.schedules.CosineDecay(
            config.learning_rate, n_updates, alpha=config.final_learning_rate / config.learning_rate
        )
    options: dict[str, Any] = {"clipnorm": config.clip_norm, "weight_decay": config.weight_decay or None}
    if config.average:
        options |= {"use_ema": True, "ema_momentum": config.average}
    if config.optimizer == "muon":
        # A kernel with one row or column is a vector: there is nothing to make orthogonal.
        vectors = [re.escape(kernel.path) for kernel in model.trainable_variables if 1 in kernel.shape]
        return keras.optimizers.Muon(
            rate,
            adam_weight_decay=options["weight_decay"],
            exclude_layers=[*architecture(config.model).not_hidden, *vectors],
            **options,
        )
    classes = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    return classes[config.optimizer](rate, **options)


def _updates_of(config: TrainingConfig, corpus: Corpus) -> int:
    """Updates in all epochs, all as long as the first of their kind."""
    windows, n_early = Windows(corpus, "train", config, augment=True), min(config.early_epochs, config.epochs)
    updates = n_early * len(windows)
    windows.start_epoch(config.early_epochs)
    return updates + (config.epochs - n_early) * len(windows)


def _seed_dropout(model: keras.Model, seed: int, epoch: int) -> None:
    """Start dropout's random numbers anew for each epoch: Keras does not save where they stood."""
    rng = np.random.default_rng((seed, epoch, 1))
    for variable in model.non_trainable_variables:
        if variable.path.endswith(SEEDS):
            variable.assign(rng.integers(0, 2**31, 2).astype(np.uint32))


def _end_dropout(model: keras.Model) -> None:
    """Switch dropout off for good; a model that is loaded from a checkpoint has it on again."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout) and layer.rate]
    for layer in layers:
        layer.rate = 0
    if layers:
        model.make_train_function(force=True)  # the compiled one holds the rates


def _check_same(config: TrainingConfig, corpus: Corpus, folder: Path) -> None:
    """A run can only be resumed as what it was."""
    now = {**asdict(config), "corpus_sha256": corpus.sha256}
    # A setting that was not there yet when the run began had no effect, as its default has none.
    then = {**_DEFAULTS, **json.loads((folder / CONFIG).read_text("utf-8"))}
    # With a learning rate that falls towards the last epoch, the number of epochs is part of the recipe.
    free = {"epochs"} if config.final_learning_rate == config.learning_rate else set()
    different = sorted(name for name in now if name not in free and now[name] != then.get(name))
    if different:
        raise InputError(
            f"The run in {folder} was made with another {', '.join(different)}; "
            "resume it with the same values, or begin a new one in another folder."
        )


def load_checkpoint(path: Path, precision: str = "float32") -> keras.Model:
    """Load a model that `train` saved, optimizer and all; no code is taken from the file.

    The file says nothing of the precision in which an autoencoder's inner
    layers computed; ``precision`` does.
    """
    with _precision(precision):
        model = keras.saving.load_model(path, safe_mode=True)
    _fuse_rest(model)
    return model


def _save(model: keras.Model, path: Path) -> None:
    """Replace the file only when the new one is complete."""
    temporary = path.with_name("." + path.name)
    model.save(temporary)
    temporary.replace(path)


def _line(row: dict[str, float], epochs: int) -> str:
    left = (epochs - row["epoch"]) * row["seconds"] / 60
    return (
        f"epoch {row['epoch']:.0f}/{epochs}  loss {row['loss']:.5f}  valid loss {row['valid_loss']:.5f} "
        f"mse {row['valid_mse']:.5f}  test mse {row['test_mse']:.5f}  {row['seconds']:.0f} s, about {left:.0f} min left"
    )
