"""How loud a performance will be, reckoned from its notes before a synthesizer has played it.

Sound that is sent while it is made cannot be measured first. So the power of
each note is looked up (how loud a piano's key is, and how it dies away), and
the powers of all that sounds together are summed, as those of independent
tones. What a soundfont or an instrument does otherwise shows at once: the first
seconds are played before any are sent, and correct the estimate.
"""

from dataclasses import dataclass

import numpy as np

from koe.audio.events import DRUM_CHANNEL, NOTE_OFF, NOTE_ON, SAMPLE_RATE, Performance, without_pedal

WINDOW = 2048  # frames
_PER_SEC = SAMPLE_RATE / WINDOW
Levels = tuple[tuple[float, ...], ...]
_PITCHES = (24, 31, 38, 45, 52, 59, 66, 73, 80, 87, 94, 101, 108)
_SECS = (0.03, 0.1, 0.25, 0.5, 1.0, 1.5)
# Power of these keys in dB of full scale, at velocity 100, so many seconds after they were struck, a window of
# 23 ms each; as FluidSynth plays them at a gain of 1: the concert grand that ships, and TimGM6mb's piano.
GRAND = (
    (-19.8, -19.1, -19.6, -21.9, -26.5, -27.7),
    (-19.8, -21.8, -22.7, -22.7, -25.1, -26.8),
    (-18.8, -18.8, -21.4, -25.1, -29.8, -33.7),
    (-18.4, -20.6, -21.6, -24.4, -28.8, -32.4),
    (-19.0, -18.6, -20.6, -24.0, -29.9, -35.6),
    (-18.5, -19.8, -22.6, -28.1, -37.7, -46.9),
    (-19.0, -19.3, -20.7, -24.7, -35.7, -39.4),
    (-19.5, -21.2, -26.3, -36.0, -47.9, -47.7),
    (-19.4, -23.1, -27.9, -32.4, -41.4, -45.4),
    (-20.7, -25.3, -35.1, -38.2, -45.3, -55.4),
    (-20.5, -34.4, -40.5, -49.5, -55.7, -62.2),
    (-25.5, -32.6, -43.2, -48.8, -59.6, -62.0),
    (-27.5, -38.5, -46.0, -52.0, -59.1, -60.9),
)
TIMGM6MB = (
    (-27.9, -26.7, -29.6, -30.9, -37.0, -41.2),
    (-28.1, -28.6, -30.3, -32.9, -40.0, -44.0),
    (-27.3, -29.7, -32.0, -35.1, -42.9, -45.4),
    (-28.4, -28.5, -32.2, -37.3, -45.3, -45.8),
    (-24.7, -26.2, -28.9, -34.3, -41.5, -42.9),
    (-26.6, -26.6, -28.2, -31.4, -38.0, -47.8),
    (-26.5, -26.1, -28.4, -33.5, -43.9, -54.9),
    (-22.7, -24.9, -28.9, -37.1, -55.9, -58.4),
    (-23.3, -26.7, -33.6, -46.8, -56.0, -59.5),
    (-21.0, -27.8, -44.6, -48.8, -49.3, -53.8),
    (-22.2, -33.4, -57.7, -47.4, -54.8, -62.8),
    (-30.7, -49.1, -49.9, -51.6, -59.1, -68.4),
    (-38.8, -63.3, -56.6, -57.3, -65.3, -74.7),
)
_FADES = 5.0  # dB a second that are lost after that
_RELEASED = 95.0  # dB a second that are lost once the key is let go
_SOUNDS_SEC = 6.0  # after which a key is as good as silent
_FROM = 10 ** (-40 / 20)  # of the loudest window's amplitude; what is quieter does not count as loudness
PEAK_FACTOR = 3.0  # how far samples reach over the root of the mean power of the loudest window


@dataclass(frozen=True)
class Loudness:
    """What is reckoned of a performance.

    Attributes
    ----------
    powers : np.ndarray, shape=(n_windows,)
        Mean square of each `WINDOW` frames.
    """

    powers: np.ndarray

    @property
    def rms(self) -> float:
        """Root of the mean power of all that sounds; 0 where nothing does."""
        return rms_of_sounding(self.powers)

    @property
    def peak(self) -> float:
        """The highest sample."""
        return PEAK_FACTOR * float(np.sqrt(self.powers.max(initial=0.0)))


def rms_of_sounding(powers: np.ndarray) -> float:
    """Root of the mean of those powers that are not much lower than the highest."""
    most = powers.max(initial=0.0)
    return float(np.sqrt(powers[powers > most * _FROM**2].mean())) if most > 0 else 0.0


def loudness_of(performance: Performance, levels: Levels = GRAND) -> Loudness:
    """Reckon how loud a performance will be on a piano with these levels, `GRAND` or `TIMGM6MB`."""
    onsets, ends, pitches, velocities = _notes(performance)
    powers = np.zeros(round((performance.end_sec + _SOUNDS_SEC) * _PER_SEC) + 2)
    first = (onsets * _PER_SEC).astype(np.int64)
    scale = (velocities / 100.0) ** 4  # General MIDI's: amplitudes go with the square of the velocity
    curves = _curves(levels)
    held = ends - onsets
    for window in range(round(_SOUNDS_SEC * _PER_SEC)):
        sec = window / _PER_SEC
        sounding = sec < held + 0.3
        if not sounding.any():
            break
        lost = np.maximum(sec - held[sounding], 0) * _RELEASED
        power = scale[sounding] * curves[window, pitches[sounding]] * 10 ** (-lost / 10)
        np.add.at(powers, first[sounding] + window, power)
    return Loudness(powers)


def _curves(levels: Levels) -> np.ndarray:
    """The power of each key at velocity 100, window after window: ``(n_windows, 128)``."""
    secs = (np.arange(round(_SOUNDS_SEC * _PER_SEC)) + 0.5) / _PER_SEC
    fading = np.stack([np.interp(secs, _SECS, row) for row in levels], axis=1)
    fading -= np.maximum(secs - _SECS[-1], 0)[:, None] * _FADES
    return 10 ** (np.stack([np.interp(np.arange(128), _PITCHES, row) for row in fading]) / 10)


def _notes(performance: Performance) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Onsets, ends in seconds, pitches and velocities; the pedal holds as keys do."""
    notes: list[tuple[float, float, int, int]] = []
    sounding: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for event in without_pedal(performance).events:
        key = (event.channel, event.data1)
        if event.kind == NOTE_ON and event.channel != DRUM_CHANNEL:
            sounding.setdefault(key, []).append((event.onset_sec, event.data2))
        elif event.kind == NOTE_OFF and sounding.get(key):
            onset, velocity = sounding[key].pop(0)
            notes.append((onset, event.onset_sec, event.data1, velocity))
    notes += [
        (onset, performance.end_sec, pitch, velocity)
        for (_, pitch), struck in sounding.items()
        for onset, velocity in struck
    ]
    columns = np.array(notes, dtype=np.float64).reshape(-1, 4).T
    return columns[0], columns[1], columns[2].astype(np.int64), columns[3]
