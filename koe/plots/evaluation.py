"""Pictures of an evaluation: figures with their intervals, composers, and what was written beside real music."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from koe.music.notes import pitch_name
from koe.plots.axes import layout
from koe.plots.palette import BEAT_LINE, LIGHT, Palette, with_alpha

MOST_COMPOSERS = 60  # drawn; those with most music
GENERATED_OPACITY, REAL_OPACITY = 0.6, 0.4
# Plotly would write 20 as a small 2.
LOG_TICKS = [digit * 10.0**power for power in range(-4, 5) for digit in (1, 2, 5)]


def measure_figure(
    rows: Mapping[str, Mapping[str, Any]],
    measure: str,
    title: str,
    *,
    log: bool = False,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One measure of several predictions, with its intervals.

    Parameters
    ----------
    rows : mapping
        From what to call a prediction to its figures, as an evaluation report
        has them; the first is the model's.
    measure : str
        Such as ``"mse"``.
    title : str
        Of the axis.
    log : bool
        Whether the axis is logarithmic.
    palette : Palette
    """
    names = list(rows)
    values = [figures[measure] for figures in rows.values()]
    # Without an interval there is a point alone.
    ends = [
        figures["intervals"][measure] or (value, value) for figures, value in zip(rows.values(), values, strict=True)
    ]
    colors = [palette.made] + [palette.original] * (len(names) - 1)
    figure = go.Figure()
    for name, value, (low, high), color in zip(names, values, ends, colors, strict=True):
        figure.add_scatter(
            x=[value],
            y=[name],
            error_x={"type": "data", "array": [high - value], "arrayminus": [value - low], "width": 6, "thickness": 2},
            mode="markers",
            marker={"size": 10, "color": color},
            hovertemplate=f"%{{y}}<br>%{{x:.4g}} ({low:.4g} to {high:.4g})<extra></extra>",
        )
    _style(figure, 60 + 34 * len(names), palette)
    figure.update_xaxes(title=title, rangemode="tozero")
    if log:
        figure.update_xaxes(type="log", rangemode="normal", tickvals=LOG_TICKS)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def composers_figure(
    rows: Sequence[Mapping[str, Any]], model: str, baseline: str, palette: Palette = LIGHT
) -> go.Figure:
    """The MSE of the model and of its main baseline for each composer; much music at the top."""
    shown = rows[:MOST_COMPOSERS]
    names = [row["composer"] for row in shown]
    ours, theirs = [row["mse"] for row in shown], [row["baseline_mse"] for row in shown]
    figure = go.Figure()
    figure.add_scatter(
        x=[x for pair in zip(theirs, ours, strict=True) for x in (*pair, None)],
        y=[name for name in names for _ in range(3)],
        mode="lines",
        line={"color": with_alpha(palette.original, 0.3), "width": 3},
        hoverinfo="skip",
        showlegend=False,
    )
    for name, values, color in ((baseline, theirs, palette.original), (model, ours, palette.made)):
        figure.add_scatter(
            x=values,
            y=names,
            mode="markers",
            marker={"size": 8, "color": color, "symbol": "circle" if name == model else "circle-open"},
            name=name,
            customdata=[f"{row['n_pieces']} of {row['n_measures']:,} measures" for row in shown],
            hovertemplate="%{y}: %{x:.4f}<br>pieces: %{customdata}<extra>%{fullData.name}</extra>",
        )
    _style(figure, 110 + 18 * len(shown), palette)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1, "yanchor": "bottom"})
    figure.update_xaxes(title="MSE", rangemode="tozero", side="bottom")
    figure.update_yaxes(range=[len(shown) - 0.3, -0.7], showgrid=False, dtick=1)
    return figure


def distributions_figure(compared: Mapping[str, Any], palette: Palette = LIGHT) -> go.Figure:
    """Two histograms over each other: real music, and what a model wrote.

    Parameters
    ----------
    compared : mapping
        ``unit``, ``real_histogram``, ``generated_histogram``, and either
        ``edges`` or the ``values`` of single bins, as an evaluation report has
        them. Shares are drawn, since the two sets need not be equally large.
    palette : Palette
    """
    if "values" in compared:
        centres, width = [float(value) for value in compared["values"]], 1.0
    else:
        edges = compared["edges"]
        width = edges[1] - edges[0] if len(edges) > 1 else 1.0
        centres = [(low + high) / 2 for low, high in pairwise(edges)]
    pitches = compared["unit"] == "MIDI pitch" and "values" in compared
    figure = go.Figure()
    for side, color in (
        ("real", with_alpha(palette.original, REAL_OPACITY)),
        ("generated", with_alpha(palette.made, GENERATED_OPACITY)),
    ):
        counts = compared[f"{side}_histogram"]
        total = sum(counts)
        figure.add_bar(
            x=centres,
            y=[count / total if total else 0 for count in counts],
            width=width,
            name=side,
            marker={"color": color, "line": {"width": 0}},
            customdata=[pitch_name(int(centre)) for centre in centres] if pitches else None,
            hovertemplate=f"{'%{customdata}' if pitches else '%{x:.3g}'}: %{{y:.1%}}<extra>{side}</extra>",
        )
    _style(figure, 190, palette)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 8})
    figure.update_xaxes(title=compared["unit"], showgrid=False, nticks=6)
    figure.update_yaxes(tickformat=".0%", nticks=4)
    return figure


def _style(figure: go.Figure, height: int, palette: Palette) -> None:
    figure.update_layout(**layout(palette, height, margin={"l": 8, "r": 12, "t": 8, "b": 8}))
    figure.update_xaxes(gridcolor=BEAT_LINE, zeroline=False, automargin=True, fixedrange=True)
    figure.update_yaxes(gridcolor=BEAT_LINE, zeroline=False, automargin=True, fixedrange=True)
