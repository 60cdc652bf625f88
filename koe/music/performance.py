"""Finding the beat of a live performance.

A recorded performance carries one constant tempo that nobody played: its
notes lie anywhere between the beats of the file. Such a file is recognized
here, its tempo estimated from the time between onsets, and its beats tracked,
so that the grid can be laid on what was played.

References
----------
D. P. W. Ellis, Beat tracking by dynamic programming, Journal of New Music
Research 36(1), 2007: the beats.
"""

import numpy as np

from koe.music.grid import STEPS_PER_QUARTER

MIN_ONSETS = 48  # fewer onsets prove nothing
OFF_GRID_SHARE = 0.25  # of the onsets; the clean scores of a corpus of 1918 reach 0.3, most 0.002
MAX_REGULARITY = 0.4  # of the onsets at any division of the beat; the clean scores lie between 0.73 and 1

# Divisions of a quarter that music uses: halves, triplets, quintuplets and so on.
_DIVISIONS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 28, 32])

CHORD_SEC = 0.035  # onsets closer together count as one chord
LONGEST_INTERVAL_SEC = 2.0
LONGEST_INTERVAL_QUARTERS = 8.0
MAX_INTERVALS = 20_000
MIN_CHORDS = 10  # fewer tell no tempo
SLOWEST_QPM, FASTEST_QPM, USUAL_QPM = 45.0, 210.0, 95.0
FRAMES_PER_SEC = 50
MAX_TRACKED_SEC = 3600.0  # beats beyond are laid on at the last tempo
TIGHTNESS = 40.0  # how dearly the tracker pays for uneven beats; best of 10 to 200 for a tempo that sways by 8 %


def off_grid_share(onsets: np.ndarray) -> float:
    """Share of onsets that are far from both sixteenths and their triplets: more than an eighth of a step away.

    Onsets at random come to 0.5.

    Parameters
    ----------
    onsets : np.ndarray, shape=(n,)
        In quarters of the file.
    """
    sixteenths, triplets = onsets * 4, onsets * 6
    far = (np.abs(sixteenths - np.round(sixteenths)) > 0.125) & (np.abs(triplets - np.round(triplets)) > 0.1875)
    return float(far.mean()) if len(onsets) else 0.0


def is_performance(onsets: np.ndarray) -> bool:
    """Whether onsets follow no beat.

    Parameters
    ----------
    onsets : np.ndarray, shape=(n,)
        In quarters of the file.
    """
    if len(onsets) < MIN_ONSETS:
        return False
    if np.median(np.diff(np.sort(onsets))) > LONGEST_INTERVAL_QUARTERS:
        return False  # no music, but a file that claims to last for hours
    if off_grid_share(onsets) < OFF_GRID_SHARE:
        return False
    # Quick notes of a clean score can be far from both too, but they share
    # some division of the beat, and then these arrows all point one way.
    arrows = np.exp(2j * np.pi * onsets[:, None] * _DIVISIONS).mean(axis=0)
    return float(np.abs(arrows).max()) < MAX_REGULARITY


def estimate_qpm(onsets_sec: np.ndarray) -> float:
    """Tempo, in quarter notes a minute, whose sixteenths fit the time between onsets best.

    Twice or half the tempo can fit as well; the nearer to a usual tempo wins.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        Sorted, at least two.
    """
    onsets = _chords(onsets_sec)
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


def _chords(onsets_sec: np.ndarray) -> np.ndarray:
    """Onsets with those of one chord counted once."""
    return onsets_sec[np.append(True, np.diff(onsets_sec) > CHORD_SEC)]


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
