"""What basic-pitch hears: for each moment and key, how likely it is struck and how likely it sounds.

References
----------
R. M. Bittner, J. J. Bosch, D. Rubinstein, G. Meseguer-Brocal, S. Ewert, A
lightweight instrument-agnostic model for polyphonic note transcription and
multipitch estimation, ICASSP 2022. The network comes with the package
basic-pitch (Spotify, Apache-2.0).
"""

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import AudioError, Cancelled
from koe.progress import Progress, ShouldStop
from koe.transcription.availability import available, model_path
from koe.transcription.sound import SAMPLE_RATE

if TYPE_CHECKING:
    import onnxruntime


FRAME_SAMPLES = 256
FRAME_SEC = FRAME_SAMPLES / SAMPLE_RATE  # 11.6 ms
BINS_PER_KEY = 3  # of the contours; a key's own bin is the middle one

WINDOW_SAMPLES = 43_844  # what the network takes at once, a little less than two seconds
WINDOW_FRAMES = 172  # what it gives for that
EDGE_FRAMES = 16  # at either end of a window, where half of what the network looks at is missing
KEPT_FRAMES = WINDOW_FRAMES - 2 * EDGE_FRAMES
BATCH = 2  # windows between two looks at whether somebody still waits
N_THREADS = 1  # a visitor's recording must not take the cores from the others

# The network says a little late that a key is struck: the mean over the demo pieces as FluidSynth plays them.
ONSET_DELAY_SEC = -0.005

_OUTPUTS = {"onsets": "StatefulPartitionedCall:2", "notes": "StatefulPartitionedCall:1"}
_CONTOURS = "StatefulPartitionedCall:0"
_lock = threading.Lock()


@dataclass(frozen=True)
class Heard:
    """What the network says of a recording.

    Attributes
    ----------
    onsets, notes : np.ndarray, shape=(frames, 88), dtype=float32
        From 0 to 1, of each piano key: that it is struck in this frame, and
        that it sounds.
    contours : np.ndarray, shape=(frames, 264), dtype=float32
        The same of each third of a semitone; key ``k`` is bin ``3 k + 1``.
    """

    onsets: np.ndarray
    notes: np.ndarray
    contours: np.ndarray

    @property
    def n_frames(self) -> int:
        """Length."""
        return len(self.notes)


def listen(samples: np.ndarray, progress: Progress | None = None, should_stop: ShouldStop | None = None) -> Heard:
    """Let the network hear a recording, window by window.

    Windows overlap, and of each only the middle is kept.

    Parameters
    ----------
    samples : np.ndarray, shape=(n,), dtype=float32
        At 22050 Hz.
    progress, should_stop : callable, optional

    Raises
    ------
    AudioError
        If the network is not installed.
    Cancelled
        If ``should_stop`` said so.
    """
    session = _session()
    n_frames = -(-len(samples) // FRAME_SAMPLES)
    n_windows = -(-n_frames // KEPT_FRAMES)
    hop = KEPT_FRAMES * FRAME_SAMPLES
    padded = np.zeros((n_windows - 1) * hop + WINDOW_SAMPLES, dtype=np.float32)
    start = EDGE_FRAMES * FRAME_SAMPLES
    padded[start : start + len(samples)] = samples[: len(padded) - start]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::hop]
    names = [*_OUTPUTS.values(), _CONTOURS]
    source = session.get_inputs()[0].name
    parts: list[list[np.ndarray]] = []
    for first in range(0, n_windows, BATCH):
        if should_stop is not None and should_stop():
            raise Cancelled("Stopped before the recording was heard to its end.")
        batch = np.ascontiguousarray(windows[first : first + BATCH, :, None])
        parts.append(session.run(names, {source: batch}))
        if progress is not None:
            progress(min(first + BATCH, n_windows), n_windows)
    kept = slice(EDGE_FRAMES, EDGE_FRAMES + KEPT_FRAMES)
    whole = (np.concatenate([part[of][:, kept] for part in parts]) for of in range(len(names)))
    return Heard(*(array.reshape(n_windows * KEPT_FRAMES, -1)[:n_frames] for array in whole))


def time_of(frames: np.ndarray) -> np.ndarray:
    """Seconds of frames at which the network says that a key is struck; never negative."""
    return np.maximum(np.asarray(frames) * FRAME_SEC + ONSET_DELAY_SEC, 0.0)


def _session() -> "onnxruntime.InferenceSession":
    # Two visitors at once must not load it twice.
    with _lock:
        return _loaded()


@cache
def _loaded() -> "onnxruntime.InferenceSession":
    path = model_path()
    if path is None or not available():
        raise AudioError(
            "Koe cannot hear recordings here; install what that takes: pip install --no-deps -r requirements-sound.txt"
        )
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = N_THREADS
    options.log_severity_level = 3  # errors alone
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # whatever a damaged file makes the library raise
        raise AudioError(f"The network that hears recordings cannot be loaded ({type(error).__name__}).") from error
