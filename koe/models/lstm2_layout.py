"""What LSTM2 looks at: the constants of its shape, and which weight stands between which keys."""

import numpy as np

from koe.music.grid import LOWEST_PITCH, N_KEYS

UNITS = 64
# Pitch classes heard of late fade by these factors a step: memories of about two and eight measures.
FADES = (0.97, 0.992)
# How far each key looks back besides the last step, at itself and the keys next
# to it: by so many steps, and by so many measures.
BACK_STEPS = (4, 8, 16)
BACK_MEASURES = (1, 2)
LONGEST_BACK = 48
NEXT_KEYS = 2
N_BACK = (len(BACK_STEPS) + len(BACK_MEASURES)) * 2 * (2 * NEXT_KEYS + 1)
# What the clock tells: the sixteenth within the beat, the beat, the length of the measure.
MEASURE_STEPS = (8, 12, 16, 24)
MAX_BEATS = 6
N_CLOCK = 4 + MAX_BEATS + len(MEASURE_STEPS)

# Distance from one key to another, counted from 0, and the interval within the octave.
_KEYS = np.arange(N_KEYS)
DISTANCE = _KEYS[None, :] - _KEYS[:, None] + N_KEYS - 1
INTERVAL = DISTANCE % 12
_PITCH_CLASS = (_KEYS + LOWEST_PITCH) % 12
CHROMA = (_PITCH_CLASS[:, None] == np.arange(12)).astype(np.float32)
# From pitch class to key, as an interval.
FROM_CLASS = (_PITCH_CLASS[None, :] - np.arange(12)[:, None]) % 12
LOWER = (_KEYS[:, None] < _KEYS[None, :]).astype(np.float32)
