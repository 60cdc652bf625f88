"""The networks by name, and what kind each is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from koe.errors import InputError
from koe.models.ae3 import build_ae3
from koe.models.autoencoders import build_ae1, build_ae2
from koe.models.cards import CONTINUATION, LATENT
from koe.models.lstm import build_lstm1
from koe.models.lstm2 import build_lstm2


@dataclass(frozen=True)
class Architecture:
    """A network before it has weights.

    Attributes
    ----------
    build : callable
        Makes it, with new weights.
    kind : str
        ``"latent"`` or ``"continuation"``.
    hears_onsets : bool
        Whether it takes states (`koe.music.states`), which tell struck from
        held keys, instead of rolls of 0 and 1.
    """

    build: Callable[..., keras.Model]
    kind: str
    hears_onsets: bool = False


ARCHITECTURES = {
    "ae1": Architecture(build_ae1, LATENT),
    "ae2": Architecture(build_ae2, LATENT),
    "ae3": Architecture(build_ae3, LATENT, hears_onsets=True),
    "lstm1": Architecture(build_lstm1, CONTINUATION),
    "lstm2": Architecture(build_lstm2, CONTINUATION, hears_onsets=True),
}


def architecture(name: str) -> Architecture:
    """What is known of a network by its name.

    Raises
    ------
    InputError
        If there is no network of that name.
    """
    if name not in ARCHITECTURES:
        raise InputError(f"There is no network {name!r}; choose one of {', '.join(ARCHITECTURES)}.")
    return ARCHITECTURES[name]


def build(name: str, **options: Any) -> keras.Model:
    """Make a network with new weights.

    Raises
    ------
    InputError
        If there is no network of that name.
    """
    return architecture(name).build(**options)
