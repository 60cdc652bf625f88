"""What lessons work on, as it is sent to the browser."""

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.music.grid import N_KEYS, TICKS_PER_STEP
from koe.music.states import sounding

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.lstm_inside import Inside, LayerInside
    from koe.music.piece import Piece
    from koe.studio.looking import Begun, LookedBack
    from koe.studio.squeezing import Components, Squeezed

N_CELLS = 24  # of a layer that are shown
DIGITS = 5
SHARE_DIGITS = 4
MOST_SD = 4.0  # of a number that is moved, from where it stood
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


def components_of(found: "Components", threshold: float) -> dict[str, Any]:
    """What each of PCA's numbers does to a segment.

    Parameters
    ----------
    found : Components
    threshold : float
        From which value on a key sounds.

    Returns
    -------
    given : dict
        ``latents``; ``base``, 64 times 88 values, rounded; ``components``, what one standard deviation of each number
        adds, as ``bytes`` from -127 to 127 in base64 and the ``step`` between them; ``low`` and ``high``, the keys in
        which anything can come to sound, and ``threshold``.
    """
    components = []
    for push in found.pushes:
        step = float(np.abs(push).max()) / 127
        values = np.round(push / step).astype(np.int8)
        components.append({"bytes": base64.b64encode(values.tobytes()).decode(), "step": step})
    reach = found.base + MOST_SD * np.abs(found.pushes).max(axis=0)
    keys = np.flatnonzero((reach >= threshold).any(axis=0))
    return {
        "latents": np.round(found.latents.astype(float), SHARE_DIGITS).tolist(),
        "base": np.round(found.base.astype(float).ravel(), SHARE_DIGITS).tolist(),
        "components": components,
        "low": int(keys.min(initial=N_KEYS - 1)),
        "high": int(keys.max(initial=0)),
        "threshold": threshold,
    }


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


def looked_back(piece: "Piece", found: "LookedBack") -> dict[str, Any]:
    """Which measures a network looks back at.

    Parameters
    ----------
    piece : Piece
    found : LookedBack
        Of this piece.

    Returns
    -------
    given : dict
        ``notes``, each with onset, pitch and length, ``starts`` of the measures and the end of the last, all in
        sixteenths; ``numbers`` of the measures as they are printed; ``looks``: ``proposals``, ``attention`` and
        ``pointers``, rows of shares as `koe.models.tr1_inside.LookBack` has them; ``qpm``.
    """
    onset, duration, pitch = found.notes.T
    # A measure that is longer than the network's longest counts as several, all of one number.
    measures = np.searchsorted(list(piece.measure_onsets) or [0], found.starts[:-1], side="right") - 1
    look = found.look
    return {
        "qpm": piece.qpm,
        "notes": [
            [round(start / TICKS_PER_STEP, 2), int(key), round(length / TICKS_PER_STEP, 2)]
            for start, key, length in zip(onset.tolist(), pitch, duration.tolist(), strict=True)
        ],
        "starts": np.round(found.starts / TICKS_PER_STEP, 2).tolist(),
        "numbers": (measures + piece.first_number).tolist(),
        "looks": {name: _rounded(getattr(look, name), SHARE_DIGITS) for name in ("proposals", "attention", "pointers")},
    }


def begun_alike(found: "Mapping[int, Begun]") -> dict[str, Any]:
    """What two networks make of beginnings: ``autoencoder`` and ``lstm``, rolls by how many measures were given."""
    return {
        name: {str(known): keys_of(getattr(one, name)) for known, one in found.items()}
        for name in ("autoencoder", "lstm")
    }


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


def _rounded(values: np.ndarray, digits: int = DIGITS) -> list[list[float]]:
    return np.round(values.astype(float), digits).tolist()
