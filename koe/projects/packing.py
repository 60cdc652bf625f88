"""Few bytes for whole numbers, texts and notes, and a reader that believes nothing.

A whole number takes as few bytes as it needs, seven bits in each, the eighth
says that more follow. Everything is bounded when it is read: bytes that run
out or say more than is allowed raise `LinkError`.
"""

import itertools
import struct
from collections.abc import Iterable, Sequence

from koe.errors import LinkError
from koe.music.grid import (
    DEFAULT_VELOCITY,
    FASTEST_QPM,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_NOTES,
    MAX_QPM,
    MAX_TICKS,
    MIN_QPM,
    PULSES_PER_TICK,
)
from koe.music.notes import Note
from koe.music.signatures import MAX_METRE, KeySignature, Pedal, Tempo, TimeSignature, is_metre
from koe.music.tempo import microseconds_of, tidy_qpm

DAMAGED = "The link is damaged: a part of it is missing or was changed. Copy the whole of it once more."
MAX_TEXT_BYTES = 800
MAX_SIGNATURES = 2048
MAX_CHANGES = 65_536  # of tempo, or of the pedal
MAX_PULSES = MAX_TICKS * PULSES_PER_TICK
MAX_FIFTHS = 7
MAX_PEDAL = 127
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

    def signed(self, number: int) -> None:
        """A whole number of either sign."""
        self.count(number * 2 if number >= 0 else -number * 2 - 1)

    def notes(self, notes: Iterable[Note], unit: int) -> None:
        """Notes in order, a column after the other, since like beside like is compressed best.

        Times are counted in so many ticks; with units of one tick, how much
        notes are played off their place follows.
        """
        notes = sorted(notes)
        self.count(len(notes))
        self.onsets([note.onset // unit for note in notes])
        self.data += bytes(int(note.pitch) for note in notes)
        for note in notes:
            self.count(int(note.duration) // unit)
        usual = all(note.velocity == DEFAULT_VELOCITY for note in notes)
        self.count(int(usual))
        if not usual:
            self.data += bytes(int(note.velocity) for note in notes)
        if unit == 1:
            moved = any(note.shift or note.release for note in notes)
            self.count(int(moved))
            for number in [*(note.shift for note in notes), *(note.release for note in notes)] if moved else []:
                self.signed(int(number))

    def onsets(self, places: Iterable[int]) -> None:
        """Places in order, each as the distance from the one before."""
        before = 0
        for place in places:
            self.count(int(place) - before)
            before = int(place)

    def signatures(self, signatures: Sequence[TimeSignature], unit: int) -> None:
        """Metres and where they begin, in so many ticks."""
        self.count(len(signatures))
        for signature in signatures:
            for number in (signature.onset // unit, signature.numerator, signature.denominator):
                self.count(int(number))

    def tempos(self, tempos: Sequence[Tempo]) -> None:
        """Tempos and where they begin; as MIDI counts them where that says them exactly."""
        self.count(len(tempos))
        self.onsets(tempo.onset for tempo in tempos)
        for tempo in tempos:
            microseconds = microseconds_of(tempo.qpm)
            plain = tidy_qpm(microseconds) == tempo.qpm
            self.count(microseconds if plain else 0)
            if not plain:
                self.number(tempo.qpm)

    def keys(self, keys: Sequence[KeySignature]) -> None:
        """Key signatures and where they begin."""
        self.count(len(keys))
        self.onsets(key.onset for key in keys)
        for key in keys:
            self.count(2 * (key.fifths + MAX_FIFTHS) + (key.mode == "minor"))

    def pedal(self, pedal: Sequence[Pedal]) -> None:
        """What the pedal does, and when."""
        self.count(len(pedal))
        self.onsets(one.onset for one in pedal)
        self.data += bytes(one.value for one in pedal)


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

    def signed(self, most: int) -> int:
        """A whole number of either sign, at most so far from 0."""
        return _signed(self.count(2 * most))

    def notes(self, n_ticks: int, unit: int) -> tuple[Note, ...]:
        """Notes within a piece of this length, their times counted in so many ticks."""
        length = self.count(MAX_NOTES)
        onsets = self.onsets(length, MAX_TICKS // unit)
        pitches = self.raw(length)
        durations = [self.count(MAX_TICKS // unit, 1) for _ in range(length)]
        velocities = bytes([DEFAULT_VELOCITY]) * length if self.count(1) else self.raw(length)
        shifts = releases = [0] * length
        if unit == 1 and self.count(1):
            shifts, releases = ([self.signed(MAX_PULSES) for _ in range(length)] for _ in range(2))
        notes = tuple(
            Note(onset * unit, pitch, duration * unit, velocity, shift, release)
            for onset, pitch, duration, velocity, shift, release in zip(
                onsets, pitches, durations, velocities, shifts, releases, strict=True
            )
        )
        for note in notes:
            if note.end > n_ticks or not LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH or not 1 <= note.velocity <= 127:
                raise LinkError(DAMAGED)
        return tuple(sorted(notes))

    def onsets(self, length: int, most: int) -> list[int]:
        """So many places in order."""
        places, place = [], 0
        for _ in range(length):
            place += self.count(most)
            places.append(place)
        if place > most:
            raise LinkError(DAMAGED)
        return places

    def changes(self, least: int, most: int, last: int) -> list[int]:
        """Places of ``least`` to ``most`` changes, each later than the one before."""
        places = self.onsets(self.count(most, least), last)
        if any(later <= earlier for earlier, later in itertools.pairwise(places)):
            raise LinkError(DAMAGED)
        return places

    def signatures(self, unit: int) -> tuple[TimeSignature, ...]:
        """Metres, the first at the beginning, each later than the one before."""
        found: list[TimeSignature] = []
        for _ in range(self.count(MAX_SIGNATURES, 1)):
            onset = self.count(MAX_TICKS // unit) * unit
            numerator, denominator = self.count(MAX_METRE, 1), self.count(MAX_METRE, 1)
            early = onset <= found[-1].onset if found else onset > 0
            if early or not is_metre(numerator, denominator):
                raise LinkError(DAMAGED)
            found.append(TimeSignature(onset, numerator, denominator))
        return tuple(found)

    def tempo(self) -> Tempo:
        """The tempo of a whole piece."""
        return Tempo(0, self.number(MIN_QPM, MAX_QPM))

    def tempos(self) -> tuple[Tempo, ...]:
        """Tempos, the first at the beginning."""
        places = self.changes(1, MAX_CHANGES, MAX_PULSES)
        if places[0]:
            raise LinkError(DAMAGED)
        found = []
        for place in places:
            microseconds = self.count(0xFFFFFF)
            qpm = tidy_qpm(microseconds) if microseconds else self.number(MIN_QPM, FASTEST_QPM)
            if not MIN_QPM <= qpm <= FASTEST_QPM:
                raise LinkError(DAMAGED)
            found.append(Tempo(place, qpm))
        return tuple(found)

    def keys(self) -> tuple[KeySignature, ...]:
        """Key signatures."""
        found = []
        for place in self.changes(0, MAX_SIGNATURES, MAX_TICKS):
            fifths, is_minor = divmod(self.count(4 * MAX_FIFTHS + 1), 2)
            found.append(KeySignature(place, fifths - MAX_FIFTHS, "minor" if is_minor else "major"))
        return tuple(found)

    def pedal(self) -> tuple[Pedal, ...]:
        """What the pedal does."""
        places = self.changes(0, MAX_CHANGES, MAX_PULSES)
        found = tuple(Pedal(place, value) for place, value in zip(places, self.raw(len(places)), strict=True))
        if any(one.value > MAX_PEDAL for one in found):
            raise LinkError(DAMAGED)
        return found

    def end(self) -> None:
        """Nothing may be left."""
        if self._place != len(self._data):
            raise LinkError(DAMAGED)


def _signed(written: int) -> int:
    return -((written + 1) >> 1) if written & 1 else written >> 1


def _single(value: float) -> float:
    """The nearest number of 32 bits, which is what a network gets."""
    return struct.unpack("<f", struct.pack("<f", value))[0]
