"""What makes a project of the next version of one of an older one, by the older version.

A value of a kind that the older version did not have stays as it is, for the
reader to name.
"""

import itertools
from collections.abc import Callable
from typing import Any

from koe.music.grid import TICKS_PER_STEP
from koe.music.signatures import TimeSignature, is_metre
from koe.projects.schema import MAX_SETTINGS
from koe.projects.upbeats import apart

Written = dict[str, Any]


def from_steps(written: Written) -> Written:
    """Version 1 counted pieces in sixteenths, at one tempo; it told how many changes a file had, not which."""
    pieces = written.get("pieces")
    if not isinstance(pieces, list):
        return written
    return {**written, "pieces": [_piece_in_ticks(piece) if isinstance(piece, dict) else piece for piece in pieces]}


def _piece_in_ticks(piece: Written) -> Written:
    kept = {name: value for name, value in piece.items() if name not in ("steps", "qpm", "upbeat", "keys", "pedal")}
    if "steps" in piece:
        kept["ticks"] = _ticks(piece["steps"])
    if "qpm" in piece:
        kept["tempos"] = [[0, piece["qpm"]]]
    for name, places in (("metres", (0,)), ("notes", (0, 2))):
        if isinstance(piece.get(name), list):
            kept[name] = [_row_in_ticks(row, places) for row in piece[name]]
    return {**kept, **_upbeat_apart(kept.get("metres"))}


def _upbeat_apart(rows: Any) -> Written:
    """An upbeat was a measure in a metre of its own."""
    if not isinstance(rows, list) or not all(_is_metre(row) for row in rows):
        return {}
    if not rows or rows[0][0] or any(later[0] <= earlier[0] for earlier, later in itertools.pairwise(rows)):
        return {}
    metres, upbeat = apart([TimeSignature(*row) for row in rows])
    if not upbeat:
        return {}
    return {"metres": [[one.onset, one.numerator, one.denominator] for one in metres], "upbeat": upbeat}


def _is_metre(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 3
        and all(type(number) is int for number in row)
        and is_metre(row[1], row[2])
    )


def _row_in_ticks(row: Any, places: tuple[int, ...]) -> Any:
    if not isinstance(row, list):
        return row
    return [_ticks(value) if place in places else value for place, value in enumerate(row)]


def _ticks(steps: Any) -> Any:
    return steps * TICKS_PER_STEP if type(steps) is int else steps


def with_choices(written: Written) -> Written:
    """In version 2 only what differed from what pages showed at first was said; they show other networks now."""
    settings = written.get("settings", {})
    if not isinstance(settings, dict):
        return written
    return {**written, "settings": dict(list({**settings, **_AT_FIRST, **settings}.items())[:MAX_SETTINGS])}


# What the controls showed that now show something else.
_AT_FIRST = {"interpolate-model": "ae1", "latent-model": "ae1", "blend-by": "network"}

MIGRATIONS: dict[int, Callable[[Written], Written]] = {1: from_steps, 2: with_choices}
