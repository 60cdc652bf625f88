"""What is done to an engine's sound before it is encoded: its end, its loudness, and whether there is any."""

import numpy as np

from koe.audio.events import SAMPLE_RATE, TAIL_SEC
from koe.errors import AudioError

PEAK = 10 ** (-1.5 / 20)  # -1.5 dBFS: lossy formats overshoot a little when they are decoded
LOUDNESS = 10 ** (-19 / 20)  # RMS of the sounding parts, dBFS
AUDIBLE = 10 ** (-60 / 20)  # of the peak; what is quieter at the end is cut off
SOUNDING = 10 ** (-40 / 20)  # of the peak; what is quieter does not count as loudness
SILENT = 1e-6  # full scale is 1; a key struck at velocity 1 reaches 1e-5
FADE_SEC = 1.0
_WINDOW = 1024  # frames


def master(samples: np.ndarray, end_sec: float) -> np.ndarray:
    """Let the last chord ring out and bring the sound to a common loudness.

    The gain brings the sounding parts to `LOUDNESS` and the peak to at most
    `PEAK`, so nothing clips. The dynamics within the piece stay as they are.

    Parameters
    ----------
    samples : np.ndarray, shape=(frames, 2), dtype=float32
        Changed in place: twenty minutes take 423 MB.
    end_sec : float
        When the last key is released. Less than a second of quiet and at most
        `TAIL_SEC` of ring follow it.

    Returns
    -------
    samples : np.ndarray, shape=(frames, 2), dtype=float32
        The same memory, shorter at the end.

    Raises
    ------
    AudioError
        If the sound ends before ``end_sec``, or is silent.
    """
    released = round(end_sec * SAMPLE_RATE)
    if len(samples) < released:
        raise AudioError(
            f"The sound breaks off after {len(samples) / SAMPLE_RATE:.1f} of {end_sec:.1f} seconds; try again."
        )
    peaks, powers = _levels(samples)
    peak = float(peaks.max(initial=0.0))
    if not np.isfinite(peak) or peak < SILENT:
        raise AudioError("The piece has notes, but its sound came out silent; try another soundfont.")

    audible = (int(np.flatnonzero(peaks > AUDIBLE * peak)[-1]) + 1) * _WINDOW
    stop = min(max(audible, released), released + round(TAIL_SEC * SAMPLE_RATE), len(samples))
    samples = samples[:stop]
    n_fade = min(round(FADE_SEC * SAMPLE_RATE), max(stop - released, stop // 100))
    if n_fade:
        samples[stop - n_fade :] *= np.cos(np.linspace(0, np.pi / 2, n_fade, dtype=np.float32))[:, None]

    loudness = float(np.sqrt(powers[peaks > SOUNDING * peak].mean()))
    samples *= np.float32(min(LOUDNESS / loudness, PEAK / peak))
    return samples


def silence(duration_sec: float) -> np.ndarray:
    """Make the sound of a piece without notes, at least half a second so that players accept it."""
    return np.zeros((round(max(0.5, duration_sec) * SAMPLE_RATE), 2), dtype=np.float32)


def _levels(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measure peak and mean square of each window, without a copy of the whole."""
    starts = range(0, len(samples), _WINDOW)
    peaks, powers = np.empty(len(starts)), np.empty(len(starts))
    for index, start in enumerate(starts):
        window = samples[start : start + _WINDOW]
        peaks[index] = max(window.max(), -window.min())
        powers[index] = np.vdot(window, window) / window.size
    return peaks, powers
