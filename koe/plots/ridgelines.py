"""How the weights of a layer are spread, epoch behind epoch, as a row of hills."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from koe.plots.axes import layout
from koe.plots.palette import BEAT_LINE, LIGHT, Palette, with_alpha

MOST_RIDGES = 20
OVERLAP = 4.5  # height of the highest hill, in distances between two epochs
_BEYOND = 0.15  # share of a hill's height up to which an outermost bin is left out
_SEEN = 0.01  # share of a hill's height below which its foot is cut off


def ridges_shown(epochs: Sequence[int] | np.ndarray, chosen: int | None = None, most: int = MOST_RIDGES) -> list[int]:
    """Indices of at most ``most`` of the epochs, evenly spread; the first, the last and the chosen one among them."""
    n = len(epochs)
    if n <= most:
        return list(range(n))
    shown = np.unique(np.rint(np.linspace(0, n - 1, most)).astype(int))
    place = np.flatnonzero(np.asarray(epochs) == chosen)
    if len(place) and place[0] not in shown:
        # Its nearest neighbour gives way, but neither end does.
        inner = shown[1:-1]
        shown[1 + int(np.argmin(np.abs(inner - place[0])))] = place[0]
    return sorted(shown.tolist())


def spread(counts: np.ndarray, edges: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of what a histogram counts, each weight taken at the middle of its bin."""
    total = counts.sum()
    if not total:
        return 0.0, 0.0
    middles = (edges[:-1] + edges[1:]) / 2
    mean = float(counts @ middles / total)
    return mean, float(np.sqrt(counts @ np.square(middles - mean) / total))


def ridgeline_figure(
    counts: np.ndarray,
    edges: np.ndarray,
    epochs: Sequence[int] | np.ndarray,
    *,
    chosen: int | None = None,
    label: str = "epoch {epoch}",
    axis: str = "epoch",
    palette: Palette = LIGHT,
    height: int = 420,
) -> go.Figure:
    """Draw one hill an epoch, the first at the back, the last in front, as TensorBoard does.

    Parameters
    ----------
    counts : np.ndarray, shape=(n_epochs, n_bins)
        Each hill is drawn as high as every other, whatever it counts.
    edges : np.ndarray, shape=(n_bins + 1,)
    epochs : sequence of int
    chosen : int, optional
        The epoch whose hill takes the accent.
    label : str
        What to say of a hill when it is pointed at; ``{epoch}`` is filled in.
    axis : str
        What to call the epochs.
    palette : Palette
    height : int
        Pixels.

    Returns
    -------
    figure : go.Figure
        At most `MOST_RIDGES` traces, back to front.
    """
    shown = ridges_shown(epochs, chosen)
    hills = np.asarray(counts, dtype=float)[shown]
    hills = hills / np.maximum(hills.max(axis=1, keepdims=True, initial=0.0), 1.0)
    first, last = _seen_bins(hills)
    middles = ((edges[:-1] + edges[1:]) / 2)[first:last]
    x = np.concatenate([middles[:1], middles, middles[-1:]])
    figure = go.Figure()
    for number, (index, hill) in enumerate(zip(shown, hills[:, first:last], strict=True)):
        foot = len(shown) - 1 - number
        is_chosen = chosen is not None and epochs[index] == chosen
        # The further back, the fainter.
        depth = 0.35 + 0.65 * number / max(len(shown) - 1, 1)
        color = palette.made if is_chosen else with_alpha(palette.original, depth)
        figure.add_scatter(
            x=np.round(x, 6),
            y=np.round(np.concatenate([[0.0], hill, [0.0]]) * OVERLAP + foot, 3),
            mode="lines",
            line={"color": color, "width": 1.8 if is_chosen else 1},
            fill="toself",
            # Nearly the ground's own colour: a hill hides the foot of the one behind it.
            fillcolor=with_alpha(palette.paper, 0.85),
            hoveron="fills",
            text=label.format(epoch=int(epochs[index])),
            hoverinfo="text",
            name=str(int(epochs[index])),
        )
    every = -(-len(shown) // 10)
    labelled = [number for number in range(len(shown)) if number % every == 0]
    figure.update_layout(**layout(palette, height, margin={"l": 8, "r": 8, "t": 4, "b": 8}))
    figure.update_xaxes(gridcolor=BEAT_LINE, zeroline=True, zerolinecolor=BEAT_LINE, fixedrange=True, automargin=True)
    figure.update_yaxes(
        title={"text": axis, "standoff": 12},
        tickmode="array",
        tickvals=[len(shown) - 1 - number for number in labelled],
        ticktext=[str(int(epochs[shown[number]])) for number in labelled],
        range=[-0.3, len(shown) - 1 + OVERLAP + 0.1],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        automargin=True,
    )
    return figure


def _seen_bins(hills: np.ndarray) -> tuple[int, int]:
    """First bin and bin after the last in which any hill rises, with one bin of air at either side.

    The outermost bins hold all that lies beyond them, so they are no part of
    a hill's shape, and left out while they hold little.
    """
    height = hills.max(axis=0)
    height[[0, -1]] = np.where(height[[0, -1]] < _BEYOND, 0.0, height[[0, -1]])
    rising = np.flatnonzero(height > _SEEN)
    if not len(rising):
        return 0, hills.shape[1]
    first, last = max(int(rising[0]) - 1, 0), min(int(rising[-1]) + 2, hills.shape[1])
    return first + (first == 0 and height[0] == 0), last - (last == hills.shape[1] and height[-1] == 0)
