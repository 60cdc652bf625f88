"""The command that measures what networks compose."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koe.cli.arguments import SPLITS, from_one, new_studio, write_file
from koe.cli.progress import Progress
from koe.models.sampling import check_seed

if TYPE_CHECKING:
    from koe.corpus.store import Corpus
    from koe.models.registry import Registry

MEASURES = 64  # of a piece that is composed to be measured
PARTS = ("whole", "led", "harmonising")
LED = ("composer", "key", "metre", "density", "register", "tempo", "form")


def add_benchmark(benchmarks: Any) -> None:
    """Add ``koe benchmark composing`` to the parser."""
    command = benchmarks.add_parser(
        "composing",
        help="whole pieces beside real ones, whether a network can be led, accompaniments",
        description="Let a network compose, and measure what it wrote beside real pieces of the split: whether pieces "
        "end by themselves and with the tonic, what returns, where they go, faults; whether what was asked for is "
        "found in them; and the accompaniments that it finds beside the songs' own. Pieces are kept as MIDI files; "
        "where some are there already, the rest is written.",
    )
    command.add_argument("--model", required=True, help="one that composes, such as tr1")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--source", metavar="NAME", help="a part or source of the corpus")
    command.add_argument("--split", choices=SPLITS, default="test", help="the yardstick")
    command.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="default: all")
    command.add_argument("--pieces", type=from_one, default=100, metavar="N", help="whole ones (default: 100)")
    command.add_argument("--measures", type=from_one, default=MEASURES, metavar="N", help="of each (default: 64)")
    command.add_argument("--led", nargs="+", choices=LED, default=LED, metavar="WISH", help="default: all kinds")
    command.add_argument("--led-pieces", type=from_one, default=200, metavar="N", help="of each kind (default: 200)")
    command.add_argument("--led-measures", type=from_one, default=16, metavar="N", help="default: 16")
    command.add_argument("--songs", type=Path, metavar="DIR", help="a collection with manifest-voice.csv")
    command.add_argument("--song-count", type=from_one, default=100, metavar="N", help="default: 100")
    command.add_argument(
        "--at-once",
        type=from_one,
        default=1,
        metavar="N",
        help="pieces side by side, as drawn; 1 draws faulty chunks again, as the app does (default: 1)",
    )
    command.add_argument("--no-plans", action="store_true", help="draw no plan of a real piece where no form is asked")
    command.add_argument("--search", action="store_true", help="search temperatures and top-p on valid instead")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/composing"), metavar="DIR")
    command.set_defaults(run=_composing)


def evaluate_composer(options: argparse.Namespace, registry: "Registry", corpus: "Corpus") -> dict[str, Any]:
    """``koe evaluate`` for a model that composes: what real pieces cost it, what it continues, what it composes."""
    from koe.evaluation.generated import evaluate_generation
    from koe.evaluation.report import json_of, rounded
    from koe.experiments.composing.pieces import jobs_of, write_pieces
    from koe.experiments.composing.whole import measure_whole, real_pieces
    from koe.generation.plans import FILE, Plans
    from koe.generation.wishes import Wishes
    from koe.plots.composing_page import composing_page
    from koe.training.event_export import measure_composer

    report = measure_composer(options.model, registry, corpus, options.split)
    report["corpus_sha256"], report["generation"], report["composed"] = corpus.sha256, None, None
    stem = options.model if options.split == "test" else f"{options.model}-{options.split}"
    options.output.mkdir(parents=True, exist_ok=True)
    if not options.no_generation:
        report["generation"] = evaluate_generation(
            options.model,
            registry,
            corpus,
            options.split,
            n_continuations=options.continuations,
            n_steps=options.steps,
            progress=Progress("pieces continued"),
        )
        composed = write_pieces(
            registry.composer(options.model),
            report["weights_sha256"],
            jobs_of("whole", [Wishes(measures=MEASURES)], options.continuations, 0),
            options.output / f"{stem}-pieces",
            plans=Plans.load(registry.folder / FILE),
            progress=Progress("pieces composed"),
        )
        report["composed"] = measure_whole(composed, real_pieces(corpus, options.split))
    report = rounded(report)
    write_file(options.output / f"{stem}.json", json_of(report).encode())
    write_file(options.output / f"{stem}.html", composing_page(report).encode())
    return report


def _composing(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.errors import InputError
    from koe.models.backend import load_backend

    load_backend()
    from koe.evaluation.report import json_of, rounded
    from koe.experiments.composing.harmonising import benchmark_harmonising, songs_of
    from koe.experiments.composing.leading import benchmark_leading
    from koe.experiments.composing.pieces import jobs_of, write_pieces
    from koe.experiments.composing.search import search_settings
    from koe.experiments.composing.whole import measure_whole, real_pieces
    from koe.generation.plans import FILE, Plans
    from koe.generation.wishes import Wishes

    check_seed(options.seed)
    if "harmonising" in options.parts and options.parts != PARTS and not options.songs:
        raise InputError("Accompaniments need songs: name the folder of a collection by --songs.")
    corpus = Corpus(options.corpus).of(options.source)
    registry = new_studio().registry
    card = registry.card(options.model)
    model, sha256 = registry.composer(options.model), card.weights_sha256
    plans = None if options.no_plans else Plans.load(registry.folder / FILE)
    folder = options.output / options.model
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "model": options.model,
        "weights_sha256": sha256,
        "corpus_sha256": corpus.sha256,
        "seed": options.seed,
        "guarded": options.at_once == 1,
        "planned": plans is not None,
    }

    def kept(name: str, report: dict[str, Any]) -> dict[str, Any]:
        # Part by part, so that nothing is lost where a later one is stopped.
        write_file(folder / f"{name}.json", json_of(rounded({**about, name: report})).encode())
        return report

    if options.search:
        found = search_settings(
            model,
            sha256,
            real_pieces(corpus, "valid"),
            folder / "search",
            n_pieces=min(options.pieces, 24),
            wishes=Wishes(measures=min(options.measures, 32)),
            seed=options.seed,
            at_once=options.at_once,
            plans=plans,
            report=lambda line: print(line, file=sys.stderr, flush=True),
        )
        return rounded({**about, "search": kept("search", found)})  # type: ignore[no-any-return]
    report: dict[str, Any] = dict(about)
    if "whole" in options.parts:
        jobs = jobs_of("whole", [Wishes(measures=options.measures)], options.pieces, options.seed)
        composed = write_pieces(
            model, sha256, jobs, folder / "whole", options.at_once, plans, Progress("pieces composed")
        )
        measured = measure_whole(composed, real_pieces(corpus, options.split), seed=options.seed)
        report["whole"] = kept("whole", measured)
    if "led" in options.parts:
        led = benchmark_leading(
            model,
            sha256,
            corpus,
            folder,
            split=options.split,
            kinds=options.led,
            n_pieces=options.led_pieces,
            wishes=Wishes(measures=options.led_measures),
            seed=options.seed,
            at_once=options.at_once,
            plans=plans,
            progress=Progress("pieces"),
        )
        report["led"] = kept("led", dict(led))
    if "harmonising" in options.parts and options.songs:
        songs = songs_of(options.songs, ("test", "valid"), options.song_count, options.seed)
        heard = benchmark_harmonising(
            model, songs, folder / "harmonising", options.seed, progress=Progress("songs accompanied")
        )
        report["harmonising"] = kept("harmonising", heard)
    return rounded(report)  # type: ignore[no-any-return]
