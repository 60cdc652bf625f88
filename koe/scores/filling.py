"""The voices of a measure, filled with rests and cut into note values, tuplets and beams."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from koe.scores.beams import beam_groups, beams_of
from koe.scores.measures import Bar
from koe.scores.tuplets import Tuplet, tuplets
from koe.scores.values import VALUES
from koe.scores.written import Sound

Filled = list[tuple[Sound, tuple[int, ...]]]  # sounds with the notes that are in them, as places in the piece


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a measure in which a voice does one thing.

    Attributes
    ----------
    start, end : int
        In ticks, from the beginning of the measure.
    members : tuple of int
        The notes that sound, as places in the piece; empty for a rest.
    """

    start: int
    end: int
    members: tuple[int, ...] = ()


def filled(lines: Sequence[Sequence[Stretch]], bar: Bar) -> list[Filled]:
    """Write the voices of a staff's measure as single note values without gaps.

    Gaps of the upper voice are rests where no other voice sounds; all others
    are rests that are not printed.

    Parameters
    ----------
    lines : sequence of sequence of Stretch
        What sounds in each voice, in order, the upper voice first.
    bar : Bar
    """
    if not any(lines):
        if bar.full:
            return [[(Sound(0, bar.n_ticks, 0), ())]]
        lines = [[]]
    others = sorted((stretch.start, stretch.end) for line in lines[1:] for stretch in line)
    return [_filled(line, bar, others, upper=not number) for number, line in enumerate(lines)]


def _filled(line: Sequence[Stretch], bar: Bar, others: Sequence[tuple[int, int]], upper: bool) -> Filled:
    stretches: list[Stretch] = []
    tick = 0
    for stretch in [*line, Stretch(bar.n_ticks, bar.n_ticks)]:
        if stretch.start > tick:
            stretches.append(Stretch(tick, stretch.start))
        if stretch.end > stretch.start:
            stretches.append(stretch)
        tick = stretch.end
    shift = bar.offset
    boundaries = [shift + stretches[0].start, *(shift + stretch.end for stretch in stretches)]
    groups = tuplets(bar.metre, boundaries)
    sounds: Filled = []
    for stretch in stretches:
        for start, length, value, tuplet in _values(stretch, bar, groups, hidden=not upper):
            shown = bool(stretch.members) or (upper and not _covered(start, start + length, others))
            sounds.append((Sound(start, length, value, shown=shown, tuplet=tuplet), stretch.members))
    return _with_beams(_with_edges(sounds), bar)


def _values(
    stretch: Stretch, bar: Bar, groups: Sequence[Tuplet], hidden: bool
) -> list[tuple[int, int, float, Tuplet | None]]:
    """Start, length, value and tuplet of each sound that a stretch is written with."""
    found: list[tuple[int, int, float, Tuplet | None]] = []
    tick, end = stretch.start + bar.offset, stretch.end + bar.offset
    rest = not stretch.members and not hidden

    def plain(stop: int) -> None:
        nonlocal tick
        for length in bar.metre.divide(tick, stop, rest=rest):
            found.append((tick - bar.offset, length, length, None))
            tick += length

    for tuplet in groups:
        if tuplet.end <= tick or tuplet.start >= end:
            continue
        if tuplet.start > tick:
            plain(tuplet.start)
        for length, value in tuplet.divide(tick, min(end, tuplet.end)):
            found.append((tick - bar.offset, length, value, tuplet))
            tick += length
    if tick < end:
        plain(end)
    return found


def _covered(start: int, end: int, others: Sequence[tuple[int, int]]) -> bool:
    """Whether something of ``others``, in order of their beginnings, sounds all the time."""
    for begin, stop in others:
        if begin > start:
            break
        start = max(start, stop)
    return start >= end


def _with_edges(sounds: Filled) -> Filled:
    """Tell the first and last sound of each tuplet that they are."""
    edged = []
    for place, (sound, members) in enumerate(sounds):
        if sound.tuplet:
            first = place == 0 or sounds[place - 1][0].tuplet is not sound.tuplet
            last = place + 1 == len(sounds) or sounds[place + 1][0].tuplet is not sound.tuplet
            sound = replace(sound, first=first, last=last)
        edged.append((sound, members))
    return edged


def _with_beams(sounds: Filled, bar: Bar) -> Filled:
    played = [place for place, (_, members) in enumerate(sounds) if members]
    counts = [VALUES[sounds[place][0].value].n_beams for place in played]
    timed = [
        (bar.offset + sounds[place][0].start, sounds[place][0].length, count)
        for place, count in zip(played, counts, strict=True)
    ]
    for group in beam_groups(bar.metre, timed):
        for part in _nested([played[member] for member in group], sounds):
            beams = beams_of([VALUES[sounds[place][0].value].n_beams for place in part]) if len(part) > 1 else [()]
            for place, own in zip(part, beams, strict=True):
                sound, members = sounds[place]
                sounds[place] = (replace(sound, beams=own), members)
    return sounds


def _nested(group: Sequence[int], sounds: Filled) -> list[list[int]]:
    """Cut a beam at the edges of tuplets that it has only a part of: readers let one stand in the other."""
    tuplets_of = [sounds[place][0].tuplet for place in group]
    sizes = Counter(id(sound.tuplet) for sound, _ in sounds if sound.tuplet)
    inside = Counter(id(tuplet) for tuplet in tuplets_of if tuplet)
    broken = [tuplet if tuplet and inside[id(tuplet)] < sizes[id(tuplet)] else None for tuplet in tuplets_of]
    parts: list[list[int]] = []
    for number, place in enumerate(group):
        if number and broken[number] is broken[number - 1]:
            parts[-1].append(place)
        else:
            parts.append([place])
    return parts
