"""Samples to WAV, OGG (Vorbis) and MP3; the same samples always give the same bytes."""

import wave
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np

from koe.errors import AudioError

MP3_KBPS = 128
MP3_QUALITY = 7  # LAME's scale: 2 is best, 7 is fastest
OGG_COMPRESSION = 0.5  # libsndfile's scale, 0 is best; about 110 kbit/s for a piano

# Frames encoded at once: the 16-bit copy of a block stays small.
_BLOCK = 1 << 16
# libsndfile's Vorbis encoder puts a block on the stack: a few minutes in one
# piece end the process, and threads have small stacks on some systems.
_VORBIS_BLOCK = 1 << 12
_MP3_FRAME = 1152  # samples
_OGG_SERIAL = b"Koe\0"
_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def encode(samples: np.ndarray, sample_rate: int, format: str) -> bytes:
    """Encode sound.

    Parameters
    ----------
    samples : np.ndarray, shape=(frames, 2), dtype=float32
        Within -1 to 1; what lies outside is clipped.
    sample_rate : int
        In Hz.
    format : str
        ``"wav"`` (16 bit), ``"ogg"`` (Vorbis) or ``"mp3"``. An MP3 starts
        25 ms late in a player: its encoder looks ahead.

    Raises
    ------
    AudioError
        If the encoder is not installed or fails.
    """
    try:
        return _ENCODERS[format](samples, sample_rate)
    except (ImportError, OSError, RuntimeError) as error:
        raise AudioError(f"The sound could not be encoded as {format.upper()} ({error}); choose WAV.") from error


def _wav(samples: np.ndarray, sample_rate: int) -> bytes:
    target = BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.setnframes(len(samples))
        for block in _blocks_of_int16(samples):
            file.writeframesraw(block.tobytes())
    return target.getvalue()


class Mp3Encoder:
    """Encodes an MP3 bit by bit; its bytes do not depend on the blocks, and their number is known beforehand.

    Parameters
    ----------
    n_frames : int
        How many samples there will be of each of two channels.
    sample_rate : int
    """

    def __init__(self, n_frames: int, sample_rate: int) -> None:
        import lameenc

        self._encoder = lameenc.Encoder()
        self._encoder.silence()
        self._encoder.set_channels(2)
        self._encoder.set_in_sample_rate(sample_rate)
        self._encoder.set_bit_rate(MP3_KBPS)
        self._encoder.set_quality(MP3_QUALITY)
        self.n_bytes = mp3_bytes(n_frames, sample_rate)
        self._n_given = 0

    def add(self, samples: np.ndarray) -> bytes:
        """What is ready after more samples, shape ``(frames, 2)``."""
        return self._counted(b"".join(self._encoder.encode(block.tobytes()) for block in _blocks_of_int16(samples)))

    def finish(self) -> bytes:
        """The rest."""
        rest = self._counted(self._encoder.flush())
        # So many have been announced; zeros between MP3 frames are passed over by every decoder.
        return rest + bytes(self.n_bytes - self._n_given)

    def _counted(self, data: bytes) -> bytes:
        data = bytes(data[: self.n_bytes - self._n_given])
        self._n_given += len(data)
        return data


def mp3_bytes(n_frames: int, sample_rate: int) -> int:
    """How long an MP3 of so many samples is: frames of 1152 of them, one more for LAME's delay, at a constant rate."""
    return (-(-n_frames // _MP3_FRAME) + 1) * _MP3_FRAME * MP3_KBPS * 125 // sample_rate


def _mp3(samples: np.ndarray, sample_rate: int) -> bytes:
    encoder = Mp3Encoder(len(samples), sample_rate)
    return encoder.add(samples) + encoder.finish()


def _ogg(samples: np.ndarray, sample_rate: int) -> bytes:
    import soundfile

    target = BytesIO()
    with soundfile.SoundFile(
        target, "w", sample_rate, samples.shape[1], "VORBIS", format="OGG", compression_level=OGG_COMPRESSION
    ) as file:
        for start in range(0, len(samples), _VORBIS_BLOCK):
            file.write(samples[start : start + _VORBIS_BLOCK])
    return with_fixed_serial(target.getvalue())


_ENCODERS: dict[str, Callable[[np.ndarray, int], bytes]] = {"wav": _wav, "ogg": _ogg, "mp3": _mp3}


def _blocks_of_int16(samples: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(samples), _BLOCK):
        block = samples[start : start + _BLOCK] * np.float32(32767)
        yield np.clip(np.rint(block, out=block), -32768, 32767, out=block).astype("<i2")


def with_fixed_serial(ogg: bytes) -> bytes:
    """Replace the serial number that libsndfile draws at random, and each page's checksum with it.

    References
    ----------
    RFC 3533, section 6: the page header.
    """
    data = bytearray(ogg)
    position = 0
    while data[position : position + 4] == b"OggS":
        n_segments = data[position + 26]
        stop = position + 27 + n_segments + sum(data[position + 27 : position + 27 + n_segments])
        data[position + 14 : position + 18] = _OGG_SERIAL
        data[position + 22 : position + 26] = bytes(4)
        data[position + 22 : position + 26] = _ogg_checksum(bytes(data[position:stop]))
        position = stop
    return bytes(data)


def _ogg_checksum(page: bytes) -> bytes:
    """Compute Ogg's CRC-32: zlib's polynomial with the bits in the other order, started and ended with zeros."""
    reflected = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    # Reversed as a whole, so the bytes come out in Ogg's order, lowest first.
    return reflected.to_bytes(4, "big").translate(_REVERSED_BITS)
