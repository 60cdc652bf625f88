"""Where the bar lines of a score lie, upbeats and changes of metre included."""

from dataclasses import dataclass

from koe.music.piece import Piece
from koe.scores.metre import Metre, metre_on_grid


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure of a score.

    Attributes
    ----------
    number : int
        As it is printed: an upbeat is measure 0.
    onset, n_steps : int
        Where it begins and how long it is, in steps.
    metre : Metre
    new_metre : bool
        Whether its metre is written.
    offset : int
        Step of a full measure at which it begins; above 0 for an upbeat.
    """

    number: int
    onset: int
    n_steps: int
    metre: Metre
    new_metre: bool = False
    offset: int = 0

    @property
    def end(self) -> int:
        """First step after it."""
        return self.onset + self.n_steps

    @property
    def full(self) -> bool:
        """Whether it is as long as its metre says."""
        return self.n_steps == self.metre.n_steps

    def divide(self, start: int, end: int, *, rest: bool = False) -> tuple[int, ...]:
        """Write what goes from one step of the piece to another, both in this measure, as single note values."""
        shift = self.offset - self.onset
        return self.metre.divide(start + shift, end + shift, rest=rest)


def bars(piece: Piece) -> tuple[Bar, ...]:
    """The measures of a piece, at least one.

    A piece whose first half measure or more is silent begins with an upbeat,
    and so does one that begins with a single short measure before its metre
    starts, as MIDI files write it. The last measure is full.
    """
    signatures = piece.time_signatures
    found: list[Bar] = []
    for place, signature in enumerate(signatures):
        metre = metre_on_grid(signature.numerator, signature.denominator)
        stop = signatures[place + 1].onset if place + 1 < len(signatures) else max(piece.n_steps, signature.onset + 1)
        for onset in range(signature.onset, stop, metre.n_steps):
            end = onset + metre.n_steps
            length = min(end, stop) - onset if place + 1 < len(signatures) else metre.n_steps
            found.append(Bar(len(found) + 1, onset, length, metre, new_metre=onset == signature.onset))
    return tuple(_with_upbeat(found, piece))


def _with_upbeat(found: list[Bar], piece: Piece) -> list[Bar]:
    first = found[0]
    begins = min((note.onset for note in piece.notes), default=0)
    silent = begins if begins < first.end and 2 * begins >= first.n_steps else 0
    second = found[1] if len(found) > 1 else first
    # A first measure that is shorter than the second: 1/4, then 3/4.
    short = second.new_metre and first.n_steps < second.n_steps
    if not silent and not short:
        return found
    metre = second.metre if short else first.metre
    if len(found) == 1 or (short and second.metre.n_steps != second.n_steps):
        return found
    length = first.n_steps - silent
    upbeat = Bar(0, first.onset + silent, length, metre, new_metre=True, offset=metre.n_steps - length)
    rest = [
        Bar(number, bar.onset, bar.n_steps, bar.metre, bar.new_metre and not (short and number == 1))
        for number, bar in enumerate(found[1:], start=1)
    ]
    return [upbeat, *rest]
