"""What the panel fetches once for each model: its decoder's weights, and its axes with the map."""

import json
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from koe.web.serving import cached_studio
from koe.web.texts import latents as texts
from koe.web.texts.language import USUAL

if TYPE_CHECKING:
    from koe.generation.axes import LatentAxes

N_FIRST = 4  # sliders that a newcomer sees
MODELS = 16  # in all languages


@dataclass(frozen=True)
class DecoderFile:
    """A decoder for the browser.

    Attributes
    ----------
    about : dict
        Its steps and planes, sent with the page.
    data : bytes
        Its weights, little-endian float16.
    """

    about: dict[str, Any]
    data: bytes


@st.cache_resource(show_spinner=False, max_entries=MODELS)
def decoder_file(model: str) -> DecoderFile | None:
    """A model's decoder, one for all visitors; None for one that only the server can run.

    Raises
    ------
    ModelError
        If the weights are missing or damaged.
    """
    program = cached_studio.studio().decoder_program(model)
    if program is None:
        return None
    about = {"steps": program.steps, "planes": program.n_planes}
    return DecoderFile(about, program.weights.astype("<f2").tobytes())


@st.cache_resource(show_spinner=False, max_entries=MODELS)
def space_file(model: str, language: str = USUAL) -> bytes | None:
    """A model's axes and map as JSON, one for all visitors of a language; None where there are none.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    found = cached_studio.studio().latent_axes(model)
    if found is None:
        return None
    axes, places = found.axes, found.places
    space = {
        "axes": {name: getattr(axes, name).tolist() for name in ("mean", "directions", "readings")},
        "named": sliders_of(found),
        "places": {
            "shape": list(places.latents.shape),
            "latents": b64encode(places.latents.astype("<f2").tobytes()).decode(),
            "pieces": places.pieces.tolist(),
            "measures": places.measures.tolist(),
            "titles": list(places.titles),
            "composers": list(places.composers),
            "nobody": list(texts.NOBODY),
        },
    }
    return json.dumps(space, ensure_ascii=False).encode()


def sliders_of(found: "LatentAxes") -> list[dict[str, Any]]:
    """Words for each axis's slider, and which ones come first: those with a name, then those with most effect."""
    measures, sliders = found.measures, []
    seen: Counter[str] = Counter()
    named = [number for number, name in enumerate(measures.names) if name in texts.AXES]
    # The first of each name before any second of one.
    firsts = [number for number in named if measures.names[number] not in measures.names[:number]]
    ranked = list(dict.fromkeys([*firsts, *named, *range(len(measures.names))]))[:N_FIRST]
    for number, name in enumerate(measures.names):
        words: dict[str, Any] = {"first": number in ranked, "name": texts.UNNAMED.format(n=number + 1)}
        if name in texts.AXES:
            seen[name] += 1
            title, less, more = texts.AXES[name]
            title = texts.AGAIN.format(name=title, n=seen[name]) if seen[name] > 1 else title
            told = float(measures.correlations[number, measures.descriptors.index(name)])
            words |= {"name": title, "less": less, "more": more, "link": texts.LINK.format(correlation=told)}
            words["full"] = texts.FULL.format(name=title, less=less, more=more)
            words["link_help"] = texts.LINK_HELP.format(descriptor=texts.DESCRIPTORS[name], split=found.split)
        sliders.append(words)
    return sliders


def vector_from(sent: object, model: str, latent_dim: int, latent_range: tuple[float, float]) -> np.ndarray | None:
    """A latent vector that a browser sent, within its range; None if it is none, or another model's."""
    if not isinstance(sent, dict) or sent.get("model") != model:
        return None
    numbers = sent.get("latents")
    if not isinstance(numbers, list) or len(numbers) != latent_dim:
        return None
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        return None
    try:
        vector = np.array(numbers, dtype=np.float64)
    except OverflowError:
        return None
    return np.clip(vector, *latent_range).astype(np.float32) if np.isfinite(vector).all() else None
