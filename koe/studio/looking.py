"""Looking into a network while it hears music."""

from typing import TYPE_CHECKING

import numpy as np

from koe.music.states import sounding
from koe.studio.base import StudioBase
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.models.lstm_inside import Inside

LSTM1 = "lstm1"


class Looking(StudioBase):
    """What happens inside; a part of `koe.studio.Studio`."""

    @heavy("look")
    def look_inside(self, segment: np.ndarray) -> "Inside":
        """Gates, memories and chances of LSTM1 while it hears a segment.

        Parameters
        ----------
        segment : np.ndarray, shape=(steps, 88)
            A roll, or states.

        Raises
        ------
        ModelError
            If LSTM1 is missing or damaged.
        """
        from koe.models.lstm_inside import look_inside
        from koe.models.storage import load_weights

        card = self.registry.card(LSTM1)
        arrays = load_weights(self.registry.folder / card.weights, card.weights_sha256)
        return look_inside(arrays, sounding(segment), card.leaning)
