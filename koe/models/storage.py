"""Weights on disk: named float16 arrays in an ``.npz`` file. Nothing is ever unpickled."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.errors import ModelError

if TYPE_CHECKING:
    import keras

# The end of the names of variables that random numbers come from.
SEEDS = "seed_generator_state"


def save_weights(arrays: Mapping[str, np.ndarray], path: Path) -> str:
    """Write arrays as float16 and return the file's SHA-256.

    The same arrays give the same bytes: NumPy stamps the members of the
    archive with a fixed date.
    """
    buffer = io.BytesIO()
    halves: dict[str, Any] = {name: np.asarray(array).astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(buffer, **halves)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def load_weights(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """Read arrays back, as float32.

    Raises
    ------
    ModelError
        If the file is missing, or is not the one with this hash: cut short,
        damaged, or of another model.
    """
    data = _bytes_of(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(
            f"The weights {path.name} are damaged or not those of their card; restore them from the repository."
        )
    return _arrays_in(data, path)


def load_arrays(path: Path) -> tuple[dict[str, np.ndarray], str]:
    """Read weights that no card vouches for, as float32, and their SHA-256.

    Raises
    ------
    ModelError
        If the file is missing or is no archive of arrays.
    """
    data = _bytes_of(path)
    return _arrays_in(data, path), hashlib.sha256(data).hexdigest()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The weights {path.name} are missing from {path.parent}; restore them from the repository."
        ) from error


def _arrays_in(data: bytes, path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name].astype(np.float32) for name in archive.files}
    except Exception as error:  # whatever a damaged archive makes NumPy, zipfile and zlib raise
        raise ModelError(f"The weights {path.name} cannot be read: {error}.") from error


def assign(model: "keras.Model", arrays: Mapping[str, np.ndarray]) -> None:
    """Put arrays into a Keras model's weights, by their paths.

    Raises
    ------
    ModelError
        If a name is missing or a shape differs.
    """
    for variable in weights_of(model):
        array = arrays.get(variable.path)
        if array is None or array.shape != tuple(variable.shape):
            came = "nothing" if array is None else f"the shape {array.shape}"
            raise ModelError(
                f"{model.name} needs {variable.path} of shape {tuple(variable.shape)}, but the file has {came}."
            )
        variable.assign(array)


def arrays_of(model: "keras.Model") -> dict[str, np.ndarray]:
    """A Keras model's weights by their paths."""
    return {variable.path: np.asarray(variable.numpy()) for variable in weights_of(model)}


def weights_of(model: "keras.Model") -> "list[keras.Variable]":
    """All variables that say what a network makes of its input, whether they are trained at the moment or not."""
    return [variable for variable in model.variables if not variable.path.endswith(SEEDS)]
