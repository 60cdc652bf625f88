"""From a run of PN1 to what is shipped: its average of the weights as float16, and its card's figures."""

import datetime
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from koe.corpus.store import Corpus
from koe.errors import ModelError
from koe.evaluation.performance import card_figures, measure_performer
from koe.models.cards import ModelCard
from koe.models.pn1 import build_pn1, teaching
from koe.models.registry import Registry
from koe.training.event_fit import RUN, STATE, weights_to_ship
from koe.training.pn1 import RECIPE, SETTINGS

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
    try:
        settings, state = (json.loads((run / file).read_text("utf-8")) for file in (SETTINGS, STATE))
    except (OSError, ValueError) as error:
        raise ModelError(f"There is no run in {run} that has got far enough; train one with `koe train {name}`.") from (
            error
        )
    if settings["corpus_sha256"] != corpus.sha256:
        raise ModelError(f"The run in {run} was trained on another corpus than {corpus.folder}; name that one.")
    network = build_pn1(**settings["options"])
    arrays = weights_to_ship(teaching(network), run, RECIPE, network)
    saved = datetime.datetime.fromtimestamp((run / RUN).stat().st_mtime, datetime.UTC)
    recipe = {
        "model": name,
        "recipe": "best",
        **asdict(RECIPE),
        "seed": settings["seed"],
        "updates": state["updates"],
        "notes": state["events"],
        "minutes": round(state["seconds"] / 60, 1),
        "cooldown": state["cooldown"],
    }
    return arrays, {
        "options": settings["options"],
        "parameters": sum(array.size for array in arrays.values()),
        "recipe": recipe,
        "date": saved.date().isoformat(),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
    }


def with_figures(card: ModelCard, corpus: Corpus, target: Path) -> ModelCard:
    """A card of ``target`` with what was measured on the test split."""
    figures = card_figures(measure_performer(card.name, Registry(target), corpus))
    return replace(card, metrics={"test": figures.pop(card.name), "baselines": figures})
