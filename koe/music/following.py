"""Whether the notes of a file follow its beats.

Scores have their notes on few places between two beats, to the tick.
Recordings of people who play to a click have them near such places; others,
and transcriptions of recordings, have them anywhere, or on the places of
another tempo than the file's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from koe.music.beat_tracking import even_beats

MIN_ONSETS = 12  # fewer onsets prove nothing
LONGEST_INTERVAL_QUARTERS = 8.0  # half of the onsets farther apart: no music, but a file that claims to last for hours

# How many pairs of onsets lie on the same place between two beats, to a tick.
# Of 3790 clean scores the least is 0.062, and 0.033 in their first 16 onsets;
# onsets anywhere come to 0.006, played to a click with 6 ms of swerve to 0.05.
# These are on 24ths of the beat as seldom as by chance, in 0.15 of the cases,
# scores in 0.25 and more.
FINE_TICKS = 192  # in a quarter; in coarser files onsets meet by chance
SAME_PLACES, MANY_SAME_PLACES = 0.03, 0.1
SHARE_ON_PLACES, SHARE_ON_SIXTEENTHS = 0.2, 0.25

NEARLY_ALL = 0.9

# Of a file in which onsets do not lie on few places: how strongly the onsets
# point to the divisions of its beats; 1 is exactly. Clean scores come to 0.4
# and more, most to 1; n onsets at random to the square root of 7 / n in one
# of a hundred cases.
DIVISIONS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24])
PLAIN = np.isin(DIVISIONS, (1, 2, 4))
LEAST_ARROW, PLAIN_ARROW = 0.4, 0.75
OFF_GRID_SHARE = 0.25

# Onsets that are all as late as this show a constant offset to the beat.
OFFSET_ARROW, CLICK_ARROW = 0.9, 0.7  # in a score, and in what is played to a click
LEAST_OFFSET = 1 / 40  # of a quarter
PLAIN_SHARE = 0.5  # of the onsets on sixteenths speaks for the file's beats
SAME_TEMPO = 0.01  # octaves
# Share of the onsets by which another tempo's beats must be stronger than the file's; where they lie on places of
# a score all triplets are a temptation.
MORE_ON_BEATS, FAR_MORE_ON_BEATS = 0.12, 0.27


@dataclass(frozen=True, slots=True)
class Following:
    """How the notes of a file follow its beats.

    Attributes
    ----------
    follows : bool
        Whether they do.
    exact : bool
        Whether they lie on places of a score, so that nothing is to be
        evened out.
    offset : float
        How many quarters all of them come after the beat.
    """

    follows: bool = True
    exact: bool = True
    offset: float = 0.0


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


def following(
    ticks: np.ndarray,
    ticks_per_quarter: float,
    seconds_of: Callable[[np.ndarray], np.ndarray],
    says_nothing: bool = True,
) -> Following:
    """Find out whether notes follow the beats of their file.

    Parameters
    ----------
    ticks : np.ndarray, shape=(n,)
        Onsets, in any order.
    ticks_per_quarter : float
    seconds_of : callable
        When ticks sound.
    says_nothing : bool
        Whether the file has the tempo, metre and key of a file that says
        nothing of them. Else whoever made it knew its beats, if its notes lie
        on places of a score.
    """
    ticks, sizes = np.unique(ticks, return_counts=True)
    onsets = ticks / ticks_per_quarter
    if len(onsets) < MIN_ONSETS or np.median(np.diff(onsets)) > LONGEST_INTERVAL_QUARTERS:
        return Following()
    fine = ticks_per_quarter >= FINE_TICKS
    tick = 1.01 / ticks_per_quarter
    on_ticks = _share_on(onsets, 24, tick) if fine else 0.0
    if on_ticks >= NEARLY_ALL and _share_on(onsets, 4, tick) >= PLAIN_SHARE and not _odd_unit(ticks, ticks_per_quarter):
        return Following()  # as nearly all scores, and soon seen
    lengths = np.abs(np.exp(2j * np.pi * onsets[:, None] * DIVISIONS).mean(axis=0))
    plain = float(lengths[PLAIN].max())
    same = same_places(ticks, ticks_per_quarter) if fine else 0.0
    swerving = plain >= PLAIN_ARROW and same < MANY_SAME_PLACES and _share_on(onsets, 4, tick) < SHARE_ON_SIXTEENTHS
    on_places = same >= MANY_SAME_PLACES or (same >= SAME_PLACES and on_ticks >= SHARE_ON_PLACES)
    if on_ticks >= NEARLY_ALL or (on_places and not swerving):
        offset = _offset(onsets, tick, OFFSET_ARROW)
        if offset:
            return Following(offset=offset)
        on_sixteenths = _share_on(onsets, 4, tick) >= PLAIN_SHARE
        if not says_nothing or (on_sixteenths and not _odd_unit(ticks, ticks_per_quarter)):
            return Following()
        return Following(not _other_beats(onsets, seconds_of(ticks), sizes, FAR_MORE_ON_BEATS))
    if not fine and off_grid_share(onsets) < OFF_GRID_SHARE:
        return Following()
    if lengths.max() < max(LEAST_ARROW, np.sqrt(7 / len(onsets))):
        return Following(False)
    if plain < PLAIN_ARROW and _other_beats(onsets, seconds_of(ticks), sizes, MORE_ON_BEATS):
        return Following(False)
    return Following(exact=not fine, offset=_offset(onsets, -1.0, CLICK_ARROW))


def same_places(ticks: np.ndarray, ticks_per_quarter: float) -> float:
    """Share of pairs of onsets that lie on the same place between two beats, or a tick beside it."""
    length = int(ticks_per_quarter)
    counts = np.bincount(np.floor(ticks % ticks_per_quarter).astype(np.int64) % length, minlength=length)
    near = counts + np.roll(counts, 1) + np.roll(counts, -1)
    n_onsets = len(ticks)
    return float((counts * near).sum() - n_onsets) / (n_onsets * (n_onsets - 1))


def _share_on(onsets: np.ndarray, division: int, reach: float) -> float:
    """Share of onsets on the places of a division of the beat, to ``reach`` quarters."""
    return float((np.abs(onsets * division - np.rint(onsets * division)) <= division * reach).mean())


def _odd_unit(ticks: np.ndarray, ticks_per_quarter: float) -> bool:
    """Whether all onsets are whole numbers of dotted eighths, or of dotted sixteenths, apart."""
    unit = int(np.gcd.reduce(np.diff(ticks).astype(np.int64))) / ticks_per_quarter
    return unit in (0.375, 0.75)


def _offset(onsets: np.ndarray, reach: float, least_arrow: float) -> float:
    """How many quarters all onsets come after the beat; 0 where some come on plain places, to ``reach`` quarters."""
    if max(_share_on(onsets, 4, reach), _share_on(onsets, 6, reach)) >= 0.05:
        return 0.0
    divisions = np.array([1, 2, 4, 3, 6, 12])
    arrows = np.exp(2j * np.pi * onsets[:, None] * divisions).mean(axis=0)
    best = int(np.abs(arrows).round(3).argmax())  # of equal ones the coarsest
    if np.abs(arrows[best]) < least_arrow:
        return 0.0
    offset = float(np.angle(arrows[best])) / (2 * np.pi * float(divisions[best]))
    far = abs(offset) >= LEAST_OFFSET and abs(offset * 4 - round(offset * 4)) > 0.1
    return offset if far else 0.0


def _other_beats(onsets: np.ndarray, onsets_sec: np.ndarray, sizes: np.ndarray, more: float) -> bool:
    """Whether one tempo that is not the file's explains the onsets better."""
    found = even_beats(onsets_sec, sizes)
    if found is None:
        return False
    first, period = found
    places = (onsets_sec - first) / period
    quarters = (onsets[-1] - onsets[0]) / max(float(places[-1] - places[0]), 1e-9)  # of the file in a beat
    ratio = float(np.log2(quarters))
    if abs(ratio - round(ratio)) < SAME_TEMPO or quarters < 0.4:  # the latter are triplets
        return False
    return _on_beats(places, sizes) > _on_beats(onsets, sizes) + more


def _on_beats(places: np.ndarray, sizes: np.ndarray) -> float:
    """Largest share of the onsets, by what they weigh, that lies on one place of all beats."""
    waits = np.minimum(np.append(np.diff(places), 1.0), 1.0)
    weights = sizes * waits
    twelfths = np.rint((places % 1) * 12).astype(np.int64) % 12
    return float(np.bincount(twelfths, weights, 12).max() / weights.sum())
