"""The four public pianoroll benchmarks: their files, training windows, and their measure.

The sets of Boulanger-Lewandowski, Bengio and Vincent (2012) as rolls of 88
keys. Their frames are quarters or eighths, coarser than Koe's grid.

A set is a file ``NAME.npz`` that holds, for ``train``, ``valid`` and where it
is known ``test``:

``SPLIT_roll`` : uint8, shape=(frames, 11)
    All sequences end to end, the keys of a frame packed by `numpy.packbits`.
``SPLIT_lengths`` : whole numbers, shape=(sequences,)
    Frames of each sequence.

References
----------
N. Boulanger-Lewandowski, Y. Bengio, P. Vincent: Modeling temporal dependencies
in high-dimensional sequences, ICML 2012.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from koe.corpus.segments import transpose
from koe.corpus.store import SPLITS, unpack
from koe.errors import InputError
from koe.music.grid import N_KEYS

SETS = {
    "jsb_chorales": "JSB Chorales",
    "piano_midi": "Piano-midi.de",
    "nottingham": "Nottingham",
    "musedata": "MuseData",
}
# Batches are filled up to a multiple of this many frames, so that few shapes are compiled.
FILL_FRAMES = 64
# Where a test part is missing, one training sequence in so many chooses the epoch.
HELD_BACK = 10

Batch = tuple[np.ndarray, np.ndarray]


def read_set(folder: Path, name: str) -> dict[str, list[np.ndarray]]:
    """Read a set's sequences.

    Returns
    -------
    splits : dict of lists of np.ndarray, shape=(frames, 88), dtype=bool
        ``train`` and ``valid``, and ``test`` where the file has it.

    Raises
    ------
    InputError
        If the set is unknown, its file is missing, or is not as described above.
    """
    if name not in SETS:
        raise InputError(f"There is no set {name!r}; choose from {', '.join(SETS)}.")
    path = folder / f"{name}.npz"
    if not path.is_file():
        raise InputError(f"There is no file {path}; --data names the folder that holds {name}.npz.")
    try:
        # Opened here: numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise InputError(f"{path} is no .npz file of arrays; fetch or make it anew.") from None
    splits = {split: _sequences(arrays, split, path) for split in SPLITS if f"{split}_roll" in arrays}
    if not {"train", "valid"} <= splits.keys():
        raise InputError(f"{path} holds {', '.join(arrays) or 'nothing'}; a set needs a train and a valid part.")
    return splits


def _sequences(arrays: dict[str, np.ndarray], split: str, path: Path) -> list[np.ndarray]:
    roll, lengths = arrays[f"{split}_roll"], arrays.get(f"{split}_lengths")
    if roll.ndim != 2 or roll.shape[1] * 8 != N_KEYS or roll.dtype != np.uint8:
        raise InputError(
            f"{split}_roll in {path} is {roll.dtype} of shape {roll.shape}; "
            "88 packed keys a frame are uint8 (frames, 11)."
        )
    if lengths is None or lengths.ndim != 1 or lengths.dtype.kind not in "iu" or (lengths < 1).any():
        raise InputError(f"{split}_lengths in {path} must be whole numbers from 1 on, one for each sequence.")
    if lengths.sum() != len(roll):
        raise InputError(
            f"The lengths of {split} in {path} add up to {lengths.sum()} frames, but its roll has {len(roll)}."
        )
    if not (lengths > 1).any():
        raise InputError(f"{split} in {path} has no sequence of two frames or more, so nothing can be predicted.")
    return np.split(unpack(roll), np.cumsum(lengths)[:-1])


def hold_back(sequences: Sequence[np.ndarray], seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Set one sequence in ten aside, drawn by the seed: the rest, and those."""
    order = np.random.default_rng(seed).permutation(len(sequences))
    n_held = max(1, len(sequences) // HELD_BACK)
    if n_held == len(sequences):
        raise InputError("A set with one training sequence and no test part leaves nothing to choose the epoch on.")
    return [sequences[i] for i in sorted(order[n_held:])], [sequences[i] for i in sorted(order[:n_held])]


def windows(lengths: Sequence[int], window_frames: int, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Cut sequences into windows so that each frame but the first is predicted once.

    Parameters
    ----------
    lengths : sequence of int
        Frames of each sequence.
    window_frames : int
        Most frames that a window predicts.
    rng : np.random.Generator
        Draws where the first window of a longer sequence ends, so that
        windows begin elsewhere in each epoch.

    Returns
    -------
    windows : list of (sequence, start, n_predicted)
        From frames ``start .. start + n_predicted - 1`` the frames one later
        are predicted.
    """
    found = []
    for sequence, length in enumerate(lengths):
        n_predicted = length - 1
        first = n_predicted if n_predicted <= window_frames else int(rng.integers(1, window_frames + 1))
        borders = [0, *range(first, n_predicted, window_frames), n_predicted]
        found += [(sequence, start, end - start) for start, end in pairwise(borders) if end > start]
    return found


def training_batches(
    sequences: Sequence[np.ndarray],
    window_frames: int,
    batch_size: int,
    max_transposition: int,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """One epoch of batches in random order.

    Windows of about one length share a batch; each is shifted by its own
    number of semitones as far as the keyboard allows.

    Yields
    ------
    rolls : np.ndarray, shape=(n, frames + 1, 88), dtype=bool
        The first frame is given.
    weights : np.ndarray, shape=(n, frames), dtype=float32
        1 for a frame to be predicted, 0 for filling.
    """
    cuts = windows([len(sequence) for sequence in sequences], window_frames, rng)
    cuts = [cuts[i] for i in rng.permutation(len(cuts))]
    cuts.sort(key=lambda window: _filled(window[2]))  # stable: random within a length
    semitones = rng.integers(-max_transposition, max_transposition + 1, len(cuts))
    for start in rng.permutation(np.arange(0, len(cuts), batch_size)).tolist():
        part = cuts[start : start + batch_size]
        rolls = _fill([sequences[sequence][first : first + n + 1] for sequence, first, n in part], extra=1)
        rolls = transpose(rolls, semitones[start : start + batch_size])
        counts = np.arange(rolls.shape[1] - 1) < np.array([n for _, _, n in part])[:, None]
        yield rolls, counts.astype(np.float32)


def nll_per_frame(
    predict: Callable[[np.ndarray], np.ndarray], sequences: Sequence[np.ndarray], batch_size: int = 16
) -> float:
    """Negative log-likelihood in nats per predicted frame.

    All frames but the first of every sequence are predicted, each from all
    before it: a sequence is handed over whole. The sum over keys, frames and
    sequences is divided by the number of predicted frames.

    Parameters
    ----------
    predict : callable
        Rolls ``(n, frames + 1, 88)`` to probabilities ``(n, frames, 88)``;
        those at ``t`` are for frame ``t + 1`` and may depend on frames up to
        ``t`` and on the lower keys of frame ``t + 1``.
    sequences : sequence of np.ndarray, shape=(frames, 88), dtype=bool
    batch_size : int
        Sequences handed over together; filling at their ends is not counted.

    Notes
    -----
    A probability in float32 comes no closer to 1 than 6e-8, so a single key
    costs at most 17 nats where a network is sure and wrong.
    """
    total, n_frames = 0.0, 0
    by_length = sorted((sequence for sequence in sequences if len(sequence) > 1), key=len)
    for first in range(0, len(by_length), batch_size):
        part = by_length[first : first + batch_size]
        probabilities = np.asarray(predict(_fill(part, extra=1)))
        for sequence, predicted in zip(part, probabilities, strict=True):
            target = sequence[1:]
            right = np.where(target, predicted[: len(target)], 1 - predicted[: len(target)].astype(np.float64))
            total -= float(np.log(np.clip(right, 2.0**-24, 1)).sum())
            n_frames += len(target)
    return total / n_frames


def _filled(n_frames: int) -> int:
    return -(-n_frames // FILL_FRAMES) * FILL_FRAMES


def _fill(rolls: Sequence[np.ndarray], extra: int = 0) -> np.ndarray:
    """Stack rolls, silence at the end of the shorter ones; ``extra`` frames lie beyond the multiple."""
    filled = np.zeros((len(rolls), _filled(max(map(len, rolls)) - extra) + extra, N_KEYS), dtype=bool)
    for row, roll in zip(filled, rolls, strict=True):
        row[: len(roll)] = roll
    return filled
