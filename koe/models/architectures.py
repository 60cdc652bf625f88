"""The networks by name."""

from collections.abc import Callable
from typing import Any

import keras

from koe.errors import InputError
from koe.models.autoencoders import build_ae1, build_ae2
from koe.models.lstm import build_lstm1

_BUILDERS: dict[str, Callable[..., keras.Model]] = {"ae1": build_ae1, "ae2": build_ae2, "lstm1": build_lstm1}


def build(name: str, **options: Any) -> keras.Model:
    """Make a network with new weights.

    Raises
    ------
    InputError
        If there is no network of that name.
    """
    if name not in _BUILDERS:
        raise InputError(f"There is no network {name!r}; choose one of {', '.join(_BUILDERS)}.")
    return _BUILDERS[name](**options)
