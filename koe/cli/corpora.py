"""Commands for collections of pieces to train on."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from koe.cli.arguments import from_one, seconds, share, write_file
from koe.cli.progress import Progress


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    corpus = commands.add_parser("corpus", help="collections of pieces to train on")
    corpora = corpus.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    command = corpora.add_parser("build", help="read folders of MIDI files into a corpus")
    command.add_argument("sources", type=Path, nargs="+", metavar="SOURCE")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.add_argument("--max-tempo-changes", type=int, help="leave out pieces with more, as the paper did")
    command.add_argument("--workers", type=from_one, help="processes (default: one a core)")
    command.add_argument("--max-off-grid", type=share, metavar="SHARE", help="of onsets off the grid (default: 0.35)")
    command.add_argument("--drop-transposed", action="store_true", help="leave out pieces that differ in key alone")
    command.add_argument("--any-instrument", action="store_true", help="take music for other instruments too")
    command.set_defaults(run=_corpus_build)

    command = corpora.add_parser("scrape", help="collect the MIDI files that a web page links to")
    command.add_argument("url", metavar="URL")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.add_argument(
        "--host", action="append", default=[], help="another host that may be visited; can be repeated"
    )
    command.add_argument("--delay", type=seconds, default=1.0, metavar="SEC", help="least time between two requests")
    command.add_argument("--max-mib", type=from_one, default=1024, metavar="MIB", help="fetched and kept in all")
    command.set_defaults(run=_corpus_scrape)

    command = corpora.add_parser("stats", help="what a corpus holds, in figures and pictures")
    command.add_argument("corpus", type=Path, metavar="DIR")
    command.add_argument("-o", "--output", type=Path, metavar="OUT.html", help="a page with all pictures")
    command.set_defaults(run=_corpus_stats)


def _corpus_build(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.build import Limits, build_corpus

    limits = Limits(
        max_tempo_changes=options.max_tempo_changes,
        drop_transposed=options.drop_transposed,
        any_instrument=options.any_instrument,
    )
    if options.max_off_grid is not None:
        limits = replace(limits, max_off_grid=options.max_off_grid)
    return build_corpus(options.sources, options.output, limits, options.workers, Progress())


def _corpus_scrape(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.scrape import ScrapeLimits, scrape

    limits = ScrapeLimits(total=options.max_mib * 1024**2)
    return scrape(options.url, options.output, options.host, options.delay, limits, Progress("links"))


def _corpus_stats(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.stats import corpus_stats
    from koe.corpus.store import Corpus

    stats = corpus_stats(Corpus(options.corpus), progress=Progress("pieces"))
    if options.output:
        from koe.plots.corpus import corpus_page

        write_file(options.output, corpus_page(stats, f"{options.corpus.resolve().name}: what it holds").encode())
    return stats
