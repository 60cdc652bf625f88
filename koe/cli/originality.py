"""Commands that ask whether music is new."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koe.cli.arguments import from_one, new_studio, open_piece, warn, write_file
from koe.cli.progress import Progress
from koe.models.sampling import check_seed

if TYPE_CHECKING:
    from koe.originality.verdict import Near


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    parser = commands.add_parser("originality", help="is a piece new, or somebody's already?")
    subcommands = parser.add_subparsers(dest="originality", required=True, metavar="COMMAND")
    command = subcommands.add_parser("check", help="find the nearest passages of the training pieces")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--from-measure", type=from_one, default=1, metavar="N", help="look at it from here on")
    command.set_defaults(run=_check)

    command = subcommands.add_parser("build", help="make an index of fingerprints of a corpus's train split")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.set_defaults(run=_build)


def add_benchmark(benchmarks: Any) -> None:
    """Add the benchmark of what these commands find."""
    command = benchmarks.add_parser(
        "originality",
        help="whether copies are found, and how much models copy",
        description="Look up passages of the train split, transposed and altered, and of the test split, and what "
        "models write: how much of it is copied?",
    )
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--models", nargs="*", default=["lstm1", "ae1", "ae2"], metavar="MODEL")
    command.add_argument("--passages", type=from_one, default=500, metavar="N", help="of each kind")
    command.add_argument("--written", type=from_one, default=200, metavar="N", help="pieces of each model")
    command.add_argument("--steps", type=from_one, default=512, metavar="N", help="of each continuation")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/originality"), metavar="DIR")
    command.set_defaults(run=_benchmark)


def _check(options: argparse.Namespace) -> dict[str, Any]:
    from koe.errors import InputError

    piece = open_piece(options.input)
    warn(piece)
    if options.from_measure > max(piece.n_measures, 1):
        raise InputError(f"Measure {options.from_measure} does not exist; the piece has {piece.n_measures} measures.")
    start = piece.measure_steps[options.from_measure - 1] if piece.n_measures else 0
    verdict = new_studio().originality(piece, start)
    return {
        "verdict": verdict.kind,
        "sentence": verdict.sentence,
        "notes": verdict.n_notes,
        "copied_share": round(verdict.copied_share, 4),
        "longest_run": _near(verdict.run) if verdict.run else None,
        "nearest": [_near(near) for near in verdict.nearest],
        "by_chance": {"share": round(verdict.limits.share, 4), "run": verdict.limits.run},
        "pieces_searched": verdict.n_pieces,
    }


def _near(near: "Near") -> dict[str, Any]:
    counted = {} if near.exact_share is None else {"share_counted": round(near.exact_share, 4)}
    return {
        "measures": [near.first_measure, near.last_measure],
        "notes": near.n_notes,
        "share": round(near.share, 4),
        **counted,
        "source": near.source.name,
        "source_path": near.source.path,
        "source_measures": [near.source_first_measure, near.source_last_measure],
        "semitones": near.semitones,
    }


def _build(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.originality.build import build_index

    index = build_index(Corpus(options.corpus), options.output, Progress("pieces"))
    return {
        "index": str(options.output),
        "pieces": len(index.sources),
        "fingerprints": len(index.arrays.tags),
        "bytes": sum(file.stat().st_size for file in options.output.iterdir()),
        "limits": [{"steps": one.n_steps, "share": one.share, "run": one.run} for one in index.limits],
    }


def _benchmark(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.evaluation.report import json_of, rounded
    from koe.experiments.originality import benchmark_originality
    from koe.studio.originality import opened_index

    check_seed(options.seed)
    corpus, index, registry = Corpus(options.corpus), opened_index(), new_studio().registry
    for name in options.models:
        registry.card(name)
    report = benchmark_originality(
        registry,
        corpus,
        index,
        options.models,
        n_passages=options.passages,
        n_written=options.written,
        n_steps=options.steps,
        seed=options.seed,
        progress=Progress("kinds"),
    )
    report = rounded(report)
    options.output.mkdir(parents=True, exist_ok=True)
    write_file(options.output / f"originality-{options.seed}.json", json_of(report).encode())
    return report
