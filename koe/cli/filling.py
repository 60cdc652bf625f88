"""Commands that find what is missing in a piece."""

import argparse
from pathlib import Path
from typing import Any

from koe.cli.arguments import midi_file, new_studio, numbered, open_piece, warn, write_file

HANDS = ("both", "left", "right")  # as koe.studio.filling names them, which takes longer to import


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("fill", help="let a model find new music for some measures of a piece")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--measure", type=int, required=True, help="where the gap begins (from 1)")
    command.add_argument("--measures", type=int, default=2, help="how long it is")
    command.add_argument("--hand", choices=HANDS, default="both", help="fill one hand's part and keep the other's")
    _add_common(command)
    command.set_defaults(run=_fill)

    command = commands.add_parser("harmonise", help="let a model find the keys below a tune")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--top-voice", action="store_true", help="take the piece's top voice as the tune")
    _add_common(command)
    command.set_defaults(run=_harmonise)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", help="default: the first that can")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--fillings", type=int, default=1, help="written to OUT-1.mid, OUT-2.mid and so on")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")


def _fill(options: argparse.Namespace) -> dict[str, Any]:
    piece = open_piece(options.input)
    warn(piece)
    studio = new_studio()
    found = studio.fill_gap(
        piece, options.measure, options.measures, options.hand, options.model, options.seed, options.fillings
    )
    return _written(options, studio, found)


def _harmonise(options: argparse.Namespace) -> dict[str, Any]:
    piece = open_piece(options.input)
    warn(piece)
    studio = new_studio()
    tune = piece.melody() if options.top_voice else piece
    return _written(options, studio, studio.harmonise(tune, options.model, options.seed, options.fillings))


def _written(options: argparse.Namespace, studio: Any, pieces: tuple) -> dict[str, Any]:
    paths = numbered(options.output, len(pieces))
    for path, piece in zip(paths, pieces, strict=True):
        write_file(path, studio.midi(piece))
    return {
        "model": pieces[0].made_by.model,
        "seed": options.seed,
        "files": [str(path) for path in paths],
        "notes": [len(piece.notes) for piece in pieces],
    }
