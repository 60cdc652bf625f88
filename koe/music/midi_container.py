"""Finding the MIDI file inside what people hand in.

MIDI files come compressed, wrapped as RMID or MacBinary, or with a few
stray bytes in front. Whatever is around it, the file itself begins at
``MThd``.
"""

import re
import zlib

from koe.errors import MidiError
from koe.music.grid import MAX_FILE_BYTES

GZIP = b"\x1f\x8b"
HEADER = b"MThd"
ZIP = b"PK\x03\x04"
# A header of six bytes, formats 0 to 2, and its first track: nothing that music holds by chance.
_BEGINNING = re.compile(rb"MThd\0\0\0\x06\0[\0-\2]....MTrk", re.DOTALL)

# What people take for MIDI files, by their first bytes.
_OTHER_FORMATS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    ZIP: "a ZIP archive; unpack it first",
    b"RIFF": "a RIFF file without music in MIDI form, such as a WAV sound",
    b"ID3": "an MP3 sound",
    b"\xff\xfb": "an MP3 sound",
    b"OggS": "an Ogg sound",
    b"fLaC": "a FLAC sound",
    b"<": "an XML or HTML text",
}


def unwrap(data: bytes) -> bytes:
    """Cut out the MIDI file, from ``MThd`` on.

    Raises
    ------
    MidiError
        If there is none, or more than one, or it is larger than `MAX_FILE_BYTES`.
    """
    if not data:
        raise MidiError("The file is empty; a MIDI file (.mid) was expected.")
    _check_size(data)
    if data.startswith(GZIP):
        data = decompress(data)
    start = data.find(HEADER)
    if start < 0 or data.startswith(ZIP):
        raise MidiError(f"This is no MIDI file (.mid): {_guess(data)}.")
    n_files = sum(1 for _ in _BEGINNING.finditer(data))
    if n_files > 1:
        raise MidiError(f"There are {n_files} MIDI files in this one, such as in an archive; take them apart first.")
    return data[start:] if start else data


def decompress(data: bytes) -> bytes:
    """Undo gzip, never unpacking more than is accepted."""
    try:
        # A limit on the output: a gzip file can unpack to a thousand times its size.
        unpacked = zlib.decompressobj(wbits=31).decompress(data, MAX_FILE_BYTES + 1)
    except zlib.error as error:
        raise MidiError("The file is compressed with gzip, but damaged; unpack it yourself and try again.") from error
    _check_size(unpacked)
    return unpacked


def _check_size(data: bytes) -> None:
    if len(data) > MAX_FILE_BYTES:
        raise MidiError(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MiB, the most that Koe reads.")


def _guess(data: bytes) -> str:
    for start, what in _OTHER_FORMATS.items():
        if data.startswith(start):
            return f"it looks like {what}"
    if all(byte >= 32 or byte in b"\t\r\n" for byte in data[:512]):
        return "it looks like a text"
    return "it does not begin with MThd, as every MIDI file does"
