"""Run benchmarks, keep their figures in build/benchmarks/figures.json and write docs/performance.md from it."""

import argparse
import importlib
import multiprocessing
import os
import shlex
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import machine
from benchmarks.figures import Figure, Run, read_runs, table, write_runs
from benchmarks.options import Options
from benchmarks.report import report

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "benchmarks" / "figures.json"
DOCUMENT = ROOT / "docs" / "performance.md"

# By name: the module, whose `figures` measures, and the title in the document.
SUITE = {
    "continuation": ("benchmarks.continuation", "Continuing a piece"),
    "autoencoders": ("benchmarks.autoencoders", "Autoencoders"),
    "midi": ("benchmarks.midi", "Reading MIDI"),
    "scores": ("benchmarks.scores", "Reading scores"),
    "corpus": ("benchmarks.corpus", "Building a corpus"),
    "audio": ("benchmarks.audio", "Rendering sound"),
    "grand": ("benchmarks.grand", "The concert grand beside a small piano"),
    "first_sound": ("benchmarks.first_sound", "Until sound begins"),
    "hearing": ("benchmarks.hearing", "Hearing a recording"),
    "training": ("benchmarks.training", "Training"),
    "pages": ("benchmarks.pages", "The app in a browser, one visitor"),
    "reruns": ("benchmarks.reruns", "Answering a slider"),
    "crowd": ("benchmarks.crowd", "The app with many visitors"),
    "gallery": ("benchmarks.gallery", "The gallery's lists"),
    "sessions": ("benchmarks.sessions", "Memory over many sessions"),
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(SUITE)} (default: all)")
    parser.add_argument("--list", action="store_true", help="say what there is, and measure nothing")
    parser.add_argument("--report", action="store_true", help="only write the document from what is kept")
    parser.add_argument("--midi", type=Path, metavar="DIR", help="MIDI files to read (default: the demo pieces)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="corpus to train on (default: random rolls)")
    parser.add_argument("--visitors", type=int, nargs="+", default=list(usual.visitors), metavar="N")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="of the largest crowd (default: 1)")
    parser.add_argument("--sessions", type=int, default=usual.sessions, metavar="N", help="short ones (default: 2000)")
    return parser


def command(name: str, given: list[str]) -> str:
    """What makes one benchmark's figures again; whose folders they were is nobody's business."""
    words = [word for word in given if word not in SUITE]
    for option in ("--midi", "--corpus"):
        if option in words:
            words[words.index(option) + 1] = f"{option.strip('-').upper()}_FOLDER"
    return shlex.join(["python", "-m", "benchmarks", name, *words])


def measured(name: str, options: Options, command: str) -> Run:
    """Run one benchmark in a process of its own, so that none finds another's threads and memory."""
    load = os.getloadavg()[0]
    date, started = time.strftime("%Y-%m-%d %H:%M"), time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        figures, remarks = pool.submit(_figures, SUITE[name][0], options).result()
    seconds = time.perf_counter() - started
    return Run(name, command, date, load, seconds, machine.description(), tuple(figures), tuple(remarks))


def _figures(module: str, options: Options) -> tuple[list[Figure], list[str]]:
    return importlib.import_module(module).figures(options)


def main() -> None:
    parsed = parser()
    arguments = parsed.parse_args()
    titles = {name: title for name, (_, title) in SUITE.items()}
    if arguments.list:
        print("\n".join(f"{name:<14}{title}" for name, title in titles.items()))
        return
    if unknown := [name for name in arguments.names if name not in SUITE]:
        parsed.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(SUITE)}")
    options = Options(
        arguments.midi, arguments.corpus, tuple(arguments.visitors), arguments.minutes, arguments.sessions
    )
    runs, failed = read_runs(KEPT), []
    for name in [] if arguments.report else arguments.names or list(SUITE):
        print(f"\n{titles[name]} ...", flush=True)
        try:
            runs[name] = measured(name, options, command(name, sys.argv[1:]))
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        write_runs(runs, KEPT)
        print(table(runs[name].figures), *runs[name].remarks, sep="\n", flush=True)
    if runs:
        DOCUMENT.write_text(report(runs, titles), "utf-8")
        print(f"\n{DOCUMENT.relative_to(ROOT)} is written from {KEPT.relative_to(ROOT)}.")
    if failed:
        sys.exit(f"Without figures: {', '.join(failed)}.")
