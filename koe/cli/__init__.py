"""The command line: ``koe``, or ``python -m koe``. Thin, over the same use cases as the pages.

Results are JSON on standard output, messages go to standard error. Refused
input ends with one line ``koe: error: ...`` and exit code 2. Each subcommand
imports what it needs itself, so ``--help`` answers at once. The commands lie
in a module a subject, each with `add_commands`.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from koe.cli import axes, composing, corpora, filling, gallery, keeping, measuring, music, networks, originality
from koe.errors import KoeError
from koe.version import __version__


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
    for subject in (music, composing, filling, keeping, gallery, corpora, networks, measuring, axes, originality):
        subject.add_commands(commands)
    return parser
