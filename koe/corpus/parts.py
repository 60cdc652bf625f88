"""What an unfinished build has read so far, so that it can go on where it stopped.

One file of records, each a file's key, a checksum, a length, and what reading
the file gave. A record that was cut short by the interruption, and all that
follows it, is forgotten.
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from koe.corpus.reading import Limits, Reading
from koe.version import __version__

KEY_BYTES = 16

_HEAD = struct.Struct(f"<{KEY_BYTES}sII")  # key, CRC-32 of the body, length of the body in bytes


def file_key(path: str, limits: Limits) -> bytes:
    """What the outcome of reading a file hangs on: its path, size, time of change, the limits, the version of Koe."""
    try:
        status = os.stat(path)
        seen: Sequence[int] = (status.st_size, status.st_mtime_ns)
    except OSError:
        seen = ()
    text = json.dumps([__version__, path, *seen, asdict(limits)])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()[:KEY_BYTES]


class Parts:
    """Readings by their file's key, kept in one file.

    Parameters
    ----------
    path : Path
        Made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        path.touch()
        self._file = path.open("r+b")
        self._places: dict[bytes, int] = {}
        size = path.stat().st_size
        place = 0
        while head := self._file.read(_HEAD.size):
            if len(head) < _HEAD.size:
                break
            key, _, length = _HEAD.unpack(head)
            end = place + _HEAD.size + length
            if end > size:
                break
            self._places[key] = place
            place = end
            self._file.seek(place)
        self._file.truncate(place)
        self._end = place

    def __enter__(self) -> "Parts":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def get(self, key: bytes) -> Reading | None:
        """What an earlier build read, or None if it did not, or the record is damaged."""
        if key not in self._places:
            return None
        self._file.seek(self._places[key])
        _, checksum, length = _HEAD.unpack(self._file.read(_HEAD.size))
        body = self._file.read(length)
        if zlib.crc32(body) != checksum:
            return None
        fields, _, rolls = body.partition(b"\n")
        return Reading(**json.loads(fields), rolls=rolls)

    def put(self, key: bytes, reading: Reading) -> None:
        """Keep what was read for a later build; this one cannot `get` it."""
        fields = asdict(reading)
        rolls = fields.pop("rolls")
        body = json.dumps(fields).encode() + b"\n" + rolls
        self._file.seek(self._end)
        self._file.write(_HEAD.pack(key, zlib.crc32(body), len(body)) + body)
        self._end += _HEAD.size + len(body)
