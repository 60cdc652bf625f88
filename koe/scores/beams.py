"""Which notes share a beam, and how many beams each of them has."""

from collections.abc import Sequence

from koe.music.grid import TICKS_PER_QUARTER
from koe.scores.metre import Metre

EIGHTH = 12  # ticks
Timed = tuple[int, int, int]  # tick of the measure, length in ticks, beams


def beam_groups(metre: Metre, notes: Sequence[Timed]) -> list[list[int]]:
    """Which notes of a voice share a beam.

    Parameters
    ----------
    metre : Metre
    notes : sequence of (start, length, n_beams)
        Sounds of one voice in one measure, in order, in ticks of the measure.
        Between two that do not touch lies a rest. Quarters and longer ones
        have no beams.

    Returns
    -------
    groups : list of list of int
        Places in ``notes``, two or more in each group.
    """
    windows = _Windows(metre, notes)
    groups: list[list[int]] = []
    for place, (start, _, n_beams) in enumerate(notes):
        if not n_beams:
            continue
        touches = bool(groups) and groups[-1][-1] == place - 1 and sum(notes[place - 1][:2]) == start
        if touches and windows.of(notes[groups[-1][0]][0]) == windows.of(start):
            groups[-1].append(place)
        else:
            groups.append([place])
    return [group for group in groups if len(group) > 1]


class _Windows:
    """Stretches of a measure that have beams of their own.

    Those of uneven metres are their groups. Otherwise eighths are beamed by
    halves of 4/4, by the beats of 6/8 and 6/4, and by whole measures of 3/4 and
    2/4; where anything shorter, or a tuplet, comes in, by quarters or compound
    beats.
    """

    def __init__(self, metre: Metre, notes: Sequence[Timed]) -> None:
        self.metre = metre
        self.notes = notes
        if metre.compound:
            self.wide = metre.beat_ticks
            self.narrow = min(metre.beat_ticks, TICKS_PER_QUARTER) if metre.denominator < 8 else metre.beat_ticks
        else:
            self.wide = 48 if metre.n_ticks % 48 == 0 else min(metre.n_ticks, 72)
            self.narrow = TICKS_PER_QUARTER
        self._uneven: dict[int, bool] = {}

    def of(self, tick: int) -> tuple[int, int]:
        """Beginning and length of the window that a tick lies in."""
        if self.metre.groups:
            start = 0
            for length in self.metre.groups:
                if tick < start + length:
                    break
                start += length
            return start, length
        start = tick // self.wide * self.wide
        if start not in self._uneven:
            self._uneven[start] = any(
                length != EIGHTH for begin, length, n_beams in self.notes if n_beams and 0 <= begin - start < self.wide
            )
        if not self._uneven[start]:
            return start, self.wide
        return tick // self.narrow * self.narrow, self.narrow


def beams_of(counts: Sequence[int]) -> list[tuple[str, ...]]:
    """The beams of a group of notes by how many each has: one for eighths, dotted or not, two for sixteenths.

    Examples
    --------
    >>> beams_of([1, 2])
    [('begin',), ('end', 'backward hook')]
    """
    beams: list[list[str]] = [[] for _ in counts]
    for level in range(1, max(counts) + 1):
        for place, count in enumerate(counts):
            if count < level:
                continue
            before = place > 0 and counts[place - 1] >= level
            after = place + 1 < len(counts) and counts[place + 1] >= level
            if before or after:
                beams[place].append("continue" if before and after else "end" if before else "begin")
            else:
                beams[place].append("backward hook" if place else "forward hook")
    return [tuple(one) for one in beams]
