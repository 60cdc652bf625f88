"""How long notes are printed, which is not quite how long they sound.

A half note that is let go after nine tenths of its length is a half note. A
note's end moves to the next onset of its hand where little is missing, or to
the nearest plain value. An end on a sixteenth, or on a triplet of the note's
own beat, is taken at its word: such rests are written. Beginnings stay, but for
grace notes and rolled chords.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import log

import numpy as np

from koe.music.grid import PULSES_PER_TICK, TICKS_PER_QUARTER, TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.scores.ornaments import grace_notes, rolled_chords

SMALLEST_REST = 6  # ticks: what is shorter is closed
LEGATO_TICKS = 2  # how long a finger may stay after the next note has begun
HELD = 0.7  # a note that fills so much of the time until the next one fills it all; in performances:
HELD_IN_PERFORMANCE = 0.5

# A share of the time until the next note that more than so many of the notes sound for, if they are of several
# lengths, is how the file's program plays, not what is written.
GATE_SHARE = 0.6
GATES = (0.55, 0.97)

# What it costs to print a plain value, the least first; beside it counts by how much the note is made longer, and
# three times as much if it is made shorter.
COSTS = {96: 0.0, 48: 0.0, 24: 0.0, 12: 0.0, 6: 0.05, 72: 0.1, 36: 0.1, 18: 0.15, 3: 0.4}
TRIPLET_COSTS = {16: 0.0, 8: 0.0, 4: 0.1}


@dataclass(frozen=True)
class Printed:
    """The notes of a piece as they are printed.

    Attributes
    ----------
    notes : tuple of Note
        For each note of the piece where it is printed; a grace note begins
        where its main note does.
    graces : dict of int to tuple of int
        For a main note its grace notes in order, as places in ``notes``.
    steals : dict of int to float
        For a grace note on the beat, how many ticks of its main note it takes.
    late : dict of int to float
        How many ticks after their place notes are played, as grace notes are
        on their beat.
    joined : frozenset of int
        Which grace notes are struck together with the one before them.
    rolled : frozenset of int
        Which notes are played one after the other and written as one chord.
    """

    notes: tuple[Note, ...]
    graces: dict[int, tuple[int, ...]] = field(default_factory=dict)
    steals: dict[int, float] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)
    joined: frozenset[int] = frozenset()
    rolled: frozenset[int] = frozenset()

    @property
    def is_grace(self) -> set[int]:
        """Places of all grace notes."""
        return {grace for graces in self.graces.values() for grace in graces}


def printed(piece: Piece, rights: Sequence[bool] | np.ndarray) -> Printed:
    """Choose the lengths of a piece's notes for print.

    Parameters
    ----------
    piece : Piece
    rights : sequence of bool
        Whether each note is the right hand's.
    """
    notes = list(piece.notes)
    graces: dict[int, tuple[int, ...]] = {}
    steals: dict[int, float] = {}
    late: dict[int, float] = {}
    joined: set[int] = set()
    rolled: set[int] = set()
    if not notes:
        return Printed(())
    hands = [[place for place, is_right in enumerate(rights) if bool(is_right) == right] for right in (True, False)]
    # A chord may be rolled through both hands, or in one while the other goes on.
    for players in (range(len(notes)), *hands):
        for onset, chord in rolled_chords(notes, [place for place in players if place not in rolled]):
            rolled.update(chord)
            for place in chord:
                notes[place] = replace(notes[place], onset=onset, duration=notes[place].end - onset)
    ornaments: set[int] = set()
    together: dict[int, list[int]] = defaultdict(list)
    for place, note in enumerate(notes):
        together[note.onset].append(place)
    for hand in hands:
        for found in list(grace_notes(notes, hand)):
            onset = notes[found.main].onset
            # What is struck with a late main note is late for it, in the other hand as well.
            for place in together[onset] if found.late else ():
                late[place] = (piece.notes[place].first_pulse - found.beat * PULSES_PER_TICK) / PULSES_PER_TICK
                notes[place] = replace(notes[place], onset=found.beat, duration=notes[place].end - found.beat)
            for grace in found.members:
                notes[grace] = replace(notes[grace], onset=notes[found.main].onset)
            graces[found.main] = found.members
            ornaments.update(found.members)
            struck = {place: piece.notes[place].first_pulse for place in (*found.members, found.main)}
            joined.update(grace for before, grace in pairwise(found.members) if struck[before] == struck[grace])
            for grace in found.members if found.late else ():
                after = min((pulse for pulse in struck.values() if pulse > struck[grace]), default=struck[grace])
                steals[grace] = (after - struck[grace]) / PULSES_PER_TICK
    same_pitch: dict[int, list[int]] = defaultdict(list)
    for place, note in sorted(enumerate(notes), key=lambda numbered: numbered[1]):
        if place not in ornaments:
            same_pitch[note.pitch].append(note.onset)
    for hand in hands:
        _lengthen(notes, [place for place in hand if place not in ornaments], same_pitch, piece.beats_estimated)
    return Printed(tuple(notes), graces, steals, late, frozenset(joined), frozenset(rolled))


def _lengthen(notes: list[Note], hand: Sequence[int], same_pitch: dict[int, list[int]], estimated: bool) -> None:
    """Move the ends of a hand's notes; ``notes`` are changed in place."""
    onsets = sorted({notes[place].onset for place in hand})
    in_triplets = {onset // TICKS_PER_QUARTER for onset in onsets if onset % TICKS_PER_QUARTER in (4, 8, 16, 20)}
    gate = _gate(notes, hand, onsets)
    held = HELD_IN_PERFORMANCE if estimated else HELD
    for place in hand:
        note = notes[place]
        again = same_pitch[note.pitch]
        after = bisect_right(again, note.onset)
        most = again[after] if after < len(again) and again[after] >= note.end else None
        end = _end(note, onsets, in_triplets, gate, held, estimated)
        if most is not None:
            end = min(end, most)
        if end != note.end:
            notes[place] = replace(note, duration=end - note.onset)


def _end(note: Note, onsets: Sequence[int], in_triplets: set[int], gate: float, held: float, estimated: bool) -> int:
    """The tick at which a note ends in print."""
    following = bisect_right(onsets, note.onset)
    # Legato: the finger leaves a moment after the next note has begun.
    slack = max(LEGATO_TICKS, note.duration // 4) if estimated else LEGATO_TICKS
    place = max(bisect_left(onsets, note.end - slack), following)
    after = onsets[place] if place < len(onsets) else None
    if (
        after is not None
        and after < note.end
        and 2 * (note.end - after) < note.duration
        and not _plain(note, in_triplets)
    ):
        return after
    if after is not None and after < note.end:
        place = bisect_left(onsets, note.end)
        after = onsets[place] if place < len(onsets) else None
    if after == note.end:
        return note.end
    if gate < 1:
        whole = round(note.duration / gate)
        if after is None or note.onset + whole <= after + 1:
            exact = min((*COSTS, *TRIPLET_COSTS), key=lambda value: (abs(value - whole), value))
            if abs(exact - whole) <= 1 + whole // 24:
                end = note.onset + exact
                return end if after is None else min(end, after)
    if after is not None and after - note.end < SMALLEST_REST and after - note.end <= note.duration:
        return after
    if _plain(note, in_triplets) and not estimated:
        return note.end
    if after is not None and note.duration >= held * (after - note.onset):
        return after
    costs = COSTS
    if note.onset // TICKS_PER_QUARTER in in_triplets:
        costs = {**COSTS, **TRIPLET_COSTS}
    return note.onset + min(
        (value for value in costs if after is None or note.onset + value <= after),
        key=lambda value: costs[value] + _stretch(value, note.duration),
        default=note.duration,
    )


def _stretch(value: int, duration: int) -> float:
    return log(value / duration) if value >= duration else 3 * log(duration / value)


def _plain(note: Note, in_triplets: set[int]) -> bool:
    """Whether a note ends where notes are written to end."""
    if note.end % TICKS_PER_STEP == 0:
        return True
    # The end of a triplet: of the beat that the note begins or ends in.
    beats = {note.onset // TICKS_PER_QUARTER, (note.end - 1) // TICKS_PER_QUARTER}
    return note.end % 4 == 0 and not beats.isdisjoint(in_triplets)


def _gate(notes: list[Note], hand: Sequence[int], onsets: Sequence[int]) -> float:
    """The share of their written lengths that a file's notes sound for; 1 where none stands out."""
    shares: Counter[int] = Counter()
    lengths: dict[int, set[int]] = defaultdict(set)
    total = 0
    for place in hand:
        note = notes[place]
        after = bisect_right(onsets, note.onset)
        if after == len(onsets):
            continue
        until = onsets[after] - note.onset
        total += 1
        # In pulses, as ticks are too coarse to tell.
        share = round(50 * (note.last_pulse - note.first_pulse) / (until * 20))
        if until >= TICKS_PER_STEP:
            shares[share] += 1
            lengths[share].add(until)
    if not shares:
        return 1.0
    share, count = max(shares.items(), key=lambda item: item[1])
    count += shares[share - 1] + shares[share + 1]
    several = len(lengths[share] | lengths[share - 1] | lengths[share + 1]) > 1
    gate = share / 50
    return gate if several and count >= GATE_SHARE * total and GATES[0] <= gate <= GATES[1] else 1.0
