"""What a piece has in common with the training pieces, note for note and in any key.

Only onsets count: the keys that begin to sound at a step, as the pianoroll
tells them. How long they are held does not, so a copied passage is found
though its notes are shortened.

A *passage* goes from one step with onsets to a later one. It is *shared* with
a training piece if there, from some step on and moved by some number of
semitones, exactly the same onsets follow one another, and no others. A
passage counts only if it has at least `MIN_NOTES` onsets on at least
`MIN_PITCHES` keys, and not all at one step, so that rests, chords, trills and
a few notes far apart are no copies. Two short passages with the same rhythm and intervals can
agree by chance; what real pieces that the network never saw share with the
training split is the measure of that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from koe.evaluation.matching import longest_matches, numbered
from koe.music.grid import N_KEYS

MIN_NOTES = 8
MIN_PITCHES = 4
NGRAM_STEPS = 16
# Training steps with onsets that are searched at once: some 300 MB.
BLOCK_EVENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a piece that a training piece has as well.

    Attributes
    ----------
    step, n_steps : int
        Where it begins in the piece, and how long it is: from its first step
        with onsets to its last, both included.
    n_notes : int
        Its onsets.
    source, source_step : int
        Index of the training piece, and where the passage begins there. Where
        several hold it, one of them.
    semitones : int
        What the training piece is to be transposed by, positive is up.
    """

    step: int
    n_steps: int
    n_notes: int
    source: int
    source_step: int
    semitones: int


@dataclass(frozen=True, slots=True)
class Copying:
    """What one piece shares with the training pieces.

    Attributes
    ----------
    longest : Passage or None
        The shared passage with the most steps (of several, that with the most
        notes, then the first); None if none counts.
    fullest : Passage or None
        The shared passage with the most notes (of several, that with the
        fewest steps, then the first).
    n_ngrams, n_shared_ngrams : int
        Places in the piece where the next 16 steps, the first with onsets,
        lie within it and hold enough notes and pitches to count; and how many
        of these have their onsets, one after another, in a training piece.
    """

    longest: Passage | None
    fullest: Passage | None
    n_ngrams: int
    n_shared_ngrams: int


@dataclass(frozen=True, slots=True)
class _Events:
    """The steps of a piece that have onsets.

    Attributes
    ----------
    onsets : np.ndarray, shape=(steps, 88), dtype=bool
    steps : np.ndarray, shape=(n,)
    lowest : np.ndarray, shape=(n,)
        Lowest key that begins at each.
    patterns : np.ndarray, shape=(n, 2), dtype=uint64
        The keys that begin, as bits counted from the lowest.
    """

    onsets: np.ndarray
    steps: np.ndarray
    lowest: np.ndarray
    patterns: np.ndarray


def copying(
    pieces: Sequence[np.ndarray],
    train: Iterable[np.ndarray],
    *,
    min_notes: int = MIN_NOTES,
    min_pitches: int = MIN_PITCHES,
    ngram_steps: int = NGRAM_STEPS,
    block_events: int = BLOCK_EVENTS,
) -> list[Copying]:
    """Find what each piece shares with the training pieces.

    Parameters
    ----------
    pieces : sequence of np.ndarray, shape=(steps, 88), dtype=bool
    train : iterable of np.ndarray, shape=(steps, 88), dtype=bool
        Read once, one after another.
    min_notes, min_pitches : int
        What a passage, and a window of 16 steps, needs to count.
    ngram_steps : int
        Length of that window.
    block_events : int
        Training pieces are searched in blocks of about so many steps with
        onsets, so that memory stays bounded; the result does not depend on it.

    Returns
    -------
    copying : list of Copying
        One for each piece.
    """
    queries = [_events(roll) for roll in pieces]
    n_queries = sum(len(events.steps) for events in queries)
    # For each step with onsets of all pieces: how many such steps agree from there on, and with what.
    length = np.zeros(n_queries, dtype=np.int64)
    found = np.zeros((n_queries, 3), dtype=np.int64)  # training piece, step, semitones
    lowest = np.concatenate([events.lowest for events in queries]) if queries else np.zeros(0, dtype=np.int64)
    for first, block in _blocks(train, block_events):
        block_length, at = longest_matches(*_symbols(queries, block))
        # That many steps of transition agree; the passage has one step with onsets more.
        block_length = np.where(block_length > 0, block_length + 1, 0)
        better = block_length > length
        length[better] = block_length[better]
        source = np.repeat(np.arange(len(block)), [len(events.steps) for events in block])
        steps = np.concatenate([events.steps for events in block])
        keys = np.concatenate([events.lowest for events in block])
        at = at[better]
        found[better] = np.stack([first + source[at], steps[at], lowest[better] - keys[at]], axis=1)
    results, start = [], 0
    for events in queries:
        part = slice(start, start + len(events.steps))
        results.append(_counted(events, length[part], found[part], min_notes, min_pitches, ngram_steps))
        start = part.stop
    return results


def _events(pianoroll: np.ndarray) -> _Events:
    onsets = np.asarray(pianoroll, dtype=bool).copy()
    onsets[1:] &= ~pianoroll[:-1]
    steps = np.flatnonzero(np.any(onsets, axis=1))
    struck = onsets[steps]
    lowest = struck.argmax(axis=1) if len(steps) else np.zeros(0, dtype=np.int64)
    # Shift each step down to its lowest key: what lies beyond the highest is padding.
    padded = np.pad(struck, ((0, 0), (0, 128 - N_KEYS)))
    shifted = np.take_along_axis(padded, (np.arange(128)[None, :] + lowest[:, None]) % 128, axis=1)
    patterns = np.packbits(shifted, axis=1).view(np.uint64)
    return _Events(onsets, steps, lowest, patterns)


def _blocks(train: Iterable[np.ndarray], block_events: int) -> Iterator[tuple[int, list[_Events]]]:
    """Training pieces in blocks, each with the index of its first piece."""
    first, block, size = 0, [], 0
    for number, roll in enumerate(train):
        # Which keys begin is kept for pieces, not for training pieces.
        block.append(replace(_events(roll), onsets=np.zeros((0, N_KEYS), dtype=bool)))
        size += len(block[-1].steps)
        if size >= block_events:
            yield first, block
            first, block, size = number + 1, [], 0
    if size:
        yield first, block


def _symbols(queries: Sequence[_Events], block: Sequence[_Events]) -> tuple[np.ndarray, np.ndarray]:
    """Both as sequences for `longest_matches`: a number for each transition, -1 where a piece ends."""
    columns, ends = _transitions([*queries, *block])
    symbols = np.where(ends, -1, numbered(columns))
    n_queries = sum(len(events.steps) for events in queries)
    return symbols[:n_queries], symbols[n_queries:]


def _transitions(pieces: Sequence[_Events]) -> tuple[np.ndarray, np.ndarray]:
    """From each step with onsets to the next: what moving to another key leaves as it is.

    Returns
    -------
    columns : np.ndarray, shape=(n, 6), dtype=uint64
        Both patterns, the steps between them, and how far the lowest key moves.
    ends : np.ndarray, shape=(n,), dtype=bool
        True at the last of each piece, from which no transition goes.
    """
    columns = [np.zeros((0, 6), dtype=np.uint64)]
    ends = [np.zeros(0, dtype=bool)]
    for events in pieces:
        part = np.zeros((len(events.steps), 6), dtype=np.uint64)
        part[:, :2] = events.patterns
        part[:-1, 2:4] = events.patterns[1:]
        part[:-1, 4] = np.diff(events.steps)
        part[:-1, 5] = np.diff(events.lowest) + N_KEYS
        columns.append(part)
        ends.append(np.arange(len(part)) == len(part) - 1)
    return np.concatenate(columns), np.concatenate(ends)


def _counted(
    events: _Events, length: np.ndarray, found: np.ndarray, min_notes: int, min_pitches: int, ngram_steps: int
) -> Copying:
    """Sum up one piece from what agrees at each of its steps with onsets."""
    passages, n_ngrams, n_shared = [], 0, 0
    for first, step in enumerate(events.steps):
        if length[first]:
            last = events.steps[first + length[first] - 1]
            struck = events.onsets[step : last + 1]
            if counts(struck, min_notes, min_pitches):
                where = (int(value) for value in found[first])
                passages.append(Passage(int(step), len(struck), int(struck.sum()), *where))
        if step + ngram_steps <= len(events.onsets):
            window = events.onsets[step : step + ngram_steps]
            if counts(window, min_notes, min_pitches):
                n_ngrams += 1
                n_shared += int(length[first] >= np.count_nonzero(window.any(axis=1)))
    longest = max(passages, key=lambda one: (one.n_steps, one.n_notes, -one.step), default=None)
    fullest = max(passages, key=lambda one: (one.n_notes, -one.n_steps, -one.step), default=None)
    return Copying(longest, fullest, n_ngrams, n_shared)


def counts(onsets: np.ndarray, min_notes: int = MIN_NOTES, min_pitches: int = MIN_PITCHES) -> bool:
    """Whether the onsets of a passage, ``(steps, 88)``, are enough for it to count."""
    n_notes, n_pitches, n_steps = (int(np.count_nonzero(part)) for part in (onsets, onsets.any(0), onsets.any(1)))
    return n_notes >= min_notes and n_pitches >= min_pitches and n_steps >= 2
