"""Training batches, cut from the corpus while the processor works on the last one."""

import keras
import numpy as np

from koe.corpus.segments import cut, transpose, window_starts
from koe.corpus.store import Corpus
from koe.training.config import TrainingConfig


class Windows(keras.utils.PyDataset):
    """One epoch after another of windows from a corpus's split.

    Parameters
    ----------
    corpus : Corpus
    split : str
    config : TrainingConfig
        Its seed, with the epoch's number, decides the order, the offsets and
        the transpositions, so that a resumed run sees what an uninterrupted
        one would have seen.
    augment : bool
        Whether windows are moved in time and pitch as the recipe says.

    Notes
    -----
    A batch is ``(inputs, targets)``, float32: for the autoencoders both are
    the same windows ``(n, 64, 88)``; for the LSTM the targets are the inputs
    one step later, ``(n, 128, 88)``.
    """

    def __init__(self, corpus: Corpus, split: str, config: TrainingConfig, augment: bool) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.corpus, self.config, self.augment = corpus, config, augment
        self.entries = corpus.split(split)
        self.predicts_next = config.model.startswith("lstm")
        self.epoch = -1
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the windows of an epoch."""
        if epoch == self.epoch:
            return
        config, self.epoch = self.config, epoch
        rng = np.random.default_rng((config.seed, epoch))
        hop = config.window_steps - int(self.predicts_next)
        offset = 0
        if self.augment and config.offset_steps:
            offset = config.offset_steps * int(rng.integers(-(-hop // config.offset_steps)))
        starts = window_starts(self.entries, config.window_steps, hop, offset)
        self.starts = rng.permutation(starts) if self.augment else starts
        most = config.max_transposition if self.augment else 0
        self.semitones = rng.integers(-most, most + 1, len(self.starts))

    def __len__(self) -> int:
        # The last batch is left out in training if it is not full: each update weighs the same.
        full, rest = divmod(len(self.starts), self.config.batch_size)
        return full if self.augment and full else full + bool(rest)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(index * self.config.batch_size, (index + 1) * self.config.batch_size)
        windows = cut(self.corpus.packed, self.starts[part], self.config.window_steps)
        if self.config.max_transposition and self.augment:
            windows = transpose(windows, self.semitones[part])
        batch = windows.astype(np.float32)
        return (batch[:, :-1], batch[:, 1:]) if self.predicts_next else (batch, batch)


def density(corpus: Corpus) -> float:
    """Share of ones in the training split's rolls."""
    ones = sum(int(roll.sum()) for roll in corpus.pianorolls("train"))
    return ones / sum(entry.n_steps for entry in corpus.split("train")) / 88
