"""Networks of toy size, as models of a registry."""

from pathlib import Path

import keras

from koe.models.architectures import architecture, build
from koe.models.cards import ModelCard, save_card
from koe.models.registry import Registry
from koe.models.storage import arrays_of, save_weights

COMPOSERS = {"bach-js": 1, "chopin": 2}


def toy_registry(folder: Path, **options_of: dict) -> Registry:
    """A registry of networks with random weights, by their names and options."""
    for name, options in options_of.items():
        keras.utils.set_random_seed(0)
        add_model(folder, name, name, options)
    return Registry(folder)


def add_model(folder: Path, name: str, network: str, options: dict, **fields) -> ModelCard:
    """Put a network with random weights into a folder as a model of some name."""
    known = architecture(network)
    sha256 = save_weights(arrays_of(build(network, **options)), folder / f"{name}.npz")
    card = ModelCard(
        name,
        name.upper(),
        known.kind,
        known.description,
        known.layers,
        1,
        f"{name}.npz",
        sha256,
        options=options,
        hears_onsets=known.hears_onsets,
        latent_dim=known.latent_dim,
        network=network,
        composers=COMPOSERS if known.kind == "composition" else {},
        **fields,
    )
    save_card(card, folder / f"{name}.json")
    return card
