"""From a finished run to what is shipped: float16 weights and a card with measured figures."""

import datetime
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from koe.corpus.segments import cut, window_starts
from koe.corpus.store import SPLITS, Corpus, Entry
from koe.errors import ModelError
from koe.evaluation.performance import SOURCE
from koe.models.architecture import AT_ONCE, EPOCHS, UPDATES, Settings
from koe.models.architectures import adapted, architecture
from koe.models.cards import LATENT, PERFORMANCE, ModelCard, load_card, save_card
from koe.models.interfaces import encode_once
from koe.models.latent import LatentStatistics, statistics_of
from koe.models.pca import PCA, fit_pca
from koe.models.record import SUFFIX, joined, load_record, save_record
from koe.models.storage import arrays_of, save_weights
from koe.music.grid import SEGMENT_STEPS
from koe.music.states import states_from_rolls
from koe.training.config import TrainingConfig, config_for


def export_model(name: str, run: Path | None, corpus: Corpus, target: Path, texts: dict[str, Any]) -> ModelCard:
    """Write a model's weights and card into ``target``, ready for the app.

    All is made and measured in a folder beside first, so that ``target``
    gets the whole model at the end, or keeps what it had.

    Parameters
    ----------
    name : str
    run : Path or None
        Folder of the training run; PCA needs none, it is fitted here.
    corpus : Corpus
        What it was trained on; its test split gives the card's figures.
    target : Path
        Such as ``assets/models``. PCA should be exported first, so that the
        others find it there as a baseline.
    texts : dict
        ``licence`` and ``attribution`` of the weights, ``name`` of the corpus; ``sampling``, how a model that
        composes draws.
    """
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".koe-export-", dir=target) as made_in:
        stage = Path(made_in)
        # What is measured against, what a run began from, and its record are found there.
        for path in target.iterdir():
            if path.is_file():
                shutil.copyfile(path, stage / path.name)
        card = _exported(name, run, corpus, stage, texts)
        # The card comes last: it names the others.
        for path in sorted(stage.glob(f"{name}.*"), key=lambda path: path.name == f"{name}.json"):
            path.replace(target / path.name)
    return card


def splits_of(entries: Sequence[Entry]) -> dict[str, dict[str, int]]:
    """How many pieces, and measures of sixteen steps, there are in each split."""
    return {
        split: {
            "pieces": sum(entry.split == split for entry in entries),
            "measures": round(sum(entry.n_steps for entry in entries if entry.split == split) / 16),
        }
        for split in SPLITS
    }


def _exported(name: str, run: Path | None, corpus: Corpus, target: Path, texts: dict[str, Any]) -> ModelCard:
    """The same into ``target`` piece by piece."""
    arrays, known = _WEIGHTS[architecture(name).training](name, run, corpus, target)
    sha256 = save_weights(arrays, target / f"{name}.npz")
    card = ModelCard(
        name=name,
        weights=f"{name}.npz",
        weights_sha256=sha256,
        data={
            "name": texts.get("name", corpus.folder.name),
            "sha256": corpus.sha256,
            "splits": splits_of(corpus.entries),
        },
        **(
            {"licence": texts.get("licence", ""), "attribution": texts.get("attribution", "")}
            | _about(name, known["recipe"])
            | known
            | ({"sampling": texts["sampling"]} if "sampling" in texts else {})
        ),
    )
    save_card(card, target / f"{name}.json")
    if card.kind == PERFORMANCE:
        from koe.training.pn1_export import with_figures

        taught = splits_of(corpus.of(SOURCE).entries)
        card = with_figures(replace(card, data={**card.data, "splits": taught}), corpus, target)
        save_card(card, target / f"{name}.json")
        return card
    if architecture(name).training == UPDATES and card.kind != LATENT:
        from koe.training.event_export import with_figures

        card = with_figures(card, corpus, target)
        save_card(card, target / f"{name}.json")
        return card
    return _measured(card, corpus, target)


def _of_fitted(name: str, run: Path | None, corpus: Corpus, target: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is found in one go: weights, and what the card says of them."""
    arrays, parameters, recipe = _fitted_pca(corpus, config_for(name))
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return arrays, {"parameters": parameters, "recipe": recipe, "date": today}


def _of_epochs(name: str, run: Path | None, corpus: Corpus, target: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was trained in epochs."""
    if run is None or not (run / "best.keras").exists():
        raise ModelError(f"There is no finished run in {run}; train one with `koe train {name}`.")
    arrays, parameters, recipe = _trained(name, run, corpus, target)
    finished = datetime.datetime.fromtimestamp((run / "best.keras").stat().st_mtime, datetime.UTC)
    return arrays, {"parameters": parameters, "recipe": recipe, "date": finished.date().isoformat()}


def _of_updates(name: str, run: Path | None, corpus: Corpus, target: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was trained by updates."""
    if architecture(name).kind == PERFORMANCE:
        from koe.training import pn1_export

        return pn1_export.weights_of_run(name, run or Path("runs") / name, corpus)
    if architecture(name).kind == LATENT:
        arrays, known = _led(name, run or Path("runs") / name, corpus)
        return arrays, known
    from koe.training.event_export import weights_of_run

    return weights_of_run(name, run or Path("runs") / name, corpus)


_WEIGHTS = {AT_ONCE: _of_fitted, EPOCHS: _of_epochs, UPDATES: _of_updates}


def _about(name: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """What is fixed for a model, but for the size that the training chose."""
    of_it, latent_dim = architecture(name), recipe.get("latent_dim", 0)
    about: dict[str, Any] = {
        "title": of_it.title,
        "kind": of_it.kind,
        "description": of_it.description,
        "architecture": of_it.layers,
        "hears_onsets": of_it.hears_onsets,
        "latent_dim": of_it.latent_dim,
        "latent_range": of_it.latent_range,
    }
    if not latent_dim or latent_dim == of_it.latent_dim:
        return about
    return {
        **about,
        "latent_dim": latent_dim,
        "architecture": f"{of_it.layers}; with {latent_dim} latent numbers",
        "options": {"latent_dim": latent_dim},
    }


def _measured(card: ModelCard, corpus: Corpus, target: Path) -> ModelCard:
    """Evaluate what was just written, float16 and all; put the figures into its card, the report beside it."""
    from koe.evaluation.evaluate import evaluate
    from koe.evaluation.report import add_generation, flat, json_of, rounded
    from koe.models.registry import EVALUATION_SUFFIX, Registry

    if found := _calibrated(card, corpus, target):
        card = replace(card, **found)
        save_card(card, target / f"{card.name}.json")
    report = evaluate(card.name, Registry(target), corpus)
    baselines = {key: _rounded(flat(figures)) for key, figures in report["baselines"].items()}
    metrics = {"test": _rounded(flat(report)), "baselines": baselines}
    card = replace(card, threshold=report["threshold"], metrics=metrics)
    save_card(card, target / f"{card.name}.json")
    # Opened again, so that what a latent model writes is cut at the threshold just found.
    add_generation(report, Registry(target), corpus)
    (target / f"{card.name}{EVALUATION_SUFFIX}").write_text(json_of(rounded(report)), "utf-8")
    return card


def _calibrated(card: ModelCard, corpus: Corpus, target: Path) -> dict[str, Any]:
    """What is added to a network's log-odds when it writes."""
    from koe.evaluation.leaning import calibrate_leaning
    from koe.evaluation.restriking import calibrate_restriking
    from koe.models.registry import Registry, load_network

    ways = {"restriking": calibrate_restriking, "leaning": calibrate_leaning}
    wanted = architecture(card.network).calibrated
    if not wanted:
        return {}
    network = load_network(Registry(target), card.name)

    def with_added(name: str) -> Callable[[float], Any]:
        def made(added: float) -> Any:
            settings = Settings(restriking=added) if name == "restriking" else Settings(leaning=added)
            return adapted(network, settings)

        return made

    return {name: ways[name](with_added(name), corpus) for name in wanted}


def _trained(name: str, run: Path, corpus: Corpus, target: Path) -> tuple[dict[str, np.ndarray], int, dict]:
    from koe.training.evolution import load_evolution, record_of
    from koe.training.fit import BEST, load_checkpoint
    from koe.training.history import read_history

    network = load_checkpoint(run / BEST)
    recipe = json.loads((run / "config.json").read_text("utf-8"))
    if recipe.pop("corpus_sha256") != corpus.sha256:
        raise ModelError(f"The run in {run} was trained on another corpus than {corpus.folder}; name that one.")
    rows = read_history(run / "history.csv")
    best = min(rows, key=lambda row: row["valid_loss"])
    recipe |= {
        "epochs_trained": len(rows),
        "epoch_chosen": int(best["epoch"]),
        "minutes": round(sum(row["seconds"] for row in rows) / 60, 1),
    }
    record = record_of(load_evolution(run), rows, network)
    began_from = _began_from(recipe["initial_weights"], target / f"{name}.json")
    if began_from:
        before = began_from.recipe
        recipe["began_from"] = before
        recipe["epoch_chosen"] += before["epoch_chosen"]
        recipe["epochs_trained"] += before["epoch_chosen"]
        recipe["minutes"] = round(recipe["minutes"] + before["minutes"], 1)
        if (target / f"{name}{SUFFIX}").exists():
            earlier = load_record(target / f"{name}{SUFFIX}")
            if before["loss"] != recipe["loss"]:  # figures of another kind, which no curve goes on from
                measured = {key: values for key, values in earlier.history.items() if not key.endswith("loss")}
                earlier = replace(earlier, history=measured)
            record = joined(earlier, before["epoch_chosen"], record)
    save_record(record, target / f"{name}{SUFFIX}")
    arrays = arrays_of(network)
    parameters = sum(array.size for array in arrays.values())
    if architecture(name).kind == LATENT:
        statistics = _statistics(network, corpus)
        arrays |= {"latent_mean": statistics.mean, "latent_cholesky": statistics.cholesky}
    return arrays, parameters, recipe


def _led(name: str, run: Path, corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """AE4's weights from its run's two parts, and what its card says of them."""
    from koe.models.architectures import build
    from koe.models.storage import assign, load_arrays
    from koe.training.ae4 import CELLS, CONFIG, GUIDE, LOG

    if not ((run / GUIDE).exists() and (run / CELLS).exists()):
        raise ModelError(f"There is no finished run in {run}; train one with `koe train {name}`.")
    recipe = json.loads((run / CONFIG).read_text("utf-8"))
    if recipe.pop("corpus_sha256") != corpus.sha256:
        raise ModelError(f"The run in {run} was trained on another corpus than {corpus.folder}; name that one.")
    network = build(name)
    for part, file in ((network.guide, GUIDE), (network.cells, CELLS)):
        assign(part, load_arrays(run / file)[0])
    seconds = sum(json.loads(line)["seconds"] for line in (run / LOG).read_text("utf-8").splitlines())
    arrays = arrays_of(network)
    statistics = _statistics(network, corpus)
    return arrays | {"latent_mean": statistics.mean, "latent_cholesky": statistics.cholesky}, {
        "parameters": sum(array.size for array in arrays.values()),
        "recipe": {"model": name, "recipe": "best", **recipe, "minutes": round(seconds / 60, 1)},
        "date": datetime.datetime.fromtimestamp((run / CELLS).stat().st_mtime, datetime.UTC).date().isoformat(),
    }


def _statistics(network: Any, corpus: Corpus) -> LatentStatistics:
    """Where the training split lies in a network's latent space."""
    from koe.training.evolution import NOWHERE

    starts = window_starts(corpus.split("train"), SEGMENT_STEPS, SEGMENT_STEPS)
    encode = encode_once(adapted(network, NOWHERE))
    return statistics_of(np.concatenate([encode(batch) for batch in _states_in_turns(corpus, starts)]))


def _began_from(initial_weights: str, path: Path) -> ModelCard | None:
    """The card of the weights that a run began from, if that is the one that is about to be replaced."""
    card = load_card(path) if initial_weights and path.exists() else None
    return card if card and card.weights_sha256 == initial_weights else None


def _fitted_pca(corpus: Corpus, config: TrainingConfig) -> tuple[dict[str, np.ndarray], int, dict]:
    starts = window_starts(corpus.split("train"), SEGMENT_STEPS, SEGMENT_STEPS)
    pca: PCA = fit_pca(_cut_in_turns(corpus, starts), seed=config.seed)
    arrays = pca.arrays()
    parameters = pca.mean.size + pca.components.size
    return arrays, parameters, {"model": "pca", "recipe": config.recipe, "seed": config.seed}


def _cut_in_turns(corpus: Corpus, starts: np.ndarray, batch: int = 512) -> Iterator[np.ndarray]:
    return (cut(corpus.packed, starts[first : first + batch], SEGMENT_STEPS) for first in range(0, len(starts), batch))


def _states_in_turns(corpus: Corpus, starts: np.ndarray, batch: int = 512) -> Iterator[np.ndarray]:
    for first in range(0, len(starts), batch):
        part = starts[first : first + batch]
        yield states_from_rolls(cut(corpus.packed, part, SEGMENT_STEPS), cut(corpus.packed_onsets, part, SEGMENT_STEPS))


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {key: float(f"{value:.5g}") for key, value in figures.items()}
