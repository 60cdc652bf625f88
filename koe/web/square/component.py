"""The square in the page, as a component without a build step."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from koe.web.browser.component import component

COMPONENT = "koe_square"
DIGITS = 3  # of a coordinate: a thousandth of the square is less than a pixel

_HERE = Path(__file__).parent


@cache
def _component() -> Callable[..., Any]:
    return component(COMPONENT, _HERE, ("square.js",), html="square.html", style="square.css")


def choose_point(
    point: tuple[float, float],
    corners: Sequence[str],
    *,
    key: str,
    label: str,
    on_change: Callable[[tuple[float, float]], None],
) -> None:
    """Draw a square whose puck can be dragged, tapped to a place, or moved by the arrow keys.

    Parameters
    ----------
    point : tuple of float
        Where the puck is: from 0 (left, top) to 1 (right, bottom).
    corners : sequence of 4 str
        Names: top left, top right, bottom left, bottom right.
    key, label : str
        The label is for those who do not see the square.
    on_change : callable
        Called with the point, before the page runs anew.
    """

    def changed() -> None:
        if sent := point_from_message(st.session_state[key].get("point")):
            on_change(sent)

    data = {"point": list(point), "corners": list(corners), "label": label}
    _component()(key=key, data=data, on_point_change=changed)


def point_from_message(sent: object) -> tuple[float, float] | None:
    """A point within the square; None where a browser sent something else."""
    if not isinstance(sent, list | tuple) or len(sent) != 2:
        return None
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in sent):
        return None
    x, y = (round(min(max(float(value), 0.0), 1.0), DIGITS) for value in sent)
    return x, y
