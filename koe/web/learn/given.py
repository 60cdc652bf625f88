"""What lessons work on, as it is sent to the browser."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.music.states import sounding

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.lstm_inside import Inside, LayerInside
    from koe.studio.squeezing import Squeezed

N_CELLS = 24  # of a layer that are shown
DIGITS = 5
LIVELY = 0.5  # of all cells, those that change the most


def four_measures(segment: np.ndarray, qpm: float) -> dict[str, Any]:
    """A segment as its sounding keys, step by step.

    Parameters
    ----------
    segment : np.ndarray, shape=(64, 88)
        A roll, or states.
    qpm : float
        Its tempo, quarters a minute.

    Returns
    -------
    given : dict
        ``roll``, 64 lists of keys from 0 (A0) to 87, and ``qpm``.
    """
    return {"roll": keys_of(sounding(segment)), "qpm": qpm}


def keys_of(roll: np.ndarray) -> list[list[int]]:
    """The sounding keys of each step of a roll, from 0 (A0) to 87."""
    return [np.flatnonzero(step).tolist() for step in roll]


def squeezed(found: "Sequence[tuple[ModelCard, Squeezed]]") -> list[dict[str, Any]]:
    """What several models make of fewer and fewer numbers.

    Returns
    -------
    given : list of dict
        ``name``, ``title``, ``sizes``, ``f1`` and ``rolls``, one a size, as `keys_of` has them.
    """
    return [
        {
            "name": card.name,
            "title": card.title,
            "sizes": list(one.sizes),
            "f1": [round(score, DIGITS) for score in one.f1],
            "rolls": [keys_of(roll) for roll in one.rolls],
        }
        for card, one in found
    ]


def cells_of(inside: "Inside") -> dict[str, Any]:
    """Some cells of each layer with their gates, and what the network expects, rounded to `DIGITS`.

    Parameters
    ----------
    inside : Inside

    Returns
    -------
    given : dict
        ``layers``, each with the ``numbers`` of its cells (from 1), their
        ``half_lives`` in steps, and ``input``, ``forget``, ``candidate``,
        ``output`` and ``cell``, lists of steps by cells; ``log_odds``, steps by keys.
    """
    layers = []
    for layer in inside.layers:
        shown = telling_cells(layer)
        values = {
            name: _rounded(getattr(layer, name)[:, shown])
            for name in ("input", "forget", "candidate", "output", "cell")
        }
        lives = np.round(layer.half_lives[shown], 1).tolist()
        layers.append({"numbers": (shown + 1).tolist(), "half_lives": lives, **values})
    return {"layers": layers, "log_odds": _rounded(inside.log_odds)}


def telling_cells(layer: "LayerInside") -> np.ndarray:
    """Cells of a layer that have something to tell: from the longest memory to the shortest, evenly.

    Returns
    -------
    cells : np.ndarray, shape=(n,), dtype=int
        At most `N_CELLS`, from the livelier half.
    """
    spread = layer.cell.std(axis=0)
    lively = np.flatnonzero(spread >= np.quantile(spread, LIVELY))
    by_memory = lively[np.argsort(-layer.half_lives[lively], kind="stable")]
    places = np.linspace(0, len(by_memory) - 1, min(N_CELLS, len(by_memory)))
    # Few cells remember for long, and these are what it is about: denser at the beginning.
    places = places**2 / max(len(by_memory) - 1, 1)
    return by_memory[np.unique(np.floor(places + 0.5).astype(int))]


def _rounded(values: np.ndarray) -> list[list[float]]:
    return np.round(values.astype(float), DIGITS).tolist()
