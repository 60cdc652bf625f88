"""Which note values a duration is written with, by the metre.

A measure is a tree: 4/4 has two halves of two quarters of two eighths of two
sixteenths, 6/8 two dotted quarters of three eighths, 7/8 groups of two and
three eighths. The *level* of a tick is the length of the largest unit that
begins there. A note may hide the beginning of a unit as large as its own, or
twice that (a syncopation), not of a larger one: there it is cut and tied. Of
all ways to write a duration the one with the fewest notes is taken, of those
the one cut at the highest levels, and of those the one whose long notes begin
on strong places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from koe.music.grid import TICKS_PER_MEASURE, TICKS_PER_QUARTER
from koe.scores.values import UNDOTTED, VALUES, fewest, tree_levels

SHORTEST = 3  # ticks: a thirty-second, the shortest value outside tuplets
_LENGTHS = tuple(int(length) for length in VALUES if length % SHORTEST == 0)
# How many of its notes the groups of an uneven measure have, the usual grouping first.
GROUPINGS = {5: ((3, 2), (2, 3)), 7: ((2, 2, 3), (3, 2, 2), (2, 3, 2))}


@dataclass(frozen=True)
class Metre:
    """A measure of ``numerator`` notes of the kind ``denominator``.

    Attributes
    ----------
    numerator, denominator : int
        As printed; for metres that thirty-seconds cannot fill see `metre_on_grid`.
    grouping : tuple of int
        Of an uneven metre in eighths or less, the notes in each group, such as
        ``(2, 2, 3)``; empty for the usual one.
    """

    numerator: int = 4
    denominator: int = 4
    grouping: tuple[int, ...] = ()
    _divided: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def n_ticks(self) -> int:
        """Length of a measure."""
        return self.numerator * TICKS_PER_MEASURE // self.denominator

    @property
    def compound(self) -> bool:
        """Whether three of the denominator's notes make a beat, as in 6/8 and 6/4, not in 3/4."""
        return self.numerator % 3 == 0 and (self.denominator >= 8 or self.numerator > 3)

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """Lengths of the groups of an uneven measure of eighths or less, in ticks; empty for an even one."""
        if self.denominator < 8 or self.numerator < 5 or self.numerator % 2 == 0 or self.compound:
            return ()
        usual = GROUPINGS.get(self.numerator, ((*[2] * (self.numerator // 2 - 1), 3),))[0]
        return tuple(n * TICKS_PER_MEASURE // self.denominator for n in self.grouping or usual)

    @cached_property
    def beat_ticks(self) -> int:
        """Length of a beat: a quarter in 4/4, a dotted quarter in 6/8; never under a quarter where that fits."""
        beat = TICKS_PER_MEASURE // self.denominator * (3 if self.compound else 1)
        if not self.compound and beat < TICKS_PER_QUARTER and self.n_ticks % TICKS_PER_QUARTER == 0:
            return TICKS_PER_QUARTER
        return beat

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Level of every tick; that of tick 0 is the measure's length."""
        return tree_levels(self.n_ticks, self._parts)

    def _parts(self, unit: int) -> Sequence[int]:
        """The parts of a unit of some length."""
        beat = self.beat_ticks
        if unit == self.n_ticks and self.groups:
            return self.groups
        if unit > beat and unit % beat == 0 and not self.groups:
            # Groups of beats: in two halves where the beats are even, otherwise beat by beat.
            return (unit // 2,) * 2 if (unit // beat) % 2 == 0 else (beat,) * (unit // beat)
        if unit % 9 == 0:  # three eighths, quarters or sixteenths
            return (unit // 3,) * 3
        return (unit // 2,) * 2 if unit % 2 == 0 and unit > SHORTEST else (1,) * unit

    def divide(self, start: int, end: int, *, rest: bool = False) -> tuple[int, ...]:
        """Write a note or rest from tick ``start`` to ``end`` of the measure as single values.

        Both must lie on thirty-seconds; what does not stands in a tuplet.

        Returns
        -------
        lengths : tuple of int
            In ticks, each one of `koe.scores.values.VALUES`; more than one are tied.

        Examples
        --------
        >>> Metre(4, 4).divide(12, 36), Metre(4, 4).divide(36, 60), Metre(6, 8).divide(24, 60)
        ((24,), (12, 12), (12, 24))
        """
        place = (start, end, rest)
        if place not in self._divided:
            # In thirty-seconds there are a third as many places to look at.
            levels = [level // SHORTEST for level in self.levels[::SHORTEST]]
            fits = self._rest_fits if rest else self._note_fits
            lengths = fewest(
                start // SHORTEST,
                end // SHORTEST,
                [length // SHORTEST for length in _LENGTHS],
                levels,
                lambda begin, length: fits(begin * SHORTEST, length * SHORTEST),
            )
            assert lengths is not None, f"{place} of {self} lies on no thirty-seconds"
            self._divided[place] = tuple(length * SHORTEST for length in lengths)
        return self._divided[place]

    def _level(self, tick: int) -> int:
        return self.levels[tick % self.n_ticks]

    def _note_fits(self, start: int, length: int) -> bool:
        undotted = UNDOTTED[length]
        own, hidden = self._level(start), max(self.levels[start + 1 : start + length], default=0)
        if not self._beats_fit(start, length):
            return False
        if hidden <= own:
            return hidden < own or undotted <= 2 * own
        return hidden <= 2 * own and undotted <= 2 * own and self._level(start + length) >= own

    def _rest_fits(self, start: int, length: int) -> bool:
        undotted, dotted = UNDOTTED[length], VALUES[length].dots > 0
        own, hidden = self._level(start), max(self.levels[start + 1 : start + length], default=0)
        if not self._beats_fit(start, length) or (dotted and length > self.beat_ticks):
            return False
        # Two of three or five beats are no unit: each has its rest.
        odd = self.n_ticks // self.beat_ticks % 2 == 1 and not self.compound and not self.groups
        if odd and self.beat_ticks < length < self.n_ticks:
            return False
        return hidden < own and undotted <= own

    def _beats_fit(self, start: int, length: int) -> bool:
        """Whether what is longer than a compound beat is whole beats; the others may be of any length."""
        return (
            not self.compound or length <= self.beat_ticks or not (start % self.beat_ticks or length % self.beat_ticks)
        )


def metre_on_grid(numerator: int, denominator: int, grouping: tuple[int, ...] = ()) -> Metre:
    """The metre, or where its measure is no whole number of thirty-seconds, the next longer one in thirty-seconds.

    Examples
    --------
    >>> metre_on_grid(3, 4), metre_on_grid(9, 64)
    (Metre(numerator=3, denominator=4, grouping=()), Metre(numerator=5, denominator=32, grouping=()))
    """
    if 32 % denominator == 0:
        return Metre(numerator, denominator, grouping)
    return Metre(-(-numerator * 32 // denominator), 32)
