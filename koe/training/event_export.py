"""From a run of updates to what is shipped: float16 weights and a card, measured on whole pieces.

A run can be exported at any time; its average of the weights is what ships, as
`koe.training.event_fit.weights_to_ship` has it.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from koe.corpus.store import Corpus
from koe.models.architectures import build
from koe.models.cards import ModelCard
from koe.models.registry import Registry, load_network
from koe.models.tr1_interface import Temperatures
from koe.models.tr1_layout import SIXTEENTHS
from koe.training.event_fit import Recipe, weights_to_ship
from koe.training.event_likelihood import STEP, piece_nats
from koe.training.event_run import read_run
from koe.training.event_store import EventStore, prepare
from koe.training.tr1 import COMPOSERS, pieces_of

TOP_P = 0.97  # of the share of probability that is drawn from, until it is chosen on valid


def weights_of_run(name: str, run: Path, corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run's weights by their paths, and what its card says of it: options, composers, recipe and the like.

    Raises
    ------
    ModelError
        If there is no run, or it was made from another corpus.
    """
    past = read_run(name, run, corpus, COMPOSERS)
    arrays = weights_to_ship(build(name, **past.options), run)
    recipe = past.recipe(name, Recipe(), "events", processor_seconds=round(past.state["seconds"], 1))
    (composers,) = past.files
    return arrays, past.about(arrays, recipe) | {"composers": composers, "sampling": asdict(Temperatures(top_p=TOP_P))}


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
