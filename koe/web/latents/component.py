"""Sliders over a latent space as a component without a build step: the browser decodes while a hand moves them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from koe.plots.palette import DARK, LIGHT, MEASURE_LINE, Palette
from koe.web.browser.component import component
from koe.web.latents.space import decoder_file, space_file, vector_from
from koe.web.serving.sounds import data_address
from koe.web.texts import latents as texts
from koe.web.texts.language import language

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

COMPONENT = "koe_latents"
N_RAW = 16  # of a model with more numbers the first carry the most

# Apart for the common kinds of colour blindness (Okabe and Ito); without vermilion, which is where the visitor is.
COMPOSERS = ("#0072b2", "#e69f00", "#009e73", "#56b4e9", "#cc79a7")
OTHERS = "#8d857a"

_HERE = Path(__file__).parent
_SCRIPTS = ("decoder.js", "../browser/preview.js", "stage.js", "map.js", "latents.js")


@cache
def _component() -> Callable[..., Any]:
    return component(COMPONENT, _HERE, _SCRIPTS, html="latents.html", style="latents.css")


def mount_latents(
    card: "ModelCard",
    latents: np.ndarray,
    key: str,
    *,
    player: str,
    threshold: float,
    on_move: Callable[[np.ndarray, bool], None],
) -> None:
    """Show the sliders of a model's latent space, and the map.

    Parameters
    ----------
    card : ModelCard
    latents : np.ndarray, shape=(latent_dim,)
        Where they stand. While this is where the visitor moved to last, the
        panel goes by what it has itself.
    key : str
    player : str
        Key of the result whose roll follows.
    threshold : float
        From which a key sounds.
    on_move : callable
        Called with the vector that the visitor moved to, before the page runs
        anew, and whether the hand is still moving.
    """
    decoder, space = decoder_file(card.name), space_file(card.name, language())
    low, high = card.latent_range
    known = f"{key}-{card.name}-known"  # the vector that the panel has, and how often it was given another
    had, turn = st.session_state.get(known, (None, 0))
    if not np.array_equal(had, latents):
        turn += 1
        st.session_state[known] = (latents, turn)
    data = {
        "model": card.name,
        "player": player,
        "latents": [float(value) for value in latents],
        "turn": turn,
        "low": low,
        "high": high,
        "threshold": threshold,
        "n_raw": min(card.latent_dim, N_RAW),
        "others": texts.OTHERS.format(n=card.latent_dim - N_RAW) if card.latent_dim > N_RAW else "",
        "decoder": decoder and {**decoder.about, "src": _address(decoder.data, "octet-stream", "decoder")},
        "space": space and _address(space, "json", "space"),
        "labels": texts.LABELS,
        "palettes": {"light": _colors(LIGHT), "dark": _colors(DARK)},
    }

    def heard(event: str, moving: bool) -> Callable[[], None]:
        def take() -> None:
            # What a browser sends is input like any other.
            vector = vector_from(st.session_state[key].get(event), card.name, card.latent_dim, card.latent_range)
            if vector is not None:
                st.session_state[known] = (vector, turn)
                on_move(vector, moving)

        return take

    _component()(key=key, data=data, on_move_change=heard("move", False), on_peek_change=heard("peek", True))


def _address(data: bytes, kind: str, what: str) -> str:
    return data_address(data, f"application/{kind}", f"{COMPONENT}-{what}")


def _colors(palette: Palette) -> dict[str, Any]:
    return {
        "ground": palette.paper,
        "here": palette.made,
        "line": MEASURE_LINE,
        "composers": list(COMPOSERS),
        "others": OTHERS,
    }
