"""Few bytes for whole numbers, texts and notes, and a reader that believes nothing.

A whole number takes as few bytes as it needs, seven bits in each, the eighth
says that more follow. Everything is bounded when it is read: bytes that run
out or say more than is allowed raise `LinkError`.
"""

import struct
from collections.abc import Iterable, Sequence

from koe.errors import LinkError
from koe.music.grid import (
    DEFAULT_VELOCITY,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_NOTES,
    MAX_QPM,
    MAX_STEPS,
    MIN_QPM,
)
from koe.music.notes import Note
from koe.music.signatures import MAX_METRE, TimeSignature, is_metre

DAMAGED = "The link is damaged: a part of it is missing or was changed. Copy the whole of it once more."
MAX_TEXT_BYTES = 800
MAX_SIGNATURES = 2048
_DECIMALS = (2, 3)  # of what sliders give
_RAW = 0
_THOUSANDTHS = 1000
_MOST_EXACT = 2**40


class Packer:
    """Collects bytes in ``data``."""

    def __init__(self) -> None:
        self.data = bytearray()

    def count(self, number: int) -> None:
        """A whole number from 0 on."""
        while number > 0x7F:
            self.data.append(number & 0x7F | 0x80)
            number >>= 7
        self.data.append(number)

    def optional(self, number: int | None) -> None:
        """A whole number from 0 on, or none."""
        self.count(0 if number is None else number + 1)

    def number(self, value: float) -> None:
        """A number, exactly: thousandths where that is enough, eight bytes otherwise."""
        thousandths = round(value * _THOUSANDTHS) if abs(value) < _MOST_EXACT else 0
        if thousandths / _THOUSANDTHS == value:
            self.count((thousandths * 2 if thousandths >= 0 else -thousandths * 2 - 1) * 2)
        else:
            self.count(1)
            self.data += struct.pack("<d", value)

    def text(self, text: str) -> None:
        """A text; what is longer than a reader takes is cut."""
        data = text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore").encode()
        self.count(len(data))
        self.data += data

    def raw(self, data: bytes) -> None:
        """Bytes of a length that the reader knows."""
        self.data += data

    def vector(self, values: Sequence[float]) -> None:
        """Numbers of 32 bits, exactly: with few decimals, as sliders give them, or four bytes each."""
        self.count(len(values))
        for decimals in _DECIMALS:
            whole = [round(value * 10**decimals) for value in values]
            if all(
                _single(number / 10**decimals) == _single(value) for number, value in zip(whole, values, strict=True)
            ):
                self.count(decimals)
                for number in whole:
                    self.count(number * 2 if number >= 0 else -number * 2 - 1)
                return
        self.count(_RAW)
        self.data += struct.pack(f"<{len(values)}f", *values)

    def notes(self, notes: Iterable[Note]) -> None:
        """Notes in order, a column after the other, since like beside like is compressed best."""
        notes = sorted(notes)
        self.count(len(notes))
        before = 0
        for note in notes:
            self.count(int(note.onset) - before)
            before = int(note.onset)
        self.data += bytes(int(note.pitch) for note in notes)
        for note in notes:
            self.count(int(note.duration))
        usual = all(note.velocity == DEFAULT_VELOCITY for note in notes)
        self.count(int(usual))
        if not usual:
            self.data += bytes(int(note.velocity) for note in notes)

    def signatures(self, signatures: Sequence[TimeSignature]) -> None:
        """Metres and where they begin."""
        self.count(len(signatures))
        for signature in signatures:
            for number in (signature.onset, signature.numerator, signature.denominator):
                self.count(int(number))


class Unpacker:
    """Reads what `Packer` wrote, from bytes that may be anything."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def count(self, most: int, least: int = 0) -> int:
        """A whole number within bounds."""
        number = shift = 0
        while True:
            byte = self.raw(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 63:
                raise LinkError(DAMAGED)
        if not least <= number <= most:
            raise LinkError(DAMAGED)
        return number

    def optional(self, most: int) -> int | None:
        """A whole number, or none."""
        number = self.count(most + 1)
        return number - 1 if number else None

    def number(self, least: float, most: float) -> float:
        """A number within bounds; no number lies within any."""
        written = self.count(2**62)
        if written & 1:
            (value,) = struct.unpack("<d", self.raw(8))
        else:
            value = _signed(written >> 1) / _THOUSANDTHS
        if not least <= value <= most:
            raise LinkError(DAMAGED)
        return value

    def text(self) -> str:
        """A text."""
        try:
            return self.raw(self.count(MAX_TEXT_BYTES)).decode()
        except UnicodeDecodeError:
            raise LinkError(DAMAGED) from None

    def raw(self, length: int) -> bytes:
        """The next bytes."""
        part = self._data[self._place : self._place + length]
        if len(part) < length:
            raise LinkError(DAMAGED)
        self._place += length
        return part

    def vector(self, most: int, bound: float) -> tuple[float, ...]:
        """Numbers of 32 bits, each at most ``bound`` away from 0."""
        length = self.count(most)
        decimals = self.count(max(_DECIMALS))
        if decimals == _RAW:
            values = struct.unpack(f"<{length}f", self.raw(4 * length))
        else:
            values = tuple(_single(_signed(self.count(2**32)) / 10**decimals) for _ in range(length))
        if not all(abs(value) <= bound for value in values):
            raise LinkError(DAMAGED)
        return values

    def notes(self, n_steps: int) -> tuple[Note, ...]:
        """Notes within a piece of this length."""
        length = self.count(MAX_NOTES)
        onsets, onset = [], 0
        for _ in range(length):
            onset += self.count(MAX_STEPS)
            onsets.append(onset)
        pitches = self.raw(length)
        durations = [self.count(MAX_STEPS, 1) for _ in range(length)]
        velocities = bytes([DEFAULT_VELOCITY]) * length if self.count(1) else self.raw(length)
        notes = tuple(Note(*columns) for columns in zip(onsets, pitches, durations, velocities, strict=True))
        for note in notes:
            if note.end > n_steps or not LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH or not 1 <= note.velocity <= 127:
                raise LinkError(DAMAGED)
        return notes

    def signatures(self) -> tuple[TimeSignature, ...]:
        """Metres, the first at step 0, each later than the one before."""
        found: list[TimeSignature] = []
        for _ in range(self.count(MAX_SIGNATURES, 1)):
            onset, numerator, denominator = self.count(MAX_STEPS), self.count(MAX_METRE, 1), self.count(MAX_METRE, 1)
            early = onset <= found[-1].onset if found else onset > 0
            if early or not is_metre(numerator, denominator):
                raise LinkError(DAMAGED)
            found.append(TimeSignature(onset, numerator, denominator))
        return tuple(found)

    def tempo(self) -> float:
        """Quarter notes a minute."""
        return self.number(MIN_QPM, MAX_QPM)

    def end(self) -> None:
        """Nothing may be left."""
        if self._place != len(self._data):
            raise LinkError(DAMAGED)


def _signed(written: int) -> int:
    return -((written + 1) >> 1) if written & 1 else written >> 1


def _single(value: float) -> float:
    """The nearest number of 32 bits, which is what a network gets."""
    return struct.unpack("<f", struct.pack("<f", value))[0]
