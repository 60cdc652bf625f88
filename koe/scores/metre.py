"""Which note values a duration is written with, by the metre.

A measure is a tree: 4/4 has two halves of two quarters of two eighths of two
sixteenths, 6/8 two dotted quarters of three eighths. The *level* of a step is
the length of the largest unit that begins there. A note may hide the beginning
of a unit as large as its own, or twice that (a syncopation), not of a larger
one: there it is cut and tied. Of all ways to write a duration the one with the
fewest notes is taken, of those the one cut at the highest levels, and of those
the one whose long notes begin on strong places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from koe.music.grid import STEPS_PER_QUARTER

# Steps to undotted step and dots; breves and longer are tied.
VALUES = {1: (1, 0), 2: (2, 0), 3: (2, 1), 4: (4, 0), 6: (4, 1), 8: (8, 0), 12: (8, 1), 16: (16, 0), 24: (16, 1)}


@dataclass(frozen=True)
class Metre:
    """A measure of ``numerator`` notes of the kind ``denominator``, ``n_steps`` sixteenths long.

    Metres whose measures are no whole number of sixteenths (3/32) have none
    of their own on the grid; see `metre_on_grid`.
    """

    numerator: int = 4
    denominator: int = 4
    _divided: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def n_steps(self) -> int:
        """Length of a measure."""
        return self.numerator * 16 // self.denominator

    @property
    def compound(self) -> bool:
        """Whether three of the denominator's notes make a beat, as in 6/8."""
        return self.numerator % 3 == 0 and self.denominator >= 8

    @property
    def beat_steps(self) -> int:
        """Length of a beat: a quarter in 4/4, a dotted quarter in 6/8; never under a quarter where that fits."""
        beat = 16 // self.denominator * (3 if self.compound else 1)
        if not self.compound and beat < STEPS_PER_QUARTER and self.n_steps % STEPS_PER_QUARTER == 0:
            return STEPS_PER_QUARTER
        return max(beat, 1)

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Level of every step, in steps; that of step 0 is the measure's length."""
        units = [self.n_steps]
        while units[-1] > 1:
            unit = units[-1]
            if unit > self.beat_steps:
                # Groups of beats: in two halves where the beats are even, otherwise beat by beat.
                halves = unit % 2 == 0 and (unit // 2) % self.beat_steps == 0
                units.append(unit // 2 if halves else self.beat_steps)
            elif unit == self.beat_steps and self.compound:
                units.append(unit // 3)
            else:
                units.append(unit // 2 if unit % 2 == 0 else 1)
        return tuple(max(unit for unit in units if step % unit == 0) for step in range(self.n_steps))

    def divide(self, start: int, end: int, *, rest: bool = False) -> tuple[int, ...]:
        """Write a note or rest from step ``start`` to ``end`` of the measure as single values.

        Returns
        -------
        lengths : tuple of int
            In steps, each one of `VALUES`; more than one are tied.

        Examples
        --------
        >>> Metre(4, 4).divide(2, 6), Metre(4, 4).divide(6, 10), Metre(6, 8).divide(4, 10)
        ((4,), (2, 2), (2, 4))
        """
        place = (start, end, rest)
        if place not in self._divided:
            self._divided[place] = self._divide(start, end, rest)
        return self._divided[place]

    def _divide(self, start: int, end: int, rest: bool) -> tuple[int, ...]:
        fits = self._rest_fits if rest else self._note_fits
        # best[step], from there to the end: number of values, levels at the cuts, lengths by the level they begin
        # at, lengths. All but the first count negative: the least has few values, cut at high levels, and is long
        # where the metre is strong.
        best: dict[int, tuple[int, int, int, tuple[int, ...]]] = {end: (0, 0, 0, ())}
        for step in range(end - 1, start - 1, -1):
            ways = []
            for length in VALUES:
                after = best.get(step + length)
                if after and fits(step, length):
                    cut = self.levels[step + length] if step + length < end else 0
                    weight = length * self._level(step)
                    ways.append((after[0] + 1, after[1] - cut, after[2] - weight, (-length, *after[3])))
            best[step] = min(ways)
        return tuple(-length for length in best[start][3])

    def _level(self, step: int) -> int:
        return self.levels[step % self.n_steps]

    def _note_fits(self, start: int, length: int) -> bool:
        undotted, _ = VALUES[length]
        own, hidden = self._level(start), max(self.levels[start + 1 : start + length], default=0)
        if not self._beats_fit(start, length):
            return False
        if hidden <= own:
            return hidden < own or undotted <= 2 * own
        return hidden <= 2 * own and undotted <= 2 * own and self._level(start + length) >= own

    def _rest_fits(self, start: int, length: int) -> bool:
        undotted, dots = VALUES[length]
        own, hidden = self._level(start), max(self.levels[start + 1 : start + length], default=0)
        if not self._beats_fit(start, length) or (dots and length > self.beat_steps):
            return False
        return hidden < own and undotted <= own

    def _beats_fit(self, start: int, length: int) -> bool:
        """Whether what is longer than a compound beat is whole beats; the others may be of any length."""
        return (
            not self.compound or length <= self.beat_steps or not (start % self.beat_steps or length % self.beat_steps)
        )


def metre_on_grid(numerator: int, denominator: int) -> Metre:
    """The metre, or where its measure is no whole number of sixteenths, the nearest one in sixteenths.

    Examples
    --------
    >>> metre_on_grid(3, 4), metre_on_grid(3, 32)
    (Metre(numerator=3, denominator=4), Metre(numerator=2, denominator=16))
    """
    if 16 % denominator == 0:
        return Metre(numerator, denominator)
    return Metre(max(1, round(numerator * 16 / denominator)), 16)


def beam_groups(metre: Metre, notes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Which notes of a voice share a beam.

    Parameters
    ----------
    metre : Metre
    notes : sequence of (start, length)
        Sounds of one voice in one measure, in order, in steps of the measure.
        Between two that do not touch lies a rest.

    Returns
    -------
    groups : list of list of int
        Places in ``notes``, two or more in each group.
    """
    wide, narrow = _wide_window(metre), metre.beat_steps if metre.compound else STEPS_PER_QUARTER
    groups: list[list[int]] = []
    for place, (start, length) in enumerate(notes):
        if length >= STEPS_PER_QUARTER:
            continue
        touches = bool(groups) and groups[-1][-1] == place - 1 and sum(notes[place - 1]) == start
        window = wide if _only_eighths(notes, start // wide * wide, wide) else narrow
        if touches and notes[groups[-1][0]][0] // window == start // window:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [group for group in groups if len(group) > 1]


def _wide_window(metre: Metre) -> int:
    """Eighths are beamed by halves of 4/4 and by whole measures of 3/4 and 2/4."""
    if metre.compound:
        return metre.beat_steps
    return 8 if metre.n_steps % 8 == 0 else min(metre.n_steps, 12)


def _only_eighths(notes: Sequence[tuple[int, int]], start: int, length: int) -> bool:
    inside = [note for note in notes if start <= note[0] < start + length]
    return all(steps == 2 for _, steps in inside if steps < STEPS_PER_QUARTER)
