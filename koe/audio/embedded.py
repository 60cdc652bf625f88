"""TinySoundFont: plays a soundfont in this process where FluidSynth is missing."""

import time
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from koe.audio import events, grand
from koe.audio.events import DRUM_CHANNEL, SAMPLE_RATE, TAIL_SEC, Event, Performance, without_pedal
from koe.errors import AudioError, Cancelled
from koe.progress import ShouldStop

# As loud as FluidSynth at a gain of 1, by which loudness is reckoned: the grand's two sides come out 3 dB louder here.
GAIN_DB, GRAND_GAIN_DB = 0.0, -3.0
_BLOCK = SAMPLE_RATE  # frames between two looks at the clock


def available() -> bool:
    """Tell whether the package is installed."""
    return find_spec("tinysoundfont") is not None


@lru_cache(maxsize=1)
def name() -> str:
    """Give the engine's name and version."""
    try:
        return f"TinySoundFont {version('tinysoundfont')}"
    except PackageNotFoundError:
        return "TinySoundFont"


def synthesize(
    performance: Performance, soundfont: Path, timeout_sec: float, should_stop: ShouldStop | None = None
) -> np.ndarray:
    """Play a performance: float32, shape ``(frames, 2)``; see `stream`."""
    blocks: list[np.ndarray] = []
    stream(performance, soundfont, timeout_sec, should_stop, blocks.append)
    return np.concatenate(blocks)


def stream(
    performance: Performance,
    soundfont: Path,
    timeout_sec: float,
    should_stop: ShouldStop | None,
    sink: Callable[[np.ndarray], None],
) -> None:
    """Play a performance, and hand over each second of it as soon as it is there.

    ``should_stop`` is asked as often. ``sink`` is handed float32 samples,
    ``(frames, 2)``; dense chords exceed 1.

    Raises
    ------
    AudioError
        If the package is missing or cannot read the soundfont, or if it takes
        longer than ``timeout_sec``.
    Cancelled
        If ``should_stop`` said so.
    """
    deadline = time.monotonic() + timeout_sec
    try:
        import tinysoundfont
    except ImportError as error:
        raise AudioError("The embedded synthesizer is missing; install the package tinysoundfont.") from error

    # A synthesizer of its own for each call: one is not safe to share between
    # threads, and would carry the ring of one piece into the next.
    is_grand = grand.is_grand(soundfont)
    synth = tinysoundfont.Synth(gain=GRAND_GAIN_DB if is_grand else GAIN_DB, samplerate=SAMPLE_RATE)
    try:
        synth.sfload(bytes(grand.tailored(soundfont, performance)) if is_grand else str(soundfont))
        for channel in range(16):
            synth.program_change(channel, 0, channel == DRUM_CHANNEL)
    except (RuntimeError, tinysoundfont.SoundFontException) as error:
        raise AudioError(f"The embedded synthesizer cannot read the soundfont {soundfont.name}: {error}") from error

    n_frames = round((performance.end_sec + TAIL_SEC) * SAMPLE_RATE)
    samples, start, frame = _block(0, n_frames), 0, 0
    for event in (*without_pedal(performance).events, None):  # TinySoundFont passes over it
        until = n_frames if event is None else min(n_frames, round(event.onset_sec * SAMPLE_RATE))
        while frame < until:
            if time.monotonic() > deadline:
                raise AudioError(f"The embedded synthesizer was not done after {timeout_sec:.3g} seconds.")
            if should_stop is not None and should_stop():
                raise Cancelled("Stopped before the sound was complete.")
            stop = min(until, start + len(samples))
            synth.generate_simple(stop - frame, samples[frame - start : stop - start].data.cast("B"))
            frame = stop
            if frame == start + len(samples):
                sink(samples)
                samples, start = _block(frame, n_frames), frame
        if event is not None:
            _play(synth, event)


def _block(start: int, n_frames: int) -> np.ndarray:
    return np.zeros((min(_BLOCK, n_frames - start), 2), dtype=np.float32)


def _play(synth: Any, event: Event) -> None:
    channel, data1, data2 = event.channel, event.data1, event.data2
    match event.kind:
        case events.NOTE_ON:
            synth.noteon(channel, data1, data2)
        case events.NOTE_OFF:
            synth.noteoff(channel, data1)
        case events.CONTROL:
            synth.control_change(channel, data1, data2)
        case events.PITCH_BEND:
            synth.pitchbend(channel, data2 << 7 | data1)
        case events.PROGRAM:
            try:
                synth.program_change(channel, data1, channel == DRUM_CHANNEL)
            except RuntimeError:
                pass  # the soundfont lacks that instrument: the piano goes on playing
