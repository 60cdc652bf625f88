"""What lessons work on, as it is sent to the browser."""

from typing import Any

import numpy as np

from koe.music.states import sounding


def four_measures(segment: np.ndarray, qpm: float) -> dict[str, Any]:
    """A segment as its sounding keys, step by step.

    Parameters
    ----------
    segment : np.ndarray, shape=(64, 88)
        A roll, or states.
    qpm : float
        Its tempo, quarters a minute.

    Returns
    -------
    given : dict
        ``roll``, 64 lists of keys from 0 (A0) to 87, and ``qpm``.
    """
    return {"roll": [np.flatnonzero(step).tolist() for step in sounding(segment)], "qpm": qpm}
