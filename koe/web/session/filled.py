"""What stands on the Fill page, as a part of a project."""

from dataclasses import dataclass
from typing import Any

from koe.music.piece import Piece
from koe.projects.schema import Project, is_filling
from koe.studio.kept_notes import in_place
from koe.web.session import state
from koe.web.session.kept_values import FILLED

GAP, HARMONY = "gap", "harmony"
# By these names a project holds what was there before, where it was filled, and what was looked for.
BEFORE, FROM, TO, TASK = "filled-before", "filled-from", "filled-to", "filled-task"
# Projects held an excerpt, and the number of its first measure.
_FIRST = "filled-first"


@dataclass(frozen=True)
class Filled:
    """What was found.

    Attributes
    ----------
    wholes : tuple of Piece
        The piece with each way in it.
    before : Piece
        The piece as it was.
    part : tuple of int
        The first tick of what was found, and the tick after its last.
    task : str
        `GAP` or `HARMONY`.
    visit : int
        On which it plays by itself.
    """

    wholes: tuple[Piece, ...]
    before: Piece
    part: tuple[int, int]
    task: str
    visit: int

    def belongs_to(self, piece: Piece) -> bool:
        """Whether it was found in this piece, or made this piece."""
        return any(piece is one or piece == one for one in (self.before, *self.wholes))


def keep(wholes: tuple[Piece, ...], before: Piece, part: tuple[int, int], task: str, visit: int) -> None:
    """Remember what was found, and what was there before."""
    state.keep(FILLED, (wholes, before, part, task, visit))


def kept() -> Filled | None:
    """What was found last, in the piece that is the current one; None where that is another."""
    return _of(state.everything_kept(), state.current_piece())


def _of(values: dict[str, Any], piece: Piece | None) -> Filled | None:
    found = values.get(FILLED)
    filled = Filled(*found) if found else None
    return filled if filled and piece is not None and filled.belongs_to(piece) else None


def shown(values: dict[str, Any], piece: Piece | None) -> tuple[Piece, ...]:
    """The whole pieces among all that is kept, where they belong to the current piece."""
    filled = _of(values, piece)
    return filled.wholes if filled else ()


def others(values: dict[str, Any], piece: Piece | None) -> dict[str, Piece]:
    """What was there before, for a project."""
    filled = _of(values, piece)
    return {BEFORE: filled.before} if filled else {}


def settings(values: dict[str, Any], piece: Piece | None) -> dict[str, int | str]:
    """Where that is, and what was looked for, for a project."""
    filled = _of(values, piece)
    return {FROM: filled.part[0], TO: filled.part[1], TASK: filled.task} if filled else {}


def restore(opened: Project) -> None:
    """Take up what a project says that was in sight; nothing if it does not fit together."""
    before, settings = opened.others.get(BEFORE), opened.settings
    wholes = tuple(take.piece for take in opened.takes if take.id in opened.shown and is_filling(take.piece))
    if before is None or not wholes:
        return
    if _FIRST in settings:
        first = settings[_FIRST]
        if type(first) is int and opened.piece is not None:
            _restore_excerpt(wholes, before, first, opened.piece)
        return
    start, stop, task = (settings.get(name) for name in (FROM, TO, TASK))
    if type(start) is int and type(stop) is int and task in (GAP, HARMONY):
        fitting = tuple(whole for whole in wholes if stop <= whole.n_ticks)
        if fitting and 0 <= start < stop <= before.n_ticks:
            keep(fitting, before, (start, stop), str(task), -1)


def _restore_excerpt(wholes: tuple[Piece, ...], excerpt: Piece, first: int, piece: Piece) -> None:
    """Of what was before there is an excerpt, which begins at the measure of this number; a tune was all there was."""
    place = first - piece.first_number
    if not 0 <= place < piece.n_measures:
        return
    start = piece.measure_onsets[place]
    part = (start, start + excerpt.n_ticks)
    if part[1] > piece.n_ticks:
        return
    if gaps := tuple(whole for whole in wholes if whole.n_ticks == piece.n_ticks):
        keep(gaps, piece, part, GAP, -1)
    elif tunes := tuple(whole for whole in wholes if whole.n_ticks == excerpt.n_ticks):
        keep(tuple(in_place(piece, part, excerpt, tune) for tune in tunes), piece, part, HARMONY, -1)
