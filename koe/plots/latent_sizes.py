"""F1 against the number of latents, curve by curve."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from koe.plots.page import html_page, html_table

PANELS = {"f1": "keys of the roll", "onset_f1": "notes by onset", "onset_duration_f1": "notes by onset and duration"}
COLORS = ("#7f7f7f", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


def latent_sizes_figure(report: Mapping[str, Any]) -> go.Figure:
    """Three panels side by side, a line for each curve; see `koe.evaluation.latent_sizes`."""
    figure = make_subplots(rows=1, cols=len(PANELS), subplot_titles=list(PANELS.values()), shared_yaxes=True)
    for number, (name, points) in enumerate(report["curves"].items()):
        for column, measure in enumerate(PANELS, start=1):
            figure.add_trace(
                go.Scatter(
                    x=[point["latent_dim"] for point in points],
                    y=[point[measure] for point in points],
                    mode="lines+markers",
                    name=name,
                    legendgroup=name,
                    showlegend=column == 1,
                    line={"color": COLORS[number % len(COLORS)]},
                ),
                row=1,
                col=column,
            )
    sizes = sorted({point["latent_dim"] for points in report["curves"].values() for point in points})
    figure.update_xaxes(type="log", tickvals=sizes, ticktext=[str(size) for size in sizes], title="latent numbers")
    figure.update_yaxes(range=[0, 1])
    figure.update_yaxes(title="F1", col=1)
    figure.update_layout(template="plotly_white", height=380, legend={"orientation": "h", "y": -0.25})
    return figure


def latent_sizes_page(report: Mapping[str, Any]) -> str:
    """One HTML page with the curves and their figures; it loads nothing from elsewhere."""
    rows = [
        [
            name,
            str(point["latent_dim"]),
            f"{point['mse']:.4f}",
            *(f"{point[measure]:.3f}" for measure in PANELS),
            f"{point['threshold']:.2f}",
        ]
        for name, points in report["curves"].items()
        for point in points
    ]
    title = f"Reconstruction against latent numbers, {report['split']} split"
    head = ["", "latents", "MSE", *(f"F1, {text}" for text in PANELS.values()), "threshold"]
    return html_page(title, [f"<h1>{title}</h1>", latent_sizes_figure(report), html_table(head, rows)])
