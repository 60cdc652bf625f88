"""The rhythm in which something is written that was played freely.

Between two beats music has sixteenths or triplets, seldom both; finer places
only where notes follow each other faster. Each beat gets the division that
fits what is played in it and in its neighbours. Keys struck together are
written together, and what was played one after another stays in its order.
"""

import numpy as np

from koe.music.grid import TICKS_PER_QUARTER

TOGETHER_SEC = 0.03  # keys struck within it are one chord, as long as the whole spans no more than twice that
# Divisions of a beat, as distances in ticks, and how dearly each is paid for in every beat that uses it.
DIVISIONS = np.array([6, 8, 4, 3])
COSTS = np.array([0.0, 1.5, 5.0, 6.0])
CHANGE_COST = 2.0  # of another division from one beat to the next
SAME_PLACE_COST = 8.0  # of what was played one after another, and would be written as a chord
PLAYED_OFF_SEC = 0.018  # how far people play off their rhythm
LEAST_OFF_TICKS = 0.8
MOST_OFF = 3.0  # times that; what is played farther off speaks neither for nor against a division
EARLY = 1 / 12  # of a beat; what is played so little before one belongs to it


def written_times(
    starts_sec: np.ndarray,
    ends_sec: np.ndarray,
    pitches: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Ticks at which played notes begin and end on paper.

    Parameters
    ----------
    starts_sec, ends_sec : np.ndarray, shape=(n,)
        In order of the start.
    pitches : np.ndarray, shape=(n,)
    starts, ends : np.ndarray, shape=(n,)
        The same times, counted in beats.

    Returns
    -------
    onsets, ends : np.ndarray, shape=(n,), dtype=int64
        Every note at least a tick long.
    """
    chord_of = _chords(starts_sec, pitches)
    n_chords = int(chord_of[-1]) + 1
    sizes = np.bincount(chord_of, minlength=n_chords)
    places = np.bincount(chord_of, starts, n_chords) / sizes
    seconds = np.bincount(chord_of, starts_sec, n_chords) / sizes
    beats = np.floor(places + EARLY).astype(np.int64)
    beat_sec = _beat_lengths(places, seconds)
    division = _divisions(places, beats, beat_sec)
    distance = division[np.clip(beats, 0, len(division) - 1)]
    within = (places - beats) * TICKS_PER_QUARTER
    nearest = beats * TICKS_PER_QUARTER + np.floor(within / distance + 0.5).astype(np.int64) * distance
    onsets = _apart(np.maximum(nearest, 0), places * TICKS_PER_QUARTER)[chord_of]

    beats = np.floor(ends).astype(np.int64)
    distance = division[np.clip(beats, 0, len(division) - 1)]
    within = (ends - beats) * TICKS_PER_QUARTER
    stops = beats * TICKS_PER_QUARTER + np.floor(within / distance + 0.5).astype(np.int64) * distance
    # What rounding leaves without a length lasts to the next place, or to what is played next, if that is nearer.
    following = np.append(onsets, onsets[-1] + TICKS_PER_QUARTER)[np.searchsorted(chord_of, chord_of, side="right")]
    stops = np.where(stops > onsets, stops, np.minimum(onsets + distance, following))
    return onsets, _before_next_strike(starts_sec, ends_sec, pitches, onsets, stops)


def _chords(starts_sec: np.ndarray, pitches: np.ndarray) -> np.ndarray:
    """Number of the chord that each note belongs to; a key is struck once in a chord."""
    numbers, number = [], -1
    first = last = -np.inf
    struck: set[float] = set()
    for second, pitch in zip(starts_sec.tolist(), pitches.tolist(), strict=True):
        if second - last > TOGETHER_SEC or second - first > 2 * TOGETHER_SEC or pitch in struck:
            number, first = number + 1, second
            struck.clear()
        struck.add(pitch)
        last = second
        numbers.append(number)
    return np.array(numbers, dtype=np.int64)


def _beat_lengths(places: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """About how many seconds a beat has around each chord."""
    if len(places) < 2:
        return np.full(len(places), 0.6)
    low = np.maximum(np.arange(len(places)) - 4, 0)
    high = np.minimum(np.arange(len(places)) + 4, len(places) - 1)
    return np.maximum(seconds[high] - seconds[low], 1e-3) / np.maximum(places[high] - places[low], 1e-6)


def _divisions(places: np.ndarray, beats: np.ndarray, beat_sec: np.ndarray) -> np.ndarray:
    """Distance in ticks of each beat's places, by the cheapest path from beat to beat."""
    n_beats = max(int(beats[-1]) + 2, 1)
    index = np.maximum(beats, 0)
    within = (places - beats) * TICKS_PER_QUARTER
    scale = np.maximum(PLAYED_OFF_SEC / beat_sec * TICKS_PER_QUARTER, LEAST_OFF_TICKS)
    costs = np.zeros((n_beats, len(DIVISIONS)))
    costs[np.unique(index)] += COSTS
    for column, distance in enumerate(DIVISIONS.tolist()):
        nearest = np.floor(within / distance + 0.5) * distance
        off = np.minimum(np.abs(within - nearest) / scale, MOST_OFF) ** 2
        np.add.at(costs[:, column], index, off)
        written = beats * TICKS_PER_QUARTER + nearest
        np.add.at(costs[:, column], index[1:], SAME_PLACE_COST * (np.diff(written) <= 0))
    change = CHANGE_COST * (1 - np.eye(len(DIVISIONS)))
    total = costs[0]
    came_from = np.zeros((n_beats, len(DIVISIONS)), dtype=np.int64)
    for beat in range(1, n_beats):
        ways = total[:, None] + change
        came_from[beat] = ways.argmin(axis=0)
        total = ways.min(axis=0) + costs[beat]
    path = np.zeros(n_beats, dtype=np.int64)
    path[-1] = int(total.argmin())
    for beat in range(n_beats - 1, 0, -1):
        path[beat - 1] = came_from[beat, path[beat]]
    return DIVISIONS[path]


def _apart(ticks: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Ticks of chords, each behind the one before: of those at one place the nearest to it stays there."""
    ticks = ticks.copy()
    begins = np.flatnonzero(np.append(True, np.diff(ticks) != 0))
    stops = np.append(begins[1:], len(ticks))
    for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True):
        if stop - begin > 1:
            run = slice(begin, stop)
            stays = begin + int(np.abs(exact[run] - ticks[run]).argmin())
            room = int(ticks[begin] - ticks[begin - 1]) - 1 if begin else int(ticks[begin])
            stays = min(stays, begin + max(room, 0))
            ticks[run] += np.arange(begin, stop) - stays
    steps = np.arange(len(ticks))
    return np.maximum.accumulate(ticks - steps) + steps


def _before_next_strike(
    starts_sec: np.ndarray, ends_sec: np.ndarray, pitches: np.ndarray, onsets: np.ndarray, stops: np.ndarray
) -> np.ndarray:
    """Ends that leave a key before it is struck again, where the player did."""
    order = np.lexsort((starts_sec, pitches))
    this, following = order[:-1], order[1:]
    left = (pitches[this] == pitches[following]) & (ends_sec[this] <= starts_sec[following] + TOGETHER_SEC)
    stops = stops.copy()
    stops[this[left]] = np.minimum(stops[this[left]], onsets[following[left]])
    return np.maximum(stops, onsets + 1)
