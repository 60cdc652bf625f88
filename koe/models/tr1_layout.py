"""TR1's shape, and what it can be told: constants, which need no Keras."""

from koe.music.repetition import N_SLOTS

WIDTH, LAYERS, HEAD_WIDTH = 256, 5, 32
REACH = 384  # events that attention reaches back, as many as it had in training
N_POINTERS = 4  # heads that point at earlier notes: half of them at their keys, half at their pitch classes
N_PROPOSERS = N_SLOTS + 1  # the last one proposes what is given: a tune, or what stands after a gap
# What is turned, by periods: in ticks, in measures, in semitones.
TICK_PERIODS = (12, 24, 48, 192, 768, 3072)
MEASURE_PERIODS = (1, 2, 4, 8, 16)
PITCH_PERIODS = (12, 12 / 5, 4, 48, 176)
N_ANGLES = len(TICK_PERIODS) + len(MEASURE_PERIODS) + len(PITCH_PERIODS)
NEAR = 30  # semitones from one note to the next; farther ones count as this far
N_STEPS = 2 * NEAR + 1
N_REGISTERS = 18  # of five semitones
N_STATISTICS = 9  # that say how far a slot can be trusted
# Conditions, each 0 where it is not told.
CONDITIONS = {"composer": 80, "tempo": 4, "density": 4, "register": 4, "left": 14, "length": 14, "grid": 3}
TICKS, SIXTEENTHS = 1, 2  # the grid
N_TONALITIES = 25  # twelve intervals above a major tonic, twelve above a minor one; none
N_MEASURE_NUMBERS = 16  # the first eight, then by their place among eight

assert 2 * N_ANGLES == HEAD_WIDTH
