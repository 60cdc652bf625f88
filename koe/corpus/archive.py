"""MIDI files out of ZIP archives of strangers, with bounds on everything that an archive claims."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from koe.errors import InputError

MIDI_SUFFIXES = (".mid", ".midi")
MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 2 * 1024**2  # of an archive's table of contents, which zipfile takes into memory
MAX_UNPACKED_BYTES = 512 * 1024**2  # of all that is unpacked, kept or not
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others can ask for gigabytes of memory

_END = struct.Struct("<4s4H2LH")  # end of central directory
_END_MARK = b"PK\x05\x06"
_LARGE_END_MARK = b"PK\x06\x07"  # where a 64-bit end of the directory is announced
_LARGE_END_BYTES = 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


def midi_members(data: bytes, max_file_bytes: int) -> Iterator[tuple[str, bytes, str]]:
    """Unpack the MIDI files of an archive, one at a time.

    Parameters
    ----------
    data : bytes
        The archive.
    max_file_bytes : int
        Larger members are not unpacked further than that.

    Yields
    ------
    name : str
        Path inside the archive, as it stands there: no path to write to.
    content : bytes
        Empty if it was left out.
    reason : str
        Why it was left out: ``"too large"`` or ``"damaged"``; else empty.

    Raises
    ------
    InputError
        If this is no archive, or one that is larger than archives of music are.
    """
    if _directory_bytes(data) > MAX_DIRECTORY_BYTES:
        raise InputError(f"The archive's table of contents is larger than {MAX_DIRECTORY_BYTES} bytes.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise InputError(f"This is no ZIP archive, or a damaged one: {error}.") from error
    with archive:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise InputError(f"The archive holds more than {MAX_MEMBERS} files.")
        n_bytes = 0
        for member in archive.infolist():
            path = PurePosixPath(member.filename.replace("\\", "/"))
            # Files that macOS adds beside each file begin with "._" and hold no music.
            if path.suffix.lower() not in MIDI_SUFFIXES or path.name.startswith("._") or member.is_dir():
                continue
            if member.compress_type not in METHODS or member.flag_bits & 1:
                yield member.filename, b"", "damaged"
                continue
            try:
                with archive.open(member) as file:
                    content = file.read(max_file_bytes + 1)
            except _DAMAGED:
                yield member.filename, b"", "damaged"
                continue
            n_bytes += len(content)
            if n_bytes > MAX_UNPACKED_BYTES:
                raise InputError(f"The archive unpacks to more than {MAX_UNPACKED_BYTES} bytes.")
            large = len(content) > max_file_bytes
            yield member.filename, b"" if large else content, "too large" if large else ""


def _directory_bytes(data: bytes) -> int:
    """Length of the table of contents; one that only a 64-bit archive can state counts as endless."""
    place = data.rfind(_END_MARK, max(len(data) - _END.size - 0xFFFF, 0))
    if place < 0 or len(data) - place < _END.size:
        raise InputError("This is no ZIP archive, or its end is missing.")
    if data[max(place - _LARGE_END_BYTES, 0) :].startswith(_LARGE_END_MARK):
        return MAX_DIRECTORY_BYTES + 1
    return _END.unpack_from(data, place)[5]
