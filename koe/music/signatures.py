"""What holds in a piece from some place on: metre, key, tempo, pedal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from koe.music.grid import DEFAULT_QPM, STEPS_PER_MEASURE, TICKS_PER_MEASURE

Mode = Literal["major", "minor"]
MAX_METRE = 64  # the largest numerator and denominator that are taken for a metre
MAX_UPBEAT_SHARE = 0.75  # of a measure; a first bar that is longer is a measure of another metre
PEDAL_DOWN = 64  # values of the controller from which on the dampers are lifted


@dataclass(frozen=True, order=True, slots=True)
class TimeSignature:
    """A metre that holds from ``onset`` (in ticks) on.

    ``numerator`` beats of one ``denominator``-th note make a measure.
    """

    onset: int = 0
    numerator: int = 4
    denominator: int = 4

    @property
    def measure_ticks(self) -> int:
        """Length of a measure in ticks, rounded to whole ticks, at least 1."""
        return max(1, round(self.numerator * TICKS_PER_MEASURE / self.denominator))

    @property
    def measure_steps(self) -> int:
        """Length of a measure in steps, rounded to whole steps, at least 1."""
        return max(1, round(self.numerator * STEPS_PER_MEASURE / self.denominator))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, order=True, slots=True)
class KeySignature:
    """A key that holds from ``onset`` (in ticks) on: sharps (flats below 0), -7 to 7, and its mode."""

    onset: int = 0
    fifths: int = 0
    mode: Mode = "major"

    def transposed(self, semitones: int) -> "KeySignature":
        """The same key so many semitones higher, in as few sharps or flats as it has.

        Examples
        --------
        >>> KeySignature(0, 2).transposed(1).fifths, KeySignature(0, -6).transposed(12).fifths
        (-3, -6)
        """
        if semitones % 12 == 0:
            return self
        fifths = (self.fifths + 7 * semitones) % 12
        return replace(self, fifths=fifths - 12 if fifths > 6 else fifths)


@dataclass(frozen=True, order=True, slots=True)
class Tempo:
    """A tempo, in quarter notes a minute, that holds from ``onset`` (in pulses) on."""

    onset: int = 0
    qpm: float = DEFAULT_QPM


@dataclass(frozen=True, order=True, slots=True)
class Pedal:
    """The sustain pedal from ``onset`` (in pulses) on: 0 (up) to 127; down from `PEDAL_DOWN` on."""

    onset: int = 0
    value: int = 0


def measure_lines(signatures: Sequence[TimeSignature], upbeat: int, n_ticks: int) -> tuple[int, ...]:
    """First tick of every measure that begins before ``n_ticks``; see `koe.music.piece.Piece`."""
    lines: list[int] = []
    for index, signature in enumerate(signatures):
        end = signatures[index + 1].onset if index + 1 < len(signatures) else n_ticks
        start = signature.onset
        if index == 0 and upbeat:
            lines.extend((0,) if n_ticks else ())
            start = upbeat
        lines.extend(range(start, min(end, n_ticks), signature.measure_ticks))
    return tuple(lines)


def is_metre(numerator: int, denominator: int) -> bool:
    """Whether music is written in such a metre; the denominator is a power of two."""
    return 1 <= numerator <= MAX_METRE and 1 <= denominator <= MAX_METRE and denominator.bit_count() == 1


def upbeat_of(metres: Sequence[TimeSignature]) -> int:
    """Length of the upbeat, in ticks, by the metres of a file; 0 where it has none.

    Files write it as a measure of its own length, or as several, before the
    metre of the piece, or begin the same metre anew behind it.
    """
    upbeat = 0
    for metre in metres[1:]:
        if metres[0].onset == 0 and metre.onset <= MAX_UPBEAT_SHARE * metre.measure_ticks:
            upbeat = metre.onset
    return upbeat
