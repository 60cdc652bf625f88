"""AE2: AE1 with dropout."""

from koe.models.architecture import Architecture
from koe.models.cards import LATENT
from koe.models.networks.ae1 import AUTOENCODER, adapt


def _build(**options):
    from koe.models.autoencoders import build_ae2

    return build_ae2(**options)


ARCHITECTURE = Architecture(
    "ae2",
    "AE2",
    LATENT,
    "AE1 trained with dropout: it had to manage with some of its neurons missing.",
    "as AE1, with dropout 0.3, 0.3 in the encoder and 0.3, 0.1 in the decoder",
    adapt,
    _build,
    latent_dim=16,
    recipes={
        "paper": {"learning_rate": 5e-4, "final_learning_rate": 5e-4, "epochs": 1000},
        # To begin from AE1's weights (--init), with dropout at the beginning alone.
        "best": {
            **AUTOENCODER,
            "learning_rate": 5e-3,
            "epochs": 80,
            "batch_size": 512,
            "max_transposition": 6,
            "dropout_epochs": 10,
        },
    },
    fused=True,
    not_hidden=("E1", "D4"),
)
