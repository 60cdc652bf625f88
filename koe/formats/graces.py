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
        None where they lead to nothing.
    notes : list of SheetNote
        Gets them.
    """
    shares = [max(note.delay for note in chord) for chord in chords]
    on_beat = main is not None and any(shares)
    length = min(GRACE, MOST_GRACE / len(chords))
    lengths = [length] * len(chords)
    if main is not None and on_beat:
        lengths = [share * main.duration if share else length for share in shares]
        total = sum(lengths)
        most = MOST_SHARE * main.duration
        lengths = [length * min(most / total, 1.0) for length in lengths] if total else lengths
    total = sum(lengths)
    at = onset if on_beat else onset - total
    for chord, length in zip(chords, lengths, strict=True):
        for note in chord:
            note.grace = True
            note.onset, note.duration, note.delay, note.lead = at, length, 0.0, total
            notes.append(note)
        at += length
    if main is not None:
        main.delay, main.lead = (total, 0.0) if on_beat else (0.0, total)
