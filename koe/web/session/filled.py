"""What stands on the Fill page, as a part of a project."""

from typing import Any

from koe.music.piece import Piece
from koe.projects.schema import Project, is_filling
from koe.web.session import state
from koe.web.session.kept_values import FILLED

# By these names a project holds what was there before, and the first measure in sight.
BEFORE, FIRST = "filled-before", "filled-first"

Results = tuple[tuple[Piece, Piece], ...]  # a whole piece and the excerpt of it in sight


def keep(results: Results, before: Piece, first_measure: int, visit: int) -> None:
    """Remember what was found, and that excerpt as it was before."""
    state.keep(FILLED, (results, before, first_measure, visit))


def kept() -> tuple[Results, Piece, int, int] | None:
    """What was found last."""
    return state.kept(FILLED, ()) or None


def shown(values: dict[str, Any]) -> tuple[Piece, ...]:
    """The whole pieces among all that is kept."""
    found = values.get(FILLED)
    return tuple(whole for whole, _ in found[0]) if found else ()


def others(values: dict[str, Any]) -> dict[str, Piece]:
    """What was there before, for a project."""
    return {BEFORE: values[FILLED][1]} if values.get(FILLED) else {}


def settings(values: dict[str, Any]) -> dict[str, int]:
    """Where that is, for a project."""
    return {FIRST: values[FILLED][2]} if values.get(FILLED) else {}


def restore(opened: Project) -> None:
    """Take up what a project says that was in sight; nothing if it does not fit together."""
    before, first = opened.others.get(BEFORE), opened.settings.get(FIRST)
    if before is None or type(first) is not int:
        return
    results: list[tuple[Piece, Piece]] = []
    for take in opened.takes:
        whole = take.piece
        if take.id not in opened.shown or not is_filling(whole):
            continue
        if whole.n_steps == before.n_steps:
            results.append((whole, whole))
        elif 1 <= first <= whole.n_measures:
            start = whole.measure_onsets[first - 1]
            if start + before.n_ticks <= whole.n_ticks:
                results.append((whole, whole.slice(start, start + before.n_ticks)))
    if results:
        keep(tuple(results), before, max(1, first), -1)
