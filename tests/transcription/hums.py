"""Voices made of sines: in tune or not, with vibrato, glides, breath and an unsteady beat."""

import io

import numpy as np
import soundfile

RATE = 16_000  # what browsers record at


def hum(
    pitches,
    quarters,
    *,
    seed=0,
    qpm=96.0,
    rate=RATE,
    tuning=0.0,
    vibrato=0.3,
    glide_sec=0.06,
    dip=0.15,
    jitter_sec=0.012,
    noise=0.003,
    lead_sec=0.4,
):
    """A voice that hums a tune.

    Parameters
    ----------
    pitches, quarters : sequence
        MIDI pitch of each note (None for a rest) and its length in quarters.
    tuning, vibrato : float
        In semitones: how far all is out of tune, and how far the voice sways.
    dip : float
        How much of its loudness is left between two notes; 1 for none of it lost.

    Returns
    -------
    samples : np.ndarray, shape=(n,)
    onsets : np.ndarray
        Seconds at which the notes begin.
    """
    chance = np.random.default_rng(seed)
    starts = lead_sec + np.concatenate([[0.0], np.cumsum(quarters)]) * 60.0 / qpm
    starts[1:-1] += chance.normal(0, jitter_sec, len(starts) - 2)
    n = int((starts[-1] + 0.5) * rate)
    time = np.arange(n) / rate
    pitch, loud = np.zeros(n), np.zeros(n)
    last = next(p for p in pitches if p is not None)
    for number, sung in enumerate(pitches):
        inside = (time >= starts[number]) & (time < starts[number + 1])
        last = sung if sung is not None else last
        pitch[inside] = last
        if sung is not None:
            into, left = time[inside] - starts[number], starts[number + 1] - time[inside]
            rise = dip + (1 - dip) * np.minimum(into / 0.05, 1)
            loud[inside] = rise * np.minimum(dip + (1 - dip) * left / 0.05, 1) * chance.uniform(0.7, 1.0)
    pitch[time < starts[0]], pitch[time >= starts[-1]] = pitches[0] or last, last
    width = max(int(glide_sec * rate), 1)
    pitch = np.convolve(
        np.pad(pitch, width, mode="edge"), np.hanning(width + 2)[1:-1] / np.hanning(width + 2).sum(), "same"
    )
    pitch = pitch[width:-width]
    loud = np.convolve(loud, np.ones(rate // 100) / (rate // 100), "same")
    sway = vibrato * np.sin(2 * np.pi * chance.uniform(4.8, 6.2) * time + chance.uniform(0, 6)) + tuning
    wander = np.cumsum(chance.normal(0, 1, n)) * 0.08 / np.sqrt(rate)
    phase = 2 * np.pi * np.cumsum(440.0 * 2 ** ((pitch + sway + wander - 69) / 12)) / rate
    slope = chance.uniform(1.2, 2.0)
    harmonics = [h for h in range(1, 9) if h * 440.0 * 2 ** ((max(filter(None, pitches)) - 69) / 12) < rate / 2.2]
    voice = sum(np.sin(h * phase + chance.uniform(0, 6)) / h**slope for h in harmonics)
    samples = 0.25 * loud * voice + noise * chance.standard_normal(n)
    return samples, np.array([starts[i] for i, sung in enumerate(pitches) if sung is not None])


def wav(samples, rate=RATE, **options):
    """A sound file of samples, 16 bits unless told otherwise."""
    target = io.BytesIO()
    soundfile.write(target, samples, rate, format=options.pop("format", "WAV"), **options)
    return target.getvalue()


TUNES = {
    "Ode to Joy": (
        [64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62],
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 0.5, 2],
    ),
    "Twinkle": (
        [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60],
        [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2],
    ),
    "Frère Jacques": (
        [60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67, 64, 65, 67, 67, 69, 67, 65, 64, 60],
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 0.5, 0.5, 0.5, 0.5, 1, 1],
    ),
    "Greensleeves": (
        [57, 60, 62, 64, 65, 64, 62, 59, 55, 57, 59, 60, 57, 57, 56, 57, 59, 56, 52],
        [0.5, 1, 0.5, 0.75, 0.25, 0.5, 1, 0.5, 0.75, 0.25, 0.5, 1, 0.5, 0.75, 0.25, 0.5, 1, 0.5, 1],
    ),
    "Rainbow": (
        [60, 72, 71, 67, 69, 71, 72, 60, 69, 67],
        [2, 2, 1, 0.5, 0.5, 1, 1, 2, 2, 4],
    ),
}
