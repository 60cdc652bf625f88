"""What pictures share: the range of pitches of rolls, and margins, fonts and grounds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH
from koe.plots.palette import Palette

LEAST_SPAN = 24  # pitches shown, so that a lone note does not fill the picture


def pitch_range(pitches: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest pitch to show: all of ``pitches``, with a little air, two octaves at least."""
    low, high = (min(pitches), max(pitches)) if pitches else (60, 60)
    low, high = low - 2, high + 2
    if (missing := LEAST_SPAN - (high - low)) > 0:
        low, high = low - missing // 2, high + missing - missing // 2
    shift = max(LOWEST_PITCH - low, 0) - max(high - HIGHEST_PITCH, 0)
    return max(low + shift, LOWEST_PITCH), min(high + shift, HIGHEST_PITCH)


def shared_pitches(*rolls: np.ndarray) -> tuple[int, int]:
    """A range of pitches that shows every note of all rolls, each of shape ``(steps, 88)``."""
    used = np.flatnonzero(np.any([roll.any(axis=0) for roll in rolls], axis=0)) + LOWEST_PITCH
    return pitch_range(used.tolist())


def layout(palette: Palette, height: int, **more: Any) -> dict:
    """Margins, fonts and grounds common to all pictures."""
    return {
        "height": height,
        "margin": {"l": 34, "r": 6, "t": 6, "b": 22, "pad": 2},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12, "color": palette.text},
        "barmode": "overlay",
        "bargap": 0,
        "showlegend": False,
        "hoverlabel": {"align": "left"},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.text, "activecolor": palette.made},
        "dragmode": False,
        **more,
    }
