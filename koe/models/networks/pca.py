"""PCA: what autoencoders are held against."""

from koe.models.architecture import AT_ONCE, Architecture
from koe.models.cards import LATENT
from koe.models.pca import LATENT_DIM, LATENT_RANGE, PCA


def _adapt(arrays, settings):
    return PCA(arrays["mean"], arrays["components"], arrays["scale"])


ARCHITECTURE = Architecture(
    "pca",
    "PCA",
    LATENT,
    "The plain linear way to sixteen numbers, for comparison: no network, no training in epochs.",
    "5632 - 16 - 5632, linear",
    _adapt,
    latent_dim=LATENT_DIM,
    latent_range=LATENT_RANGE,
    training=AT_ONCE,
    recipes={"paper": {"epochs": 1}, "best": {"epochs": 1}},
    is_baseline=True,
)
