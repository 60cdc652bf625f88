"""The command for the axes of a latent space."""

import argparse
from pathlib import Path
from typing import Any

from koe.cli.arguments import SPLITS, from_one, new_studio
from koe.cli.progress import Progress
from koe.models.sampling import check_seed


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser(
        "axes",
        help="find what a latent space can change, and map a corpus in it",
        description="Find axes of a model's latent space on the train split, name each by the musical descriptor "
        "that it goes with, if any, and write them with a map of the corpus to MODEL.axes.npz, which the app reads. "
        "Prints the correlations on the split.",
    )
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--axes", type=from_one, default=16, metavar="N", dest="n_axes", help="at most (default: 16)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="such as assets/models")
    command.set_defaults(run=_axes)

    command = commands.add_parser(
        "attributes",
        help="find where density, register and other attributes grow in a latent space",
        description="Find, on the train split, where attributes of music grow in a model's latent space, and write it "
        "to MODEL.attributes.npz, which the app's sliders read. Then ask for changes on the split, and print how well "
        "what came goes with what was asked for.",
    )
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--pieces", type=int, default=200, metavar="N", help="to ask of; 0 for none (default: 200)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="such as assets/models")
    command.set_defaults(run=_attributes)


def _axes(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    check_seed(options.seed)
    corpus = Corpus(options.corpus)
    registry = new_studio().registry
    model = registry.latent(options.model)
    from koe.evaluation.latent_axes import measure_axes, table_of
    from koe.generation.axes import NAMED_FROM
    from koe.generation.axes_file import SUFFIX, save_axes

    found = measure_axes(
        model,
        registry.card(options.model),
        corpus,
        options.split,
        n_axes=options.n_axes,
        seed=options.seed,
        progress=Progress("stages"),
    )
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / f"{options.model}{SUFFIX}"
    save_axes(found, path)
    return {
        "model": options.model,
        "split": options.split,
        "named_from": NAMED_FROM,
        "axes": table_of(found),
        "file": str(path),
        "bytes": path.stat().st_size,
    }


def _attributes(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.evaluation.attributes import find_attributes, measure_attributes
    from koe.generation.attributes_file import SUFFIX, save_attributes
    from koe.models.registry import default_registry

    registry, corpus = default_registry(), Corpus(options.corpus)
    card, model = registry.card(options.model), registry.latent(options.model)
    found = find_attributes(model, card.weights_sha256, corpus, seed=options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / f"{card.name}{SUFFIX}"
    save_attributes(found, path)
    measured = {}
    if options.pieces:
        measured = measure_attributes(
            model, found, card.threshold, corpus, options.split, n_pieces=options.pieces, seed=options.seed
        )
    return {"model": card.name, "split": options.split, "attributes": measured, "file": str(path)}
