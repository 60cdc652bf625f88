"""Writing a project: JSON for a file, or the same in few letters for a browser to keep."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from koe.music.grid import FASTEST_QPM, MIN_QPM
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.projects.schema import KIND, LINE, MAX_TITLE_CHARS, MAX_WARNINGS, VERSION, Line, Project, plain
from koe.version import __version__

Fragments = dict[int, tuple[Piece, str]]


def write_project(project: Project, fragments: Fragments | None = None) -> bytes:
    """A project as JSON; the same project gives the same bytes.

    Parameters
    ----------
    project : Project
    fragments : dict, optional
        What pieces became, kept by the caller from one writing to the next, so
        that only new pieces cost anything; pieces that are gone are dropped.
    """
    numbers, pieces = _pieces_of((project,), fragments)
    head = {"koe": KIND, "version": VERSION, "app": __version__}
    text = f'{_dumped(head)[:-1]},\n"pieces":[\n{pieces}\n],\n{_dumped(_rest(project, numbers))[1:]}\n'
    return text.encode()


def _pieces_of(projects: Sequence[Project], fragments: Fragments | None) -> tuple[dict[int, int], str]:
    """The number of each piece by its `id`, and all of them as JSON."""
    old = fragments if fragments is not None else {}
    new: Fragments = {}
    numbers: dict[int, int] = {}
    for project in projects:
        for piece in project.pieces:
            if id(piece) not in numbers:
                numbers[id(piece)] = len(numbers)
                new[id(piece)] = old.get(id(piece)) or (piece, _dumped(_piece(piece)))
    if fragments is not None:
        fragments.clear()
        fragments.update(new)
    return numbers, ",\n".join(text for _, text in new.values())


def _rest(project: Project, numbers: dict[int, int]) -> dict[str, Any]:
    """Everything but the pieces, which are named by their numbers."""
    return {
        "weights": dict(sorted(project.weights.items())),
        "piece": numbers[id(project.piece)] if project.piece is not None else None,
        "measure": project.measure,
        "latents": {name: [float(value) for value in vector] for name, vector in sorted(project.latents.items())},
        "takes": [
            {
                "id": take.id,
                "piece": numbers[id(take.piece)],
                "made_from": take.made_from,
                "parent": take.parent,
                "bar": take.bar,
            }
            for take in project.takes
        ],
        "shown": list(project.shown),
        "others": {name: numbers[id(piece)] for name, piece in sorted(project.others.items())},
        "settings": dict(sorted(project.settings.items())),
    }


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _piece(piece: Piece) -> dict[str, Any]:
    """A piece as plain values; what is as usual is left out."""
    written: dict[str, Any] = {
        "title": plain(piece.title)[:MAX_TITLE_CHARS],
        "ticks": int(piece.n_ticks),
        "tempos": [[int(tempo.onset), min(max(float(tempo.qpm), MIN_QPM), FASTEST_QPM)] for tempo in piece.tempos],
        "metres": [[int(s.onset), int(s.numerator), int(s.denominator)] for s in piece.time_signatures],
    }
    if piece.upbeat:
        written["upbeat"] = int(piece.upbeat)
    if piece.keys:
        written["keys"] = [[int(key.onset), int(key.fifths), key.mode] for key in piece.keys]
    if piece.pedal:
        written["pedal"] = [[int(one.onset), int(one.value)] for one in piece.pedal]
    if piece.made_by:
        making = piece.made_by
        written["made_by"] = {
            "model": making.model,
            "seed": making.seed,
            "settings": [list(p) for p in making.settings],
        }
    read = {
        "dropped": [piece.dropped.drums, piece.dropped.outside_piano, piece.dropped.beyond_limit],
        "off_grid": float(piece.off_grid),
        "beats_estimated": piece.beats_estimated,
        "other_instruments": piece.n_other_instruments,
        "warnings": list(piece.warnings[:MAX_WARNINGS]),
    }
    if any(any(value) if name == "dropped" else value for name, value in read.items()):
        written["read"] = read
    written["notes"] = [_note(note) for note in piece.notes]
    return written


def _note(note: Note) -> list[int]:
    """Four numbers, or six where it is not played as it is written."""
    played = [note.shift, note.release] if note.shift or note.release else []
    return [int(number) for number in (note.onset, note.pitch, note.duration, note.velocity, *played)]


def pack_project(project: Project, fragments: Fragments | None = None) -> str:
    """A project in few letters, for a browser to keep."""
    return b64encode(zlib.compress(write_project(project, fragments), 6)).decode()


def pack_line(line: Line, fragments: Fragments | None = None) -> str:
    """A line in few letters, for a browser to keep until its page is loaded anew."""
    numbers, pieces = _pieces_of(line.moments, fragments)
    head = {"koe": LINE, "version": VERSION, "at": line.at}
    moments = ",\n".join(_dumped(_rest(project, numbers)) for project in line.moments)
    text = f'{_dumped(head)[:-1]},\n"pieces":[\n{pieces}\n],\n"moments":[\n{moments}\n]}}\n'
    return b64encode(zlib.compress(text.encode(), 6)).decode()


def describe(project: Project) -> dict[str, Any]:
    """What a project holds, in figures."""
    return {
        "title": project.piece.title if project.piece else "",
        "pieces": len({id(piece) for piece in project.pieces}),
        "takes": len(project.takes),
        "notes": sum(len(piece.notes) for piece in project.pieces),
        "models": list(project.models),
    }
