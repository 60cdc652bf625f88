"""The command that asks whether a network's playing can be told from its teacher's."""

import argparse
import sys
from pathlib import Path
from typing import Any

from koe.cli.arguments import from_one, new_studio, write_file
from koe.models.sampling import check_seed


def add_benchmark(benchmarks: Any) -> None:
    """Add ``koe benchmark playing`` to the parser."""
    command = benchmarks.add_parser(
        "playing",
        help="train a classifier to tell a model's playing from its teacher's",
        description="Let a model play the scores of pieces that its teacher played, train a small network on windows "
        "of the train split to tell one from the other, and report how often it is wrong on the test split, by all of "
        "the playing and by each part of it alone: 0.5 where it can only guess, 0 where it always knows.",
    )
    command.add_argument("--model", default="pn1", help="one that plays scores (default: pn1)")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--beats", type=from_one, default=16, metavar="N", help="of a window (default: 16)")
    command.add_argument("--windows", type=from_one, default=12, metavar="N", help="of a piece, at most (default: 12)")
    command.add_argument("--epochs", type=from_one, default=20, help="at most (default: 20)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/playing"), metavar="DIR")
    command.set_defaults(run=_playing)


def _playing(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.evaluation.report import json_of, rounded
    from koe.models.backend import load_backend

    check_seed(options.seed)
    registry = new_studio().registry
    registry.performer(options.model)  # refused before anything is loaded where it plays no scores
    corpus = Corpus(options.corpus)
    load_backend()
    from koe.experiments.playing import ListenerConfig, benchmark_playing

    config = ListenerConfig(beats=options.beats, windows=options.windows, epochs=options.epochs, seed=options.seed)
    report = rounded(
        benchmark_playing(
            options.model, registry, corpus, config, report=lambda line: print(line, file=sys.stderr, flush=True)
        )
    )
    options.output.mkdir(parents=True, exist_ok=True)
    write_file(options.output / f"{options.model}-{options.seed}.json", json_of(report).encode())
    return report  # type: ignore[no-any-return]
