"""Rows of small rolls, and latent vectors as bars."""

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from koe.music.grid import LOWEST_PITCH, STEPS_PER_MEASURE
from koe.plots.axes import layout, shared_pitches
from koe.plots.palette import LIGHT, MEASURE_LINE, Palette, with_alpha


def small_rolls_figure(
    rolls: np.ndarray, labels: list[str], *, palette: Palette = LIGHT, columns: int | None = None, height: int = 130
) -> go.Figure:
    """Draw several rolls side by side on one scale of pitches, without axes.

    Parameters
    ----------
    rolls : np.ndarray, shape=(n, steps, 88), dtype=bool
    labels : list of str
        One over each roll.
    columns : int, optional
        Rolls in a row; all in one row unless given.
    height : int
        Pixels of one row.
    """
    columns = columns or len(rolls)
    low, high = shared_pitches(*rolls)
    heatmaps = []
    for index, roll in enumerate(rolls):
        axis = str(index + 1) if index else ""
        heatmap = {
            "type": "heatmap",
            "z": roll[:, low - LOWEST_PITCH : high - LOWEST_PITCH + 1].T.astype(np.uint8),
            "x0": 0.5,
            "dx": 1,
            "y0": low,
            "dy": 1,
            "zmin": 0,
            "zmax": 1,
            "colorscale": [[0, with_alpha(palette.made, 0.06)], [1, palette.made]],
            "showscale": False,
            "hoverinfo": "skip",
            "xaxis": f"x{axis}",
            "yaxis": f"y{axis}",
        }
        heatmaps.append(heatmap)
    return go.Figure(heatmaps, _grid(tuple(labels), columns, rolls.shape[1], palette, height))


@lru_cache(maxsize=32)
def _grid(labels: tuple[str, ...], columns: int, n_steps: int, palette: Palette, height: int) -> dict[str, Any]:
    """The layout without the rolls; kept, since it takes longest and is the same for other rolls."""
    rows = -(-len(labels) // columns)
    figure = make_subplots(
        rows, columns, subplot_titles=labels, horizontal_spacing=0.12 / columns, vertical_spacing=0.22 / rows
    )
    lines = list(range(0, n_steps + 1, STEPS_PER_MEASURE))
    figure.update_layout(**layout(palette, height * rows, margin={"l": 2, "r": 2, "t": 22, "b": 2}))
    figure.update_xaxes(
        showticklabels=False, tickvals=lines, gridcolor=MEASURE_LINE, ticks="", fixedrange=True, zeroline=False
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, ticks="", fixedrange=True, zeroline=False)
    figure.update_annotations(font={"size": 12, "color": palette.text}, yshift=-2)
    return figure.layout.to_plotly_json()


def latents_figure(
    latents: np.ndarray,
    latent_range: tuple[float, float],
    *,
    hover: str = "number %{x}: %{y:.3f}",
    palette: Palette = LIGHT,
    height: int = 70,
) -> go.Figure:
    """Draw a latent vector as a row of bars up and down from zero.

    Parameters
    ----------
    latents : np.ndarray, shape=(latent_dim,)
    latent_range : tuple of float
        Lower and upper end of the scale.
    hover : str
        What a bar says when it is pointed at, in Plotly's words.
    """
    bars = go.Bar(
        x=list(range(1, len(latents) + 1)),
        y=[round(float(value), 3) for value in latents],
        marker={"color": palette.made, "cornerradius": 2},
        hovertemplate=f"{hover}<extra></extra>",
    )
    across = {"visible": False, "fixedrange": True}
    up = {
        "range": list(latent_range),
        "showgrid": False,
        "showticklabels": False,
        "zerolinecolor": MEASURE_LINE,
        "fixedrange": True,
    }
    margin = {"l": 4, "r": 4, "t": 2, "b": 2}
    return go.Figure(bars, layout(palette, height, margin=margin, bargap=0.35, xaxis=across, yaxis=up))
