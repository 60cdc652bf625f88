"""Training batches, cut from the corpus while the processor works on the last one."""

from typing import Any

import keras
import numpy as np

from koe.corpus.segments import clock_of, cut, transpose, window_starts
from koe.corpus.store import Corpus
from koe.models.architectures import architecture
from koe.models.cards import CONTINUATION
from koe.music.states import states_from_rolls
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
    A batch is ``(inputs, targets)``, bool, a quarter of what float32 takes:
    for the autoencoders both are the same windows ``(n, 64, 88)``; for the
    LSTM the targets are the inputs one step later, ``(n, 128, 88)``. Networks
    that hear onsets get states, uint8, and for continuing the clock beside
    them (see `koe.models.lstm2`); their targets are the states with one more
    axis.

    Two threads cut batches beforehand, in order. With one, Keras leaves that to
    `tf.data`, whose tuning goes to sleep for longer and longer, and an epoch
    ends only once it wakes.
    """

    def __init__(self, corpus: Corpus, split: str, config: TrainingConfig, augment: bool) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=4)
        self.corpus, self.config, self.augment = corpus, config, augment
        self.entries = corpus.split(split)
        kind = architecture(config.model)
        self.predicts_next, self.hears_onsets = kind.kind == CONTINUATION, kind.hears_onsets
        self.epoch = -1
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the windows of an epoch."""
        if epoch == self.epoch:
            return
        config, self.epoch = self.config, epoch
        is_early = self.augment and epoch < config.early_epochs
        self.batch_size = config.early_batch_size if is_early else config.batch_size
        rng = np.random.default_rng((config.seed, epoch))
        hop = config.window_steps - int(self.predicts_next)
        offset = 0
        if self.augment and config.offset_steps:
            offset = config.offset_steps * int(rng.integers(-(-hop // config.offset_steps)))
        starts = window_starts(self.entries, config.window_steps, hop, offset)
        self.starts = rng.permutation(starts)[: config.epoch_windows or None] if self.augment else starts
        most = config.max_transposition if self.augment else 0
        self.semitones = rng.integers(-most, most + 1, len(self.starts))

    def __len__(self) -> int:
        # The last batch is left out in training if it is not full: each update weighs the same.
        full, rest = divmod(len(self.starts), self.batch_size)
        return full if self.augment and full else full + bool(rest)

    def __getitem__(self, index: int) -> tuple[Any, np.ndarray]:
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        if self.hears_onsets:
            return self._states(part)
        windows = cut(self.corpus.packed, self.starts[part], self.config.window_steps)
        if self.config.max_transposition and self.augment:
            windows = transpose(windows, self.semitones[part])
        return (windows[:, :-1], windows[:, 1:]) if self.predicts_next else (windows, windows)

    def _states(self, part: slice) -> tuple[Any, np.ndarray]:
        starts, n_steps = self.starts[part], self.config.window_steps
        both = [cut(rolls, starts, n_steps) for rolls in (self.corpus.packed, self.corpus.packed_onsets)]
        if self.config.max_transposition and self.augment:
            # Side by side, so that both are shifted by the same.
            moved = transpose(np.concatenate(both, axis=1), self.semitones[part])
            both = [moved[:, :n_steps], moved[:, n_steps:]]
        states = states_from_rolls(*both)
        if not self.predicts_next:
            return states, states[..., None]
        return {"states": states, "clock": clock_of(self.entries, starts, n_steps)}, states[..., None]


def density(corpus: Corpus) -> float:
    """Share of ones in the training split's rolls."""
    ones = sum(int(roll.sum()) for roll in corpus.pianorolls("train"))
    return ones / sum(entry.n_steps for entry in corpus.split("train")) / 88
