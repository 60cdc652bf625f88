"""The networks by name: every module of `koe.models.networks` is one."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.errors import InputError
from koe.models import networks
from koe.models.architecture import Architecture, Settings
from koe.models.cards import LATENT, ModelCard

if TYPE_CHECKING:
    import keras

ARCHITECTURES: dict[str, Architecture] = {
    module.name: import_module(f"{networks.__name__}.{module.name}").ARCHITECTURE
    for module in pkgutil.iter_modules(networks.__path__)
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


def build(name: str, **options: Any) -> "keras.Model":
    """Make a network with new weights.

    Raises
    ------
    InputError
        If there is no network of that name.
    """
    make = architecture(name).build
    if make is None:
        able = ", ".join(one.name for one in ARCHITECTURES.values() if one.build)
        raise InputError(f"{name} is no network that is built and trained; choose one of {able}.")
    from koe.models.backend import load_backend

    load_backend()
    return make(**options)


def network_of(card: ModelCard, arrays: Mapping[str, np.ndarray]) -> "keras.Model":
    """The Keras network of a card, with its weights.

    Raises
    ------
    ModelError
        If a weight is missing or of another shape.
    """
    from koe.models.storage import assign

    network = build(card.network, **card.options)
    assign(network, arrays)
    return network


def serving(card: ModelCard, arrays: Mapping[str, np.ndarray]) -> Any:
    """A card and its weights as what the rest of Koe asks of it; see `koe.models.interfaces`.

    Raises
    ------
    KeyError
        If the weights lack one of their arrays.
    ModelError
        If one has another shape than the card's network.
    """
    of_card = architecture(card.network)
    settings = Settings.of(card, arrays)
    if not (of_card.build and of_card.needs_keras):
        return of_card.adapt(arrays, settings)
    if card.kind == LATENT and settings.statistics is None:
        raise KeyError("latent_mean")
    return of_card.adapt(network_of(card, arrays), settings)


def adapted(network: "keras.Model", settings: Settings | None = None) -> Any:
    """A network that has no card yet as what the rest of Koe asks of it."""
    return architecture(network.name).adapt(network, settings or Settings())
