"""Commands that measure models."""

import argparse
from pathlib import Path
from typing import Any

from koe.cli.arguments import SPLITS, new_studio


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("evaluate", help="measure a model beside its baselines")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--split", choices=SPLITS, default="test")
    command.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    corpus = Corpus(options.corpus)
    registry = new_studio().registry
    registry.card(options.model)
    from koe.evaluation.evaluate import evaluate

    return evaluate(options.model, registry, corpus, options.split)
