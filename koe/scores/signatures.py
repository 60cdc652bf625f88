"""The key signature of every measure: the file's, or the one that needs the fewest signs.

Where a file names its keys, they are written at the bar lines next to where it
has them. Where it names none, a sign before a note costs 1, a change of
signature `CHANGE`, and the cheapest sequence through the measures is taken, so
that passing modulations change nothing. Of the two keys with a signature the
one is named that the notes sound like.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from koe.music.notes import Note
from koe.music.signatures import KeySignature
from koe.scores.key import MAJOR_FIFTHS, MINOR_FIFTHS, Key, find_key, fits_of
from koe.scores.measures import Bar

CHANGE = 24.0  # signs before notes
# What a measure costs in another signature than that of the whole piece's key, which decides where the signs do not: a
# tune of five notes is in many keys. With these two, of 134 pieces whose files name keys other than C, 84 % of the
# measures get the signature of the file, and 47 changes are found where the files have 114.
FROM_HOME = 0.15

_FIFTHS = np.arange(-5, 7)
# By signature and pitch class, whether the class has no sign: a scale is seven fifths in a row, the first a fifth
# below the tonic.
_IN_SCALE = np.array([[(7 * pitch - (fifths - 1)) % 12 < 7 for pitch in range(12)] for fifths in _FIFTHS])


def measure_keys(bars: Sequence[Bar], notes: Sequence[Note], told: Sequence[KeySignature]) -> list[Key]:
    """Choose the key of every measure.

    Parameters
    ----------
    bars : sequence of Bar
    notes : sequence of Note
        In order of onset.
    told : sequence of KeySignature
        Those of the file; may be empty.
    """
    return _told(bars, told) if told else _found(bars, notes)


def _told(bars: Sequence[Bar], told: Sequence[KeySignature]) -> list[Key]:
    lines = [bar.onset for bar in bars]
    keys: list[Key] = []
    changes = {}
    for signature in told:
        place = bisect_right(lines, signature.onset) - 1
        # What stands in the second half of a measure holds from the next one on.
        late = place >= 0 and 2 * (signature.onset - lines[place]) > bars[place].n_ticks
        changes[max(place + late, 0)] = Key(signature.fifths, signature.mode)
    first = changes[min(changes)]
    for place in range(len(bars)):
        keys.append(changes.get(place, keys[-1] if keys else first))
    return keys


def _found(bars: Sequence[Bar], notes: Sequence[Note]) -> list[Key]:
    if not notes:
        return [Key()] * len(bars)
    home = find_key(notes)
    classes = np.zeros((len(bars), 12))
    lines = [bar.onset for bar in bars]
    seen = {(max(bisect_right(lines, note.onset) - 1, 0), note.pitch) for note in notes}
    for bar, pitch in seen:
        classes[bar, pitch % 12] += 1
    costs = classes @ ~_IN_SCALE.T
    away = (_FIFTHS - home.fifths) % 12 != 0
    # Where some signature needs no sign at all, it is that one.
    needless = ~costs.any(axis=0)
    costs = costs + FROM_HOME * away
    path = [_nearest(np.flatnonzero(needless), home.fifths)] * len(bars) if needless.any() else _cheapest(costs)
    table = np.array([(note.onset, note.end, note.pitch % 12) for note in notes], dtype=np.int64)
    keys: list[Key] = []
    starts = [place for place in range(len(bars)) if place == 0 or path[place] != path[place - 1]]
    for start, stop in zip(starts, [*starts[1:], len(bars)], strict=True):
        fifths = int(_FIFTHS[path[start]])
        if (fifths - home.fifths) % 12 == 0 and len(starts) == 1:
            key = home
        else:
            key = _mode_of(fifths, table, bars[start].onset, bars[stop - 1].end)
        keys += [key] * (stop - start)
    return keys


def _nearest(places: np.ndarray, fifths: int) -> int:
    """Of some signatures the one that differs from another in the fewest signs."""
    away = np.abs((_FIFTHS[places] - fifths + 6) % 12 - 6)
    return int(places[away.argmin()])


def _mode_of(fifths: int, table: np.ndarray, start: int, stop: int) -> Key:
    """Of the major and the minor key of a signature the one that a stretch sounds like, in its usual name."""
    first, last = bisect_left(table[:, 0], start), bisect_left(table[:, 0], stop)
    fits = fits_of(table[first:last], start, stop)
    tonic = 7 * fifths % 12
    relative = (tonic + 9) % 12
    if fits[12 + relative] > fits[tonic]:
        return Key(MINOR_FIFTHS[relative], "minor")
    return Key(MAJOR_FIFTHS[tonic], "major")


def _cheapest(costs: np.ndarray) -> list[int]:
    """The column of each row that costs least in all, a change of column included."""
    total = costs[0]
    came_from = np.zeros(costs.shape, dtype=np.int64)
    same = np.arange(costs.shape[1])
    for row in range(1, len(costs)):
        best = int(total.argmin())
        stays = total <= total[best] + CHANGE
        came_from[row] = np.where(stays, same, best)
        total = np.minimum(total, total[best] + CHANGE) + costs[row]
    path = [int(total.argmin())]
    for row in range(len(costs) - 1, 0, -1):
        path.append(int(came_from[row, path[-1]]))
    return path[::-1]
