"""Soundfonts as tables and samples: SF2, and SF3, whose samples are Ogg Vorbis streams.

::

    phdr, pbag, pmod, pgen    presets, their zones, modulators and generators
    inst, ibag, imod, igen    instruments, the same
    shdr                      headers of the samples
    smpl                      the samples themselves

Koe writes its concert grand in this form, and copies parts of it. No table is
interpreted further than these two need.

References
----------
SoundFont Technical Specification 2.04, E-mu Systems 2006, section 7: the
tables; section 8.1: the generators. SF3 is what MuseScore made of it: version
3.01, a sample of type 16 more is an Ogg stream, its header counts bytes for
the stream and frames within it for the loop.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from koe.errors import AudioError

MONO, RIGHT, LEFT = 1, 2, 4
VORBIS = 16  # added to one of these
PADDING = 46  # frames of silence that follow each sample

# Generators, by their numbers.
START_OFFSET, FILTER_CUTOFF, REVERB_SEND, PAN = 0, 8, 16, 17
VOLUME_RELEASE, INSTRUMENT, KEY_RANGE, VELOCITY_RANGE = 38, 41, 43, 44
ATTENUATION, SAMPLE, LOOP_MODE, SCALE_TUNING, ROOT_KEY = 48, 53, 54, 56, 58

_TABLES = {
    b"phdr": [
        ("name", "S20"),
        ("program", "<u2"),
        ("bank", "<u2"),
        ("zone", "<u2"),
        ("library", "<u4"),
        ("genre", "<u4"),
        ("morphology", "<u4"),
    ],
    b"pbag": [("generator", "<u2"), ("modulator", "<u2")],
    b"pmod": [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("by", "<u2"), ("transform", "<u2")],
    b"pgen": [("kind", "<u2"), ("amount", "<u2")],
    b"inst": [("name", "S20"), ("zone", "<u2")],
    b"ibag": [("generator", "<u2"), ("modulator", "<u2")],
    b"imod": [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("by", "<u2"), ("transform", "<u2")],
    b"igen": [("kind", "<u2"), ("amount", "<u2")],
    b"shdr": [
        ("name", "S20"),
        ("start", "<u4"),
        ("stop", "<u4"),
        ("loop_start", "<u4"),
        ("loop_stop", "<u4"),
        ("sample_rate", "<u4"),
        ("root_key", "u1"),
        ("cents", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ],
}
TABLES = {name: np.dtype(fields) for name, fields in _TABLES.items()}


@dataclass(frozen=True)
class SoundFont:
    """A soundfont's tables, and where in its file the samples lie.

    Attributes
    ----------
    path : Path
    info : dict of bytes to bytes
        The chunks of its INFO list, such as ``b"INAM"``.
    tables : dict of bytes to np.ndarray
        As `TABLES` names them, the closing record of each included.
    samples_at : int
        Where in the file the first byte of ``smpl`` is.
    """

    path: Path
    info: dict[bytes, bytes]
    tables: dict[bytes, np.ndarray]
    samples_at: int

    @property
    def samples(self) -> np.ndarray:
        """Headers of the samples, without the closing one."""
        return self.tables[b"shdr"][:-1]


def read(path: Path) -> SoundFont:
    """Read a soundfont's tables; its samples stay in the file.

    Raises
    ------
    AudioError
        If the file is no soundfont or breaks off.
    """
    info: dict[bytes, bytes] = {}
    tables: dict[bytes, np.ndarray] = {}
    samples_at = 0
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            head = file.read(12)
            if head[:4] != b"RIFF" or head[8:] != b"sfbk":
                raise ValueError("it does not start like one")
            for _, start, length in _chunks(file, 12, size):
                file.seek(start)
                kind = file.read(4)
                for name, at, n_bytes in _chunks(file, start + 4, start + length):
                    if name == b"smpl":
                        samples_at = at
                    elif kind == b"INFO" or name in TABLES:
                        file.seek(at)
                        data = file.read(n_bytes)
                        if kind == b"INFO":
                            info[name] = data.rstrip(b"\0") if name != b"ifil" else data
                        else:
                            tables[name] = np.frombuffer(data, TABLES[name])
        if not samples_at or set(tables) != set(TABLES):
            raise ValueError("a part of it is missing")
    except (OSError, ValueError, struct.error) as error:
        raise AudioError(f"The soundfont {path} cannot be read ({error}); install it again.") from error
    return SoundFont(path, info, tables, samples_at)


def write(
    file: BinaryIO, info: dict[bytes, bytes], tables: dict[bytes, np.ndarray], samples: Iterable[Any], n_bytes: int
) -> None:
    """Write a soundfont.

    Parameters
    ----------
    file : BinaryIO
    info : dict of bytes to bytes
    tables : dict of bytes to np.ndarray
        All of `TABLES`; the places in ``shdr`` fit what ``samples`` gives.
    samples : iterable of bytes-like
        What ``smpl`` holds, piece by piece.
    n_bytes : int
        How much that is.
    """
    described = b"".join(_chunk(name, text if name == b"ifil" else text + b"\0") for name, text in info.items())
    hydra = b"".join(_chunk(name, tables[name].tobytes()) for name in TABLES)
    padding = n_bytes % 2  # counted with the samples: TinySoundFont looks for the next chunk right behind them
    size = 4 + (12 + len(described)) + (20 + n_bytes + padding) + (12 + len(hydra))
    file.write(b"RIFF" + struct.pack("<I", size) + b"sfbk")
    file.write(b"LIST" + struct.pack("<I", 4 + len(described)) + b"INFO" + described)
    file.write(b"LIST" + struct.pack("<I", 12 + n_bytes + padding) + b"sdta")
    file.write(b"smpl" + struct.pack("<I", n_bytes + padding))
    for part in samples:
        file.write(part)
    file.write(bytes(padding))
    file.write(b"LIST" + struct.pack("<I", 4 + len(hydra)) + b"pdta" + hydra)


def table(name: bytes, rows: Sequence[tuple]) -> np.ndarray:
    """Make a table of its rows."""
    return np.array(rows, TABLES[name])


def both(low: int, high: int) -> int:
    """Write a range of keys or velocities as a generator's amount."""
    return low | high << 8


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data) + len(data) % 2) + data + bytes(len(data) % 2)


def _chunks(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of the chunks between two places."""
    while start + 8 <= stop:
        file.seek(start)
        name, length = struct.unpack("<4sI", file.read(8))
        if start + 8 + length > stop:
            raise ValueError("it breaks off")
        yield name, start + 8, length
        start += 8 + length + length % 2
