"""From a run of updates to what is shipped: float16 weights and a card, measured on whole pieces.

A run can be exported at any time; its average of the weights is what ships, as
`koe.training.event_fit.weights_to_ship` has it.
"""

import datetime
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from koe.corpus.store import Corpus
from koe.errors import ModelError
from koe.models.architectures import build
from koe.models.cards import ModelCard
from koe.models.registry import Registry, load_network
from koe.models.tr1 import SIXTEENTHS
from koe.models.tr1_interface import Temperatures
from koe.training.event_fit import RUN, STATE, Recipe, weights_to_ship
from koe.training.event_likelihood import STEP, piece_nats
from koe.training.event_store import EventStore, prepare
from koe.training.tr1 import COMPOSERS, SETTINGS, pieces_of

TOP_P = 0.97  # of the share of probability that is drawn from, until it is chosen on valid


def weights_of_run(name: str, run: Path, corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run's weights by their paths, and what its card says of it: options, composers, recipe and the like.

    Raises
    ------
    ModelError
        If there is no run, or it was made from another corpus.
    """
    try:
        settings, state = (json.loads((run / file).read_text("utf-8")) for file in (SETTINGS, STATE))
        composers = json.loads((run / COMPOSERS).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"There is no run in {run} that has got far enough; train one with `koe train {name}`.") from (
            error
        )
    if settings["corpus_sha256"] != corpus.sha256:
        raise ModelError(f"The run in {run} was trained on another corpus than {corpus.folder}; name that one.")
    arrays = weights_to_ship(build(name, **settings["options"]), run)
    saved = datetime.datetime.fromtimestamp((run / RUN).stat().st_mtime, datetime.UTC)
    recipe = {
        "model": name,
        "recipe": "best",
        "optimizer": "muon",
        **asdict(Recipe()),
        "seed": settings["seed"],
        "updates": state["updates"],
        "events": state["events"],
        "processor_seconds": round(state["seconds"], 1),
        "minutes": round(state["seconds"] / 60, 1),
        "cooldown": state["cooldown"],
    }
    return arrays, {
        "options": settings["options"],
        "parameters": sum(array.size for array in arrays.values()),
        "composers": composers,
        "sampling": asdict(Temperatures(top_p=TOP_P)),
        "recipe": recipe,
        "date": saved.date().isoformat(),
    }


def measure_composer(
    name: str,
    registry: Registry,
    corpus: Corpus,
    split: str = "test",
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """What whole pieces cost a network that composes.

    Returns
    -------
    report : dict
        ``model``, ``title``, ``kind``, ``split``, ``weights_sha256``;
        ``parts``: for each part of the corpus its ``pieces``, ``steps`` and
        exact ``nats_a_step`` on the sixteenth grid, with its shares ``when``,
        ``which`` and ``long``. Nothing is told but the metre.
    """
    card = registry.card(name)
    network = load_network(registry, name)
    network.compile(loss=None, jit_compile=False)
    parts: dict[str, Any] = {}
    for part in sorted({entry.part for entry in corpus.split(split)}):
        with TemporaryDirectory(prefix="koe-events-") as folder:
            prepare(pieces_of(corpus.of(part), split, SIXTEENTHS), Path(folder))
            store = EventStore(Path(folder))
            nats = piece_nats(network, store, store.entries)
            steps = sum(entry.n_ticks // STEP for entry in store.entries)
        parts[part] = {
            "pieces": len(nats),
            "steps": steps,
            "nats_a_step": float(nats.sum() / steps),
            **{
                share: float(value / steps)
                for share, value in zip(("when", "which", "long"), nats.sum(axis=0), strict=True)
            },
        }
        report(f"{part or corpus.folder.name}: {parts[part]['nats_a_step']:.4f} nats a step")
    about = {"model": name, "title": card.title, "kind": card.kind, "split": split}
    return about | {"weights_sha256": card.weights_sha256, "parts": parts}


def with_figures(card: ModelCard, corpus: Corpus, target: Path) -> ModelCard:
    """A card of ``target`` with what was measured; its own figures are those of the first part of the corpus."""
    parts = measure_composer(card.name, Registry(target), corpus)["parts"]
    rounded = {
        part: {key: value if isinstance(value, int) else float(f"{value:.5g}") for key, value in figures.items()}
        for part, figures in parts.items()
    }
    first = next(iter(rounded))
    metrics: dict[str, Any] = {"test": {"measured_on": first, **rounded[first]}}
    if len(rounded) > 1:
        metrics["parts"] = rounded
    return replace(card, metrics=metrics)
