"""Axes of a latent space in a file beside the model's weights. Nothing is ever unpickled."""

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from koe.errors import ModelError
from koe.generation.axes import Axes, LatentAxes, Measures, Places

SUFFIX = ".axes.npz"


def save_axes(found: LatentAxes, path: Path) -> None:
    """Write axes and map to one ``.npz`` file; the same ones give the same bytes."""
    about = {
        "weights_sha256": found.weights_sha256,
        "corpus_sha256": found.corpus_sha256,
        "split": found.split,
        "descriptors": found.measures.descriptors,
        "names": found.measures.names,
        "titles": found.places.titles,
        "composers": found.places.composers,
    }
    parts = {**asdict(found.axes), **asdict(found.measures), **asdict(found.places)}
    arrays: dict[str, Any] = {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8)
    np.savez_compressed(buffer, about=text, **arrays)
    path.write_bytes(buffer.getvalue())


def load_axes(path: Path) -> LatentAxes:
    """Read what `save_axes` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or its parts do not fit together.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(arrays.pop("about").tobytes())
        texts = {name: tuple(map(str, about[name])) for name in ("descriptors", "names", "titles", "composers")}
        axes = Axes(*(arrays[name] for name in ("mean", "directions", "readings")))
        measured = (arrays[name] for name in ("correlations", "changes", "effects"))
        measures = Measures(texts["descriptors"], texts["names"], *measured)
        latents, pieces, starts = (arrays[name] for name in ("latents", "pieces", "measures"))
        places = Places(latents, pieces, starts, texts["titles"], texts["composers"])
        found = LatentAxes(about["weights_sha256"], about["corpus_sha256"], about["split"], axes, measures, places)
        if not _fits_together(found):
            raise ValueError("its parts do not fit together")
    except Exception as error:  # whatever a damaged archive makes NumPy, zipfile and zlib raise
        raise ModelError(f"The axes {path.name} cannot be read ({error}); make them again with `koe axes`.") from error
    return found


def _fits_together(found: LatentAxes) -> bool:
    axes, measures, places = found.axes, found.measures, found.places
    n_axes, latent_dim = axes.directions.shape
    table = (n_axes, len(measures.descriptors))
    return (
        axes.mean.shape == (latent_dim,)
        and axes.readings.shape == axes.directions.shape
        and measures.correlations.shape == measures.changes.shape == table
        and len(measures.names) == len(measures.effects) == n_axes
        and places.latents.shape == (len(places.pieces), latent_dim)
        and len(places.measures) == len(places.pieces)
        and len(places.titles) == len(places.composers)
        and (not len(places.pieces) or int(places.pieces.max()) < len(places.titles))
        and all(np.isfinite(part).all() for part in (axes.mean, axes.directions, axes.readings, places.latents))
    )
