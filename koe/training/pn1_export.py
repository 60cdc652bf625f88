"""From a run of PN1 to what is shipped: its average of the weights as float16, and its card's figures."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from koe.corpus.store import Corpus
from koe.evaluation.performance import card_figures, measure_performer
from koe.models.cards import ModelCard
from koe.models.pn1 import build_pn1, teaching
from koe.models.registry import Registry
from koe.training.event_fit import weights_to_ship
from koe.training.event_run import read_run
from koe.training.pn1 import RECIPE

LICENCE = "CC BY-SA 4.0"
ATTRIBUTION = (
    "Trained on performances by Bernd Krueger (piano-midi.de, CC BY-SA 3.0 DE), which were not played at a piano "
    "but shaped by hand, note by note, in a sequencer: what it learned is one person's taste, of his own editing."
)


def weights_of_run(name: str, run: Path, corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run's weights by their paths, and what its card says of it.

    Raises
    ------
    ModelError
        If there is no run, or it was made from another corpus.
    """
    past = read_run(name, run, corpus)
    network = build_pn1(**past.options)
    arrays = weights_to_ship(teaching(network), run, RECIPE, network)
    about = past.about(arrays, past.recipe(name, RECIPE, "notes"))
    return arrays, about | {"licence": LICENCE, "attribution": ATTRIBUTION}


def with_figures(card: ModelCard, corpus: Corpus, target: Path) -> ModelCard:
    """A card of ``target`` with what was measured on the test split."""
    figures = card_figures(measure_performer(card.name, Registry(target), corpus))
    return replace(card, metrics={"test": figures.pop(card.name), "baselines": figures})
