"""AE1: the paper's autoencoder."""

from typing import Any

from koe.models.architecture import Architecture
from koe.models.cards import LATENT

AUTOENCODER: dict[str, Any] = {
    "optimizer": "muon",
    "learning_rate": 4e-3,
    "final_learning_rate": 1e-5,
    "epochs": 100,
    "batch_size": 256,
    "offset_steps": 16,
    "prior_bias": True,
}


def _build(**options):
    from koe.models.autoencoders import build_ae1

    return build_ae1(**options)


def adapt(network, settings):
    """An autoencoder of rolls as a model with a latent space."""
    from koe.models.network_latent import NetworkLatentModel

    return NetworkLatentModel(network, settings.statistics)


ARCHITECTURE = Architecture(
    "ae1",
    "AE1",
    LATENT,
    "Squeezes four measures through sixteen numbers and unfolds them again.",
    "5632 - 1024 - 256 - 64 - 16 - 64 - 256 - 1024 - 5632, decoder tied to the encoder",
    adapt,
    _build,
    latent_dim=16,
    recipes={"paper": {}, "best": {**AUTOENCODER, "max_transposition": 6}},
    fused=True,
    not_hidden=("E1", "D4"),
)
