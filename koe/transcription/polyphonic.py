"""The notes of a piano: from how likely keys are struck and sound to when they were.

Wherever the network hears a key struck somewhat surely there may be a note.
An octave above and below a true one it often hears another, and a long note
struck again; what else it hears there tells them apart. A note lasts until
its key no longer sounds or is struck again.
"""

from itertools import pairwise

import numpy as np

from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.transcription.network import FRAME_SEC, Heard, time_of

MIN_ONSET = 0.45  # from where on a key may have been struck
MIN_SOUNDING = 0.3  # from where on it sounds
MIN_NOTE_SEC = 0.06
TAIL_FRAMES = 3  # so long a key may seem silent within a note

# Logistic regression of whether a candidate is a note, over the seventeen demo pieces as FluidSynth plays them,
# once as they are and once with reverberation and noise. Fitted on three quarters of the pieces, the notes of the
# fourth have an F1 of 0.95 and 0.91 (by the onset alone 0.89 and 0.88).
WEIGHTS = np.array([15.0, 5.0, 7.0, 6.5, -5.0, -2.5, -4.0])
BIAS = -15.7
AHEAD_FRAMES = 20
BEFORE_FRAMES = (8, 2)
MOST_COUNTED_SEC = 0.5


def find_notes(heard: Heard) -> np.ndarray:
    """All notes of a recording.

    Returns
    -------
    notes : np.ndarray, shape=(n, 4)
        Start and end in seconds, pitch, and from 0 to 1 how sure the network
        is that it sounds; by start, then pitch.
    """
    candidates = _notes([peaks(heard.onsets[:, key], MIN_ONSET) for key in range(N_KEYS)], heard.notes)
    believed = _evidence(candidates, heard) > 0
    starts = [candidates[believed & (candidates[:, 2] == key), 0].astype(int) for key in range(N_KEYS)]
    table = _notes(starts, heard.notes)
    table[:, :2] = time_of(table[:, :2])
    table[:, 2] += LOWEST_PITCH
    return table[np.lexsort((table[:, 2], table[:, 0]))]


def _notes(starts: list[np.ndarray], sounding: np.ndarray) -> np.ndarray:
    """First frame, frame after the last, key and mean of sounding for each start of each key; no short ones."""
    rows = []
    for key, of_key in enumerate(starts):
        if not len(of_key):
            continue
        curve = sounding[:, key]
        silent_from = _next_silence(curve)
        for start, following in pairwise([*of_key.tolist(), len(curve)]):
            # It may begin to sound a little after it is struck.
            begin = start + int(np.argmax(curve[start : start + 4] >= MIN_SOUNDING))
            end = min(int(silent_from[begin]), following)
            if (end - start) * FRAME_SEC >= MIN_NOTE_SEC:
                rows.append((start, end, key, float(curve[start:end].mean())))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _evidence(candidates: np.ndarray, heard: Heard) -> np.ndarray:
    """Log-odds that each candidate is a note."""
    # Silence all around, so that every key has octaves and every frame something before and after it.
    frames, keys = candidates[:, 0].astype(int), candidates[:, 2].astype(int)
    sums = np.cumsum(np.pad(heard.notes.astype(np.float64), ((1, 0), (12, 12))), axis=0)

    def mean(first: np.ndarray, last: np.ndarray, offset: int = 0) -> np.ndarray:
        first, last = np.maximum(first, 0), np.minimum(last, heard.n_frames)
        return (sums[last, keys + 12 + offset] - sums[first, keys + 12 + offset]) / np.maximum(last - first, 1)

    ahead = frames + AHEAD_FRAMES
    lengths = np.minimum((candidates[:, 1] - frames) * FRAME_SEC, MOST_COUNTED_SEC)
    before = mean(frames - BEFORE_FRAMES[0], np.maximum(frames - BEFORE_FRAMES[1], 0))
    columns = (
        heard.onsets[frames, keys],
        candidates[:, 3],
        mean(frames, ahead),
        lengths,
        before,
        mean(frames, ahead, -12),
        mean(frames, ahead, 12),
    )
    return np.stack(columns, axis=1) @ WEIGHTS + BIAS


def peaks(curve: np.ndarray, threshold: float) -> np.ndarray:
    """Frames where a curve is highest among its neighbours and reaches the threshold."""
    before, after = np.append(-1.0, curve[:-1]), np.append(curve[1:], -1.0)
    return np.flatnonzero((curve >= threshold) & (curve > before) & (curve >= after))


def _next_silence(curve: np.ndarray) -> np.ndarray:
    """For each frame the first one from there on at which `TAIL_FRAMES` silent ones begin."""
    n = len(curve)
    silent = np.append(curve < MIN_SOUNDING, np.ones(TAIL_FRAMES, dtype=bool))
    begins = np.all([silent[offset : offset + n] for offset in range(TAIL_FRAMES)], axis=0)
    places = np.where(begins, np.arange(n), n)
    return np.append(np.minimum.accumulate(places[::-1])[::-1], n)
