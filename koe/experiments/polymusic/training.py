"""Training and testing a network's shape on the four public pianoroll benchmarks.

Which epoch counts
    Where a set has a test part, the network is trained on ``train``, the
    epoch with the lowest figure on ``valid`` is kept and measured on
    ``test``. Where it has none, a tenth of the training sequences, drawn by
    the seed, is held back to choose the epoch, and ``valid``, which decided
    nothing, is measured. A figure on ``valid`` is not quite the published
    figure on ``test``; results therefore name their split.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from koe.errors import InputError
from koe.experiments.polymusic.data import SETS, hold_back, nll_per_frame, read_set, training_batches, windows
from koe.experiments.polymusic.recipes import PUBLISHED, Recipe, lstm_to_meet, recipe_for, table
from koe.experiments.polymusic.task import FrameTask, frame_loss, hears_states
from koe.models.architectures import architecture, build
from koe.models.cards import CONTINUATION

WEIGHTS = "best.weights.h5"
RESULT = "result.json"
MEASURE = "negative log-likelihood in nats per frame, frames 2 to T of every sequence; lower is better"


def benchmark(
    data: Path,
    model: str = "lstm1",
    sets: Iterable[str] = tuple(SETS),
    folder: Path = Path("runs") / "polymusic",
    seed: int = 0,
    minutes: float | None = None,
    resume: bool = False,
    report: Callable[[str], None] = print,
    units: int | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Train and test a network on one set after another.

    Parameters
    ----------
    data : Path
        Folder of the ``.npz`` files.
    model : str
        Name of a network that continues, such as ``"lstm1"``.
    sets : iterable of str
    folder : Path
        Gets a folder for each set, with the best weights and the result.
    seed : int
        Of weights, dropout, order, windows, transpositions and what is held back.
    minutes : float, optional
        For each set: stop after the epoch that is running then.
    resume : bool
        Take over the results that ``folder`` has from the same model, seed,
        recipe and data.
    report : callable
        Gets a line after each epoch, and a table at the end.
    units : int, optional
        Cells in each layer, for trials; None for the network's own shape.
    **changes
        Values of the recipes to change; None leaves one as it is.

    Returns
    -------
    results : dict
        ``sets`` holds for each finished set ``nll``, its ``split``, how it
        came about, and the ``published`` figures. After Ctrl-C it has the
        sets finished till then and ``stopped`` is true.

    Raises
    ------
    InputError
        If a set is unknown, missing or damaged, or the model does not continue.
    """
    if architecture(model).kind != CONTINUATION:
        raise InputError(f"{model!r} does not continue music, so it predicts no frames; choose one such as lstm1.")
    if not 0 <= seed < 2**32:
        raise InputError(f"A seed is a whole number from 0 to {2**32 - 1}, not {seed}.")
    names = list(dict.fromkeys(sets))
    for name in names:  # before anything is trained: a missing file shows at once
        read_set(data, name)
    changes = {name: value for name, value in changes.items() if value is not None}
    results: dict[str, dict[str, Any]] = {}
    stopped = False
    try:
        for name in names:
            recipe = replace(recipe_for(model, name), **changes)
            made_of = {
                "model": model,
                "units": units,
                "seed": seed,
                "recipe": asdict(recipe),
                "minutes_allowed": minutes,
                "data_sha256": hashlib.sha256((data / f"{name}.npz").read_bytes()).hexdigest(),
            }
            results[name] = (resume and _earlier(folder / name, made_of)) or _train_and_test(
                read_set(data, name), name, recipe, made_of, folder / name, report
            )
            report(_outcome(name, results[name]))
    except KeyboardInterrupt:
        if not results:
            raise
        stopped = True
        report(f"Stopped; finished: {', '.join(results)}.")
    report(table(model, results))
    return {"model": model, "measure": MEASURE, "stopped": stopped, "sets": results}


def _earlier(folder: Path, made_of: dict[str, Any]) -> dict[str, Any] | None:
    """The result of an earlier run, if it was made of the same."""
    try:
        result = json.loads((folder / RESULT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return result if isinstance(result, dict) and result.get("made_of") == made_of else None


def _train_and_test(
    splits: dict[str, list[np.ndarray]],
    name: str,
    recipe: Recipe,
    made_of: dict[str, Any],
    folder: Path,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """Train on a set, keep the best epoch, and measure it."""
    seed, minutes = made_of["seed"], made_of["minutes_allowed"]
    if "test" in splits:
        train, chosen_on, split = splits["train"], splits["valid"], "test"
    else:
        (train, chosen_on), split = hold_back(splits["train"], seed), "valid"
    keras.utils.set_random_seed(seed)
    network = _network(made_of, recipe, train)
    task = FrameTask(network)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULT).unlink(missing_ok=True)  # its weights are about to be replaced
    started, figures, best = time.monotonic(), [], np.inf
    for epoch in range(recipe.epochs):
        loss = _train_epoch(task, train, recipe, np.random.default_rng((seed, epoch)))
        raw = network.get_weights()
        network.optimizer.finalize_variable_values(network.trainable_variables)  # the average of the weights
        figures.append(nll_per_frame(task.predict, chosen_on))
        if figures[-1] < best:
            best = figures[-1]
            _save(network, folder / WEIGHTS)
        network.set_weights(raw)
        spent = time.monotonic() - started
        left = spent / (epoch + 1) * (recipe.epochs - epoch - 1)
        report(
            f"{name} {epoch + 1}/{recipe.epochs}  train {loss:.3f}  to choose by {figures[-1]:.3f}  best {best:.3f}  "
            f"{spent:.0f} s, about {left / 60:.0f} min left for this set"
        )
        if minutes is not None and spent > minutes * 60:
            break
    if not np.isfinite(best):
        raise InputError(f"Training on {name} came to no finite figure; lower the learning rate.")
    network.load_weights(folder / WEIGHTS)
    result = {
        "nll": round(nll_per_frame(task.predict, splits[split]), 4),
        "split": split,
        "lstm_to_meet": lstm_to_meet(name),
        "chosen_on": "valid" if split == "test" else "a tenth of train, held back",
        "chosen_nll": round(best, 4),
        "epoch": int(np.argmin(figures)) + 1,
        "epochs": len(figures),
        "minutes": round((time.monotonic() - started) / 60, 1),
        "parameters": network.count_params(),
        "made_of": made_of,
        "published": [
            {"model": one.model, "nll": one.nll[name], "source": one.source} for one in PUBLISHED if name in one.nll
        ],
    }
    temporary = folder / f".{RESULT}"
    temporary.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    temporary.replace(folder / RESULT)
    return result


def _network(made_of: dict[str, Any], recipe: Recipe, train: list[np.ndarray]) -> keras.Model:
    density = np.concatenate(train).mean()
    options: dict[str, Any] = {"dropout": recipe.dropout}
    options |= {"restrikes": False} if hears_states(made_of["model"]) else {"input_dropout": recipe.input_dropout}
    if made_of["units"] is not None:
        options["units"] = made_of["units"]
    network = build(made_of["model"], output_density=float(np.clip(density, 1e-3, 0.5)), **options)
    n_windows = len(windows([len(sequence) for sequence in train], recipe.window_frames, np.random.default_rng(0)))
    n_batches = -(-n_windows // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.epochs * n_batches, alpha=0.01)
    optimizer = keras.optimizers.Adam(
        rate, global_clipnorm=recipe.clip_norm, use_ema=True, ema_momentum=recipe.averaging
    )
    network.compile(optimizer, loss=frame_loss(made_of["model"]))
    return network


def _train_epoch(task: FrameTask, train: list[np.ndarray], recipe: Recipe, rng: np.random.Generator) -> float:
    """Train for an epoch; the loss in nats per frame, dropout and all."""
    total, n_frames = 0.0, 0.0
    batches = training_batches(train, recipe.window_frames, recipe.batch_size, recipe.max_transposition, rng)
    for rolls, weights in batches:
        total += task.train(rolls, weights) * float(weights.sum())
        n_frames += float(weights.sum())
    return total / n_frames


def _save(network: keras.Model, path: Path) -> None:
    """Replace the file only when the new one is complete."""
    temporary = path.with_name("." + path.name)
    network.save_weights(temporary)
    temporary.replace(path)


def _outcome(name: str, result: dict[str, Any]) -> str:
    side = "at or below" if result["nll"] <= result["lstm_to_meet"] else "above"
    return (
        f"{SETS[name]}: {result['nll']:.3f} on {result['split']} from epoch {result['epoch']} of {result['epochs']}, "
        f"{side} the published LSTM's {result['lstm_to_meet']:.2f}"
    )
