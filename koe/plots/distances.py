"""How far the points of a way are from both its ends."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from koe.plots.axes import layout
from koe.plots.palette import LIGHT, MEASURE_LINE, Palette

if TYPE_CHECKING:
    from koe.studio.blending import Distances

WORDS = {"from": "from {name}", "fade": "cross-fade, from {name}", "hover": "%{x:.0%} of the way: %{y:.2f}"}
N_NAME = 28  # letters of a piece's name that a legend has room for


def distances_figure(
    distances: "Distances",
    names: tuple[str, str],
    *,
    words: Mapping[str, str] = WORDS,
    palette: Palette = LIGHT,
    height: int = 260,
) -> go.Figure:
    """Draw the distances from both ends: of the network's way in full lines, of the cross-fade dashed.

    Parameters
    ----------
    distances : Distances
    names : tuple of 2 str
        Of the first and the second end.
    words : mapping of str to str, optional
        As in `WORDS`: the lines' names, and what a point says.
    """
    first, second = (name if len(name) <= N_NAME else name[: N_NAME - 1] + "…" for name in names)
    lines = (
        (distances.from_first, words["from"].format(name=first), palette.made, "solid"),
        (distances.from_second, words["from"].format(name=second), palette.original, "solid"),
        (distances.crossfade_from_first, words["fade"].format(name=first), palette.made, "dot"),
        (distances.crossfade_from_second, words["fade"].format(name=second), palette.original, "dot"),
    )
    figure = go.Figure(
        [
            go.Scatter(
                x=distances.weights,
                y=values,
                name=name,
                mode="lines",
                line={"color": color, "dash": dash, "width": 2.5},
                hovertemplate=f"{words['hover']}<extra></extra>",
            )
            for values, name, color, dash in lines
        ]
    )
    figure.update_layout(
        **layout(palette, height, margin={"l": 44, "r": 6, "t": 6, "b": 30, "pad": 2}),
    )
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.3, "x": 0})
    figure.update_xaxes(tickformat=".0%", gridcolor=MEASURE_LINE, fixedrange=True, zeroline=False)
    figure.update_yaxes(range=[0, 1.03], gridcolor=MEASURE_LINE, fixedrange=True, zeroline=False)
    return figure
