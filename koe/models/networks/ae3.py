"""AE3: an autoencoder of states, for the segment and for its beats."""

from koe.models.architecture import Architecture
from koe.models.cards import LATENT


def _build(**options):
    from koe.models.ae3 import build_ae3

    return build_ae3(**options)


def _adapt(network, settings):
    from koe.models.network_latent import StatesLatentModel

    return StatesLatentModel(network, settings.statistics)


ARCHITECTURE = Architecture(
    "ae3",
    "AE3",
    LATENT,
    "Takes four measures as a whole and beat by beat, keeps struck and held keys apart, and unfolds them again.",
    "for the segment 6336 - 704 - 384 - 128 - 15 and back, tied; for each of sixteen beats "
    "792 - 512 - 192 - 7 and back, in the light of all; and the semitones it was moved by",
    _adapt,
    _build,
    hears_onsets=True,
    latent_dim=128,
    recipes={
        "best": {
            "optimizer": "muon",
            "learning_rate": 4e-3,
            "loss": "states",
            "final_learning_rate": 1e-5,
            "epochs": 55,
            "batch_size": 128,
            "offset_steps": 4,
            "prior_bias": True,
        }
    },
    losses=("states", "roll"),
    takes_latent_dim=True,
    settles=True,
    not_hidden=("S1", "TR", "E1", "EC", "D1", "DC", "D6", "places"),  # EC, D1 and DC for their size
)
