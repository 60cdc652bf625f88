"""Voices: which notes of a staff follow each other as one line.

Notes that begin and end together are a chord. Chords that overlap need voices
of their own; the higher one gets the upper voice. Where more than `MAX_VOICES`
would be needed at once, chords of the crowded stretch are cut where others
begin or end and the pieces tied, so that what sounds together is written as
one chord. Two notes of one pitch at once always need two voices.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from koe.music.notes import Note

MAX_VOICES = 3  # of a staff; more are hard to read


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
        if _depth(chords) > MAX_VOICES:
            chords = _cut(notes, chords)
        for voice, line in enumerate(_lines(notes, chords)):
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


def _crowded(chords: Sequence[Chord]) -> list[tuple[int, int]]:
    """The times during which more than `MAX_VOICES` chords go on at once."""
    changes: dict[int, int] = defaultdict(int)
    for chord in chords:
        changes[chord.onset] += 1
        changes[chord.end] -= 1
    times: list[tuple[int, int]] = []
    moments = sorted(changes)
    depth = 0
    for start, end in pairwise(moments):
        depth += changes[start]
        if depth > MAX_VOICES:
            joined = bool(times) and times[-1][1] == start
            times[-1:] = [(times[-1][0], end)] if joined else [*times[-1:], (start, end)]
    return times


def _cut(notes: Sequence[Note], chords: Sequence[Chord]) -> list[Chord]:
    """Cut chords of crowded times where others begin or end there, and join what then sounds together."""
    done: list[Chord] = []
    waiting = sorted(chords, key=lambda chord: chord.onset)
    for start, end in _crowded(chords):
        later: list[Chord] = []
        inside: list[Chord] = []
        for chord in waiting:
            if chord.end <= start:
                done.append(chord)
                continue
            if chord.onset < start:
                done.append(Chord(chord.onset, start, chord.members))
            if chord.onset < end:
                inside.append(Chord(max(chord.onset, start), min(chord.end, end), chord.members))
            if chord.end > end:
                later.append(Chord(max(chord.onset, end), chord.end, chord.members))
        done.extend(_joined(notes, inside))
        waiting = later
    return _merged(notes, done + waiting)


def _joined(notes: Sequence[Note], chords: Sequence[Chord]) -> list[Chord]:
    """Cut these chords wherever one of them begins or ends; one chord for what sounds then, more only for unisons."""
    moments = sorted({chord.onset for chord in chords} | {chord.end for chord in chords})
    joined: list[Chord] = []
    for start, end in pairwise(moments):
        layers: list[Chord] = []
        for member in (m for chord in chords if chord.onset <= start and chord.end >= end for m in chord.members):
            pitch = notes[member].pitch
            layer = next((one for one in layers if pitch not in {notes[m].pitch for m in one.members}), None)
            if layer is None:
                layer = Chord(start, end)
                layers.append(layer)
            layer.members.append(member)
        joined.extend(layers)
    return joined


def _merged(notes: Sequence[Note], chords: Sequence[Chord]) -> list[Chord]:
    """Make one chord of those that begin and end together, unless they share a pitch."""
    by_time: dict[tuple[int, int], list[Chord]] = defaultdict(list)
    for chord in chords:
        for other in by_time[chord.onset, chord.end]:
            if not {notes[m].pitch for m in other.members} & {notes[m].pitch for m in chord.members}:
                other.members = other.members + chord.members
                break
        else:
            by_time[chord.onset, chord.end].append(Chord(chord.onset, chord.end, list(chord.members)))
    return [chord for together in by_time.values() for chord in together]


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
