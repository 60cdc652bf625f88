"""MIDI files put together byte by byte, to be as broken as a test needs."""

END_OF_TRACK = b"\x00\xff\x2f\x00"


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def wait(ticks: int) -> bytes:
    """A delta time as a variable length quantity."""
    digits = [ticks & 0x7F]
    while ticks := ticks >> 7:
        digits.append(ticks & 0x7F | 0x80)
    return bytes(reversed(digits))


def note_on(pitch: int, ticks: int = 0, velocity: int = 80, channel: int = 0) -> bytes:
    return wait(ticks) + bytes([0x90 | channel, pitch, velocity])


def note_off(pitch: int, ticks: int = 0, channel: int = 0) -> bytes:
    return wait(ticks) + bytes([0x80 | channel, pitch, 0])


def note(pitch: int, length: int = 480, before: int = 0, channel: int = 0) -> bytes:
    """A note of ``length`` ticks after ``before`` ticks of waiting."""
    return note_on(pitch, before, channel=channel) + note_off(pitch, length, channel=channel)


def meta(kind: int, payload: bytes, ticks: int = 0) -> bytes:
    return wait(ticks) + bytes([0xFF, kind]) + wait(len(payload)) + payload


def tempo(microseconds: int, ticks: int = 0) -> bytes:
    return meta(0x51, number(microseconds, 3), ticks)


def chunk(name: bytes, content: bytes) -> bytes:
    return name + number(len(content), 4) + content


def header(n_tracks: int = 1, file_format: int = 0, division: int = 480) -> bytes:
    return chunk(b"MThd", number(file_format, 2) + number(n_tracks, 2) + number(division, 2))


def track(*events: bytes) -> bytes:
    return chunk(b"MTrk", b"".join(events) + END_OF_TRACK)


def midi_file(
    *tracks: bytes, file_format: int | None = None, division: int = 480, n_tracks: int | None = None
) -> bytes:
    if file_format is None:
        file_format = int(len(tracks) > 1)
    return header(len(tracks) if n_tracks is None else n_tracks, file_format, division) + b"".join(tracks)


# Four quarters: C4, D4, E4, F4.
TUNE = b"".join(note(pitch) for pitch in (60, 62, 64, 65))
TUNE_NOTES = [(0, 60, 4), (4, 62, 4), (8, 64, 4), (12, 65, 4)]
