"""Curves of a training: one line a split, epoch after epoch."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from koe.plots.axes import layout
from koe.plots.palette import BEAT_LINE, LIGHT, MEASURE_LINE, Palette

# Prefix of a split's columns in a history, in the order they are drawn in.
SPLITS = {"train": "", "valid": "valid_", "test": "test_"}
CHOSEN = "chosen"
_DASHES = {"train": "solid", "valid": "dash", "test": "solid"}
_FEW = 30  # epochs up to which each has a dot


def curves_figure(
    history: Mapping[str, np.ndarray],
    measure: str,
    *,
    chosen: int | None = None,
    names: Mapping[str, str] | None = None,
    axis: str = "epoch",
    palette: Palette = LIGHT,
    digits: int = 4,
    height: int = 260,
) -> go.Figure:
    """Draw one measure of a training over its epochs.

    Parameters
    ----------
    history : mapping of str to np.ndarray, shape=(n_epochs,)
        Columns ``epoch`` and ``measure``, the latter with each prefix of
        `SPLITS`; a column that is missing or has no number is left out.
    measure : str
        Such as ``"mse"``.
    chosen : int, optional
        The epoch whose weights were kept; marked by a line from bottom to top.
    names : mapping of str to str, optional
        What to call each split, and `CHOSEN`, in the legend.
    axis : str
        What to call the epochs.
    palette : Palette
    digits : int
        Decimals of what is said when a point is pointed at.
    height : int
        Pixels.

    Returns
    -------
    figure : go.Figure
        A trace for each split, and one for the chosen epoch; each has its
        key as ``legendgroup``.
    """
    names = names or {}
    colors = {"train": palette.original, "valid": palette.missed, "test": palette.made}
    epochs = np.asarray(history.get("epoch", ()))
    figure = go.Figure()
    low, high = np.inf, -np.inf
    for split, prefix in SPLITS.items():
        values = np.asarray(history.get(prefix + measure, ()), dtype=float)
        known = values[np.isfinite(values)]
        if not len(known):
            continue
        low, high = min(low, known.min()), max(high, known.max())
        name = names.get(split, split)
        figure.add_scatter(
            x=epochs,
            y=values,
            mode="lines+markers" if len(epochs) <= _FEW else "lines",
            line={"color": colors[split], "width": 2, "dash": _DASHES[split]},
            marker={"size": 4},
            name=name,
            legendgroup=split,
            hovertemplate=f"%{{y:.{digits}f}} {name}<extra></extra>",
        )
    if chosen is not None and low <= high:
        margin = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
        figure.add_scatter(
            x=[chosen, chosen],
            y=[low - margin, high + margin],
            mode="lines",
            line={"color": MEASURE_LINE, "width": 2, "dash": "dot"},
            name=names.get(CHOSEN, CHOSEN),
            legendgroup=CHOSEN,
            hoverinfo="skip",
        )
        figure.update_yaxes(range=[low - margin, high + margin])
    figure.update_layout(
        **layout(palette, height, hovermode="x unified", margin={"l": 8, "r": 10, "t": 8, "b": 8}),
    )
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_xaxes(
        title={"text": axis, "standoff": 4},
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        automargin=True,
        tickformat="d",
        nticks=8,
        rangemode="tozero",
    )
    figure.update_yaxes(gridcolor=BEAT_LINE, zeroline=False, fixedrange=True, automargin=True, nticks=6)
    return figure
