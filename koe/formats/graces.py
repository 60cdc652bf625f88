"""When grace notes are played, for which a score gives no time."""

from collections.abc import Sequence

from koe.formats.sheet import SheetNote
from koe.music.grid import TICKS_PER_QUARTER

GRACE = 2 / TICKS_PER_QUARTER  # quarters; what Koe's scores print as a grace note again
MOST_GRACE = 12 / TICKS_PER_QUARTER  # of all together
MOST_SHARE = 0.5  # of the note that they take their time from


def place_graces(
    chords: Sequence[Sequence[SheetNote]], onset: float, main: SheetNote | None, notes: list[SheetNote]
) -> None:
    """Give grace notes their time, before the beat of the note they lead to or on it.

    Parameters
    ----------
    chords : sequence of sequence of SheetNote
        One after the other. Where one of them has a ``delay``, that is the
        share of the main note that it takes, and all are played on the beat.
    onset : float
        When the main note is written.
    main : SheetNote or None
        None where they lead to nothing. A ``delay`` that it has already is
        how long those on the beat take together.
    notes : list of SheetNote
        Gets them.
    """
    shares = [max(note.delay for note in chord) for chord in chords]
    on_beat = main is not None and any(shares)
    length = min(GRACE, MOST_GRACE / len(chords))
    lengths = [length] * len(chords)
    if main is not None and on_beat:
        lengths = [share * main.duration if share else length for share in shares]
        told = sum(lengths)
        most = MOST_SHARE * main.duration
        # Told by the main note itself, they may take all of its first head.
        total = min(main.delay, main.duration if main.tied else most) or min(told, most)
        lengths = [length * total / told for length in lengths] if told else lengths
    total = sum(lengths)
    at = onset if on_beat else onset - total
    for chord, length in zip(chords, lengths, strict=True):
        for note in chord:
            note.grace = True
            note.onset, note.duration, note.delay = at, length, 0.0
            notes.append(note)
        at += length
    if main is not None:
        main.delay = total if on_beat else 0.0
