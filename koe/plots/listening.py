"""Scores of the listening quiz."""

from collections.abc import Sequence

import plotly.graph_objects as go

from koe.plots.axes import layout
from koe.plots.palette import LIGHT, Palette


def scores_figure(
    scores: Sequence[int], own: int, *, axis: str, hover: str, palette: Palette = LIGHT, height: int = 220
) -> go.Figure:
    """Draw how many rounds ended with each score, one's own set off.

    Parameters
    ----------
    scores : sequence of int
        Rounds with 0, 1, 2 ... right.
    own : int
        One's own score.
    axis : str
        What the scores are called.
    hover : str
        What is said of a bar, with ``%{x}`` and ``%{y}``.
    palette : Palette
    height : int
        Pixels.
    """
    colors = [palette.made if right == own else palette.missed for right in range(len(scores))]
    bars = go.Bar(x=list(range(len(scores))), y=list(scores), marker={"color": colors}, hovertemplate=hover)
    figure = go.Figure(bars)
    figure.update_layout(layout(palette, height, bargap=0.2, margin={"l": 34, "r": 6, "t": 6, "b": 44, "pad": 2}))
    figure.update_xaxes(title=axis, dtick=1)
    figure.update_yaxes(rangemode="tozero", dtick=max(1, -(-max(scores) // 4)))  # whole rounds
    return figure
