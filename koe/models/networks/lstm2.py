"""LSTM2: one small recurrent network for all keys."""

from koe.models.architecture import Architecture
from koe.models.cards import CONTINUATION


def _build(**options):
    from koe.models.lstm2 import build_lstm2

    return build_lstm2(**options)


def _adapt(network, settings):
    from koe.models.tied_continuer import TiedContinuer

    return TiedContinuer(network, settings.restriking)


def _at_once(arrays, settings):
    from koe.models.lstm2_numpy import NumpyLSTM2

    return NumpyLSTM2(arrays, settings.restriking)


ARCHITECTURE = Architecture(
    "lstm2",
    "LSTM2",
    CONTINUATION,
    "Gives every key its own memory, knows the time in the bar, and draws a chord key by key.",
    "88 times the same LSTM 64 - LSTM 64, then key by key up the keyboard",
    _adapt,
    _build,
    hears_onsets=True,
    at_once=_at_once,
    recipes={
        "best": {
            "optimizer": "adam",
            "learning_rate": 2e-3,
            "loss": "states",
            "final_learning_rate": 2e-5,
            "epochs": 16,
            "epoch_windows": 3200,
            "batch_size": 8,
            "window_steps": 129,
            "max_transposition": 6,
            "offset_steps": 1,
            "clip_norm": 1.0,
        }
    },
    losses=("states",),
    not_hidden=("near", "octaves", "tonality", "register", "chord", "key_bias", "odds", "D3"),
    calibrated=("restriking",),
)
