"""Grace notes and rolled chords: notes that are played beside the place where they are written."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from koe.music.notes import Note

GRACE_TICKS = 2  # a grace note is no longer than that
MOST_GRACES = 4  # before one note; more are a run
SHORTEST_MAIN = 6  # ticks of a note that has graces

ROLL_TICKS = 8  # a rolled chord is no longer under way
ROLL_STEP = 2  # ticks from one of its notes to the next, one more where it has three or more
HELD_TICKS = 6  # for so long all of its notes sound together


@dataclass(frozen=True)
class Graces:
    """Grace notes and what they lead to.

    Attributes
    ----------
    main : int
        Their main note, as a place in the notes.
    members : tuple of int
        In order.
    beat : int
        Where the main note is written.
    late : bool
        Whether it is played later than that, with all that is struck with it.
    """

    main: int
    members: tuple[int, ...]
    beat: int
    late: bool


def grace_notes(notes: Sequence[Note], hand: Sequence[int]) -> Iterator[Graces]:
    """The grace notes of a hand: very short ones right before another note, before its beat or on it.

    On the beat they delay their main note, which is written where they begin.

    Parameters
    ----------
    notes : sequence of Note
        Of the piece.
    hand : sequence of int
        Which of them the hand plays.

    Yields
    ------
    graces : Graces
    """
    starting = _starting(notes, hand)
    onsets = sorted(starting)
    chain: list[int] = []  # onsets
    before = -SHORTEST_MAIN
    for number, onset in enumerate(onsets):
        following = onsets[number + 1] if number + 1 < len(onsets) else None
        together = starting[onset]
        small = [place for place in together if notes[place].duration <= GRACE_TICKS]
        close = following is not None and following - onset <= GRACE_TICKS
        # On a beat they may stand beside a longer note; the end of a run is none.
        fitting = len(small) == len(together) or (small and not chain and _plain(onset))
        if fitting and close and (chain or onset - before > SHORTEST_MAIN // 2):
            chain.append(onset)
            continue
        before = onset
        if chain:
            yield from _graces(notes, starting, chain, onset)
        chain = []


def _graces(
    notes: Sequence[Note], starting: dict[int, list[int]], chain: Sequence[int], onset: int
) -> Iterator[Graces]:
    """The main note of a chain of short ones, if it has one, at ``onset``."""
    members = [place for at in chain for place in starting[at] if notes[place].duration <= GRACE_TICKS]
    together = starting[onset]
    mains = [place for place in together if notes[place].duration >= SHORTEST_MAIN]
    if len(members) > MOST_GRACES or not mains:
        return
    main = min(mains, key=lambda place: abs(notes[place].pitch - notes[members[-1]].pitch))
    if notes[members[-1]].pitch == notes[main].pitch:
        return
    alone = sum(len(starting[at]) for at in chain) == len(members)
    if alone and _plain(onset) and _strength(onset) >= _strength(chain[0]):
        yield Graces(main, tuple(members), onset, late=False)
    elif _plain(chain[0]) and len(mains) == len(together):
        yield Graces(main, tuple(members), chain[0], late=True)


def rolled_chords(notes: Sequence[Note], hand: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The rolled chords of a hand: notes struck from low to high, one right after the other, and held together.

    Yields
    ------
    onset, members : int, list of int
        The tick at which the chord is written, the strongest place while it
        is under way or a tick beside that, and its notes.
    """
    starting = _starting(notes, hand)
    onsets = sorted(starting)
    place = 0
    while place < len(onsets):
        stop = place + 1
        while stop < len(onsets) and onsets[stop] - onsets[stop - 1] <= ROLL_STEP + 1:
            stop += 1
        chain = onsets[place:stop]
        members = [member for onset in chain for member in starting[onset]]
        if _rolled(notes, chain, members):
            around = range(max(chain[0] - 1, 0), chain[-1] + 2)
            yield max(around, key=lambda onset: (_strength(onset), onset)), members
        place = stop


def _rolled(notes: Sequence[Note], chain: Sequence[int], members: Sequence[int]) -> bool:
    if len(chain) < 2 or chain[-1] - chain[0] > ROLL_TICKS:
        return False
    widest = max(after - before for before, after in pairwise(chain))
    pitches = [notes[member].pitch for member in members]
    return (
        widest <= ROLL_STEP + (len(chain) > 2)
        and not all(_plain(onset) for onset in chain)
        and all(notes[member].end >= chain[-1] + HELD_TICKS for member in members)
        and pitches == sorted(set(pitches))
    )


def _starting(notes: Sequence[Note], hand: Sequence[int]) -> dict[int, list[int]]:
    """A hand's notes by when they begin."""
    starting: dict[int, list[int]] = defaultdict(list)
    for place in hand:
        starting[notes[place].onset].append(place)
    return starting


def _plain(onset: int) -> bool:
    """Whether a tick lies on thirty-seconds, or on sixteenths of a triplet."""
    return onset % 3 == 0 or onset % 4 == 0


def _strength(onset: int) -> int:
    return next(unit for unit in (24, 12, 8, 6, 4, 3, 1) if onset % unit == 0)
