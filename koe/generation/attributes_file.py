"""Where attributes grow in a latent space, in a file beside the model's weights. Nothing is ever unpickled."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from koe.errors import ModelError
from koe.generation.attributes import Attributes
from koe.music.attributes import ATTRIBUTES

SUFFIX = ".attributes.npz"
_ARRAYS = ("slopes", "covariance", "means", "spreads")


def save_attributes(found: Attributes, path: Path) -> None:
    """Write them to one ``.npz`` file; the same ones give the same bytes."""
    about = {"weights_sha256": found.weights_sha256, "attributes": ATTRIBUTES}
    arrays: dict[str, Any] = {name: getattr(found, name).astype(np.float32) for name in _ARRAYS}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), **arrays)
    path.write_bytes(buffer.getvalue())


def load_attributes(path: Path) -> Attributes:
    """Read what `save_attributes` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or its parts do not fit together.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(arrays.pop("about").tobytes())
        slopes, covariance, means, spreads = (arrays[name].astype(np.float64) for name in _ARRAYS)
        n, dim = len(ATTRIBUTES), slopes.shape[-1]
        shapes = [slopes.shape, covariance.shape, means.shape, spreads.shape]
        if shapes != [(n, dim), (dim, dim), (n,), (n,)] or tuple(about["attributes"]) != ATTRIBUTES:
            raise ValueError("its parts do not fit together")
        if not all(np.isfinite(part).all() for part in (slopes, covariance, means, spreads)):
            raise ValueError("not all of its numbers are finite")
        return Attributes(str(about["weights_sha256"]), slopes, covariance, means, spreads)
    except Exception as error:  # whatever a damaged archive makes NumPy, zipfile and zlib raise
        raise ModelError(
            f"The attributes {path.name} cannot be read ({error}); make them again with `koe attributes`."
        ) from error
