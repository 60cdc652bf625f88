"""A sound file's samples, as the network wants them: one channel, 22050 a second, numbers, not too many."""

import io
import os
import subprocess
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import AudioError, InputError
from koe.transcription.availability import can_decode_with_ffmpeg
from koe.transcription.limits import MAX_RECORDING_BYTES, MAX_RECORDING_SEC, MIN_RECORDING_SEC

if TYPE_CHECKING:
    import soundfile

SAMPLE_RATE = 22050  # Hz
MIN_RATE, MAX_RATE = 4000, 192_000
MAX_CHANNELS = 8
BLOCK_FRAMES = 1 << 16
MAX_FFMPEG_SEC = 20.0

SILENT_PEAK = 1e-3  # of full scale, -60 dB
CLIPPED = 0.98  # of the peak
FLAT = 1e-4  # between two samples that were cut off at one height
CLIPPED_SHARE = 0.005  # of the samples; of a sine that just fits there are half as many at most
LOUD_PEAK = 0.98

# Containers that libsndfile does not read: where their mark lies, what it is, and how ffmpeg calls them.
_CONTAINERS = ((4, b"ftyp", "mov"), (0, b"\x1aE\xdf\xa3", "matroska"))


@dataclass(frozen=True)
class Recording:
    """A decoded recording.

    Attributes
    ----------
    samples : np.ndarray, shape=(n,), dtype=float32
        At `SAMPLE_RATE`, scaled so that the loudest is 1 or -1.
    was_cut : bool
        Whether only the first `MAX_RECORDING_SEC` of it were taken.
    was_clipped : bool
        Whether it was recorded too loud.
    """

    samples: np.ndarray
    was_cut: bool = False
    was_clipped: bool = False

    @property
    def duration_sec(self) -> float:
        """Length."""
        return len(self.samples) / SAMPLE_RATE


def read_recording(data: bytes, name: str = "") -> Recording:
    """Decode a sound file.

    Parameters
    ----------
    data : bytes
        WAV, AIFF, FLAC, OGG or MP3; M4A and WebM where ffmpeg is installed.
    name : str
        For the sentences of errors.

    Raises
    ------
    InputError
        If it is no sound file, empty, too large, silent, or holds values that
        are no numbers.
    AudioError
        If it would take ffmpeg, which is not here.
    """
    label = name or "The recording"
    if not data:
        raise InputError(f"{label} is empty; record or choose another one.")
    if len(data) > MAX_RECORDING_BYTES:
        raise InputError(
            f"{label} is larger than {MAX_RECORDING_BYTES // 1024**2} MiB, the most that Koe hears; "
            "cut it, or save it as MP3, OGG or FLAC."
        )
    frames, rate, was_cut = _decoded(data, label)
    if not np.isfinite(frames).all():
        raise InputError(f"{label} holds values that are no numbers; export it anew as 16-bit WAV.")
    peak = float(np.abs(frames).max(initial=0.0))
    was_clipped = peak >= LOUD_PEAK and _flat_share(frames, peak) > CLIPPED_SHARE
    mixed = _one_channel(frames)
    samples = _resampled(mixed - mixed.mean() if len(mixed) else mixed, rate)
    if len(samples) < MIN_RECORDING_SEC * SAMPLE_RATE:
        raise InputError(
            f"{label} lasts {len(samples) / SAMPLE_RATE:.2f} seconds; a recording needs {MIN_RECORDING_SEC:g} or more."
        )
    peak = float(np.abs(samples).max())
    if peak < SILENT_PEAK:
        raise InputError(f"{label} is silent; check the microphone, move closer to it, and record again.")
    return Recording((samples / peak).astype(np.float32), was_cut, was_clipped)


def _decoded(data: bytes, label: str) -> tuple[np.ndarray, int, bool]:
    """Up to two channels, shape ``(frames, 1 or 2)``, float32, their rate, and whether there would be more."""
    import soundfile

    for offset, mark, demuxer in _CONTAINERS:
        if data[offset : offset + len(mark)] == mark:
            data = _with_ffmpeg(data, demuxer, label)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if not MIN_RATE <= file.samplerate <= MAX_RATE or not 1 <= file.channels <= MAX_CHANNELS:
                raise InputError(
                    f"{label} has {file.channels} channels at {file.samplerate} Hz; Koe hears up to {MAX_CHANNELS} "
                    f"at {MIN_RATE} to {MAX_RATE} Hz."
                )
            frames, was_cut = _read(file)
            return frames, file.samplerate, was_cut
    except (soundfile.SoundFileError, ValueError, OverflowError, AssertionError) as error:
        raise InputError(
            f"{label} is no sound file that Koe can read; use WAV, MP3, OGG or FLAC" + _or_m4a() + "."
        ) from error


def _read(file: "soundfile.SoundFile") -> tuple[np.ndarray, bool]:
    """Block by block, since a header may claim any length."""
    wanted = round(MAX_RECORDING_SEC * file.samplerate)
    blocks, n_read = [], 0
    while n_read <= wanted:
        block = file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
        if not len(block):
            break
        blocks.append(block[:, :2].copy())  # a view would keep the other channels
        n_read += len(block)
    frames = np.concatenate(blocks) if blocks else np.zeros((0, 1), dtype=np.float32)
    return frames[:wanted], n_read > wanted


def _with_ffmpeg(data: bytes, demuxer: str, label: str) -> bytes:
    """The same sound as WAV. ffmpeg is told the container, so that no play list can make it open other files."""
    if not can_decode_with_ffmpeg():
        raise AudioError(
            f"{label} is an M4A or WebM file, and ffmpeg is not installed here; use WAV, MP3, OGG or FLAC."
        )
    with tempfile.TemporaryDirectory(prefix="koe-") as folder:
        source = Path(folder, "recording")
        source.write_bytes(data)
        command = ["ffmpeg", "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-threads", "1"]
        # A second more than is used tells whether there would be more.
        limits = ["-t", f"{MAX_RECORDING_SEC + 1:g}", "-vn", "-sn", "-dn", "-ac", "2", "-ar", "44100"]
        command += ["-f", demuxer, "-i", str(source), *limits, "-f", "wav", str(Path(folder, "recording.wav"))]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=MAX_FFMPEG_SEC,
                check=False,
                env={"PATH": os.environ.get("PATH", os.defpath)},
            )
            if done.returncode == 0:
                return Path(folder, "recording.wav").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise InputError(f"{label} took too long to decode; save it as WAV, MP3, OGG or FLAC.") from error
        except OSError as error:
            raise AudioError(f"{label} could not be decoded ({error.strerror}); use WAV, MP3, OGG or FLAC.") from error
    raise InputError(f"{label} holds no sound that ffmpeg can read; save it as WAV, MP3, OGG or FLAC.")


def _or_m4a() -> str:
    return ", M4A or WebM" if can_decode_with_ffmpeg() else ""


def _flat_share(frames: np.ndarray, peak: float) -> float:
    """Share of samples that stay at the peak."""
    flat = (np.abs(frames[1:]) >= CLIPPED * peak) & (np.abs(np.diff(frames, axis=0)) < FLAT)
    return float(flat.mean()) if len(flat) else 0.0


def _one_channel(frames: np.ndarray) -> np.ndarray:
    """The mean of two channels; the louder one alone where they cancel each other out."""
    mixed = frames.mean(axis=1, dtype=np.float64)
    loudest = max((float(np.square(channel, dtype=np.float64).sum()) for channel in frames.T), default=0.0)
    if float(np.square(mixed).sum()) < 0.1 * loudest:
        return frames[:, int(np.square(frames, dtype=np.float64).sum(axis=0).argmax())].astype(np.float64)
    return mixed


def _resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """At `SAMPLE_RATE`; odd rates by the nearest ratio of small numbers, which is off by less than a cent."""
    from scipy.signal import resample_poly

    if rate == SAMPLE_RATE or not len(samples):
        return samples
    ratio = Fraction(SAMPLE_RATE, rate).limit_denominator(2000)
    return resample_poly(samples, ratio.numerator, ratio.denominator)
