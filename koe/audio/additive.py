"""A piano made of sines: the engine of last resort, which needs no soundfont.

Each key is a sum of partials. Those of a stiff string lie a little above the
multiples of its frequency, and the higher they are the faster they die away.
All channels but the drums play, with their pedals; pitch bend and instrument are ignored.
"""

import time
from collections import defaultdict, deque
from pathlib import Path

import numpy as np

from koe.audio.events import DRUM_CHANNEL, NOTE_OFF, NOTE_ON, SAMPLE_RATE, TAIL_SEC, Performance, without_pedal
from koe.errors import AudioError, Cancelled
from koe.progress import ShouldStop

MAX_PARTIALS = 10
HIGHEST_PARTIAL_HZ = 9_000.0
INHARMONICITY = 3e-4  # about that of a grand piano's middle
MAX_TONE_SEC = 6.0
ATTACK_SEC = 0.003
RELEASE_SEC = 0.12  # time in which the damper stops the string
LEVEL = 0.1


def available() -> bool:
    """Tell that it always is."""
    return True


def name() -> str:
    """Give the engine's name."""
    return "Koe's additive piano"


def synthesize(
    performance: Performance,
    soundfont: Path | None,
    timeout_sec: float,
    should_stop: ShouldStop | None = None,
) -> np.ndarray:
    """Play a performance; ``soundfont`` is not used, ``should_stop`` is asked at every key of the piano.

    Returns
    -------
    samples : np.ndarray, shape=(frames, 2), dtype=float32
        Dense chords exceed 1.

    Raises
    ------
    AudioError
        If it takes longer than ``timeout_sec``.
    Cancelled
        If ``should_stop`` said so.
    """
    deadline = time.monotonic() + timeout_sec
    samples = np.zeros((round((performance.end_sec + TAIL_SEC) * SAMPLE_RATE), 2), dtype=np.float32)
    n_release = round(RELEASE_SEC * SAMPLE_RATE)
    release = np.linspace(1.0, 0.0, n_release, dtype=np.float32) ** 2
    for pitch, notes in sorted(_notes_by_pitch(without_pedal(performance)).items()):
        if should_stop is not None and should_stop():
            raise Cancelled("Stopped before the sound was complete.")
        longest = max(end - onset for onset, end, _ in notes)
        sound = tone(pitch, min(longest, MAX_TONE_SEC) + RELEASE_SEC)
        right = min(1.0, max(0.0, 0.5 + (pitch - 64) / 160))  # bass left, treble right, as the player hears it
        for onset, end, velocity in notes:
            if time.monotonic() > deadline:
                raise AudioError(f"The additive piano was not done after {timeout_sec:.3g} seconds.")
            held = min(round((end - onset) * SAMPLE_RATE), len(sound) - n_release)
            start = round(onset * SAMPLE_RATE)
            voice = sound[: held + n_release] * np.float32((velocity / 127) ** 2)
            voice[held:] *= release
            samples[start : start + len(voice), 0] += voice * np.float32(1 - right)
            samples[start : start + len(voice), 1] += voice * np.float32(right)
    return samples


def tone(pitch: int, duration_sec: float) -> np.ndarray:
    """Make the sound of one key at full velocity: float32, shape ``(frames,)``."""
    seconds = np.arange(round(duration_sec * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    fundamental = 440.0 * 2.0 ** ((pitch - 69) / 12)
    # The stretch is divided out of the first partial, which is what tells the pitch.
    partials = np.arange(1, MAX_PARTIALS + 1)
    frequencies = fundamental * partials * np.sqrt((1 + INHARMONICITY * partials**2) / (1 + INHARMONICITY))
    sound = np.zeros_like(seconds)
    for partial, frequency in zip(partials, frequencies, strict=True):
        if partial > 1 and frequency > HIGHEST_PARTIAL_HZ:
            break
        # A key two octaves higher fades about twice as fast, and so do high partials.
        fading = 0.7 * 2.0 ** ((pitch - 60) / 24) * (1 + 0.35 * (partial - 1))
        # The phase is taken modulo a turn in double precision: float32 would drift over seconds.
        turns = (np.arange(len(seconds)) * (frequency / SAMPLE_RATE) % 1.0).astype(np.float32)
        envelope = np.float32(1 / partial**1.3) * np.exp(-np.float32(fading) * seconds)
        sound += envelope * np.sin(np.float32(2 * np.pi) * turns)
    return sound * np.minimum(1, seconds / np.float32(ATTACK_SEC)) * np.float32(LEVEL)


def _notes_by_pitch(performance: Performance) -> dict[int, list[tuple[float, float, int]]]:
    """Pair onsets with releases: ``(onset_sec, end_sec, velocity)`` for each pitch."""
    notes: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    sounding: dict[tuple[int, int], deque[tuple[float, int]]] = defaultdict(deque)
    for event in performance.events:
        key = (event.channel, event.data1)
        if event.kind == NOTE_ON and event.channel != DRUM_CHANNEL:
            sounding[key].append((event.onset_sec, event.data2))
        elif event.kind == NOTE_OFF and sounding[key]:
            onset, velocity = sounding[key].popleft()
            notes[event.data1].append((onset, event.onset_sec, velocity))
    for (_, pitch), unreleased in sounding.items():
        notes[pitch].extend((onset, performance.end_sec, velocity) for onset, velocity in unreleased)
    return {pitch: struck for pitch, struck in notes.items() if struck}
