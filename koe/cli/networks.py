"""Commands for the models: their cards, training, export."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from koe.cli.arguments import from_one, new_studio
from koe.errors import InputError


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("models", help="list the models' cards")
    command.set_defaults(run=_models)

    command = commands.add_parser("train", help="train a model")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--recipe", choices=("best", "paper"), default="best")
    command.add_argument("--epochs", type=int)
    command.add_argument("--minutes", type=float, help="stop after the epoch that is running then")
    command.add_argument("--seed", type=int)
    command.add_argument("--resume", action="store_true", help="go on from the last epoch")
    command.add_argument("--cooldown", type=from_one, metavar="N", help="with --resume: finish within N more epochs")
    command.add_argument("-o", "--output", type=Path, metavar="DIR", help="default: runs/MODEL")
    command.set_defaults(run=_train)

    command = commands.add_parser("export", help="make a finished run ready for the app")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--run", type=Path, metavar="DIR", dest="folder", help="default: runs/MODEL")
    command.add_argument("--texts", type=Path, metavar="JSON", help="name of the corpus, licence, attribution")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="such as assets/models")
    command.set_defaults(run=_export)


def _models(options: argparse.Namespace) -> list[dict[str, Any]]:
    return [card.to_dict() for card in new_studio().models()]


def _train(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend
    from koe.training.config import config_for

    config = config_for(options.model, options.recipe, epochs=options.epochs, seed=options.seed)
    corpus = Corpus(options.corpus)
    folder = options.output or Path("runs") / options.model
    if options.model == "pca":
        raise InputError("PCA is not trained in epochs; `koe export pca` fits it.")
    load_backend()
    from koe.training.fit import train

    best = train(
        config,
        corpus,
        folder,
        options.minutes,
        options.resume,
        options.cooldown,
        report=lambda line: print(line, file=sys.stderr, flush=True),
    )
    return {"model": options.model, "best": str(best), "history": str(folder / "history.csv")}


def _export(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend

    try:
        texts = dict(json.loads(options.texts.read_text("utf-8"))) if options.texts else {}
    except (ValueError, TypeError):
        raise InputError(f"{options.texts} is no JSON object with name, licence and attribution.") from None
    corpus = Corpus(options.corpus)
    load_backend()
    from koe.training.export import export_model

    run = options.folder or Path("runs") / options.model
    return export_model(options.model, run, corpus, options.output, texts).to_dict()
