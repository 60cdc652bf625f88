"""The music of a source, laid under the passage of a result that runs along with it; for this the corpus is needed."""

import numpy as np

from koe.corpus.store import Corpus, Entry, unpack
from koe.music.grid import N_KEYS, TICKS_PER_STEP
from koe.music.piece import Piece, TimeSignature
from koe.music.states import states_from_rolls
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Source
from koe.originality.verdict import Near


def entry_of(corpus: Corpus, source: Source) -> Entry | None:
    """The piece of a corpus that a source is."""
    return next((entry for entry in corpus.entries if entry.path == source.path), None)


def passage(corpus: Corpus, near: Near, qpm: float) -> Piece | None:
    """What the source has where the result runs along with it, transposed to meet it.

    Returns
    -------
    piece : Piece or None
        As long as the passage, step for step beside it; keys that leave the
        piano are dropped. None if the corpus does not have the source.
    """
    entry = entry_of(corpus, near.source)
    if entry is None:
        return None
    first = max(near.source_step, 0)
    last = min(near.source_step + near.n_steps, entry.n_steps)
    rolls = []
    for packed in (corpus.packed, corpus.packed_onsets):
        roll = np.zeros((near.n_steps, N_KEYS), dtype=bool)
        part = unpack(packed[entry.start + first : entry.start + max(first, last)])
        roll[first - near.source_step :][: len(part)] = shifted(part, near.semitones)
        rolls.append(roll)
    # A piece that begins in the middle of a measure: bar lines where the source has them.
    upbeat = -near.source_step % max(entry.measure_steps, 1)
    signature = _signature(entry.measure_steps)
    return Piece.from_states(
        states_from_rolls(*rolls),
        qpm,
        near.source.name,
        time_signatures=(TimeSignature(0, *signature),),
        upbeat=upbeat * TICKS_PER_STEP,
    )


def shifted(roll: np.ndarray, semitones: int) -> np.ndarray:
    """Transpose a roll ``(steps, 88)``; keys that leave the piano are dropped."""
    moved = np.zeros_like(roll)
    low, high = max(semitones, 0), N_KEYS + min(semitones, 0)
    if low < high:
        moved[:, low:high] = roll[:, low - semitones : high - semitones]
    return moved


def exact_share(corpus: Corpus, near: Near, onsets: np.ndarray) -> float | None:
    """Share of a passage's notes that its source has at the same step and key.

    Parameters
    ----------
    corpus : Corpus
    near : Near
    onsets : np.ndarray, shape=(n, 2)
        All onsets of the result, see `koe.originality.fingerprints.onsets_of`.
    """
    entry = entry_of(corpus, near.source)
    if entry is None:
        return None
    inside = onsets[(onsets[:, 0] >= near.step) & (onsets[:, 0] < near.step + near.n_steps)]
    theirs = {(int(step), int(key)) for step, key in onsets_of(corpus.pianoroll(entry))}
    moved = inside + np.array([near.source_step - near.step, -near.semitones])
    return sum((int(step), int(key)) in theirs for step, key in moved) / max(len(inside), 1)


def _signature(measure_steps: int) -> tuple[int, int]:
    """A metre whose measures are so long; the corpus keeps no more than that."""
    return (measure_steps // 4, 4) if measure_steps % 4 == 0 else (measure_steps, 16)
