"""What models are asked for, and the windows of a split that they are asked about.

Models with a latent space reconstruct segments of 64 steps, each piece cut
from its start. Models that continue predict each next step of sequences of
128 from all the steps before it, starting anew with each sequence, as the
paper trained; step 0 is given. A last, incomplete window of a piece is left
out, and so are pieces shorter than one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from koe.corpus.segments import clock_of, cut, window_starts
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.cards import CONTINUATION, LATENT
from koe.music.grid import SEGMENT_STEPS
from koe.music.states import states_from_rolls

SEQUENCE_STEPS = 128
BATCH = 128


@dataclass(frozen=True)
class Task:
    """What all models of one kind can do.

    Attributes
    ----------
    n_steps, hop : int
        Length of a window, and steps from one to the next within a piece.
    n_given : int
        Steps at the start of a window that are heard and not predicted.
    """

    n_steps: int
    hop: int
    n_given: int = 0


TASKS: dict[str, Task] = {
    LATENT: Task(SEGMENT_STEPS, SEGMENT_STEPS),
    CONTINUATION: Task(SEQUENCE_STEPS + 1, SEQUENCE_STEPS, n_given=1),
}


@dataclass(frozen=True)
class Windows:
    """A batch of windows.

    Attributes
    ----------
    corpus : Corpus
    starts : np.ndarray, shape=(n,), dtype=int
        First steps, counted over the whole corpus.
    pieces : np.ndarray, shape=(n,), dtype=int
        Index into the split's pieces.
    task : Task
    """

    corpus: Corpus
    starts: np.ndarray
    pieces: np.ndarray
    task: Task

    @cached_property
    def rolls(self) -> np.ndarray:
        """Which keys sound: bool, shape ``(n, n_steps, 88)``."""
        return cut(self.corpus.packed, self.starts, self.task.n_steps)

    @cached_property
    def onsets(self) -> np.ndarray:
        """Which keys are struck: bool, shape ``(n, n_steps, 88)``; for models that hear more than the roll."""
        return cut(self.corpus.packed_onsets, self.starts, self.task.n_steps)

    @cached_property
    def states(self) -> np.ndarray:
        """Silent, held or struck, as `koe.music.states` numbers them: uint8, shape ``(n, n_steps, 88)``."""
        return states_from_rolls(self.rolls, self.onsets)

    @cached_property
    def clock(self) -> np.ndarray:
        """Each step's place in its measure and the measure's length: int32, shape ``(n, n_steps, 2)``."""
        return clock_of(self.corpus.entries, self.starts, self.task.n_steps)

    @property
    def target(self) -> np.ndarray:
        """What is to be predicted: bool, shape ``(n, n_steps - n_given, 88)``."""
        return self.rolls[:, self.task.n_given :]


# Windows in, probabilities of their target out.
Predictor = Callable[[Windows], np.ndarray]


class SplitWindows:
    """All windows of a split, to be gone through in batches.

    Parameters
    ----------
    corpus : Corpus
    split : str
    task : Task

    Raises
    ------
    InputError
        If no piece is long enough.
    """

    def __init__(self, corpus: Corpus, split: str, task: Task) -> None:
        self.corpus, self.task = corpus, task
        self.entries = corpus.split(split)
        self.starts = window_starts(self.entries, task.n_steps, task.hop)
        if not len(self.starts):
            raise InputError(f"The {split} split has no piece of {task.n_steps} steps or more; it needs at least one.")
        # Pieces lie in the corpus in the order of its index.
        firsts = np.array([entry.start for entry in self.entries])
        self.pieces = np.searchsorted(firsts, self.starts, side="right") - 1

    @property
    def n_batches(self) -> int:
        """How many batches there are."""
        return -(-len(self.starts) // BATCH)

    def __iter__(self) -> Iterator[Windows]:
        for first in range(0, len(self.starts), BATCH):
            part = slice(first, first + BATCH)
            yield Windows(self.corpus, self.starts[part], self.pieces[part], self.task)
