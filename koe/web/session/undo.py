"""Undo and redo over the whole studio: what is kept from run to run, as it was before.

At the end of each run the session is compared with what it was. What a visitor
did makes a step; what a page only set up for itself, such as the seed that its
field shows at first, does not. Nor does a slider or a switch on a page: it is
only remembered with the moment, and is as it was when that comes back.
"""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st

from koe.music.piece import Piece
from koe.projects.history import History
from koe.projects.schema import Line, Project, fits_in_line
from koe.projects.writing import Fragments, pack_line
from koe.web.session import as_project, saved_controls, state
from koe.web.session.kept_values import declared

_HISTORY = "koe_history"
_LAST = "koe_last_step"
STROKE_SEC = 1.0
_REMEMBERED = ((30, 10), (15, 5), (6, 2), (2, 1))  # steps back and forth that a browser keeps, as there is room


@dataclass(frozen=True, eq=False)
class Moment:
    """What there was; values are those of the session, which nobody changes in place."""

    piece: Piece
    measure: int
    kept: dict[str, Any]
    chosen: dict[str, saved_controls.Value] = field(default_factory=dict)


def now() -> Moment:
    """The session as it is."""
    kept = {name: value for name, value in state.everything_kept().items() if declared(name).undone}
    return Moment(state.current_piece(), state.measure(), kept, saved_controls.chosen())


def history() -> History[Moment]:
    """The visitor's; a new one begins with what there is."""
    if _HISTORY not in st.session_state:
        st.session_state[_HISTORY] = History(now())
    return st.session_state[_HISTORY]


def begin_anew() -> None:
    """Forget all that was done before."""
    st.session_state[_HISTORY] = History(now())
    st.session_state.pop(_LAST, None)


def line(most_chars: int, fragments: Fragments) -> str:
    """What can be undone and done again, packed for a browser; fewer steps of it where they are many.

    Empty where not even the present has so many letters.
    """
    whole = history()
    for past, future in _REMEMBERED:
        moments = (*whole.past[len(whole.past) - min(past, len(whole.past)) :], whole.present, *whole.future[:future])
        projects = tuple(_project_of(moment) for moment in moments)
        if not fits_in_line(projects):
            continue
        packed = pack_line(Line(projects, min(past, len(whole.past))), fragments)
        if len(packed) <= most_chars:
            return packed
    return ""


def take_up(line: Line) -> None:
    """Continue what was begun in another session; before the page runs."""
    moments = []
    for project in (*line.moments, line.moments[line.at]):
        as_project.restore(project)
        moments.append(now())
    *moments, present = moments
    st.session_state[_HISTORY] = History(present, tuple(moments[: line.at]), tuple(moments[line.at + 1 :]))
    st.session_state.pop(_LAST, None)


def _project_of(moment: Moment) -> Project:
    return as_project.project_of(moment.piece, moment.measure, moment.kept, moment.chosen)


def record() -> None:
    """Note what this run changed."""
    line, moment = history(), now()
    changed = _changed(line.present, moment)
    if changed is None:
        return
    at = time.monotonic()
    last, last_at = st.session_state.get(_LAST, (frozenset(), -STROKE_SEC))
    # A slider on its way under a hand is one step, not one for every place that it passes.
    one_stroke = changed and changed == last and all(map(_moves, changed)) and at - last_at < STROKE_SEC
    if changed:
        st.session_state[_LAST] = (changed, at)
    st.session_state[_HISTORY] = line.step(moment) if changed and not one_stroke else line.amended(moment)


def undo() -> None:
    """Take back the last step; before the page runs."""
    _go(history().undone())


def redo() -> None:
    """Do again what was taken back; before the page runs."""
    _go(history().redone())


def untouched() -> bool:
    """Whether the visitor has done nothing yet that could be lost, and chosen nothing."""
    line = history()
    return not line.past and not line.future and not line.present.chosen


def _go(line: History[Moment]) -> None:
    if line is history():
        return
    moment = line.present
    state.use_piece(moment.piece)
    state.choose_measure(moment.measure)
    for name in now().kept:
        if name not in moment.kept and (declared(name).made or declared(name).along):
            state.forget(name)
    for name, value in moment.kept.items():
        # What is found again keeps quiet, as after a look at another page.
        quiet = declared(name).plays and isinstance(value, tuple) and value
        state.keep(name, (*value[:-1], -1) if quiet else value)
    saved_controls.choose(moment.chosen.get)
    as_project.renew_widgets()
    st.session_state[_HISTORY] = replace(line, present=now())
    st.session_state.pop(_LAST, None)


def _changed(before: Moment, after: Moment) -> frozenset[str] | None:
    """What a visitor did, by name; None if nothing differs at all."""
    names: set[str] = set()
    differs = before.piece is not after.piece or before.chosen != after.chosen
    if differs and before.piece != after.piece:
        names.add("piece")
    if before.measure != after.measure:
        names.add("measure")
    for name in before.kept.keys() | after.kept.keys():
        if declared(name).along:
            differs = differs or before.kept.get(name) is not after.kept.get(name)
        elif name in before.kept and name in after.kept:
            if not _same(before.kept[name], after.kept[name]):
                names.add(name)
        else:
            differs = True
            if declared(name).made and not _empty(after.kept.get(name)):
                names.add(name)
    return frozenset(names) if differs or names else None


def _moves(name: str) -> bool:
    return name == "measure" or declared(name).moves


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, tuple | dict | list | str | int | float) and not value)


def _same(before: Any, after: Any) -> bool:
    if before is after:
        return True
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        return bool(np.array_equal(before, after))
    if isinstance(before, tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after)
