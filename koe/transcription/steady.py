"""The rhythm of a tune that somebody hums: sixteenths at an even beat, which may drift a little.

Of many tempos the one is taken at which the tune is simplest: near to
sixteenths, and mostly on beats. For each tempo the tune is followed note by
note, with the beat pulled gently towards what is sung.
"""

import numpy as np

from koe.music.grid import STEPS_PER_QUARTER

SLOWEST_QPM, FASTEST_QPM, USUAL_QPM = 50.0, 170.0, 95.0
N_TEMPOS = 160
USUAL_OCTAVES = 0.6  # how far from the usual tempo is unlikely

SLOPPY_SEC = 0.035  # how unevenly people sing
LEAST_SLOPPY = 0.07  # of a quarter; what is sung faster is sung no more exactly
PULL, DRIFT = 0.3, 0.1  # of what a note is off, by which the beat and its tempo follow
MOST_DRIFT = 0.2  # of the tempo at the beginning

# What a note costs beside being off: by where in the beat it begins, in sixteenths.
PLACE_COSTS = np.array([0.0, 2.0, 0.7, 2.0])
TEMPO_COST = 0.5  # for each note, times the square of how unusual the tempo is
UPBEATS = (0, 2)  # sixteenths of a beat at which a tune may begin


def sixteenths_of(onsets_sec: np.ndarray) -> tuple[np.ndarray, float]:
    """Where notes that are sung to an even beat begin.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        In order, at least one.

    Returns
    -------
    places : np.ndarray, shape=(n,), dtype=int64
        In sixteenths after a beat; the first is one of `UPBEATS`.
    qpm : float
        The average tempo.
    """
    tempos = np.geomspace(SLOWEST_QPM, FASTEST_QPM, N_TEMPOS)
    if len(onsets_sec) < 2:
        return np.zeros(len(onsets_sec), dtype=np.int64), USUAL_QPM
    found = [_followed(onsets_sec, tempos, upbeat) for upbeat in UPBEATS]
    costs = np.stack([cost for cost, _ in found])
    unusual = np.log2(tempos / USUAL_QPM) / USUAL_OCTAVES
    costs = costs + TEMPO_COST * len(onsets_sec) * unusual**2
    upbeat, tempo = np.unravel_index(int(costs.argmin()), costs.shape)
    places = found[int(upbeat)][1][:, tempo]
    # The line through all notes, whose slope is the length of a sixteenth.
    slope = np.polyfit(places, onsets_sec, 1)[0] if np.ptp(places) else 60.0 / tempos[tempo] / STEPS_PER_QUARTER
    return places, float(np.clip(60.0 / (slope * STEPS_PER_QUARTER), SLOWEST_QPM, FASTEST_QPM))


def _followed(onsets_sec: np.ndarray, tempos: np.ndarray, upbeat: int) -> tuple[np.ndarray, np.ndarray]:
    """Cost of each tempo, and the places ``(n, tempos)`` in sixteenths that it leads to."""
    given = 60.0 / tempos
    period = given.copy()  # of a quarter, as it is now
    place = np.full(len(tempos), float(upbeat) / STEPS_PER_QUARTER)  # of the note before, in quarters
    at_sec = np.full(len(tempos), onsets_sec[0])  # where the beat has that place
    places = np.empty((len(onsets_sec), len(tempos)), dtype=np.int64)
    places[0] = upbeat
    cost = np.full(len(tempos), PLACE_COSTS[upbeat])
    for index, second in enumerate(onsets_sec[1:], 1):
        exact = place + (second - at_sec) / period
        step = np.maximum(np.round(exact * STEPS_PER_QUARTER).astype(np.int64), places[index - 1] + 1)
        nearest = step / STEPS_PER_QUARTER
        off = exact - nearest
        sloppy = np.maximum(SLOPPY_SEC / period, LEAST_SLOPPY)
        cost += np.square(off / sloppy) + PLACE_COSTS[step % STEPS_PER_QUARTER]
        between = np.maximum(nearest - place, 0.25)
        place, at_sec = nearest, second - (1 - PULL) * off * period
        period = np.clip(
            period * (1 + DRIFT * np.clip(off / between, -0.3, 0.3)), given * (1 - MOST_DRIFT), given * (1 + MOST_DRIFT)
        )
        places[index] = step
    return cost, places
