"""Where a voice stands in triplets and other tuplets.

What lies between thirty-seconds of a measure stands in a tuplet. A triplet
takes the smallest part of the beat that holds it, a quarter where nothing else
is needed, two quarters or a whole where the notes are as wide as that. Six
equal notes in a quarter are a sextuplet. Quintuplets and groups of seven or
nine are no whole ticks; they are known by the ticks nearest to them. All else
that 24 ticks hold can be written in triplets of ever shorter notes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from koe.music.grid import TICKS_PER_QUARTER
from koe.scores.metre import SHORTEST, Metre
from koe.scores.values import UNDOTTED, VALUES, fewest, tree_levels

# Notes of other tuplets, and in the time of how many they stand.
UNEVEN = {5: 4, 7: 4, 9: 8}
# In a dotted quarter there are six sixteenths.
UNEVEN_IN_COMPOUND = {5: 6, 7: 6}


@dataclass(frozen=True)
class Tuplet:
    """``actual`` notes in the time of ``normal``.

    Attributes
    ----------
    start, length : int
        In ticks of the measure.
    actual, normal : int
    places : tuple of int
        Where its notes can begin, in ticks from its start, its end included;
        every tick for triplets.
    """

    start: int
    length: int
    actual: int = 3
    normal: int = 2
    places: tuple[int, ...] = field(default=(), compare=False, repr=False)

    @property
    def end(self) -> int:
        """First tick after it."""
        return self.start + self.length

    def divide(self, start: int, end: int) -> list[tuple[int, float]]:
        """Write what goes from one tick of the measure to another, both in the tuplet, as single values.

        Returns
        -------
        lengths : list of (int, float)
            How many ticks each takes, and the length of the value it is printed with.
        """
        first, last = start - self.start, end - self.start
        if self.actual in (3, 6):
            return [(length, length * 1.5) for length in _in_thirds(self.length, first, last)]
        unit = self.length / self.normal
        place = self.places.index(first)
        lengths = []
        for count in _in_units(self.places.index(last) - place):
            lengths.append((self.places[place + count] - self.places[place], unit * count))
            place += count
        return lengths


def tuplets(metre: Metre, boundaries: Sequence[int]) -> list[Tuplet]:
    """The tuplets of a voice in one measure.

    Parameters
    ----------
    metre : Metre
    boundaries : sequence of int
        Where its notes and rests begin and end, in ticks of the measure, in
        order; the first and last are the measure's, or an upbeat's.
    """
    if not any(tick % SHORTEST for tick in boundaries):
        return []
    known = set(boundaries)
    found: list[Tuplet] = []
    for place, length in _beats(metre):
        if found and place < found[-1].end:
            continue  # inside one of several beats
        found += _of_several_beats(metre, place, known) or _within(place, length, known)
    return found


def _beats(metre: Metre) -> Iterator[tuple[int, int]]:
    """Parts of the measure that no tuplet but those of whole quarters leaves: start and length."""
    place = 0
    for group in metre.groups or (metre.n_ticks,):
        unit = 36 if metre.compound and metre.denominator >= 8 else TICKS_PER_QUARTER
        stop = place + group
        while place < stop:
            length = next(length for length in (unit, 12, 6, 3) if place + length <= stop)
            yield place, length
            place += length


def _of_several_beats(metre: Metre, place: int, known: set[int]) -> list[Tuplet]:
    """A tuplet of two or four quarters, of notes too wide for one."""
    if metre.compound or metre.groups or place % TICKS_PER_QUARTER:
        return []
    for length, unit in ((96, 32), (48, 16)):
        n_beats = metre.n_ticks // TICKS_PER_QUARTER
        aligned = place % length == 0 or (length == 48 and n_beats % 2 == 1)
        if not aligned or place + length > metre.n_ticks or not known.issuperset((place, place + length)):
            continue
        inner = sorted(tick - place for tick in known if place < tick < place + length)
        if length // 2 in inner or not any(tick % SHORTEST for tick in inner):
            continue
        if uneven := _uneven(place, length, inner):
            return [uneven]
        if any(tick % unit == 0 for tick in inner) and not any(tick % (unit // 2) for tick in inner):
            return [Tuplet(place, length)]
    return []


def _within(place: int, length: int, known: set[int]) -> list[Tuplet]:
    inner = sorted(tick - place for tick in known if place < tick < place + length)
    if not any(tick % SHORTEST for tick in inner):
        return []
    if uneven := _uneven(place, length, inner):
        return [uneven]
    if length == 36:
        return [tuplet for third in (0, 12, 24) for tuplet in _within(place + third, 12, known)]
    if length >= 12 and inner == [length * sixth // 6 for sixth in range(1, 6)]:
        return [Tuplet(place, length, 6, 4)]
    if length >= 12 and length // 2 in inner:
        half = length // 2
        return [*_within(place, half, known), *_within(place + half, half, known)]
    return [Tuplet(place, length)]


def _uneven(place: int, length: int, inner: Sequence[int]) -> Tuplet | None:
    """A group of five, seven or nine, where the ticks are those nearest to its notes; one or two may be tied."""
    for actual, normal in (UNEVEN_IN_COMPOUND if length == 36 else UNEVEN).items():
        places = tuple(round(length * note / actual) for note in range(actual + 1))
        missing = 1 if actual < 9 else 0
        if len(inner) >= actual - 1 - missing and set(inner).issubset(places):
            return Tuplet(place, length, actual, normal, places)
    return None


@cache
def _in_thirds(length: int, first: int, last: int) -> tuple[int, ...]:
    """Ticks of the values between two places of a triplet."""
    levels = _triplet_levels(length)

    def fits(start: int, ticks: int) -> bool:
        own, hidden = levels[start], max(levels[start + 1 : start + ticks], default=0)
        undotted = UNDOTTED[ticks * 1.5] / 1.5
        return hidden < own or (
            undotted <= 2 * own and hidden <= (2 * own if levels_end(start + ticks) >= own else own)
        )

    def levels_end(place: int) -> int:
        return levels[place] if place < length else length

    lengths = [ticks for ticks in range(1, length + 1) if ticks * 1.5 in VALUES]
    found = fewest(first, last, lengths, levels, fits)
    assert found is not None, "a tick is a value of its own"
    return found


@cache
def _triplet_levels(length: int) -> tuple[int, ...]:
    def parts(unit: int) -> tuple[int, ...]:
        if unit == length or unit % 2:
            return (unit // 3,) * 3 if unit % 3 == 0 else (1,) * unit
        return (unit // 2,) * 2

    return tree_levels(length, parts)


@cache
def _in_units(count: int) -> tuple[int, ...]:
    """So many notes of a group of five, seven or nine as single values."""
    chosen = []
    for length in (8, 4, 3, 2, 1):
        while count == length or (length != 3 and count > length):
            chosen.append(length)
            count -= length
    return tuple(chosen)
