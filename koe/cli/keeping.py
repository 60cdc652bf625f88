"""Commands for links and projects."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from koe.cli.arguments import midi_file, new_studio, open_piece, warn, write_file
from koe.errors import InputError

if TYPE_CHECKING:
    from koe.music.piece import Piece
    from koe.projects.schema import Take

LINK_HELP = "write a link that brings a piece back"
LINK_ABOUT = """\
Writes an address that brings a piece back on any machine with the same models. Of a project (.koe.json), the
current piece or a take is made anew from its model, seed and settings; of a MIDI file the notes themselves travel.
"""
OPEN_ABOUT = """\
Makes the MIDI file of a link: by the same model, seed and settings, byte for byte as it was sent. Where the weights
or the machine's arithmetic differ, the notes that travelled in the link are written, and a sentence says so.
"""


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("link", help=LINK_HELP, description=LINK_ABOUT)
    command.add_argument("input", type=Path, metavar="PIECE_OR_PROJECT", help="MIDI file, score or project (.koe.json)")
    command.add_argument("--take", help="id of a take in the project, instead of its current piece")
    command.add_argument("--base", default="http://localhost:8501/", help="address of a Koe (default: %(default)s)")
    command.add_argument("--qr", type=Path, metavar="OUT.svg|.png", help="write the link's QR code, too")
    command.set_defaults(run=_link)

    command = commands.add_parser("open", help="make the MIDI file of a link", description=OPEN_ABOUT)
    command.add_argument("link", metavar="LINK", help="the whole address, or what stands after ?k=")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_open)

    command = commands.add_parser("project", help="tell what a project holds, or write its pieces as MIDI files")
    command.add_argument("input", type=Path, metavar="PROJECT.koe.json")
    command.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="for piece.mid and a file for each take")
    command.set_defaults(run=_project)


def _link(options: argparse.Namespace) -> dict[str, Any]:
    from koe.projects.links import decode
    from koe.projects.opening import make_link
    from koe.projects.qr import qr_png, qr_svg
    from koe.projects.recipes import Given

    ending = options.qr.suffix.lower() if options.qr else ".svg"
    if ending not in (".svg", ".png"):
        raise InputError(f"{options.qr.name} has no ending for a QR code; use .svg or .png.")
    piece, made_from = _chosen(options)
    text = make_link(new_studio(), piece, made_from)
    address = f"{options.base.rstrip('/')}/?k={text}"
    if options.qr:
        write_file(options.qr, qr_png(address) if ending == ".png" else qr_svg(address).encode())
    link = decode(text)
    return {
        "link": address,
        "characters": len(text),
        "made_anew": not isinstance(link.recipe, Given),
        "carries_notes": link.notes is not None,
    }


def _chosen(options: argparse.Namespace) -> "tuple[Piece, int | None]":
    """The piece to send, and the step from which on a network wrote it."""
    if options.input.suffix.lower() != ".json":
        if options.take:
            raise InputError(f"{options.input.name} is no project, so it has no takes; leave --take out.")
        piece = open_piece(options.input)
        warn(piece)
        return piece, None
    project = _read(options.input)
    takes = {take.id: take for take in project.takes}
    if options.take:
        if options.take not in takes:
            raise InputError(f"There is no take {options.take!r}; the project has {', '.join(takes) or 'none'}.")
        return takes[options.take].piece, takes[options.take].made_from
    if project.piece is None:
        raise InputError("The project has no current piece; choose one of its takes with --take.")
    return project.piece, next((take.made_from for take in takes.values() if take.piece is project.piece), None)


def _read(path: Path) -> Any:
    from koe.music.grid import MAX_FILE_BYTES
    from koe.projects.reading import read_project

    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    with path.open("rb") as file:
        return read_project(file.read(MAX_FILE_BYTES + 1))


def _open(options: argparse.Namespace) -> dict[str, Any]:
    from koe.projects.links import decode
    from koe.projects.opening import open_link

    link = decode(_value(options.link))
    studio = new_studio()
    opened = open_link(studio, link)
    write_file(options.output, studio.midi(opened.piece))
    if opened.remark:
        print(f"koe: {opened.remark}", file=sys.stderr)
    return {
        "title": opened.piece.title,
        "notes": len(opened.piece.notes),
        "model": link.recipe.model or None,
        "made_anew": opened.made_anew,
        "same": opened.same,
    }


def _value(text: str) -> str:
    """What stands after ``?k=`` of a whole address, or the text itself."""
    if "?" not in text:
        return text
    found = parse_qs(urlsplit(text).query).get("k")
    if not found:
        raise InputError("The address has no ?k=, so it is no link to a piece.")
    return found[0]


def _project(options: argparse.Namespace) -> dict[str, Any]:
    from koe.projects.schema import strangers
    from koe.projects.writing import describe

    project = _read(options.input)
    studio = new_studio()
    files: list[str] = []
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        named = [("piece", project.piece)] if project.piece is not None else []
        # Numbers, not the ids that the file gives: a name from outside is no path.
        named += [(f"take-{number}", take.piece) for number, take in enumerate(project.takes, start=1)]
        for name, piece in named:
            write_file(options.output / f"{name}.mid", studio.midi(piece))
            files.append(str(options.output / f"{name}.mid"))
    return {
        **describe(project),
        "other_weights": list(strangers(project, studio.registry)),
        "tree": [_told(take) for take in project.takes],
        "files": files,
    }


def _told(take: "Take") -> dict[str, Any]:
    making = take.piece.made_by
    return {
        "id": take.id,
        "parent": take.parent,
        "bar": take.bar,
        "model": making.model if making else None,
        "seed": making.seed if making else None,
        "notes": len(take.piece.notes),
    }
