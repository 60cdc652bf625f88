"""Training a network: checkpointed after each epoch, resumable, and stoppable."""

import csv
import json
import signal
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.architectures import build
from koe.training.config import TrainingConfig
from koe.training.data import Windows, density
from koe.training.schedules import Cooldown

CHECKPOINT = "checkpoint.keras"
BEST = "best.keras"
HISTORY = "history.csv"
CONFIG = "config.json"


def train(
    config: TrainingConfig,
    corpus: Corpus,
    folder: Path,
    minutes: float | None = None,
    resume: bool = False,
    cooldown_epochs: int | None = None,
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
        Gets the checkpoint, the best model, the configuration and the history.
    minutes : float, optional
        Stop after the first epoch that ends later than this.
    resume : bool
        Go on from ``folder``'s checkpoint, to the same result as without the
        interruption. The configuration must be the same but for ``epochs``.
    cooldown_epochs : int, optional
        With ``resume``: finish within this many more epochs, while the
        learning rate falls to its end.
    report : callable
        Gets a line after each epoch.

    Returns
    -------
    path : Path
        The best epoch's model.
    """
    folder.mkdir(parents=True, exist_ok=True)
    history = History(folder / HISTORY)
    windows = Windows(corpus, "train", config, augment=True)
    cooldown: list[int] | None = None
    if cooldown_epochs is not None and not (resume and (folder / CHECKPOINT).exists()):
        raise InputError(f"There is no run in {folder} to cool down; train first, then finish with --resume.")
    if resume and (folder / CHECKPOINT).exists():
        _check_same(config, corpus, folder)
        model = load_checkpoint(folder / CHECKPOINT)
        history.load()
        cooldown = json.loads((folder / CONFIG).read_text("utf-8")).get("cooldown")
        if cooldown_epochs is not None:
            cooldown = [len(history.rows), cooldown_epochs]
            optimizer, updates = model.optimizer, cooldown_epochs * len(windows)
            rate = float(optimizer.learning_rate)
            optimizer.learning_rate = Cooldown(
                rate, config.final_learning_rate, int(optimizer.iterations.numpy()), updates
            )
    else:
        keras.utils.set_random_seed(config.seed)
        model = build(config.model, output_density=density(corpus) if config.prior_bias else None)
        model.compile(_optimizer(config, corpus), loss=config.loss, metrics=["mse", "binary_accuracy"])
        history.path.unlink(missing_ok=True)
    made_of = {**asdict(config), "corpus_sha256": corpus.sha256}
    if cooldown:  # the epoch it began after, and its length
        made_of["cooldown"] = cooldown
    n_epochs = sum(cooldown) if cooldown else config.epochs
    (folder / CONFIG).write_text(json.dumps(made_of, indent=1) + "\n", "utf-8")

    held_out = {split: Windows(corpus, split, config, augment=False) for split in ("valid", "test")}
    started = time.monotonic()
    with _stop_on_interrupt() as stopped:
        for epoch in range(len(history.rows), n_epochs):
            windows.start_epoch(epoch)
            _seed_dropout(model, config.seed, epoch)
            epoch_started = time.monotonic()
            fitted = model.fit(windows, epochs=1, shuffle=False, verbose=0, callbacks=[_StopWhen(stopped)])
            if stopped.is_set():
                report(f"Stopped; the last complete epoch is {epoch}.")
                break
            row = {"epoch": epoch + 1, **{name: values[-1] for name, values in fitted.history.items()}}
            for split, data in held_out.items():
                measured = model.evaluate(data, verbose=0, return_dict=True)
                row |= {f"{split}_{name}": value for name, value in measured.items()}
            row["seconds"] = time.monotonic() - epoch_started
            history.add(row)
            if row["valid_loss"] <= min(earlier["valid_loss"] for earlier in history.rows):
                _save(model, folder / BEST)
            _save(model, folder / CHECKPOINT)
            report(_line(row, n_epochs))
            if minutes is not None and time.monotonic() - started > minutes * 60:
                break
    return folder / BEST


class History:
    """The figures of each epoch, in memory and as a CSV file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[str, float]] = []

    def load(self) -> None:
        """Read the rows of an earlier run."""
        with self.path.open(newline="", encoding="utf-8") as file:
            self.rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]

    def add(self, row: dict[str, float]) -> None:
        """Append an epoch."""
        self.rows.append(row)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
            writer.writerows(self.rows)
        temporary.replace(self.path)


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


def _optimizer(config: TrainingConfig, corpus: Corpus) -> keras.optimizers.Optimizer:
    rate: float | keras.optimizers.schedules.LearningRateSchedule = config.learning_rate
    if config.final_learning_rate != config.learning_rate:
        n_updates = config.epochs * len(Windows(corpus, "train", config, augment=True))
        rate = keras.optimizers.schedules.CosineDecay(
            config.learning_rate, n_updates, alpha=config.final_learning_rate / config.learning_rate
        )
    classes = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    return classes[config.optimizer](rate, clipnorm=config.clip_norm)


def _seed_dropout(model: keras.Model, seed: int, epoch: int) -> None:
    """Start dropout's random numbers anew for each epoch: Keras does not save where they stood."""
    rng = np.random.default_rng((seed, epoch, 1))
    for variable in model.non_trainable_variables:
        if variable.path.endswith("seed_generator_state"):
            variable.assign(rng.integers(0, 2**31, 2).astype(np.uint32))


def _check_same(config: TrainingConfig, corpus: Corpus, folder: Path) -> None:
    """A run can only be resumed as what it was."""
    now = {**asdict(config), "corpus_sha256": corpus.sha256}
    then = json.loads((folder / CONFIG).read_text("utf-8"))
    # With a learning rate that falls towards the last epoch, the number of epochs is part of the recipe.
    free = {"epochs"} if config.final_learning_rate == config.learning_rate else set()
    different = sorted(name for name in now if name not in free and now[name] != then.get(name))
    if different:
        raise InputError(
            f"The run in {folder} was made with another {', '.join(different)}; "
            "resume it with the same values, or begin a new one in another folder."
        )


def load_checkpoint(path: Path) -> keras.Model:
    """Load a model that `train` saved, optimizer and all; no code is taken from the file."""
    return keras.saving.load_model(path, safe_mode=True)


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
