"""The tracks of a Standard MIDI file as one list of messages, and their time in seconds.

Koe's reader of pieces asks more of a file than a synthesizer needs, and takes
longer. This one reads what can be heard, and its cost is bounded beforehand.
"""

from collections.abc import Iterator

from koe.errors import AudioError

MAX_EVENTS = 400_000  # 60'000 notes with as much pedalling as a pianist can do

TEMPO_STATUS = 0xFF  # of a tempo among the messages
_TEMPO, _END_OF_TRACK = 0x51, 0x2F
_DEFAULT_TEMPO = 500_000  # microseconds a quarter: 120 qpm

# Tick, status and data bytes. A tempo is (tick, TEMPO_STATUS, microseconds, 0).
Message = tuple[int, int, int, int]


def read_tracks(midi: bytes) -> tuple[list[Message], int]:
    """Merge all tracks in order of time; also give the last tick that any track names.

    Raises
    ------
    AudioError
        If there are more than `MAX_EVENTS` events.
    """
    messages: list[Message] = []
    end_tick, n_read = 0, 0
    position = 8 + int.from_bytes(midi[4:8])
    while position + 8 <= len(midi):
        start, stop = position + 8, position + 8 + int.from_bytes(midi[position + 4 : position + 8])
        if midi[position : position + 4] == b"MTrk":
            for message in _read_track(midi, start, min(stop, len(midi))):
                n_read += 1
                if n_read > MAX_EVENTS:
                    raise AudioError(f"The piece has more than {MAX_EVENTS:,} MIDI events; choose a part of it.")
                end_tick = max(end_tick, message[0])
                if message[1]:
                    messages.append(message)
        position = stop
    messages.sort(key=lambda message: message[0])
    return messages, end_tick


def _read_track(midi: bytes, position: int, stop: int) -> Iterator[Message]:
    """Read one track's messages; those that nobody plays have status 0."""
    tick = status = 0
    try:
        while position < stop:
            delta, position = _read_variable_length(midi, position)
            tick += delta
            if midi[position] >= 0x80:
                command = midi[position]
                position += 1
            else:
                command = status  # running status
            if command in (0xF0, 0xF7, 0xFF):
                kind = midi[position] if command == 0xFF else -1
                size, position = _read_variable_length(midi, position + (command == 0xFF))
                body = midi[position : position + size]
                position += size
                is_tempo = kind == _TEMPO and size == 3 and any(body)
                yield (tick, TEMPO_STATUS, int.from_bytes(body), 0) if is_tempo else (tick, 0, 0, 0)
                if kind == _END_OF_TRACK:
                    return
            elif 0x80 <= command < 0xF0:
                status = command
                n_data = 1 if command & 0xE0 == 0xC0 else 2
                # The top bit marks a status byte; a data byte that has it is damaged.
                data1, data2 = midi[position] & 0x7F, midi[position + n_data - 1] & 0x7F
                position += n_data
                yield tick, command, data1, data2
            else:
                return  # data without a status: nothing that follows can be told apart
    except IndexError:
        return  # the file breaks off here


def _read_variable_length(midi: bytes, position: int) -> tuple[int, int]:
    value = 0
    for end in range(position + 1, position + 5):
        value = value << 7 | midi[end - 1] & 0x7F
        if midi[end - 1] < 0x80:
            break
    return value, end


class Clock:
    """The tempo map: ticks to seconds.

    Parameters
    ----------
    division : bytes
        The last two bytes of the file's header.
    messages : list of Message
        As `read_tracks` gives them.
    """

    def __init__(self, division: bytes, messages: list[Message]) -> None:
        if division[0] & 0x80:  # SMPTE: frames a second and ticks a frame, no tempo
            self._ticks_per_quarter = max(1, (256 - division[0]) * division[1]) / 2
            self._tempos = []
        else:
            self._ticks_per_quarter = int.from_bytes(division) or 480
            self._tempos = [(tick, tempo) for tick, status, tempo, _ in messages if status == TEMPO_STATUS]
        self._tempo = _DEFAULT_TEMPO
        self._next = 0
        self._tick = 0
        self._sec = 0.0

    def seconds_at(self, tick: int) -> float:
        """Convert one tick; no tick may lie before that of the call before."""
        while self._next < len(self._tempos) and self._tempos[self._next][0] <= tick:
            change, tempo = self._tempos[self._next]
            self._sec += (change - self._tick) * self._tempo / 1e6 / self._ticks_per_quarter
            self._tick, self._tempo, self._next = change, tempo, self._next + 1
        return self._sec + (tick - self._tick) * self._tempo / 1e6 / self._ticks_per_quarter
