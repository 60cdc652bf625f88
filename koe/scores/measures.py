"""Where the bar lines of a score lie, upbeats and changes of metre included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.scores.metre import GROUPINGS, Metre, metre_on_grid


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure of a score.

    Attributes
    ----------
    number : int
        As it is printed: an upbeat is measure 0.
    onset, n_ticks : int
        Where it begins and how long it is, in ticks.
    metre : Metre
    new_metre : bool
        Whether its metre is written.
    offset : int
        Tick of a full measure at which it begins; above 0 for an upbeat.
    """

    number: int
    onset: int
    n_ticks: int
    metre: Metre
    new_metre: bool = False
    offset: int = 0

    @property
    def end(self) -> int:
        """First tick after it."""
        return self.onset + self.n_ticks

    @property
    def full(self) -> bool:
        """Whether it is as long as its metre says."""
        return self.n_ticks == self.metre.n_ticks


def bars(piece: Piece, notes: Sequence[Note]) -> tuple[Bar, ...]:
    """The measures of a piece, at least one.

    The piece's upbeat is measure 0. Where it has none, a first measure that is
    silent for half its length or more begins as an upbeat with its first note,
    and so does one that is shorter than the second, before whose metre it
    stands, as MIDI files write it. The last measure is full.

    Parameters
    ----------
    piece : Piece
    notes : sequence of Note
        As they are printed; measures reach as far as they do.
    """
    signatures = piece.time_signatures
    end = max(piece.n_ticks, max((note.end for note in notes), default=0))
    found: list[Bar] = []
    for place, signature in enumerate(signatures):
        last = place + 1 == len(signatures)
        stop = max(end, signature.onset + 1) if last else signatures[place + 1].onset
        metre = _metre(signature, stop, notes)
        first = signature.onset
        if place == 0 and piece.upbeat:
            first = min(piece.upbeat, stop)
            found.append(Bar(0, 0, first, metre, new_metre=True, offset=max(metre.n_ticks - first, 0)))
        for onset in range(first, stop, signature.measure_ticks):
            length = signature.measure_ticks if last else min(signature.measure_ticks, stop - onset)
            new = not found or _printed(found[-1].metre) != _printed(metre)
            found.append(Bar(len(found) + (not piece.upbeat), onset, length, metre, new_metre=new))
    if not found:  # an upbeat that is all there is
        found = [Bar(1, 0, signatures[0].measure_ticks, metre_on_grid(*_printed(signatures[0])), new_metre=True)]
    begins = min((note.onset for note in notes), default=0)
    if len(found) > 1 and begins == found[0].end and any(note.onset < begins for note in piece.notes):
        # Nothing but the beginning of a chord that is written in the second measure.
        left = [replace(bar, number=number) for number, bar in enumerate(found[1:], start=1)]
        return (replace(left[0], new_metre=True), *left[1:])
    return tuple(found if piece.upbeat else _with_upbeat(found, notes))


def _printed(metre: Metre | TimeSignature) -> tuple[int, int]:
    return metre.numerator, metre.denominator


def _metre(signature: TimeSignature, stop: int, notes: Sequence[Note]) -> Metre:
    """The metre of a signature, an uneven one with the groups that most notes begin or are held by."""
    metre = metre_on_grid(signature.numerator, signature.denominator)
    groupings = GROUPINGS.get(metre.numerator, ())
    if not metre.groups or not groupings or metre.n_ticks != signature.measure_ticks:
        return metre
    unit = metre.n_ticks // metre.numerator
    scores = dict.fromkeys(groupings, 0)
    for note in notes:
        if not signature.onset <= note.onset < stop:
            continue
        start = (note.onset - signature.onset) % metre.n_ticks
        for grouping in groupings:
            lines = [sum(grouping[:place]) * unit for place in range(1, len(grouping))]
            # Long notes begin with a group, and none hides the beginning of one.
            scores[grouping] += (start in lines) * (1 + (note.duration > unit))
            scores[grouping] -= 2 * sum(start < line < start + note.duration for line in lines)
    return replace(metre, grouping=max(groupings, key=lambda grouping: scores[grouping]))


def _with_upbeat(found: list[Bar], notes: Sequence[Note]) -> list[Bar]:
    """The measures with an upbeat that the notes or a short first metre tell of."""
    first = found[0]
    begins = min((note.onset for note in notes), default=0)
    silent = begins if begins < first.end and 2 * begins >= first.n_ticks else 0
    second = found[1] if len(found) > 1 else first
    # A first measure that is shorter than the second: 1/4, then 3/4.
    short = second.new_metre and first.n_ticks < second.n_ticks
    if not silent and not short:
        return found
    metre = second.metre if short else first.metre
    if len(found) == 1 or (short and second.metre.n_ticks != second.n_ticks):
        return found
    length = first.n_ticks - silent
    upbeat = Bar(0, first.onset + silent, length, metre, new_metre=True, offset=metre.n_ticks - length)
    rest = [
        replace(bar, number=number, new_metre=bar.new_metre and not (short and number == 1))
        for number, bar in enumerate(found[1:], start=1)
    ]
    return [upbeat, *rest]
