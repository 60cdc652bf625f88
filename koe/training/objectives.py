"""What a network is trained to make small, and what is written down beside it.

For networks that hear rolls these are Keras's own. Networks that hear states
are judged by the likelihood of the states; their ``mse`` and
``binary_accuracy`` are those of the roll of sounding keys, as for the others.
Their targets have the shape ``(n, steps, 88, 1)``, so that Keras leaves it alone.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from koe.models.architectures import architecture
from koe.models.cards import LATENT
from koe.models.lstm2 import key_features, sounding_probability, step_nll
from koe.music.grid import N_KEYS
from koe.training.config import TrainingConfig

THRESHOLD = 0.5


@keras.saving.register_keras_serializable("koe")
class StepLikelihood(keras.losses.Loss):
    """Negative log-likelihood of a step's states, in nats: see `koe.models.lstm2.step_nll`.

    Parameters
    ----------
    restrikes : bool
        Whether a sounding key can be struck again.
    """

    def __init__(self, restrikes=True, name="step_likelihood", reduction="sum_over_batch_size", **kwargs):
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.restrikes = restrikes

    def call(self, y_true, y_pred):
        """States ``(n, steps + 1, 88, 1)`` and log-odds ``(n, steps, 88, 2)`` to ``(n, steps)``."""
        return step_nll(y_true[..., 0], y_pred, self.restrikes)

    def get_config(self):
        """All arguments."""
        return {**super().get_config(), "restrikes": self.restrikes}


@keras.saving.register_keras_serializable("koe")
def reconstruction_loss(y_true, y_pred):
    """Cross-entropy of which keys sound and which are struck.

    States ``(n, steps, 88, 1)`` and log-odds ``(n, steps, 88, 2)`` to ``(n,)``.
    """
    features = key_features(y_true[..., 0])
    target = ops.stack([features[..., :N_KEYS], features[..., N_KEYS:]], axis=-1)
    return ops.mean(ops.softplus(y_pred) - target * y_pred, axis=(1, 2, 3))


def _reconstructed(y_true, y_pred):
    return ops.cast(ops.greater(y_true[..., 0], 0), "float32"), ops.sigmoid(y_pred[..., 0])


def _predicted(y_true, y_pred):
    states = y_true[..., 0]
    return ops.cast(ops.greater(states[:, 1:], 0), "float32"), sounding_probability(states, y_pred)


@keras.saving.register_keras_serializable("koe")
def reconstruction_mse(y_true, y_pred):
    """Mean squared error of the roll of sounding keys, ``(n,)``."""
    target, probability = _reconstructed(y_true, y_pred)
    return ops.mean(ops.square(target - probability), axis=(1, 2))


@keras.saving.register_keras_serializable("koe")
def reconstruction_accuracy(y_true, y_pred):
    """Share of keys that are right at one half, ``(n,)``."""
    target, probability = _reconstructed(y_true, y_pred)
    return ops.mean(ops.cast(ops.equal(target > THRESHOLD, probability > THRESHOLD), "float32"), axis=(1, 2))


@keras.saving.register_keras_serializable("koe")
def prediction_mse(y_true, y_pred):
    """Mean squared error of the roll of sounding keys, ``(n,)``."""
    target, probability = _predicted(y_true, y_pred)
    return ops.mean(ops.square(target - probability), axis=(1, 2))


@keras.saving.register_keras_serializable("koe")
def prediction_accuracy(y_true, y_pred):
    """Share of keys that are right at one half, ``(n,)``."""
    target, probability = _predicted(y_true, y_pred)
    return ops.mean(ops.cast(ops.equal(target > THRESHOLD, probability > THRESHOLD), "float32"), axis=(1, 2))


def objectives(config: TrainingConfig) -> tuple[Any, list]:
    """The loss and the metrics, called ``mse`` and ``binary_accuracy``, for `keras.Model.compile`."""
    kind = architecture(config.model)
    if not kind.hears_onsets:
        return config.loss, ["mse", "binary_accuracy"]
    if kind.kind == LATENT:
        return reconstruction_mse if config.loss == "roll" else reconstruction_loss, [
            _mean(reconstruction_mse, "mse"),
            _mean(reconstruction_accuracy, "binary_accuracy"),
        ]
    return StepLikelihood(), [_mean(prediction_mse, "mse"), _mean(prediction_accuracy, "binary_accuracy")]


def _mean(function: Callable, name: str) -> keras.metrics.Metric:
    return keras.metrics.MeanMetricWrapper(function, name=name)
