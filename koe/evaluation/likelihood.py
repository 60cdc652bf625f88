"""How likely music is to a network that continues, each step after those that really came before it.

A network of rolls gives the exact likelihood of a roll: its keys are
independent of one another once the past is known. A network of states, which
draws the keys of a step one after another, gives the exact likelihood of the
states (silent, held or struck). Since states tell the roll and more, that is
at most the likelihood of the roll: in nats, which are negative, an upper bound.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.evaluation.metrics import COLUMNS, count
from koe.evaluation.windows import Windows
from koe.models.registry import Registry, load_network
from koe.music.states import SILENT, STRUCK

if TYPE_CHECKING:
    from koe.models.lstm2 import LSTM2

# States ``(n, steps, 88)`` and their clock ``(n, steps, 2)`` in, nats a step ``(n,)`` out.
Likelihood = Callable[[np.ndarray, np.ndarray], np.ndarray]
# Windows that a network of states is given at once: each of its layers keeps some 3 MB of every window.
AT_ONCE = 32


class StatesPredictor:
    """A network of states as a predictor, which also tells how likely the states were.

    Both questions about the same windows cost one run of the network.

    Parameters
    ----------
    network : LSTM2
    """

    def __init__(self, network: "LSTM2") -> None:
        self.network = network
        self._last: tuple[Windows, np.ndarray] | None = None

    def __call__(self, windows: Windows) -> np.ndarray:
        """Probability that each key sounds, given the past and the lower keys of the step: ``(n, steps, 88)``."""
        from koe.models.lstm2 import sounding_probability

        return np.asarray(sounding_probability(windows.states, self._logits(windows), self.network.restrikes))

    def nats(self, windows: Windows) -> np.ndarray:
        """Negative log-likelihood of the states of all steps after the first: ``(n,)``."""
        return step_nats(self.network, windows.states, self._logits(windows)).sum(axis=1)

    def _logits(self, windows: Windows) -> np.ndarray:
        if self._last is None or self._last[0] is not windows:
            self._last = windows, log_odds(self.network, windows.states, windows.clock)
        return self._last[1]


def log_odds(network: "LSTM2", states: np.ndarray, clock: np.ndarray) -> np.ndarray:
    """Log-odds ``(n, steps - 1, 88, 2)`` of striking and holding, from states ``(n, steps, 88)`` and clock."""
    parts = [slice(first, first + AT_ONCE) for first in range(0, len(states), AT_ONCE)]
    return np.concatenate(
        [np.asarray(network.predict_on_batch({"states": states[part], "clock": clock[part]})) for part in parts]
    )


def step_nats(network: "LSTM2", states: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of the states of each step after the first: float64, ``(n, steps - 1)``."""
    from koe.models.lstm2 import step_nll

    return np.asarray(step_nll(states, logits, network.restrikes)).astype(np.float64)


def segment_likelihood(name: str, registry: Registry) -> Likelihood:
    """What a network that continues makes of segments that stand alone, with silence before them.

    Parameters
    ----------
    name : str
        A model that continues.
    registry : Registry

    Returns
    -------
    likelihood : callable
        From states ``(n, steps, 88)`` and clock ``(n, steps, 2)`` to the
        negative log-likelihood in nats a step, ``(n,)``, of all their steps.
        Exact for the states if the network hears them, else for the roll.

    Raises
    ------
    InputError
        If the model does not continue music.
    """
    registry.continuer(name)  # which refuses others
    return likelihood_under(load_network(registry, name))


def likelihood_under(network: Any) -> Likelihood:
    """The same for a network at hand, a Keras model."""
    from koe.models.architectures import architecture

    if architecture(network.name).hears_onsets:

        def of_states(states: np.ndarray, clock: np.ndarray) -> np.ndarray:
            states, clock = _after_silence(states, clock)
            return step_nats(network, states, log_odds(network, states, clock)).mean(axis=1)

        return of_states

    def of_rolls(states: np.ndarray, clock: np.ndarray) -> np.ndarray:
        rolls = _after_silence(states, clock)[0] > 0
        predicted = np.asarray(network.predict_on_batch(rolls[:, :-1].astype(np.float32)))
        return count(rolls[:, 1:], predicted, 0.5)[:, COLUMNS.index("nats")] / states.shape[1]

    return of_rolls


def _after_silence(states: np.ndarray, clock: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One silent step more at the beginning, a step earlier in the measure; what sounds after it is struck."""
    states = states.copy()
    states[:, 0] = np.where(states[:, 0] > SILENT, STRUCK, SILENT)
    first = clock[:, :1].copy()
    first[..., 0] = (first[..., 0] - 1) % np.maximum(first[..., 1], 1)
    return np.concatenate([np.zeros_like(states[:, :1]), states], axis=1), np.concatenate([first, clock], axis=1)
