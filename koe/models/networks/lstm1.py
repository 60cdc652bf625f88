"""LSTM1: the paper's recurrent network."""

from koe.models.architecture import Architecture
from koe.models.cards import CONTINUATION


def _build(**options):
    from koe.models.lstm import build_lstm1

    return build_lstm1(**options)


def _adapt(network, settings):
    from koe.models.network_continuer import NetworkContinuer

    return NetworkContinuer(network, settings.leaning)


ARCHITECTURE = Architecture(
    "lstm1",
    "LSTM1",
    CONTINUATION,
    "Reads a piece step by step, remembers, and says which keys may come next.",
    "88 - LSTM 500 - LSTM 500 - 88",
    _adapt,
    _build,
    recipes={
        "paper": {"optimizer": "rmsprop", "epochs": 200, "batch_size": 64, "window_steps": 129},
        "best": {
            "optimizer": "adam",
            "learning_rate": 1.5e-3,
            "loss": "binary_crossentropy",
            "final_learning_rate": 1e-5,
            "epochs": 16,
            "batch_size": 64,
            "window_steps": 129,
            "early_batch_size": 32,
            "early_epochs": 4,
            "max_transposition": 6,
            "offset_steps": 1,
            "prior_bias": True,
            "clip_norm": 1.0,
        },
    },
    takes_own_inputs=True,
    not_hidden=("D1",),
    calibrated=("leaning",),
)
