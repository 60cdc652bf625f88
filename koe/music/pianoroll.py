"""Pianorolls: checking them, cutting them into segments, reading notes from them.

Convention: a ``pianoroll`` is a bool array of shape ``(steps, 88)``, time
first, true while a key sounds. A held note is a run of ones; a re-struck note
merges with the one before it.
"""

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from koe.errors import InputError, PianorollError
from koe.music.grid import DEFAULT_VELOCITY, LOWEST_PITCH, MAX_STEPS, N_KEYS, SEGMENT_STEPS
from koe.music.notes import Note, note_at_step

LARGEST_ITEM = 8  # bytes of a number in a roll file, which may hold floats
MAX_HEADER_BYTES = 4096

# What NumPy and zipfile raise at a damaged archive; RuntimeError where it is encrypted.
_DAMAGED = (
    ValueError,
    KeyError,
    OSError,
    EOFError,
    TypeError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


def validate_pianoroll(pianoroll: np.ndarray) -> np.ndarray:
    """Return ``pianoroll`` as a bool array, or say why it is none.

    Raises
    ------
    PianorollError
        If the shape is not ``(steps, 88)``, the values are not 0 and 1, or
        there are more than ``MAX_STEPS`` steps.
    """
    array = np.asarray(pianoroll)
    if array.ndim != 2 or array.shape[1] != N_KEYS:
        raise PianorollError(f"A pianoroll has the shape (steps, {N_KEYS}), but this array has {array.shape}.")
    if len(array) > MAX_STEPS:
        raise PianorollError(f"The pianoroll has {len(array)} steps; at most {MAX_STEPS} are accepted. Cut it first.")
    if array.dtype != bool:
        if not np.isin(array, (0, 1)).all():
            raise PianorollError("A pianoroll holds 0 and 1 only; binarize probabilities at a threshold first.")
        array = array.astype(bool)
    return array


def binarize(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Keys whose probability reaches ``threshold``, as bool; any shape."""
    return np.asarray(probabilities) >= threshold


def notes_from_pianoroll(pianoroll: np.ndarray, velocity: int = DEFAULT_VELOCITY) -> tuple[Note, ...]:
    """Read each run of ones as one note, in order of onset, then pitch.

    Parameters
    ----------
    pianoroll : np.ndarray, shape=(steps, 88)
        Checked by `validate_pianoroll`.
    velocity : int
        Loudness given to every note.
    """
    roll = validate_pianoroll(pianoroll)
    # A note starts where the difference along time is +1 and ends where it is -1.
    padded = np.zeros((len(roll) + 2, N_KEYS), dtype=np.int8)
    padded[1:-1] = roll
    change = np.diff(padded, axis=0)
    keys, onsets = np.nonzero(change.T == 1)
    _, ends = np.nonzero(change.T == -1)
    order = np.lexsort((keys, onsets))
    return tuple(
        note_at_step(int(onset), int(key) + LOWEST_PITCH, int(end - onset), velocity)
        for key, onset, end in zip(keys[order], onsets[order], ends[order], strict=True)
    )


def segments_from_pianoroll(pianoroll: np.ndarray, hop: int = SEGMENT_STEPS, pad: bool = True) -> np.ndarray:
    """Cut a roll into segments of 64 steps, one every ``hop`` steps.

    Parameters
    ----------
    pianoroll : np.ndarray, shape=(steps, 88)
    hop : int
        Steps from one segment's start to the next.
    pad : bool
        Whether a last, incomplete segment is kept and filled with silence.

    Returns
    -------
    segments : np.ndarray, shape=(n, 64, 88), dtype=bool
    """
    roll = validate_pianoroll(pianoroll)
    starts = range(0, max(len(roll), 1) if pad else len(roll) - SEGMENT_STEPS + 1, hop)
    segments = np.zeros((len(starts), SEGMENT_STEPS, N_KEYS), dtype=bool)
    for segment, start in zip(segments, starts, strict=True):
        part = roll[start : start + SEGMENT_STEPS]
        segment[: len(part)] = part
    return segments


def save_npz(pianoroll: np.ndarray) -> bytes:
    """Pack a roll into the bytes of an ``.npz`` file with one array, ``pianoroll``."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, pianoroll=validate_pianoroll(pianoroll))
    return buffer.getvalue()


def load_npz(source: bytes | Path) -> np.ndarray:
    """Read a roll back from `save_npz`; nothing is ever unpickled.

    Raises
    ------
    InputError
        If the file is no such archive, or unpacks to more than `MAX_STEPS`.
    """
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"The pianoroll file cannot be read: {error.strerror or error}.") from error
    try:
        # A few bytes of ZIP can unpack to gigabytes: look at the size before unpacking.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            n_bytes = archive.getinfo("pianoroll.npy").file_size
        if n_bytes > MAX_STEPS * N_KEYS * LARGEST_ITEM + MAX_HEADER_BYTES:
            raise PianorollError(
                f"The pianoroll file unpacks to {n_bytes} bytes; at most {MAX_STEPS} steps are accepted."
            )
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return validate_pianoroll(arrays["pianoroll"])
    except _DAMAGED as error:
        raise InputError(
            "This is no pianoroll file: an .npz archive with an array named 'pianoroll' was expected."
        ) from error
