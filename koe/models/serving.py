"""A network with its weights as what the rest of Koe asks of it."""

import keras

from koe.models.ae3 import BeatAutoencoder
from koe.models.interfaces import Continuer, LatentModel
from koe.models.latent import LatentStatistics
from koe.models.lstm2 import LSTM2
from koe.models.network_continuer import NetworkContinuer
from koe.models.network_latent import NetworkLatentModel, StatesLatentModel
from koe.models.tied_continuer import TiedContinuer


def continuer_of(network: keras.Model, restriking: float = 0.0, leaning: float = 0.0) -> Continuer:
    """A network that goes on from what it has heard.

    ``restriking`` is for those that tell struck from held keys, ``leaning`` for
    those of rolls; see `koe.models.cards.ModelCard`.
    """
    return TiedContinuer(network, restriking) if isinstance(network, LSTM2) else NetworkContinuer(network, leaning)


def latent_of(network: keras.Model, statistics: LatentStatistics) -> LatentModel:
    """A network with a latent space; ``statistics`` say where the training data lies in it."""
    kind = StatesLatentModel if isinstance(network, BeatAutoencoder) else NetworkLatentModel
    return kind(network, statistics)
