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
PULL, DRIFT = 0.3, 0.25  # of what a note is off, by which the beat and its tempo follow
MOST_DRIFT = 0.2  # of the tempo at the beginning

# What a note costs beside being off: by where in the beat it begins, in sixteenths.
PLACE_COSTS = np.array([0.0, 3.5, 1.0, 3.5])
TEMPO_COST = 0.5  # for each note, times the square of how unusual the tempo is
MIN_REFINED, REFINEMENTS = 8, 4
UPBEATS = (0, 2)  # sixteenths of a beat at which a tune may begin
FIRST_OFF = (0.0, -0.06, 0.06, -0.12, 0.12)  # quarters by which the first note may be too early


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
    if len(onsets_sec) < 2:
        return np.zeros(len(onsets_sec), dtype=np.int64), USUAL_QPM
    tempos = np.geomspace(SLOWEST_QPM, FASTEST_QPM, N_TEMPOS)
    best = (np.inf, np.zeros(0, dtype=np.int64), 0.0)
    unusual = np.log2(tempos / USUAL_QPM) / USUAL_OCTAVES
    for upbeat in UPBEATS:
        for early in FIRST_OFF:
            cost, places = _followed(onsets_sec, tempos, upbeat, early)
            cost = cost + TEMPO_COST * len(onsets_sec) * unusual**2
            index = int(cost.argmin())
            if cost[index] < best[0]:
                best = (float(cost[index]), places[:, index], float(tempos[index]))
    _, places, tempo = best
    places = _refined(onsets_sec, places, SLOPPY_SEC * tempo / 60)
    # The line through all notes, whose slope is the length of a sixteenth.
    slope = np.polyfit(places, onsets_sec, 1)[0] if np.ptp(places) else 60.0 / tempo / STEPS_PER_QUARTER
    return places, float(np.clip(60.0 / (slope * STEPS_PER_QUARTER), SLOWEST_QPM, FASTEST_QPM))


def _refined(onsets_sec: np.ndarray, places: np.ndarray, sloppy: float) -> np.ndarray:
    """The same places with single uneven notes mended: a curve through all of them knows where they were meant.

    What follows the tune note by note cannot know what is to come.
    """
    if len(places) < MIN_REFINED:
        return places
    for _ in range(REFINEMENTS):
        exact = np.polynomial.Polynomial.fit(onsets_sec, places, 2)(onsets_sec)
        nearby = np.floor(exact).astype(np.int64)[:, None] + np.arange(2)
        costs = np.square((exact[:, None] - nearby) / STEPS_PER_QUARTER / max(sloppy, LEAST_SLOPPY))
        costs += PLACE_COSTS[nearby % STEPS_PER_QUARTER]
        found = nearby[np.arange(len(places)), costs.argmin(axis=1)]
        found[0] = places[0]
        if (found == places).all() or (np.diff(found) < 1).any():
            break
        places = found
    return places


def _followed(onsets_sec: np.ndarray, tempos: np.ndarray, upbeat: int, early: float) -> tuple[np.ndarray, np.ndarray]:
    """Cost of each tempo, and the places ``(n, tempos)`` in sixteenths that it leads to.

    The first note begins ``upbeat`` sixteenths after a beat, ``early``
    quarters too early.
    """
    given = 60.0 / tempos
    sloppy = np.maximum(SLOPPY_SEC / given, LEAST_SLOPPY)
    period = given.copy()  # of a quarter, as it is now
    place = np.full(len(tempos), float(upbeat) / STEPS_PER_QUARTER)  # of the note before, in quarters
    at_sec = onsets_sec[0] + early * given  # where the beat has that place
    places = np.empty((len(onsets_sec), len(tempos)), dtype=np.int64)
    places[0] = upbeat
    cost = PLACE_COSTS[upbeat] + np.square(early / sloppy)
    for index, second in enumerate(onsets_sec[1:], 1):
        exact = place + (second - at_sec) / period
        earliest = places[index - 1] + 1
        below = np.maximum(np.floor(exact * STEPS_PER_QUARTER).astype(np.int64), earliest)
        # Of the two sixteenths around it the nearer one, unless the other lies so much better in the beat.
        costs = [
            np.square((exact - step / STEPS_PER_QUARTER) / sloppy) + PLACE_COSTS[step % 4]
            for step in (below, below + 1)
        ]
        step = np.where(costs[0] <= costs[1], below, below + 1)
        cost += np.minimum(*costs)
        nearest = step / STEPS_PER_QUARTER
        off = exact - nearest
        between = np.maximum(nearest - place, 0.25)
        place, at_sec = nearest, second - (1 - PULL) * off * period
        period = np.clip(
            period * (1 + DRIFT * np.clip(off / between, -0.3, 0.3)), given * (1 - MOST_DRIFT), given * (1 + MOST_DRIFT)
        )
        places[index] = step
    return cost, places
