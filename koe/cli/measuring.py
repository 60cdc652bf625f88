"""Commands that measure models."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from koe.cli import measuring_composed, measuring_playing, originality
from koe.cli.arguments import SPLITS, from_one, new_studio, write_file
from koe.cli.progress import Progress
from koe.models.sampling import check_seed

if TYPE_CHECKING:
    from koe.models.interfaces import LatentModel
    from koe.models.network_latent import StatesLatentModel


def _add_corpus(command: argparse.ArgumentParser) -> None:
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument(
        "--source",
        metavar="NAME",
        help="a part or source of the corpus; needed where it was built from several folders",
    )


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("evaluate", help="measure a model beside its baselines")
    command.add_argument("model")
    _add_corpus(command)
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--no-generation", action="store_true", help="do not measure what it writes on its own")
    command.add_argument(
        "--continuations", type=from_one, default=100, metavar="N", help="written by a model that continues"
    )
    command.add_argument("--steps", type=from_one, default=512, metavar="N", help="of each (default: 512)")
    command.add_argument(
        "-o", "--output", type=Path, default=Path("runs/evaluation"), metavar="DIR", help="default: runs/evaluation"
    )
    command.set_defaults(run=_evaluate)

    _add_benchmarks(commands.add_parser("benchmark", help="longer tests: public data, realness, interpolation"))


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

    command = benchmarks.add_parser(
        "realness",
        help="train a classifier to tell what a model writes from real music",
        description="Let a model go on from the openings of pieces, train a small network on segments of the train "
        "split to tell what was written from what stands there, and report how often it is wrong on the test split: "
        "0.5 where it can only guess, 0 where it always knows.",
    )
    command.add_argument("--model", required=True)
    _add_corpus(command)
    command.add_argument(
        "--heard",
        choices=("roll", "states"),
        default="roll",
        help="states tell struck from held keys, for models that write them (default: roll)",
    )
    command.add_argument(
        "--measures",
        type=from_one,
        nargs="+",
        default=[4],
        metavar="N",
        help="of sixteen steps in a segment: 4, or 16, or 4 16 for both on the same music (default: 4)",
    )
    command.add_argument("--pieces", type=from_one, default=600, metavar="N", help="of each split, at most")
    command.add_argument("--epochs", type=from_one, default=30, help="at most (default: 30)")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--guard", action="store_true", help="toss faulty stretches again, as the app does")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/realness"), metavar="DIR")
    command.set_defaults(run=_realness)

    command = benchmarks.add_parser(
        "interpolation",
        help="latent midpoints beside cross-fades, by their likelihood",
        description="Decode what lies half way between pairs of segments of the split, cross-fade the same pairs, and "
        "ask a network that continues which is the likelier. Follows both from end to end as well.",
    )
    command.add_argument("--model", required=True, help="one with a latent space, such as ae3")
    command.add_argument("--under", required=True, metavar="MODEL", help="the network that judges, such as lstm2")
    _add_corpus(command)
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--pairs", type=from_one, default=200, metavar="N")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/interpolation"), metavar="DIR")
    command.add_argument(
        "--writer", metavar="MODEL", help="a network that retells the midpoints, as the app offers it; lstm2"
    )
    command.add_argument(
        "--respects",
        action="store_true",
        help="measure instead whether one end's rhythm and the other's harmony are found together",
    )
    command.set_defaults(run=_interpolation)

    originality.add_benchmark(benchmarks)
    measuring_composed.add_benchmark(benchmarks)
    measuring_playing.add_benchmark(benchmarks)

    command = benchmarks.add_parser(
        "filling",
        help="how likely what fills a gap is, beside what really stands there",
        description="Fill gaps of two measures in pieces of the split, once each and without choice, and let a network "
        "of states say how likely that is, and how likely what follows is after it.",
    )
    command.add_argument("--model", default="lstm2", help="one that fills by writing in time, or that composes")
    command.add_argument(
        "--under", metavar="MODEL", help="the network of states that judges (default: the model; lstm2 if it composes)"
    )
    _add_corpus(command)
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--gaps", type=from_one, default=200, metavar="N")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/filling"), metavar="DIR")
    command.set_defaults(run=_filling)

    command = benchmarks.add_parser(
        "answering",
        help="whether answers take up the motif that they answer, beside chance",
        description="Let a network answer motifs of one or two measures, cut from the top voice of pieces of the "
        "split, and look for each in the first four measures of its answer, of another motif's answer, and of a plain "
        "continuation.",
    )
    command.add_argument("--model", default="tr1", help="one that composes")
    _add_corpus(command)
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--motifs", type=from_one, default=100, metavar="N")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=Path, default=Path("runs/answering"), metavar="DIR")
    command.set_defaults(run=_answering)

    command = benchmarks.add_parser(
        "latent-sizes",
        help="how much comes back through more or fewer latent numbers",
        description="Measure PCA, the other models with a latent space, and a model cut to its first numbers, by the "
        "keys and the notes that come back; and the same model trained at other sizes, if there are any.",
    )
    command.add_argument("--model", default="ae3")
    _add_corpus(command)
    command.add_argument("--split", choices=SPLITS, default="test")
    command.add_argument("--sizes", type=from_one, nargs="+", metavar="N", help="default: 16 32 64 128 256 512")
    command.add_argument(
        "--others",
        type=Path,
        nargs="*",
        default=[],
        metavar="DIR",
        help="runs at other sizes, or their exports",
    )
    command.add_argument("-o", "--output", type=Path, default=Path("runs/latent-sizes"), metavar="DIR")
    command.set_defaults(run=_latent_sizes)


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    registry = new_studio().registry
    if registry.card(options.model).kind == "performance":
        from koe.evaluation.performance import measure_performer

        report = measure_performer(options.model, registry, Corpus(options.corpus), options.split)
        return _written(report, options.output / f"{options.model}-{options.split}.json")
    corpus = Corpus(options.corpus).of(options.source)
    if registry.card(options.model).kind == "composition":
        from koe.models.backend import load_backend

        load_backend()
        return measuring_composed.evaluate_composer(options, registry, corpus)
    from koe.evaluation.evaluate import evaluate
    from koe.evaluation.report import add_generation, json_of, rounded
    from koe.plots.evaluation_page import evaluation_page

    report = evaluate(options.model, registry, corpus, options.split, progress=Progress("batches"))
    if not options.no_generation:
        add_generation(
            report,
            registry,
            corpus,
            progress=Progress("pieces written"),
            n_continuations=options.continuations,
            n_steps=options.steps,
        )
    report = rounded(report)
    stem = options.model if options.split == "test" else f"{options.model}-{options.split}"
    options.output.mkdir(parents=True, exist_ok=True)
    write_file(options.output / f"{stem}.json", json_of(report).encode())
    write_file(options.output / f"{stem}.html", evaluation_page(report).encode())
    return report


def _polymusic(options: argparse.Namespace) -> dict[str, Any]:
    from koe.models.backend import load_backend

    load_backend()
    from koe.experiments.polymusic.training import SETS, benchmark

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


def _realness(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend
    from koe.models.sampling import Sampling

    check_seed(options.seed)
    sampling = Sampling(temperature=options.temperature)
    corpus = Corpus(options.corpus).of(options.source)
    registry = new_studio().registry
    registry.card(options.model)
    load_backend()
    from koe.experiments.realness.judge import ClassifierConfig, benchmark_realness

    results = benchmark_realness(
        options.model,
        registry,
        corpus,
        heard=options.heard,
        n_measures=options.measures,
        most_pieces=options.pieces,
        sampling=sampling,
        guard=options.guard,
        seed=options.seed,
        config=ClassifierConfig(epochs=options.epochs),
        progress=Progress("pieces"),
        report=lambda line: print(line, file=sys.stderr, flush=True),
    )
    written = []
    for result in results:
        long = "" if result["measures"] == 4 else f"-{result['measures']}-measures"
        path = options.output / f"{options.model}-{options.heard}{long}-{options.seed}.json"
        written.append(_written(result, path))
    return written[0] if len(written) == 1 else {"results": written}


def _interpolation(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    check_seed(options.seed)
    corpus = Corpus(options.corpus).of(options.source)
    studio = new_studio()
    registry = studio.registry
    model = registry.latent(options.model)
    from koe.errors import InputError
    from koe.evaluation.likelihood import segment_likelihood
    from koe.experiments.crossing import evaluate_crossing
    from koe.experiments.interpolation import evaluate_interpolation

    card = registry.card(options.model)
    if options.respects and not studio.crosses(card.name):
        raise InputError(f"{card.title} cannot tell rhythm from harmony; ask of another model.")
    measured = card.threshold, segment_likelihood(options.under, registry), corpus, options.split
    how: dict[str, Any] = {"n_pairs": options.pairs, "seed": options.seed, "progress": Progress("pairs")}
    if options.respects:
        report = evaluate_crossing(cast("StatesLatentModel", model), *measured, **how)
    else:
        writer = studio.writer(options.writer) if options.writer else None
        report = evaluate_interpolation(model, *measured, writer=writer, **how)
    about = {
        "model": options.model,
        "weights_sha256": registry.card(options.model).weights_sha256,
        "under": options.under,
        "writer": options.writer,
        "under_sha256": registry.card(options.under).weights_sha256,
        "corpus_sha256": corpus.sha256,
    }
    kind = "-respects" if options.respects else ""
    return _written({**about, **report}, options.output / f"{options.model}-under-{options.under}{kind}.json")


def _filling(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.errors import InputError

    check_seed(options.seed)
    corpus = Corpus(options.corpus).of(options.source)
    studio = new_studio()
    registry = studio.registry
    composing = registry.card(options.model).kind == "composition"
    able = [card.name for card in (*studio.composers(), *studio.writers())]
    if options.model not in able:
        raise InputError(
            f"{options.model} does not fill gaps by writing in time; there is {', '.join(able) or 'none'}."
        )
    from koe.experiments.filling import evaluate_filling
    from koe.models.registry import load_network

    report = evaluate_filling(
        registry.composer(options.model) if composing else registry.continuer(options.model),  # type: ignore[arg-type]
        load_network(registry, options.under or ("lstm2" if composing else options.model)),  # type: ignore[arg-type]
        corpus,
        options.split,
        n_gaps=options.gaps,
        seed=options.seed,
        progress=Progress("gaps"),
    )
    about = {
        "model": options.model,
        "under": options.under or ("lstm2" if composing else options.model),
        "weights_sha256": registry.card(options.model).weights_sha256,
        "corpus_sha256": corpus.sha256,
    }
    return _written({**about, **report}, options.output / f"{options.model}-{options.seed}.json")


def _answering(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.experiments.answering import evaluate_answering

    check_seed(options.seed)
    corpus = Corpus(options.corpus).of(options.source)
    registry = new_studio().registry
    report = evaluate_answering(
        registry.composer(options.model),
        corpus,
        options.split,
        n_motifs=options.motifs,
        seed=options.seed,
        progress=Progress("motifs"),
    )
    about = {
        "model": options.model,
        "weights_sha256": registry.card(options.model).weights_sha256,
        "corpus_sha256": corpus.sha256,
    }
    return _written({**about, **report}, options.output / f"{options.model}-{options.seed}.json")


def _at_another_size(name: str, folder: Path) -> "LatentModel":
    from koe.models.registry import Registry

    if not (folder / "best.keras").exists():
        return Registry(folder).latent(name)
    import numpy as np

    from koe.models.backend import load_backend
    from koe.models.latent import LatentStatistics

    load_backend()
    from koe.models.architecture import Settings
    from koe.models.architectures import adapted
    from koe.training.fit import load_checkpoint

    network = load_checkpoint(folder / "best.keras")
    # Where the training data lies makes no difference to what is measured.
    size = network.latent_dim
    statistics = LatentStatistics(np.zeros(size, np.float32), np.eye(size, dtype=np.float32))
    model: LatentModel = adapted(network, Settings(statistics=statistics))
    return model


def _latent_sizes(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.evaluation.latent_sizes import SIZES, FirstNumbers, fitted_pca, measure_latent_sizes, sizes_up_to
    from koe.models.cards import LATENT
    from koe.plots.latent_sizes import latent_sizes_page

    corpus = Corpus(options.corpus).of(options.source)
    registry = new_studio().registry
    model, sizes = registry.latent(options.model), options.sizes or SIZES
    pca = fitted_pca(corpus, max(sizes))
    title = registry.card(options.model).title
    curves: dict[str, Sequence[LatentModel]] = {
        "PCA": [FirstNumbers(pca, size) for size in sizes],
        f"{title}, its first numbers": [FirstNumbers(model, size) for size in sizes_up_to(sizes, model.latent_dim)],
    }
    if options.others:
        curves[f"{title}, trained so"] = [_at_another_size(options.model, folder) for folder in options.others]
    for card in registry.cards():
        if card.kind == LATENT and card.name not in ("pca", options.model):
            curves[card.title] = [registry.latent(card.name)]
    report = measure_latent_sizes(curves, corpus, options.split, Progress("models"))
    write_file(_made(options.output) / f"{options.model}.html", latent_sizes_page(report).encode())
    return _written(report, options.output / f"{options.model}.json")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _written(report: dict[str, Any], path: Path) -> dict[str, Any]:
    """Write a report as JSON, rounded, and return it."""
    from koe.evaluation.report import json_of, rounded

    report = rounded(report)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, json_of(report).encode())
    return report
