"""Finding the beats of what was played freely.

A tempo is estimated from the time between onsets. Where one grid fits all of
them, as in what was played to a machine, the beats are even; otherwise they
are tracked through whatever the player does.

References
----------
D. P. W. Ellis, Beat tracking by dynamic programming, Journal of New Music
Research 36(1), 2007: the beats.
"""

import numpy as np

from koe.music.grid import STEPS_PER_QUARTER

CHORD_SEC = 0.035  # onsets closer together count as one chord
LONGEST_INTERVAL_SEC = 2.0
MAX_INTERVALS = 20_000
MIN_CHORDS = 10  # fewer tell no tempo
SLOWEST_QPM, FASTEST_QPM, USUAL_QPM = 45.0, 210.0, 95.0
FRAMES_PER_SEC = 50
MAX_TRACKED_SEC = 3600.0  # beats beyond are laid on at the last tempo
TIGHTNESS = 40.0  # how dearly the tracker pays for uneven beats; best of 10 to 200 for a tempo that sways by 8 %

# What counts as even: nearly all onsets this near to one grid, and nearer still on average over any stretch.
EVEN_SEC, EVEN_UNITS, EVEN_SHARE = 0.03, 0.25, 0.95
WANDERING_SEC, STRETCH = 0.009, 24  # a player's tempo wanders more within so many onsets
LEAST_ARROW = 0.75
SHORTEST_UNIT_SEC, LONGEST_UNIT_SEC = 0.045, 1.4
# Smallest values in a beat, and how usual they are.
UNITS_A_BEAT = {1: 0.8, 2: 1.0, 3: 0.7, 4: 1.25, 6: 0.7, 8: 0.9, 12: 0.7, 16: 0.7}
FIRST_CHORDS = 64  # that the grid is sought in, before it is tried on more and more
WHOLE_QPM = 0.02  # as near to a whole number nobody plays by chance


def estimate_qpm(onsets_sec: np.ndarray) -> float:
    """Tempo, in quarter notes a minute, whose sixteenths fit the time between onsets best.

    Twice or half the tempo can fit as well; the nearer to a usual tempo wins.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        Sorted, at least two.
    """
    onsets = onsets_sec[np.append(True, np.diff(onsets_sec) > CHORD_SEC)]
    if len(onsets) < MIN_CHORDS:
        return USUAL_QPM
    intervals = np.concatenate([onsets[gap:] - onsets[:-gap] for gap in range(1, 9)])
    intervals = intervals[intervals < LONGEST_INTERVAL_SEC]
    if not len(intervals):
        return USUAL_QPM
    intervals = intervals[:: -(-len(intervals) // MAX_INTERVALS)]
    candidates = np.geomspace(SLOWEST_QPM, FASTEST_QPM, 240)
    steps = candidates[:, None] / 60.0 * STEPS_PER_QUARTER * intervals
    fit = np.cos(2 * np.pi * steps).mean(axis=1)
    usual = np.exp(-0.5 * (np.log2(candidates / USUAL_QPM) / 0.7) ** 2)
    return float(candidates[np.argmax((fit + 0.1) * usual)])


def track_beats(onsets_sec: np.ndarray, qpm: float) -> np.ndarray:
    """Times of the beats, in seconds, from at or before 0 to past the last onset.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        Sorted, at least one.
    qpm : float
        About how fast the beats follow each other.
    """
    period = 60.0 / qpm
    origin = float(onsets_sec[0])
    inside = onsets_sec[onsets_sec - origin < MAX_TRACKED_SEC] - origin
    beats = _tracked_frames(inside, period * FRAMES_PER_SEC) / FRAMES_PER_SEC + origin
    # A frame is coarse: each beat moves to the onsets around it, if there are any.
    beats = np.array([_pulled(beat, inside + origin, 1.5 / FRAMES_PER_SEC) for beat in beats])
    first = beats[0] - period * np.arange(np.ceil(beats[0] / period), 0, -1)
    last = beats[-1] + period * np.arange(1, np.ceil((onsets_sec[-1] - beats[-1]) / period) + 2)
    return np.concatenate([first, beats, last])


def even_beats(onsets_sec: np.ndarray, weights: np.ndarray, qpm: float | None = None) -> tuple[float, float] | None:
    """One tempo that all onsets follow, as nobody plays without a machine.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        Sorted, those of a chord once.
    weights : np.ndarray, shape=(n,)
        How much each speaks for a beat, such as how many keys are struck.
    qpm : float, optional
        The tempo to be near to, if one is known.

    Returns
    -------
    (first, period) : tuple of float
        A beat and the time between two, in seconds; None if there is no such
        tempo.
    """
    if len(onsets_sec) < MIN_CHORDS:
        return None
    found = _even_unit(onsets_sec)
    if found is None:
        return None
    origin, unit = found
    places = np.rint((onsets_sec - origin) / unit).astype(np.int64)
    waits = np.minimum(np.append(np.diff(onsets_sec), 1.0), 1.0)  # a note that is waited upon speaks for a beat
    weights = weights * waits
    best, choice = -1.0, (0, 1)
    for n_units, common in UNITS_A_BEAT.items():
        tempo = 60.0 / (n_units * unit)
        if not SLOWEST_QPM - 1 <= tempo <= FASTEST_QPM + 1:
            continue
        shares = np.bincount(places % n_units, weights, n_units) / weights.sum()
        usual = np.exp(-0.5 * (np.log2(tempo / (qpm or USUAL_QPM)) / (0.3 if qpm else 0.7)) ** 2)
        whole = 1.3 if abs(tempo - round(tempo)) < WHOLE_QPM else 1.0
        score = float(shares.max() * usual * whole * common)
        if score > best:
            best, choice = score, (int(shares.argmax()), n_units)
    if best < 0:
        return None
    phase, n_units = choice
    return origin + phase * unit, n_units * unit


def _even_unit(onsets_sec: np.ndarray) -> tuple[float, float] | None:
    """Origin and longest distance, in seconds, of a grid on which all onsets lie."""
    some = onsets_sec[:FIRST_CHORDS]
    some = some[some - some[0] < 60.0]
    span = float(some[-1] - some[0])
    if len(some) < MIN_CHORDS or span <= 0:
        return None
    frequencies = np.arange(1 / LONGEST_UNIT_SEC, 1 / SHORTEST_UNIT_SEC, 1 / (8 * span))
    arrows = np.exp(2j * np.pi * np.outer(frequencies, some - some[0])).mean(axis=1)
    # By chance the longest of so many arrows of n onsets comes to about the second value.
    least = max(LEAST_ARROW, float(np.sqrt((np.log(len(frequencies)) + 4) / len(some))))
    lengths = np.pad(np.abs(arrows), 1)
    peaks = (lengths[1:-1] >= least) & (lengths[1:-1] >= lengths[:-2]) & (lengths[1:-1] >= lengths[2:])
    for index in np.flatnonzero(peaks):  # from the longest unit on
        unit = 1 / float(frequencies[index])
        origin = float(some[0] + np.angle(arrows[index]) / (2 * np.pi) * unit)
        fitted = _fitted(onsets_sec, len(some), origin, unit)
        if fitted:
            return fitted
    return None


def _fitted(onsets_sec: np.ndarray, n_first: int, origin: float, unit: float) -> tuple[float, float] | None:
    """A grid drawn through the first onsets, then twice as many, and so on to all; None where one of these fails."""
    n_onsets = n_first
    while True:
        for _ in range(2):
            places = np.rint((onsets_sec[:n_onsets] - origin) / unit)
            middle = places.mean()
            spread = float(((places - middle) ** 2).sum())
            if not spread:
                return None
            unit = float(((places - middle) * onsets_sec[:n_onsets]).sum() / spread)
            if not SHORTEST_UNIT_SEC <= unit <= 2 * LONGEST_UNIT_SEC:
                return None
            origin = float(onsets_sec[:n_onsets].mean() - unit * middle)
        off = onsets_sec[:n_onsets] - origin - unit * np.rint((onsets_sec[:n_onsets] - origin) / unit)
        if (np.abs(off) < min(EVEN_SEC, EVEN_UNITS * unit)).mean() < EVEN_SHARE:
            return None
        sums = np.append(0.0, np.cumsum(off))
        if n_onsets > STRETCH and np.abs(sums[STRETCH:] - sums[:-STRETCH]).max() / STRETCH > WANDERING_SEC:
            return None
        if n_onsets == len(onsets_sec):
            return origin, unit
        n_onsets = min(2 * n_onsets, len(onsets_sec))


def _tracked_frames(onsets_sec: np.ndarray, period: float) -> np.ndarray:
    """Frames of the beats: strong onsets at nearly even distances of ``period`` frames."""
    n_frames = int(onsets_sec[-1] * FRAMES_PER_SEC) + 2
    counts = np.bincount(np.round(onsets_sec * FRAMES_PER_SEC).astype(int), minlength=n_frames)
    strength = np.convolve(np.sqrt(counts), [0.25, 0.75, 1.0, 0.75, 0.25], mode="same")
    strength /= strength.std() or 1.0
    distances = np.arange(round(2 * period), round(period / 2) - 1, -1)  # back to the beat before
    cost = -TIGHTNESS * np.log(distances / period) ** 2
    longest = len(cost) + round(period / 2) - 1
    best = np.zeros(n_frames + longest)  # shifted, so that early frames look back into silence
    before = np.full(n_frames, -1)
    for frame in range(n_frames):
        scores = best[frame : frame + len(cost)] + cost
        choice = int(scores.argmax())
        best[frame + longest] = strength[frame] + scores[choice]
        before[frame] = frame - distances[choice]
    frame = n_frames - 1 - int(best[longest:][::-1][: round(period)].argmax())
    beats = []
    while frame >= 0:
        beats.append(frame)
        frame = before[frame]
    return np.array(beats[::-1], dtype=np.float64)


def _pulled(beat: float, onsets_sec: np.ndarray, reach: float) -> float:
    """Mean of the onsets within ``reach`` of a beat, or the beat itself."""
    low, high = np.searchsorted(onsets_sec, (beat - reach, beat + reach))
    return float(onsets_sec[low:high].mean()) if high > low else beat
