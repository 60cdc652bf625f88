"""``python -m tests.fuzz [TARGET ...] [--cases N] [--seconds S]``: look for bytes that a reader is not ready for.

Guided by which lines of Koe an input reaches where atheris is installed
(``pip install atheris==3.0.0``, Linux and Python up to 3.13); else by chance.
Each target runs in a process of its own, so that a crash costs only itself.
Inputs that meet a fault lie in ``--keep``; run one again by ``--input FILE``.
"""

import argparse
import importlib.util
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *("midi", "sound", "score", "tune", "notation", "text", "project", "kept", "link", "latents", "messages"),
    *("frames", "manifest", "corpus", "originality", "recording", "archive", "page", "weights", "card", "records"),
    "foreign-weights",
)
HANG_SEC = 20  # a case that takes longer is ended, and its process with it


def main() -> int:
    """Run every target that is named, one after the other, and print a table."""
    options = _options()
    options.keep.mkdir(parents=True, exist_ok=True)
    if options.child:
        _child(options)
    if options.input:
        from tests.fuzz.targets import TARGETS

        TARGETS[options.targets[0]].read(options.input.read_bytes())
        return 0
    n_faults = n_cases = 0
    seconds = 0.0
    print(f"{'target':16}{'cases':>9}{'s':>7}{'refused':>9}{'branches':>9}{'faults':>7}{'slowest s':>11}{'peak MB':>9}")
    for name in options.targets or NAMES:
        report, branches = _run(name, options)
        n_cases, n_faults = n_cases + report["cases"], n_faults + len(report["faults"])
        seconds += report["seconds"]
        print(
            f"{name:16}{report['cases']:9,}{report['seconds']:7.1f}{report['refused']:9,}{branches:>9}"
            f"{len(report['faults']):7}{report['slowest_sec']:11.3f}{report['peak_mb']:9.0f}",
            flush=True,
        )
        for kind, path in report["faults"].items():
            print(f"    {kind}  {path}", flush=True)
    print(f"{'all':16}{n_cases:9,}{seconds:7.1f}{'':16}{n_faults:7}")
    return 1 if n_faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(NAMES)}; all unless named")
    parser.add_argument("--cases", type=int, default=10_000, help="of each target, at most")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each target, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "koe-fuzz"))
    parser.add_argument("--input", type=Path, help="run the one target on this file, and let it fail")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.targets) - set(NAMES):
        parser.error(f"there is no target {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}")
    if options.input and len(options.targets) != 1:
        parser.error("name the one target that --input is for")
    return options


def _run(name: str, options: argparse.Namespace) -> tuple[dict, str]:
    """One target in a process of its own: its report, and how many branches of Koe it reached."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "report.json")
        command = [sys.executable, "-m", "tests.fuzz", name, "--child", str(result)]
        for option in ("cases", "seconds", "seed", "keep"):
            command += [f"--{option}", str(getattr(options, option))]
        child = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False)
        said = child.stderr.decode(errors="replace")
        reached = re.findall(r"cov: (\d+)", said)
        if not result.exists():
            last = " | ".join(line for line in said.splitlines()[-3:])
            faults = {f"the process ended with {child.returncode}: {last[:300]}": str(options.keep)}
            empty = {"cases": 0, "seconds": 0.0, "refused": 0, "slowest_sec": 0.0, "peak_mb": 0.0}
            return {**empty, "faults": faults}, ""
        return json.loads(result.read_text("utf-8")), reached[-1] if reached else "-"


def _child(options: argparse.Namespace) -> None:
    guided = importlib.util.find_spec("atheris") is not None
    if guided:
        import atheris

        with atheris.instrument_imports(include=["koe"]):
            from tests.fuzz.targets import TARGETS, mutated
    else:
        from tests.fuzz.targets import TARGETS, mutated
    from tests.fuzz.running import Runner

    target = TARGETS[options.targets[0]]
    seeds = target.seeds()
    runner = Runner(target.read, options.keep / options.targets[0], target.max_sec)

    def one(data: bytes) -> None:
        runner.case(data)
        if runner.finished(options.cases, options.seconds):
            runner.write(options.child)
            sys.stderr.flush()
            # libFuzzer would call it a fault if it were left by an exception.
            os._exit(0)

    for seed in seeds:
        one(seed)
    if guided:
        corpus = Path(tempfile.mkdtemp())
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(seed)
        limits = [f"-max_len={target.max_bytes}", f"-timeout={HANG_SEC}", "-rss_limit_mb=2000", f"-seed={options.seed}"]
        atheris.Setup([sys.argv[0], str(corpus), *limits, f"-artifact_prefix={options.keep}/"], one)
        atheris.Fuzz()
    chance = random.Random(options.seed)
    while True:
        one(mutated(seeds, chance, target.max_bytes))


if __name__ == "__main__":
    sys.exit(main())
