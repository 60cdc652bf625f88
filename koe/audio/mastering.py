"""What is done to an engine's sound before it is encoded: its end, its loudness, and whether there is any."""

from collections.abc import Callable

import numpy as np

from koe.audio.events import NOTE_ON, SAMPLE_RATE, TAIL_SEC, Performance
from koe.audio.loudness import GRAND, WINDOW, Levels, loudness_of
from koe.errors import AudioError

PEAK = 10 ** (-1.5 / 20)  # -1.5 dBFS: lossy formats overshoot a little when they are decoded
LOUDNESS = 10 ** (-19 / 20)  # RMS of the sounding parts, dBFS
SOUNDING = 10 ** (-40 / 20)  # of the peak; what is quieter does not count as loudness
SILENT = 1e-6  # full scale is 1; a key struck at velocity 1 reaches 1e-5
AUDIBLE = 10 ** (-60 / 20)  # of the peak; what is quieter at the end is cut off
FADE_SEC = 1.0
# Of sounds that are handed on while they are made:
RING_SEC = 0.75  # after the last key is released: the strings of the bundled piano are quiet by then
LONG_RING_SEC = 2.0  # of other soundfonts, which nobody has listened to
HEAD_SEC = 2.0  # of the first notes; so much is heard before any is sent
TRUSTED_DB = 2.0  # closer than this, the loudness by the notes is the better one
KNEE = 0.72  # from here on to PEAK, samples are bent where the peak was only reckoned
_SILENT = "The piece has notes, but its sound came out silent; try another soundfont."
_WINDOW = 1024  # frames


def master(samples: np.ndarray, end_sec: float) -> np.ndarray:
    """Let the last chord ring out and bring a sound that is there as a whole to a common loudness.

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
        raise AudioError(_SILENT)

    audible = (int(np.flatnonzero(peaks > AUDIBLE * peak)[-1]) + 1) * _WINDOW
    stop = min(max(audible, released), released + round(TAIL_SEC * SAMPLE_RATE), len(samples))
    samples = samples[:stop]
    n_fade = min(round(FADE_SEC * SAMPLE_RATE), max(stop - released, stop // 100))
    if n_fade:
        samples[stop - n_fade :] *= np.cos(np.linspace(0, np.pi / 2, n_fade, dtype=np.float32))[:, None]

    loudness = float(np.sqrt(powers[peaks > SOUNDING * peak].mean()))
    samples *= np.float32(min(LOUDNESS / loudness, PEAK / peak))
    return samples


class Mastering:
    """Does what `master` does to a sound that is handed on while it is made.

    The gain is reckoned from the notes (`koe.audio.loudness`) instead of
    measured, and the length is fixed beforehand. The blocks in which the sound
    comes make no difference.

    Parameters
    ----------
    performance : Performance
    ring_sec : float
        How long the last chord rings after the last key is released; the
        result is exactly so much longer than the performance.
    sink : callable
        Is handed what is ready: float32, ``(frames, 2)``.
    levels : Levels
        How loud the keys of the piano are that plays.
    """

    def __init__(
        self,
        performance: Performance,
        ring_sec: float,
        sink: Callable[[np.ndarray], None],
        levels: Levels = GRAND,
    ) -> None:
        self.performance, self.levels = performance, levels
        self.sink = sink
        self.n_frames = n_frames(performance, ring_sec)
        self.n_fade = round(min(FADE_SEC, ring_sec) * SAMPLE_RATE)
        struck = next((event.onset_sec for event in performance.events if event.kind == NOTE_ON), 0.0)
        self.n_head = round((struck + HEAD_SEC) * SAMPLE_RATE)
        self.gain: np.float32 | None = None
        self.n_taken = self.n_sent = 0
        self.head: list[np.ndarray] = []

    def add(self, samples: np.ndarray) -> None:
        """Take what comes next, shape ``(frames, 2)``, float32; it may be changed.

        Raises
        ------
        AudioError
            If the sound is silent though keys were struck.
        """
        self.n_taken += len(samples)
        if self.gain is not None:
            self._send(samples)
            return
        self.head.append(samples)
        if self.n_taken >= self.n_head:
            self._begin()

    def finish(self) -> None:
        """Hand over the rest.

        Raises
        ------
        AudioError
            If the sound ends before the performance, or is silent.
        """
        end_sec = self.performance.end_sec
        if self.n_taken < round(end_sec * SAMPLE_RATE):
            raise AudioError(
                f"The sound breaks off after {self.n_taken / SAMPLE_RATE:.1f} of {end_sec:.1f} seconds; try again."
            )
        if self.gain is None:
            self._begin()
        if self.n_sent < self.n_frames:
            self._send(np.zeros((self.n_frames - self.n_sent, 2), dtype=np.float32))

    def _begin(self) -> None:
        samples = np.concatenate(self.head)
        self.head = []
        self.gain = np.float32(self._reckoned(samples[: self.n_head]))
        self._send(samples)

    def _reckoned(self, head: np.ndarray) -> float:
        """The gain, by the notes; by the first seconds as well, where another instrument plays than was thought of."""
        expected = loudness_of(self.performance, self.levels)
        windows = len(head) // WINDOW
        heard = np.square(head[: windows * WINDOW].reshape(windows, -1), dtype=np.float64).mean(axis=1)
        if not np.isfinite(heard).all() or float(heard.max(initial=0.0)) < SILENT**2:
            raise AudioError(_SILENT)
        off_db = 10 * np.log10(heard.sum() / max(expected.powers[:windows].sum(), SILENT**2))
        correction = 10 ** (off_db / 20) if abs(off_db) > TRUSTED_DB else 1.0
        return min(LOUDNESS / (expected.rms * correction), PEAK / (expected.peak * correction))

    def _send(self, samples: np.ndarray) -> None:
        samples = samples[: max(self.n_frames - self.n_sent, 0)]
        if not len(samples):
            return
        samples *= self.gain
        _limit(samples)
        fading = self.n_sent + len(samples) - (self.n_frames - self.n_fade)
        if fading > 0:
            start = max(len(samples) - fading, 0)
            place = np.arange(self.n_sent + start, self.n_sent + len(samples)) - (self.n_frames - self.n_fade)
            samples[start:] *= np.cos(place * (np.pi / 2 / self.n_fade)).astype(np.float32)[:, None]
        self.n_sent += len(samples)
        self.sink(samples)


def n_frames(performance: Performance, ring_sec: float) -> int:
    """How long the mastered sound of a performance is."""
    return round((performance.end_sec + ring_sec) * SAMPLE_RATE)


def _limit(samples: np.ndarray) -> None:
    """Bend what is louder than was reckoned, so that it stays below `PEAK`."""
    loud = np.abs(samples) > KNEE
    if loud.any():
        over = np.abs(samples[loud]) - KNEE
        samples[loud] = np.sign(samples[loud]) * (KNEE + (PEAK - KNEE) * np.tanh(over / (PEAK - KNEE)))


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
