"""Training a small network that is to tell two kinds of music apart."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import keras
import numpy as np


class Schooling(Protocol):
    """How such a network is trained: what `fit_to_tell` reads of a configuration."""

    @property
    def learning_rate(self) -> float:
        """AdamW's."""

    @property
    def weight_decay(self) -> float:
        """AdamW's."""

    @property
    def epochs(self) -> int:
        """At most."""

    @property
    def patience(self) -> int:
        """Epochs without a lower loss on valid before it stops."""


def fit_to_tell(
    network: keras.Model,
    batches: Callable[[int], Iterable[tuple[Any, np.ndarray]]],
    valid: tuple[Any, np.ndarray],
    config: Schooling,
    report: Callable[[str], None],
) -> list[float]:
    """Train; keep the weights with the lowest loss on valid.

    Parameters
    ----------
    network : keras.Model
        Ends in one probability.
    batches : callable
        Gives an epoch's inputs and labels, batch by batch, by its number.
    valid : tuple
        Inputs and labels that decide when to stop.
    config : Schooling
    report : callable
        Gets a line after each epoch.

    Returns
    -------
    losses : list of float
        On valid, after every epoch.
    """
    optimizer = keras.optimizers.AdamW(config.learning_rate, config.weight_decay)
    network.compile(optimizer, "binary_crossentropy", metrics=["binary_accuracy"])
    losses: list[float] = []
    best = network.get_weights()
    for epoch in range(config.epochs):
        totals = []
        for inputs, labels in batches(epoch):
            totals.append(float(network.train_on_batch(inputs, labels, return_dict=True)["loss"]))
            network.reset_metrics()  # or it would tell the mean of all batches so far
        figures = network.evaluate(*valid, batch_size=256, verbose=0, return_dict=True)
        losses.append(float(figures["loss"]))
        if losses[-1] == min(losses):
            best = network.get_weights()
        report(
            f"{epoch + 1}/{config.epochs}  train {np.mean(totals):.4f}  valid {losses[-1]:.4f}  "
            f"error on valid {1 - figures['binary_accuracy']:.3f}"
        )
        if epoch - int(np.argmin(losses)) >= config.patience:
            break
    network.set_weights(best)
    return losses
