"""Made-up music for these tests: tunes over a bass, no two alike."""

from pathlib import Path

import numpy as np

from koe.corpus.store import Corpus
from koe.music.piece import Piece
from koe.originality.fingerprints import onsets_of
from tests.evaluation.corpora import Made, write_corpus

N_TRAIN = 5


def music(seed: int, n_steps: int = 256) -> np.ndarray:
    """Two voices that wander on their own, a note every one to three steps."""
    rng = np.random.default_rng(seed)
    roll = np.zeros((n_steps, 88), dtype=bool)
    for low in (20, 45):
        key, step = low + 8, int(rng.integers(2))
        while step < n_steps:
            key = low + (key - low + int(rng.integers(-7, 8))) % 20
            roll[step, key] = True
            step += int(rng.integers(1, 4))
    return roll


def moved(roll: np.ndarray, semitones: int) -> np.ndarray:
    """The same in another key; what would leave the piano must not be there."""
    assert not roll[:, 88 - semitones :].any() if semitones > 0 else not roll[:, :-semitones].any()
    return np.roll(roll, semitones, axis=1)


def onsets(*rolls: np.ndarray) -> list[np.ndarray]:
    """The onsets of pieces that lie end to end."""
    starts = np.cumsum([0, *(len(roll) for roll in rolls)])
    return [onsets_of(roll) + np.array([start, 0]) for roll, start in zip(rolls, starts, strict=False)]


def piece(roll: np.ndarray) -> Piece:
    return Piece.from_pianoroll(roll)


def small_corpus(folder: Path) -> Corpus:
    """Five pieces to learn from, named ``Piece 0`` to ``Piece 4``, and others held out."""
    train = [Made(music(number), "train", f"work{number}", "bach-js") for number in range(N_TRAIN)]
    valid = [Made(music(100 + number), "valid", f"valid{number}") for number in range(8)]
    test = [Made(music(200 + number, 1024), "test", f"test{number}") for number in range(2)]
    return write_corpus(folder, [*train, *valid, *test])
