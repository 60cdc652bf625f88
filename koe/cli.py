"""The command line: ``python -m koe``. Thin, over the same use cases as the pages.

Results are JSON on standard output, messages go to standard error. Refused
input ends with one line ``koe: error: ...`` and exit code 2. Each subcommand
imports what it needs itself, so ``--help`` answers at once.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from koe import __version__
from koe.errors import InputError, KoeError

if TYPE_CHECKING:
    from koe.music.piece import Piece
    from koe.studio import Studio

SPLITS = ("train", "valid", "test")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(_with_latent_joined(sys.argv[1:] if arguments is None else arguments))
    try:
        result = options.run(options)
        if result is not None:
            print(_json(result), flush=True)
    except KoeError as error:
        return _refuse(str(error))
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refuse(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
    except KeyboardInterrupt:
        print("koe: stopped", file=sys.stderr)
        return 130
    return 0


def _json(result: Any) -> str:
    """Write a result as JSON, without escapes where standard output can take every character."""
    text = json.dumps(result, indent=2, ensure_ascii=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(result, indent=2)
    return text


def _with_latent_joined(arguments: Sequence[str]) -> list[str]:
    """Write ``--latent -1,0`` as ``--latent=-1,0``: argparse takes a leading minus for another option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--latent":
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _refuse(sentence: str) -> int:
    print(f"koe: error: {' '.join(sentence.split())}", file=sys.stderr)
    return 2


class _Parser(argparse.ArgumentParser):
    """Words its refusals as the rest of the program does."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"koe: error: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="koe", description="Classical piano music with neural networks.")
    parser.add_argument("--version", action="version", version=f"koe {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("roll", help="read a MIDI file onto the sixteenth grid")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("-o", "--output", type=Path, metavar="OUT.npz|.txt|.mid")
    command.set_defaults(run=_roll)

    command = commands.add_parser("reconstruct", help="send a piece through an autoencoder")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--model", default="ae1")
    command.add_argument("--measure", type=int, help="only the four measures from this one on (from 1)")
    command.add_argument("--threshold", type=float, help="probability from which a key sounds (default: the model's)")
    command.add_argument("-o", "--output", type=_midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_reconstruct)

    command = commands.add_parser("interpolate", help="walk from one piece's latent vector to another's")
    command.add_argument("first", type=Path, metavar="A.mid")
    command.add_argument("second", type=Path, metavar="B.mid")
    command.add_argument("--model", default="ae1")
    command.add_argument("--steps", type=int, default=5, help="segments of four measures, ends included")
    command.add_argument("--measure", type=int, nargs=2, default=(1, 1), metavar=("OF_A", "OF_B"))
    command.add_argument("--threshold", type=float)
    command.add_argument("-o", "--output", type=_midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_interpolate)

    command = commands.add_parser("sample", help="four measures from a latent vector, given or drawn")
    command.add_argument("--model", default="ae1")
    command.add_argument("--latent", help="the numbers, separated by commas")
    command.add_argument("--way", choices=("near", "uniform"), default="near", help="how to draw, without --latent")
    command.add_argument("--threshold", type=float)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=_midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_sample)

    command = commands.add_parser("continue", help="let a network go on from a piece, a chord, or silence")
    command.add_argument("input", type=Path, nargs="?", metavar="IN.mid")
    command.add_argument("--chord", help='such as "C4 E4 G4"')
    command.add_argument("--model", default="lstm1")
    command.add_argument("--steps", type=int, default=256, help="sixteenths to write")
    command.add_argument("--sampling", choices=("toss", "threshold"), default="toss")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--threshold", type=float, help="for --sampling threshold (default: 0.15)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--variations", type=int, default=1, help="written to OUT-1.mid, OUT-2.mid and so on")
    command.add_argument("-o", "--output", type=_midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_continue)

    command = commands.add_parser("render", help="turn MIDI into sound")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.wav|.ogg|.mp3")
    command.set_defaults(run=_render)

    command = commands.add_parser("models", help="list the models' cards")
    command.set_defaults(run=_models)

    corpus = commands.add_parser("corpus", help="collections of pieces to train on")
    corpora = corpus.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    command = corpora.add_parser("build", help="read folders of MIDI files into a corpus")
    command.add_argument("sources", type=Path, nargs="+", metavar="SOURCE")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.add_argument("--max-tempo-changes", type=int, help="leave out pieces with more, as the paper did")
    command.add_argument("--workers", type=_from_one, help="processes (default: one a core)")
    command.add_argument("--max-off-grid", type=_share, metavar="SHARE", help="of onsets off the grid (default: 0.35)")
    command.add_argument("--drop-transposed", action="store_true", help="leave out pieces that differ in key alone")
    command.set_defaults(run=_corpus_build)

    command = corpora.add_parser("scrape", help="collect the MIDI files that a web page links to")
    command.add_argument("url", metavar="URL")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    command.add_argument(
        "--host", action="append", default=[], help="another host that may be visited; can be repeated"
    )
    command.add_argument("--delay", type=_seconds, default=1.0, metavar="SEC", help="least time between two requests")
    command.add_argument("--max-mib", type=_from_one, default=1024, metavar="MIB", help="fetched and kept in all")
    command.set_defaults(run=_corpus_scrape)

    command = corpora.add_parser("stats", help="what a corpus holds, in figures and pictures")
    command.add_argument("corpus", type=Path, metavar="DIR")
    command.add_argument("-o", "--output", type=Path, metavar="OUT.html", help="a page with all pictures")
    command.set_defaults(run=_corpus_stats)

    command = commands.add_parser("train", help="train a model")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--recipe", choices=("best", "paper"), default="best")
    command.add_argument("--epochs", type=int)
    command.add_argument("--minutes", type=float, help="stop after the epoch that is running then")
    command.add_argument("--seed", type=int)
    command.add_argument("--resume", action="store_true", help="go on from the last epoch")
    command.add_argument("--cooldown", type=_from_one, metavar="N", help="with --resume: finish within N more epochs")
    command.add_argument("-o", "--output", type=Path, metavar="DIR", help="default: runs/MODEL")
    command.set_defaults(run=_train)

    command = commands.add_parser("export", help="make a finished run ready for the app")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--run", type=Path, metavar="DIR", dest="folder", help="default: runs/MODEL")
    command.add_argument("--texts", type=Path, metavar="JSON", help="name of the corpus, licence, attribution")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="such as assets/models")
    command.set_defaults(run=_export)

    command = commands.add_parser("evaluate", help="measure a model beside its baselines")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--split", choices=SPLITS, default="test")
    command.set_defaults(run=_evaluate)
    return parser


def _midi_file(text: str) -> Path:
    """Name of a MIDI file to write, refused before any work is done."""
    path = Path(text)
    if path.suffix.lower() not in (".mid", ".midi") or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} names no MIDI file; use a name that ends in .mid")
    return path


def _from_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _share(text: str) -> float:
    return _number(text, 0, 1)


def _seconds(text: str) -> float:
    return _number(text, 0, 3600)


def _number(text: str, lowest: float, highest: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {lowest:g} to {highest:g}")
    return value


def _studio() -> "Studio":
    from koe.studio import Studio

    return Studio()


def _open(path: Path) -> "Piece":
    from koe.studio import Studio

    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    return Studio().open_file(path)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    print(f"koe: wrote {path}", file=sys.stderr)


def _warn(piece: "Piece") -> None:
    for warning in piece.warnings:
        print(f"koe: {warning}", file=sys.stderr)


def _probability(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise InputError(f"A threshold lies between 0 and 1, but {value:g} came.")
    return value


def _roll(options: argparse.Namespace) -> dict[str, Any]:
    from koe.music.midi import write_midi
    from koe.music.pianoroll import save_npz
    from koe.music.text import text_from_pianoroll

    piece = _open(options.input)
    if options.output:
        writers = {
            ".npz": lambda: save_npz(piece.pianoroll),
            ".txt": lambda: text_from_pianoroll(piece.pianoroll).encode(),
            ".mid": lambda: write_midi(piece),
        }
        if options.output.suffix.lower() not in writers:
            raise InputError(f"{options.output.name} has no ending that can be written; use .npz, .txt or .mid.")
        _write(options.output, writers[options.output.suffix.lower()]())
    pitches = [note.pitch for note in piece.notes]
    return {
        "title": piece.title,
        "steps": piece.n_steps,
        "notes": len(piece.notes),
        "measures": piece.n_measures,
        "qpm": round(piece.qpm, 3),
        "time_signature": str(piece.time_signatures[0]),
        "lowest": min(pitches, default=None),
        "highest": max(pitches, default=None),
        "dropped_notes": piece.dropped.total,
        "tempo_changes": piece.n_tempo_changes,
        "warnings": list(piece.warnings),
    }


def _reconstruct(options: argparse.Namespace) -> dict[str, float]:
    threshold = _probability(options.threshold)
    piece = _open(options.input)
    _warn(piece)
    studio = _studio()
    made, metrics = studio.reconstruct_piece(piece, options.model, threshold, options.measure)
    _write(options.output, studio.midi(made))
    return metrics


def _interpolate(options: argparse.Namespace) -> dict[str, Any]:
    threshold = _probability(options.threshold)
    pieces = [_open(options.first), _open(options.second)]
    studio = _studio()
    first, second = (studio.segment(piece, measure) for piece, measure in zip(pieces, options.measure, strict=True))
    made = studio.morph(first, second, options.model, options.steps, threshold, pieces[0].qpm)
    _write(options.output, studio.midi(made))
    return {"model": options.model, "segments": options.steps, "steps": made.n_steps, "notes": len(made.notes)}


def _sample(options: argparse.Namespace) -> dict[str, Any]:
    threshold = _probability(options.threshold)
    studio = _studio()
    if options.latent is None:
        latents = studio.sample_latents(options.model, options.seed, options.way)
    else:
        latents = studio.latents_from_text(options.latent, options.model)
    made = studio.piece_from_latents(latents, options.model, threshold)
    _write(options.output, studio.midi(made))
    return {"model": options.model, "latent": [round(float(value), 6) for value in latents], "notes": len(made.notes)}


def _continue(options: argparse.Namespace) -> dict[str, Any]:
    from koe.generation.sampling import DEFAULT_THRESHOLD, Sampling
    from koe.music.notes import chord_from_names

    if options.input and options.chord:
        raise InputError("Both a file and a chord came; give one of them to start from.")
    studio = _studio()
    threshold = DEFAULT_THRESHOLD if options.threshold is None else options.threshold
    sampling = Sampling(options.sampling, options.temperature, threshold)
    prompt = _open(options.input) if options.input else None
    if options.chord is not None:
        prompt = studio.chord(chord_from_names(options.chord))
    pieces = studio.continue_piece(prompt, options.steps, options.model, sampling, options.seed, options.variations)
    paths = [options.output]
    if len(pieces) > 1:
        paths = [options.output.with_stem(f"{options.output.stem}-{number}") for number in range(1, len(pieces) + 1)]
    for path, piece in zip(paths, pieces, strict=True):
        _write(path, studio.midi(piece))
    return {
        "model": options.model,
        "seed": options.seed,
        "files": [str(path) for path in paths],
        "steps": pieces[0].n_steps,
        "notes": [len(piece.notes) for piece in pieces],
    }


def _render(options: argparse.Namespace) -> dict[str, Any]:
    studio = _studio()
    format = options.output.suffix.lower().removeprefix(".")
    if format not in ("wav", "ogg", "mp3"):
        raise InputError(f"{options.output.name} has no ending for sound; use .wav, .ogg or .mp3.")
    piece = _open(options.input)
    _warn(piece)
    audio = studio.render(piece, format)
    _write(options.output, audio.data)
    return {"seconds": round(audio.duration_sec, 2), "engine": audio.engine, "soundfont": audio.soundfont}


def _models(options: argparse.Namespace) -> list[dict[str, Any]]:
    return [card.to_dict() for card in _studio().models()]


def _corpus_build(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.build import Limits, build_corpus

    limits = Limits(max_tempo_changes=options.max_tempo_changes, drop_transposed=options.drop_transposed)
    if options.max_off_grid is not None:
        limits = replace(limits, max_off_grid=options.max_off_grid)
    return build_corpus(options.sources, options.output, limits, options.workers, progress=_show_progress)


def _corpus_scrape(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.scrape import ScrapeLimits, scrape

    limits = ScrapeLimits(total=options.max_mib * 1024**2)
    return scrape(options.url, options.output, options.host, options.delay, limits, progress=_show_progress)


def _corpus_stats(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.stats import corpus_stats
    from koe.corpus.store import Corpus

    stats = corpus_stats(Corpus(options.corpus), progress=_show_progress)
    if options.output:
        from koe.plots.corpus import corpus_page

        _write(options.output, corpus_page(stats, f"{options.corpus.resolve().name}: what it holds").encode())
    return stats


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total or done % 500 == 0:
        end = "\n" if done == total or not sys.stderr.isatty() else ""
        print(f"\rkoe: {done} of {total} files", end=end, file=sys.stderr, flush=True)


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


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus

    corpus = Corpus(options.corpus)
    registry = _studio().registry
    registry.card(options.model)
    from koe.evaluation.evaluate import evaluate

    return evaluate(options.model, registry, corpus, options.split)
