"""What the commands share: argument types, opening and writing files, progress."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from koe.errors import InputError
from koe.writing import write_bytes

if TYPE_CHECKING:
    from koe.music.piece import Piece
    from koe.studio import Studio

SPLITS = ("train", "valid", "test")


def midi_file(text: str) -> Path:
    """Name of a MIDI file to write, refused before any work is done."""
    path = Path(text)
    if path.suffix.lower() not in (".mid", ".midi") or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} names no MIDI file; use a name that ends in .mid")
    return path


def from_one(text: str) -> int:
    """Whole number from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def share(text: str) -> float:
    """Number from 0 to 1."""
    return number(text, 0, 1)


def seconds(text: str) -> float:
    """Time up to an hour."""
    return number(text, 0, 3600)


def number(text: str, lowest: float, highest: float) -> float:
    """Number within bounds."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {lowest:g} to {highest:g}")
    return value


def new_studio() -> "Studio":
    """A studio with the default models."""
    from koe.studio import Studio

    return Studio()


def open_piece(path: Path) -> "Piece":
    """Read a piece from a file that must exist."""
    from koe.studio import Studio

    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    return Studio().open_file(path)


def write_file(path: Path, data: bytes) -> None:
    """Write a file and say so."""
    write_bytes(path, lambda: data)
    print(f"koe: wrote {path}", file=sys.stderr)


def warn(piece: "Piece") -> None:
    """Show what was noticed while a piece was read."""
    for warning in piece.warnings:
        print(f"koe: {warning}", file=sys.stderr)


def probability(value: float | None) -> float | None:
    """Check a threshold."""
    if value is not None and not 0 <= value <= 1:
        raise InputError(f"A threshold lies between 0 and 1, but {value:g} came.")
    return value


def numbered(path: Path, count: int) -> list[Path]:
    """Names for ``count`` files: the one given, or several with numbers from 1 on."""
    if count == 1:
        return [path]
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]
