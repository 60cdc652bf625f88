"""Upbeats as version 1 of links and projects had them: a first measure in a metre of its own."""

from collections.abc import Sequence
from dataclasses import replace

from koe.music.grid import TICKS_PER_MEASURE
from koe.music.signatures import TimeSignature, is_metre, upbeat_of

Metres = tuple[TimeSignature, ...]


def apart(metres: Sequence[TimeSignature]) -> tuple[Metres, int]:
    """Metres without the one of the upbeat, and the ticks that it has; 0 where there is none.

    Examples
    --------
    >>> apart([TimeSignature(0, 1, 4), TimeSignature(24, 3, 4)])
    ((TimeSignature(onset=0, numerator=3, denominator=4),), 24)
    """
    upbeat = upbeat_of(metres)
    if not upbeat:
        return tuple(metres), 0
    first, *later = (metre for metre in metres if metre.onset >= upbeat)
    return (replace(first, onset=0), *later), upbeat


def joined(metres: Metres, upbeat: int) -> Metres | None:
    """The inverse of `apart`; None where metres cannot say it."""
    if not upbeat:
        return metres if not upbeat_of(metres) else None
    for denominator in (4, 8, 16):
        numerator, rest = divmod(upbeat * denominator, TICKS_PER_MEASURE)
        if not rest and is_metre(numerator, denominator):
            whole = (TimeSignature(0, numerator, denominator), replace(metres[0], onset=upbeat), *metres[1:])
            return whole if apart(whole) == (metres, upbeat) else None
    return None
