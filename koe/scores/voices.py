"""Voices: which notes of a staff follow each other as one line.

Notes that begin and end together are a chord. Chords that overlap need voices
of their own; the higher one gets the upper voice. Where more than `MAX_VOICES`
would be needed at once, voices take several chords that overlap: these are cut
where others begin or end, the pieces tied, and what sounds together written as
one chord. Two notes of one pitch at once always need two voices. A note stays
in its voice from beginning to end, so that no tie leads from one to another.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from koe.music.notes import Note

MAX_VOICES = 3  # of a staff; more are hard to read

_NEVER = 10_000


@dataclass(slots=True)
class Chord:
    """Notes of one voice that begin and end together.

    Attributes
    ----------
    onset, end : int
        In steps.
    members : list of int
        Places of the notes in the piece, by pitch.
    """

    onset: int
    end: int
    members: list[int] = field(default_factory=list)


def voices(notes: Sequence[Note], members: Sequence[int]) -> list[list[Chord]]:
    """Lay the notes of one staff out in voices.

    Parameters
    ----------
    notes : sequence of Note
        Those of the piece.
    members : sequence of int
        Which of them stand on the staff, in order of onset.

    Returns
    -------
    voices : list of list of Chord
        At least one. The chords of a voice do not overlap; a note that was
        cut stands in several of them, one after the other.
    """
    lines: list[list[Chord]] = [[]]
    for stretch in _stretches(notes, members):
        chords = _chords(notes, stretch)
        crowded = _depth(chords) > MAX_VOICES
        for voice, line in enumerate(_shared(notes, chords) if crowded else _lines(notes, chords)):
            if voice == len(lines):
                lines.append([])
            lines[voice].extend(line)
    return lines


def _stretches(notes: Sequence[Note], members: Sequence[int]) -> Iterator[list[int]]:
    """Notes between two moments at which none goes on."""
    stretch: list[int] = []
    end = 0
    for member in members:
        if stretch and notes[member].onset >= end:
            yield stretch
            stretch = []
        stretch.append(member)
        end = max(end, notes[member].end)
    if stretch:
        yield stretch


def _chords(notes: Sequence[Note], members: Sequence[int]) -> list[Chord]:
    by_time: dict[tuple[int, int, int], Chord] = {}
    seen: dict[tuple[int, int, int], int] = defaultdict(int)
    for member in members:
        note = notes[member]
        # The second note of the same pitch and time goes to a second chord.
        copy = seen[note.onset, note.end, note.pitch]
        seen[note.onset, note.end, note.pitch] += 1
        by_time.setdefault((note.onset, note.end, copy), Chord(note.onset, note.end)).members.append(member)
    return list(by_time.values())


def _depth(chords: Sequence[Chord]) -> int:
    """How many chords go on at once, at most."""
    depth = deepest = 0
    for _, change in sorted([(chord.onset, 1) for chord in chords] + [(chord.end, -1) for chord in chords]):
        depth += change
        deepest = max(deepest, depth)
    return deepest


def _shared(notes: Sequence[Note], chords: Sequence[Chord]) -> list[list[Chord]]:
    """Lay chords out in `MAX_VOICES` voices, several at once in each, and more only for unisons."""
    ordered = sorted(chords, key=lambda chord: (chord.onset, -_height(notes, chord)))
    lines: list[list[Chord]] = [[] for _ in range(MAX_VOICES)]
    for chord, wanted in zip(ordered, _wanted(notes, ordered), strict=True):
        costs = [abs(min(wanted, MAX_VOICES - 1) - number) for number in range(len(lines))]
        pitches = {notes[member].pitch for member in chord.members}
        for number, line in enumerate(lines):
            beside = [other for other in line if other.end > chord.onset]
            if any(not pitches.isdisjoint(notes[member].pitch for member in other.members) for other in beside):
                costs[number] = _NEVER
            # To begin or to end together spares a cut.
            costs[number] += sum(1 + (one.onset != chord.onset) + (one.end != chord.end) for one in beside)
        if min(costs) >= _NEVER:
            lines.append([])
            costs.append(0)
        lines[costs.index(min(costs))].append(chord)
    return [_tied(line) for line in lines]


def _tied(chords: Sequence[Chord]) -> list[Chord]:
    """One voice of chords that overlap: each is cut where another begins or ends."""
    line: list[Chord] = []
    together: list[Chord] = []
    end = 0
    for chord in [*chords, None]:
        if together and (chord is None or chord.onset >= end):
            line.extend(together if len(together) == 1 else _joined(together))
            together = []
        if chord is not None:
            together.append(chord)
            end = max(end, chord.end) if len(together) > 1 else chord.end
    return line


def _joined(chords: Sequence[Chord]) -> list[Chord]:
    """Chords cut wherever one of them begins or ends, and what then sounds together as one chord."""
    joined = []
    for start, end in pairwise(sorted({chord.onset for chord in chords} | {chord.end for chord in chords})):
        members = [m for chord in chords if chord.onset <= start and chord.end >= end for m in chord.members]
        if members:
            joined.append(Chord(start, end, members))
    return joined


def _lines(notes: Sequence[Note], chords: Sequence[Chord]) -> list[list[Chord]]:
    """Share overlapping chords out among as few voices as can be, high ones above."""
    ordered = sorted(chords, key=lambda chord: (chord.onset, -_height(notes, chord)))
    lines: list[list[Chord]] = [[] for _ in range(_depth(chords))]
    wanted = _wanted(notes, ordered)
    place = 0
    while place < len(ordered):
        stop = place + 1
        while stop < len(ordered) and ordered[stop].onset == ordered[place].onset:
            stop += 1
        free = [number for number, line in enumerate(lines) if not line or line[-1].end <= ordered[place].onset]
        # Chords that begin together keep their order; of the ways to do so the one nearest to what they want.
        chosen = min(
            combinations(free, stop - place),
            key=lambda way: sum(abs(line - want) for line, want in zip(way, wanted[place:stop], strict=True)),
        )
        for line, chord in zip(chosen, ordered[place:stop], strict=True):
            lines[line].append(chord)
        place = stop
    return lines


def _wanted(notes: Sequence[Note], ordered: Sequence[Chord]) -> list[int]:
    """For each chord how many voices belong above it: as many as higher chords go on at once beside it."""
    higher: list[list[Chord]] = [[] for _ in ordered]
    active: list[int] = []
    heights = [_height(notes, chord) for chord in ordered]
    for place, chord in enumerate(ordered):
        active = [other for other in active if ordered[other].end > chord.onset]
        for other in active:
            if heights[other] >= heights[place]:
                higher[place].append(ordered[other])
            else:
                higher[other].append(chord)
        active.append(place)
    return [
        _depth([Chord(max(one.onset, chord.onset), min(one.end, chord.end)) for one in above])
        for chord, above in zip(ordered, higher, strict=True)
    ]


def _height(notes: Sequence[Note], chord: Chord) -> float:
    return sum(notes[member].pitch for member in chord.members) / len(chord.members)
