"""Other beats under the same music, where the ones that were found in it are wrong.

Whatever is done here, every note sounds at the second at which it sounded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeVar

from koe.errors import InputError
from koe.music.grid import FASTEST_QPM, MAX_STEPS, MAX_TICKS, MIN_QPM, PULSES_PER_TICK
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.signatures import KeySignature, Pedal, Tempo, TimeSignature
from koe.music.tempo import microseconds_of, tidy_qpm

Change = Literal["halve", "double", "earlier", "later"]
EIGHTH = 12  # ticks
Mark = TypeVar("Mark", Tempo, TimeSignature, KeySignature, Pedal)


def rebeat(piece: Piece, how: Change, by: int = EIGHTH) -> Piece:
    """The same music, as it sounds, with other beats.

    Halving and doubling change how fast beats follow each other, and with it
    what is written: of eighths doubling makes quarters. Moving the beat moves
    the bar lines, and with them which notes fall on a beat. ``halve`` moves
    notes that were a tick apart, and of every two bar lines drops one. Whoever
    may want to go back tries beats with `Beats`.

    Parameters
    ----------
    piece : Piece
    how : {"halve", "double", "earlier", "later"}
        Half or twice as many beats, or beats so much earlier or later.
    by : int
        Ticks that the beat is moved by: an eighth, or 6 for a sixteenth.

    Raises
    ------
    InputError
        If the piece would become longer than a piece can be, or slower or
        faster than a tempo.
    """
    if how == "double":
        return _doubled(piece)
    if how == "halve":
        return _halved(piece)
    if how in ("earlier", "later"):
        return _moved(piece, by if how == "later" else -by)
    raise InputError(f"Beats can be told to halve, double, or come earlier or later, not {how!r}.")


@dataclass(frozen=True, slots=True)
class Beats:
    """Beats that are tried under a piece, one change after another.

    Every change is made of the piece as it was at first, so that changes which
    cancel out leave nothing behind: twice and half as many beats, earlier and
    later, and moving them by a whole measure.

    Attributes
    ----------
    first : Piece
        As it was.
    doublings : int
        How often beats were doubled; below 0, halved.
    later : Fraction
        By how many ticks of the first piece the beats were moved.
    """

    first: Piece
    doublings: int = 0
    later: Fraction = Fraction(0)

    def changed(self, how: Change, by: int = EIGHTH) -> "Beats":
        """These beats with one more change; see `rebeat`."""
        if how in ("double", "halve"):
            return replace(self, doublings=self.doublings + (1 if how == "double" else -1))
        moved = by * Fraction(2) ** -self.doublings * (1 if how == "later" else -1)
        return replace(self, later=(self.later + moved) % self.first.time_signatures[0].measure_ticks)

    @property
    def piece(self) -> Piece:
        """The piece with these beats.

        Raises
        ------
        InputError
            As `rebeat` does.
        """
        piece = self.first
        for _ in range(abs(self.doublings)):
            piece = _doubled(piece) if self.doublings > 0 else _halved(piece)
        later = round(self.later * Fraction(2) ** self.doublings)
        return _moved(piece, later) if later else piece


def _doubled(piece: Piece) -> Piece:
    if 2 * piece.n_ticks > MAX_TICKS:
        raise InputError(
            f"With twice as many beats the piece would have {2 * piece.n_steps} steps, more than {MAX_STEPS}; "
            "leave the beats as they are, or cut the piece first."
        )
    return _scaled(piece, lambda place: 2 * place, 2, 2 * piece.n_ticks)


def _halved(piece: Piece) -> Piece:
    places = sorted({note.onset for note in piece.notes})
    halves: dict[int, int] = {}
    last = -1
    for place in places:  # what was apart stays apart
        last = halves[place] = max(place // 2, last + 1)
    half = _scaled(piece, lambda place: place // 2, 0.5, 0, halves)
    return half


def _scaled(
    piece: Piece, place_of: Callable[[int], int], factor: float, n_ticks: int, onsets: dict[int, int] | None = None
) -> Piece:
    """Every place in the score at ``factor`` times its distance from the beginning, in as much faster a tempo."""
    lengths = [microseconds_of(tempo.qpm) / factor for tempo in piece.tempos]
    qpms = [tidy_qpm(max(round(length), 1)) for length in lengths]
    if max(lengths) > 60e6 / MIN_QPM or max(qpms) > FASTEST_QPM:
        raise InputError(
            f"The piece would have {min(qpms):.3g} to {max(qpms):.3g} beats a minute, and no piece is so slow or fast; "
            "leave the beats as they are."
        )
    notes = []
    for note in piece.notes:
        onset = onsets[note.onset] if onsets else place_of(note.onset)
        end = max(place_of(note.end), onset + 1)
        first, last = _scaled_pulse(note.first_pulse, factor), _scaled_pulse(note.last_pulse, factor)
        shift, release = first - onset * PULSES_PER_TICK, last - end * PULSES_PER_TICK
        notes.append(Note(onset, note.pitch, end - onset, note.velocity, shift, release))
    metres = _once(replace(one, onset=place_of(one.onset)) for one in piece.time_signatures)
    n_ticks = n_ticks or max([-(-piece.n_ticks // 2), *(note.end for note in notes)])
    return replace(
        piece,
        notes=tuple(sorted(notes)),
        n_ticks=n_ticks,
        tempos=_once(
            Tempo(_scaled_pulse(tempo.onset, factor), qpm) for tempo, qpm in zip(piece.tempos, qpms, strict=True)
        ),
        time_signatures=metres,
        upbeat=place_of(piece.upbeat) % metres[0].measure_ticks,
        keys=_once(replace(key, onset=place_of(key.onset)) for key in piece.keys),
        pedal=_once(replace(pedal, onset=_scaled_pulse(pedal.onset, factor)) for pedal in piece.pedal),
        warnings=(),
    )


def _moved(piece: Piece, by: int) -> Piece:
    """Bar lines so many ticks later; the notes stay, and so does their tempo."""
    first, *later = piece.time_signatures
    places = [replace(one, onset=one.onset + by) for one in later if 0 < one.onset + by < piece.n_ticks]
    return replace(
        piece,
        time_signatures=(first, *places),
        upbeat=(piece.upbeat + by) % first.measure_ticks,
        warnings=(),
    )


def _scaled_pulse(pulse: int, factor: float) -> int:
    return round(pulse * factor)


def _once(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks of which no two stand at one place; the last one counts."""
    return tuple({mark.onset: mark for mark in marks}.values())
