"""Where one take goes on from another: what it heard is found in that one, in time that grows with their length.

A project may hold many long takes in the shortest of measures, so nothing here
compares every measure with what follows it.
"""

import secrets
from bisect import bisect_right
from functools import cache

import numpy as np

from koe.music.grid import N_KEYS, TICKS_PER_STEP
from koe.music.piece import Piece, step_at

MAX_TRIES = 64  # of places that look alike at `SAMPLES` notes
SAMPLES = 16


def branches_at(whole: Piece, made_from: int, heard: Piece) -> int | None:
    """Find where a piece goes on after what was heard.

    Parameters
    ----------
    whole : Piece
    made_from : int
        Step of it after which what was heard has to end.
    heard : Piece

    Returns
    -------
    measure : int or None
        Measure of ``whole``, from 1, that follows what was heard; None if that is no part of it.
    """
    if not heard.notes:
        return None
    if whole.n_between_steps or heard.n_between_steps or whole.n_ticks % TICKS_PER_STEP:
        return _between_steps(whole, made_from, heard)
    starts = np.array(whole.measure_steps, dtype=np.int64)
    ends = starts + heard.n_steps
    starts, ends = (one[(made_from < ends) & (ends <= whole.n_steps)] for one in (starts, ends))
    sums, powers = _sums(whole), _powers(whole.n_steps)
    alike = sums[ends] - sums[starts] == _sums(heard)[-1] * powers[starts]
    if not alike.any():
        return None
    end = int(ends[alike.argmax()])
    return bisect_right(whole.measure_steps, end) + (end == whole.n_steps)


def _between_steps(whole: Piece, made_from: int, heard: Piece) -> int | None:
    """The same for pieces whose notes and measures may lie anywhere: what was heard is one with silence to a step."""
    struck = {(note.onset, note.pitch) for note in whole.notes}
    own = [note for note in heard.notes if note.onset]  # what was cut begins at 0
    samples = [*own[:: max(1, len(own) // SAMPLES)], *own[-1:]]
    lines = (*whole.measure_onsets, whole.n_ticks)
    tries = 0
    for start in whole.measure_onsets:
        if not all((start + note.onset, note.pitch) in struck for note in samples):
            continue
        last = start + heard.n_ticks
        for end in lines[bisect_right(lines, last - 2 * TICKS_PER_STEP) : bisect_right(lines, last)]:
            if step_at(end) <= made_from:
                continue
            tries += 1
            if tries > MAX_TRIES:
                return None
            part = whole.slice(start, end)
            if part.on_whole_steps().n_ticks == heard.n_ticks and part.notes == heard.notes:
                return bisect_right(whole.measure_onsets, end) + (end == whole.n_ticks)
    return None


def _sums(piece: Piece) -> np.ndarray:
    """A sum up to each step of what sounds, in which equal stretches differ by equal amounts, but for `_powers`.

    Whole numbers modulo 2**64, shape ``(n_steps + 1,)`` (Karp and Rabin 1987).
    """
    weights, n_steps = _chance()[0], piece.n_steps
    free = [0] * N_KEYS  # the step from which a key is not known to sound
    spans = []
    for start, stop, key in piece.spans_in_steps.tolist():
        if max(start, free[key]) < stop:
            spans.append((max(start, free[key]), stop, key))
            free[key] = stop
    starts, stops, keys = np.array(spans, dtype=np.int64).reshape(-1, 3).T
    change = np.zeros(n_steps + 1, dtype=np.uint64)
    np.add.at(change, starts, weights[keys])
    np.subtract.at(change, stops, weights[keys])
    sounding = np.cumsum(change)[:n_steps]
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum(sounding * _powers(n_steps)[:n_steps])])


def _powers(n: int) -> np.ndarray:
    """Powers of one odd number modulo 2**64, from the 0th to the ``n``th."""
    factors = np.full(n + 1, _chance()[1], dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


@cache
def _chance() -> tuple[np.ndarray, np.uint64]:
    """Numbers that nobody who writes a project knows: a weight of each key, and an odd number."""
    drawn = np.frombuffer(secrets.token_bytes(8 * N_KEYS), dtype=np.uint64)
    return drawn, np.uint64(secrets.randbits(64) | 1)
