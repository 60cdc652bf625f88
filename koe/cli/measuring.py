"""Commands that measure models."""

import argparse
import sys
from pathlib import Path
from typing import Any

from koe.cli.arguments import SPLITS, from_one, new_studio, write_file
from koe.cli.progress import Progress


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("evaluate", help="measure a model beside its baselines")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--no-generation", action="store_true", help="do not measure what it writes on its own")
    command.add_argument(
        "-o", "--output", type=Path, default=Path("runs/evaluation"), metavar="DIR", help="default: runs/evaluation"
    )
    command.set_defaults(run=_evaluate)

    _add_benchmarks(commands.add_parser("benchmark", help="train and test a model's shape on public data"))


def _add_benchmarks(parser: argparse.ArgumentParser) -> None:
    benchmarks = parser.add_subparsers(dest="benchmark", required=True, metavar="BENCHMARK")
    command = benchmarks.add_parser("polymusic", help="the four pianoroll sets, in nats per frame")
    command.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="holds jsb_chorales.npz and the others"
    )
    command.add_argument("--model", default="lstm1")
    command.add_argument("--sets", nargs="+", metavar="SET", help="default: all four")
    command.add_argument("--epochs", type=from_one, help="default: the recipe's, for each set another")
    command.add_argument("--minutes", type=float, help="for each set: stop after the epoch that is running then")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--resume", action="store_true", help="take over the sets that are finished")
    command.add_argument("-o", "--output", type=Path, default=Path("runs/polymusic"), metavar="DIR")
    command.set_defaults(run=_polymusic)


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    corpus = Corpus(options.corpus)
    registry = new_studio().registry
    registry.card(options.model)
    from koe.evaluation.evaluate import evaluate
    from koe.evaluation.report import add_generation, json_of, rounded
    from koe.plots.evaluation_page import evaluation_page

    report = evaluate(options.model, registry, corpus, options.split, progress=Progress("batches"))
    if not options.no_generation:
        add_generation(report, registry, corpus, progress=Progress("pieces written"))
    report = rounded(report)
    stem = options.model if options.split == "test" else f"{options.model}-{options.split}"
    options.output.mkdir(parents=True, exist_ok=True)
    write_file(options.output / f"{stem}.json", json_of(report).encode())
    write_file(options.output / f"{stem}.html", evaluation_page(report).encode())
    return report


def _polymusic(options: argparse.Namespace) -> dict[str, Any]:
    from koe.models.backend import load_backend

    load_backend()
    from koe.training.polymusic import SETS, benchmark

    return benchmark(
        options.data,
        options.model,
        options.sets or SETS,
        options.output,
        options.seed,
        options.minutes,
        options.resume,
        report=lambda line: print(line, file=sys.stderr, flush=True),
        epochs=options.epochs,
    )
