"""Each recording as the soundfont holds it: from its onset on, at its level, faded out, as Ogg Vorbis.

The recordings are Ogg already, but in stereo, and a sample of a soundfont is
one channel: FluidSynth is silent where a stream has two, and TinySoundFont
plays the left one. So each channel is encoded anew, and what a soundfont
cannot say of a stream is done to it on the way.
"""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
from scipy.signal import resample_poly

from koe.audio.encode import with_fixed_serial

SAMPLE_RATE = 44_100
QUALITY = 0.4  # libvorbis' scale; about 55 kbit/s a channel
LEAD_SEC = 0.0025  # what is kept before the onset, faded in
ONSET = 0.02  # of the peak: where a sound begins
LONGEST_SEC = 16.0
FADE = 0.25  # of a sample's length, at its end
LEVEL_SEC = 0.9  # from the onset, over which level and brightness are measured

# The noise of a release waits behind silence, which is looped while the key is held.
SILENT_LOOP = (3008, 3264)
NOISE_FRAMES = 8_192  # what is left of it after that nobody hears under other notes
NOISE_AT = 3840


@dataclass(frozen=True)
class Strike:
    """What is measured of a key struck once.

    Attributes
    ----------
    power : np.ndarray, shape=(bins,)
        Spectrum of its first `LEVEL_SEC`, both channels together.
    peak : float
        Its highest sample.
    """

    power: np.ndarray
    peak: float


def frequencies() -> np.ndarray:
    """Of the bins of `Strike.power`, in Hz."""
    return np.fft.rfftfreq(round(LEVEL_SEC * SAMPLE_RATE), 1 / SAMPLE_RATE)


def measure(recording: np.ndarray, sample_rate: int) -> Strike:
    """Measure the beginning of a recording, of which two seconds suffice."""
    sound = resample_poly(recording[: 2 * sample_rate], SAMPLE_RATE, sample_rate, axis=0)
    onset, n_level = _onset(sound), round(LEVEL_SEC * SAMPLE_RATE)
    power = np.abs(np.fft.rfft(sound[onset : onset + n_level], n_level, axis=0)) ** 2
    return Strike(power.sum(axis=1), float(np.abs(sound).max()))


def cut(recording: np.ndarray, sample_rate: int) -> np.ndarray:
    """Cut a recording at its onset, so that all keys answer alike, and fade it out before its hiss is left alone.

    Returns
    -------
    sound : np.ndarray, shape=(frames, 2)
        At `SAMPLE_RATE`.
    """
    sound = resample_poly(recording, SAMPLE_RATE, sample_rate, axis=0)
    onset = _onset(sound)
    n_lead = min(onset, round(LEAD_SEC * SAMPLE_RATE))
    sound = sound[onset - n_lead :][: round(LONGEST_SEC * SAMPLE_RATE)].copy()
    sound[:n_lead] *= (np.arange(n_lead) / n_lead)[:, None]
    n_fade = round(FADE * len(sound))
    sound[-n_fade:] *= np.cos(np.linspace(0, np.pi / 2, n_fade))[:, None] ** 2
    return sound


def _onset(sound: np.ndarray) -> int:
    heights = np.abs(sound).max(axis=1)
    return int(np.flatnonzero(heights > ONSET * heights.max())[0])


def release(recording: np.ndarray, sample_rate: int) -> np.ndarray:
    """Put silence before the noise of a release; both channels as one, shape ``(frames,)``."""
    noise = resample_poly(recording.mean(axis=1), SAMPLE_RATE, sample_rate)[:NOISE_FRAMES]
    noise[-2048:] *= np.cos(np.linspace(0, np.pi / 2, 2048)) ** 2
    noise[:64] *= np.arange(64) / 64
    return np.concatenate([np.zeros(NOISE_AT), noise])


def encode(channel: np.ndarray) -> bytes:
    """Encode one channel, shape ``(frames,)``, within -1 to 1; the same samples give the same bytes."""
    target = io.BytesIO()
    with soundfile.SoundFile(
        target, "w", SAMPLE_RATE, 1, "VORBIS", format="OGG", compression_level=1 - QUALITY
    ) as file:
        for start in range(0, len(channel), 4096):  # the encoder puts a block on the stack
            file.write(channel[start : start + 4096].astype(np.float32))
    return with_fixed_serial(target.getvalue())
