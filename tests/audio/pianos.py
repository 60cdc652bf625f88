"""A packed piano of two keys, small enough for tests: a soft layer, a loud one, and the noise of a release."""

import io
import struct

import numpy as np
import soundfile

from koe.audio import sf2
from koe.audio.encode import with_fixed_serial

RATE = 44_100
LOUD_FROM = 64


def tone(hz, seconds, height):
    time = np.arange(round(seconds * RATE)) / RATE
    return height * np.sin(2 * np.pi * hz * time) * np.exp(-time)


def stream(samples):
    """One channel as Ogg Vorbis."""
    target = io.BytesIO()
    soundfile.write(target, samples, RATE, format="OGG", subtype="VORBIS")
    return with_fixed_serial(target.getvalue())


def write_piano(path, packed=True):
    """Keys 57 and 69, each for itself and what is nearer to it than to the other."""
    generators, zones, headers, data = [], [(0, 0)], [], b""
    generators.append((sf2.REVERB_SEND, 200))
    for key, low, high in ((57, 21, 62), (69, 63, 108)):
        for first, last, height in ((1, LOUD_FROM - 1, 0.2), (LOUD_FROM, 127, 0.8)):
            samples = tone(440 * 2 ** ((key - 69) / 12), 3.0, height)
            part = stream(samples) if packed else (samples * 32767).astype("<i2").tobytes() + bytes(2 * sf2.PADDING)
            start, size = len(data), len(part)
            place = (start, start + size) if packed else (start // 2, (start + size) // 2 - sf2.PADDING)
            headers.append((b"tone", *place, 0, 0, RATE, key, 0, 0, sf2.MONO | (sf2.VORBIS if packed else 0)))
            data += part
            zones.append((len(generators), 0))
            generators += [(sf2.KEY_RANGE, sf2.both(low, high)), (sf2.VELOCITY_RANGE, sf2.both(first, last))]
            generators += [(sf2.VOLUME_RELEASE, round(1200 * np.log2(0.3)) & 0xFFFF), (sf2.SAMPLE, len(headers) - 1)]
    tables = {
        b"phdr": [(b"Piano", 0, 0, 0, 0, 0, 0), (b"EOP", 0, 0, 1, 0, 0, 0)],
        b"pbag": [(0, 0), (1, 0)],
        b"pmod": [(0, 0, 0, 0, 0)],
        b"pgen": [(sf2.INSTRUMENT, 0), (0, 0)],
        b"inst": [(b"Piano", 0), (b"EOI", len(zones))],
        b"ibag": [*zones, (len(generators), 0)],
        b"imod": [(0, 0, 0, 0, 0)],
        b"igen": [*generators, (0, 0)],
        b"shdr": [*headers, (b"EOS", *[0] * 9)],
    }
    info = {b"ifil": struct.pack("<HH", *((3, 1) if packed else (2, 4))), b"isng": b"EMU8000", b"INAM": b"Toy"}
    with path.open("wb") as file:
        sf2.write(file, info, {name: sf2.table(name, rows) for name, rows in tables.items()}, [data], len(data))
    return path
