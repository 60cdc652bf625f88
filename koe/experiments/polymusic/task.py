"""How each kind of network is asked for the frames of a pianoroll benchmark.

A network of rolls predicts every key of a frame by itself. One of states draws
the keys of a frame one after another; the sets do not tell a key that is
struck again from one that is held, so a sounding key that goes on is held.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from koe.models.architectures import architecture
from koe.models.lstm2 import sounding_probability
from koe.music.grid import N_KEYS
from koe.music.states import states_from_pianoroll
from koe.training.objectives import StepLikelihood


def hears_states(model: str) -> bool:
    """Whether a network of this name takes states."""
    return architecture(model).hears_onsets


def frame_loss(model: str) -> keras.losses.Loss:
    """What a network is trained to make small, divided by the frames that count and not by those filled in."""
    if hears_states(model):
        return StepLikelihood(restrikes=False, reduction="mean_with_sample_weight")
    return keras.losses.BinaryCrossentropy(reduction="mean_with_sample_weight")


class FrameTask:
    """A network, trained and asked in rolls ``(n, frames + 1, 88)`` of which the first frame is given."""

    def __init__(self, network: keras.Model) -> None:
        self.network, self.states = network, hears_states(network.name)

    def train(self, rolls: np.ndarray, weights: np.ndarray) -> float:
        """One update; the loss in nats per frame that ``weights``, ``(n, frames)``, counts."""
        self.network.reset_metrics()
        inputs = self._inputs(rolls)
        target = inputs["states"][..., None] if self.states else rolls[:, 1:].astype(np.float32)
        loss = self.network.train_on_batch(inputs, target, sample_weight=weights, return_dict=True)["loss"]
        return float(loss) * (1 if self.states else N_KEYS)

    def predict(self, rolls: np.ndarray) -> np.ndarray:
        """Probabilities of the frames after the first, ``(n, frames, 88)``."""
        inputs = self._inputs(rolls)
        predicted = self.network.predict_on_batch(inputs)
        if self.states:
            predicted = ops.convert_to_numpy(sounding_probability(inputs["states"], predicted, restrikes=False))
        return np.asarray(predicted)

    def _inputs(self, rolls: np.ndarray) -> Any:
        if not self.states:
            return rolls[:, :-1].astype(np.float32)
        # The sets say nothing of metre.
        return {"states": states_from_pianoroll(rolls), "clock": np.zeros((*rolls.shape[:2], 2), np.int32)}
