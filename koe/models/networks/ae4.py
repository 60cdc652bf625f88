"""AE4: AE3's numbers, written in time by cells like LSTM2's."""

from koe.models.architecture import UPDATES, Architecture
from koe.models.cards import LATENT


def _build(**options):
    from koe.models.ae4 import build_ae4

    return build_ae4(**options)


def _adapt(network, settings):
    from koe.models.led_latent import LedLatentModel

    return LedLatentModel(network, settings.statistics)


ARCHITECTURE = Architecture(
    "ae4",
    "AE4",
    LATENT,
    "Takes four measures as AE3 does, and writes them in time, so that what lies between two pieces is music as well.",
    "AE3's encoder, and its decoder told how exactly the numbers are meant; led by it 88 times the same LSTM 64 - "
    "LSTM 64, then key by key up the keyboard",
    _adapt,
    _build,
    hears_onsets=True,
    latent_dim=128,
    training=UPDATES,
    recipes={"best": {}},
    losses=("states",),
    writes_in_time=True,
)
