"""MIDI bytes to timed events and back, within limits on length and number.

Every engine plays these events, so all of them play the same thing, and
FluidSynth only ever sees a file written here: a file of a few bytes can ask
it for hundreds of megabytes of sound, and it follows.
"""

from dataclasses import dataclass
from typing import NamedTuple

from koe.audio.tracks import Clock, read_tracks
from koe.errors import AudioError
from koe.music.grid import MAX_FILE_BYTES

SAMPLE_RATE = 44_100  # Hz, of every engine and format
MAX_AUDIO_SEC = 20 * 60.0  # float32 stereo of this length takes 423 MB
TAIL_SEC = 3.0  # how long the last chord may ring after its keys are released
OPEN_NOTE_SEC = 4.0  # how long a key is held that the file never releases
RING_SEC = 15.0  # how long the pedal may hold the last chord; a piano's strings are quiet by then

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, PITCH_BEND = 0x80, 0x90, 0xB0, 0xC0, 0xE0
SUSTAIN, RESET_CONTROLLERS, ALL_NOTES_OFF = 64, 121, 123
DRUM_CHANNEL = 9
PEDAL_DOWN = 64  # from this value on the dampers are lifted

_PLAYED = frozenset((NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, PITCH_BEND))

# Files written here name no tempo, which means 120 quarters a minute.
_TICKS_PER_QUARTER = 1000
_TICKS_PER_SEC = _TICKS_PER_QUARTER * 2


class Event(NamedTuple):
    """A channel message: ``kind`` is its status without the channel."""

    onset_sec: float
    kind: int
    channel: int
    data1: int
    data2: int


@dataclass(frozen=True, slots=True)
class Performance:
    """What an engine plays.

    Attributes
    ----------
    events : tuple of Event
        In order of time; all keys are released at the end.
    n_notes : int
        Keys struck.
    end_sec : float
        When the last key is released and the pedal lifted after it. Of a
        piece without a note, the end that the file names.
    """

    events: tuple[Event, ...]
    n_notes: int
    end_sec: float


def read_performance(midi: bytes, max_sec: float = MAX_AUDIO_SEC) -> Performance:
    """Read the events of a Standard MIDI file.

    The tempo map is followed; a file that breaks off gives what came before.
    An end of track far behind the last note is ignored.

    Parameters
    ----------
    midi : bytes
        A Standard MIDI file of format 0 or 1.
    max_sec : float
        Longest piece, in seconds.

    Raises
    ------
    AudioError
        If the bytes are no MIDI file, or more than ``max_sec`` seconds, 8 MB
        or `koe.audio.tracks.MAX_EVENTS` events.
    """
    if len(midi) > MAX_FILE_BYTES:
        raise AudioError(
            f"The MIDI file has {len(midi) / 2**20:.1f} MB, and at most {MAX_FILE_BYTES // 2**20} MB can be played; "
            "choose a shorter piece."
        )
    if len(midi) < 14 or midi[:4] != b"MThd":
        raise AudioError("These bytes are no MIDI file: they do not start with a MIDI header; hand in a .mid file.")
    messages, end_tick = read_tracks(midi)
    clock = Clock(midi[12:14], messages)

    events: list[Event] = []
    open_notes: dict[tuple[int, int], int] = {}
    n_notes, last_sec = 0, 0.0
    pedals: dict[int, list[tuple[float, bool]]] = {}
    for tick, status, data1, data2 in messages:
        kind, channel = status & 0xF0, status & 0x0F
        if kind not in _PLAYED:
            continue
        onset_sec = clock.seconds_at(tick)
        if kind == NOTE_ON and data2 == 0:
            kind = NOTE_OFF
        if kind in (NOTE_ON, NOTE_OFF):
            _check_length(onset_sec, max_sec)
            last_sec = onset_sec
            struck = open_notes.get((channel, data1), 0)
            open_notes[channel, data1] = struck + 1 if kind == NOTE_ON else max(0, struck - 1)
            n_notes += kind == NOTE_ON
        elif kind == CONTROL and data1 in (SUSTAIN, RESET_CONTROLLERS):
            pedals.setdefault(channel, []).append((onset_sec, data1 == SUSTAIN and data2 >= PEDAL_DOWN))
        events.append(Event(onset_sec, kind, channel, data1, data2))

    named_end_sec = clock.seconds_at(end_tick)
    end_sec = last_sec
    if any(open_notes.values()):
        open_sec = named_end_sec - last_sec  # 0 where the file breaks off
        end_sec = last_sec + (min(open_sec, OPEN_NOTE_SEC) if open_sec > 0 else OPEN_NOTE_SEC)
    elif not n_notes:
        end_sec = named_end_sec
    _check_length(end_sec, max_sec)
    if n_notes:
        channels = {channel for channel, _ in open_notes}
        rings = [_lifted(pedals.get(channel, []), end_sec, named_end_sec) for channel in channels]
        end_sec = max(end_sec, min(max(rings), end_sec + RING_SEC, max_sec))
    # The pedal may be lifted once more after that.
    events = [event for event in events if event.onset_sec <= end_sec + TAIL_SEC]
    for channel in sorted({event.channel for event in events if event.kind == NOTE_ON}):
        events.append(Event(end_sec, CONTROL, channel, ALL_NOTES_OFF, 0))
    events.sort(key=lambda event: event.onset_sec)
    return Performance(tuple(events), n_notes, end_sec)


def without_pedal(performance: Performance) -> Performance:
    """The same for engines that know no sustain pedal: keys are held for as long as it holds their strings.

    A key that is struck again ends what the pedal still held of it.
    """
    events: list[Event] = []
    down = [False] * 16
    held: dict[tuple[int, int], list[Event]] = {}  # let go, but still sounding

    def damp(key: tuple[int, int], sec: float) -> None:
        events.extend(event._replace(onset_sec=sec) for event in held.pop(key, ()))

    for event in performance.events:
        key = (event.channel, event.data1)
        if event.kind == NOTE_OFF and down[event.channel]:
            held.setdefault(key, []).append(event)
            continue
        if event.kind == NOTE_ON:
            damp(key, event.onset_sec)
        elif event.kind == CONTROL and event.data1 in (SUSTAIN, RESET_CONTROLLERS):
            down[event.channel] = event.data1 == SUSTAIN and event.data2 >= PEDAL_DOWN
            if not down[event.channel]:
                for other in [one for one in held if one[0] == event.channel]:
                    damp(other, event.onset_sec)
            if event.data1 == SUSTAIN:
                continue
        events.append(event)
    return Performance(tuple(events), performance.n_notes, performance.end_sec)


def midi_from_performance(performance: Performance) -> bytes:
    """Write a MIDI file of format 0, with `TAIL_SEC` after the last event."""
    track = bytearray()
    now = 0
    for event in performance.events:
        tick = round(event.onset_sec * _TICKS_PER_SEC)
        track += _variable_length(tick - now) + bytes((event.kind | event.channel, event.data1))
        if event.kind != PROGRAM:
            track.append(event.data2)
        now = tick
    end_tick = round((performance.end_sec + TAIL_SEC) * _TICKS_PER_SEC)
    track += _variable_length(end_tick - now) + b"\xff\x2f\x00"
    header = b"MThd" + (6).to_bytes(4) + (0).to_bytes(2) + (1).to_bytes(2) + _TICKS_PER_QUARTER.to_bytes(2)
    return header + b"MTrk" + len(track).to_bytes(4) + bytes(track)


def _lifted(pedal: list[tuple[float, bool]], sec: float, end_sec: float) -> float:
    """When the pedal that is down at ``sec`` is lifted, at the end of the file at the latest; ``sec`` if it is up."""
    is_down = False
    for onset_sec, down in pedal:
        if onset_sec > sec and is_down and not down:
            return onset_sec
        if onset_sec <= sec:
            is_down = down
    return end_sec if is_down else sec


def _check_length(seconds: float, max_sec: float) -> None:
    if seconds > max_sec:
        raise AudioError(
            f"The piece lasts {_spoken(seconds)}, and at most {_spoken(max_sec)} can be played; choose a part of it."
        )


def _spoken(seconds: float) -> str:
    """Name a length of time, in the unit a person would choose."""
    for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}" if (seconds / size).is_integer() else f"{seconds / size:,.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _variable_length(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))
