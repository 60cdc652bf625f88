"""How the piano answers a velocity: which layer plays, how loud, how bright.

Loudness follows one law for all keys, ``40 log10(velocity / 127)`` dB, which
General MIDI recommends and for which files of sequencers are made. Brightness
follows the recordings: a layer plays as it was recorded at its own velocity,
and below that through a low-pass filter, which closes until the sound is as
dark as the next softer layer at *its* velocity. So no boundary is heard.
"""

from dataclasses import dataclass

import numpy as np

from tools.grand.recordings import CHOSEN
from tools.grand.shaping import frequencies

BANDS_A_LAYER = 6
OPEN = 13_500  # cents over 8.176 Hz, a filter that does nothing
LOWEST_CUTOFF = 6_000  # 261 Hz
OVER_FUNDAMENTAL = 700  # cents: a filter below this would take the note itself away
DARKENING = 0.32  # powers of the velocity by which brightness falls below the softest layer
AUDIBLE = 1e-6  # of the strongest bin; what is weaker is hiss and no part of brightness


@dataclass(frozen=True)
class Band:
    """Velocities that are played alike, but for their loudness.

    Attributes
    ----------
    low, high : int
        The velocities, both included.
    layer : int
        Index in `CHOSEN`.
    depth : float
        0 where the layer sounds as recorded, 1 where it is as dark as the one below it.
    """

    low: int
    high: int
    layer: int
    depth: float

    @property
    def middle(self) -> float:
        """Where its loudness is exact."""
        return float(np.sqrt(self.low * self.high))


def bands() -> tuple[Band, ...]:
    """Divide velocities 1 to 127."""
    found: list[Band] = []
    below = 1
    for index, layer in enumerate(CHOSEN):
        first = below if index else 8
        edges = np.unique(np.round(np.geomspace(first, layer.velocity, BANDS_A_LAYER + 1)).astype(int))
        tops = list(edges[1:]) if index else [7, *edges[1:]]
        for top in tops:
            low = found[-1].high + 1 if found else 1
            middle = np.sqrt(low * top)
            depth = float(np.log(layer.velocity / middle) / np.log(layer.velocity / first))
            found.append(Band(low, int(top), index, depth if top < layer.velocity else 0.0))
        below = layer.velocity
    return tuple(found)


def brightness(power: np.ndarray) -> float:
    """Spectral centroid of the amplitudes, in Hz."""
    heard = np.where(power > AUDIBLE * power.max(), np.sqrt(power), 0.0)
    return float((frequencies() * heard).sum() / heard.sum())


def loudness(power: np.ndarray) -> float:
    """Weighted as ITU-R BS.1770 weights it, in dB."""
    return float(10 * np.log10((power * _k_weights()).sum()))


def lowpass(cutoff: float) -> np.ndarray:
    """Power response of a second-order low-pass filter (Butterworth); ``cutoff`` in cents."""
    if cutoff >= OPEN:
        return np.ones(len(frequencies()))
    return 1 / (1 + (frequencies() / (8.176 * 2 ** (cutoff / 1200))) ** 4)


def cutoff_for(power: np.ndarray, wanted: float, key: int) -> int:
    """Find the filter that makes the sound of a key as dark as ``wanted`` Hz, or nearly."""
    low, high = float(max(LOWEST_CUTOFF, 100 * key + OVER_FUNDAMENTAL)), float(OPEN)
    if brightness(power) <= wanted:
        return OPEN
    for _ in range(24):
        middle = (low + high) / 2
        if brightness(power * lowpass(middle)) > wanted:
            high = middle
        else:
            low = middle
    return round(low)


def _k_weights() -> np.ndarray:
    """K-weighting as a power response: a shelf of 4 dB above 1.7 kHz, a high-pass at 38 Hz."""
    ratio = frequencies() / 1_682.0
    shelf = (1 + 2.51 * ratio**4) / (1 + ratio**4)
    high_pass = 1 / (1 + (38.0 / np.maximum(frequencies(), 1e-3)) ** 4)
    return shelf * high_pass
