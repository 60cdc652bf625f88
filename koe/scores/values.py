"""Note values, in ticks of a quarter's 24, and the fewest of them that fill a stretch of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """How a length is printed.

    Attributes
    ----------
    kind : str
        As MusicXML names it: ``"quarter"``, ``"16th"``.
    dots : int
    n_beams : int
        How many beams, or flags, it has.
    """

    kind: str
    dots: int = 0
    n_beams: int = 0


_KINDS = {96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd", 1.5: "64th"}
_BEAMS = {12: 1, 6: 2, 3: 3, 1.5: 4}

# By length in ticks, of one note that stands in no tuplet. Sixty-fourths, of a tick and a half, stand in tuplets
# alone. Breves, and whatever has two dots, are tied.
VALUES: dict[float, Value] = {
    length * (1.5 if dots else 1): Value(kind, dots, _BEAMS.get(length, 0))
    for dots in (0, 1)
    for length, kind in _KINDS.items()
    if length > 1.5 or not dots
}
UNDOTTED: dict[float, float] = {length: length / 1.5 if value.dots else length for length, value in VALUES.items()}


def fewest(
    start: int,
    end: int,
    lengths: Sequence[int],
    levels: Mapping[int, int] | Sequence[int],
    fits: Callable[[int, int], bool],
) -> tuple[int, ...] | None:
    """Fill a stretch with as few lengths as can be, cut at the highest levels, the long ones on strong places.

    Parameters
    ----------
    start, end : int
    lengths : sequence of int
        What there is to choose from.
    levels : sequence of int
        How strong each place is.
    fits : callable
        Whether a length may begin at a place.

    Returns
    -------
    chosen : tuple of int, or None
        None where nothing fits.
    """
    # best[place], from there to the end: number of values, levels at the cuts, lengths by the level they begin at,
    # lengths. All but the first count negative: the least has few values, cut at high levels, and is long where the
    # metre is strong.
    best: dict[int, tuple[int, int, int, tuple[int, ...]]] = {end: (0, 0, 0, ())}
    for place in range(end - 1, start - 1, -1):
        found = None
        for length in lengths:
            after = best.get(place + length)
            if after and fits(place, length):
                cut = levels[place + length] if place + length < end else 0
                weight = length * levels[place]
                way = (after[0] + 1, after[1] - cut, after[2] - weight, (-length, *after[3]))
                if found is None or way < found:
                    found = way
        if found:
            best[place] = found
    return tuple(-length for length in best[start][3]) if start in best else None


def tree_levels(length: int, split: Callable[[int], Sequence[int]]) -> tuple[int, ...]:
    """Level of every place of a measure or tuplet: the length of the largest unit that begins there.

    ``split`` says which parts a unit of some length has; parts of 1 are the end.
    """
    levels = [1] * length

    def grow(start: int, unit: int) -> None:
        levels[start] = max(levels[start], unit)
        if unit > 1:
            for part in split(unit):
                grow(start, part)
                start += part

    grow(0, length)
    return tuple(levels)
