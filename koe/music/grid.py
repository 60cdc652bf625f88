"""The units that all of Koe stands on, and the limits of what it accepts.

Three units of musical time, each a whole multiple of the next:

=======  =============  =====================================================
unit     of a quarter   what is counted in it
=======  =============  =====================================================
step     1/4            the pianoroll of the paper and of networks that use it
tick     1/24           notes, metres, keys: thirty-seconds and triplets exact
pulse    1/480          where a note really sounds, tempo, pedal, MIDI files
=======  =============  =====================================================

The paper calls a step a "beat"; here a beat is a quarter note, as in the rest
of the field. One key is a piano key.
"""

# Keys: 88, from A0 to C8. MIDI pitch = LOWEST_PITCH + key.
LOWEST_PITCH = 21
HIGHEST_PITCH = 108
N_KEYS = 88

# Time: steps are sixteenths.
STEPS_PER_QUARTER = 4
STEPS_PER_MEASURE = 16  # of 4/4; other metres: see koe.music.piece
SEGMENT_MEASURES = 4
SEGMENT_STEPS = 64
SEGMENT_TICKS = 384
SEGMENT_SIZE = 5632  # numbers in a segment, index = step * N_KEYS + key

# Musical time, see above.
TICKS_PER_QUARTER = 24
TICKS_PER_STEP = 6
TICKS_PER_MEASURE = 96  # of 4/4
PULSES_PER_QUARTER = 480
PULSES_PER_TICK = 20
PULSES_PER_STEP = 120

# What one piece may hold. The longest of 1918 classical pieces has 726
# measures and 17'225 notes; everything beyond these limits is left out and
# reported, so that a file of a few kilobytes cannot claim gigabytes.
MAX_STEPS = 32_768  # 2048 measures of 4/4, 68 minutes at 120 qpm
MAX_TICKS = MAX_STEPS * TICKS_PER_STEP
MAX_NOTES = 60_000
MAX_FILE_BYTES = 8 * 1024 * 1024

# Tempo in quarter notes a minute. MIDI writes a quarter as whole microseconds in three bytes.
DEFAULT_QPM = 120.0  # what a MIDI file without a tempo means
MIN_QPM = 60e6 / 0xFFFFFF
MAX_QPM = 480.0  # of a whole piece; a moment may be faster
MIN_CHOSEN_QPM = 10.0  # the slowest that somebody can set, and a page offers
FASTEST_QPM = 60_000.0

# Loudness of notes that carry none of their own, such as generated ones.
DEFAULT_VELOCITY = 80

assert HIGHEST_PITCH - LOWEST_PITCH + 1 == N_KEYS
assert SEGMENT_MEASURES * STEPS_PER_MEASURE == SEGMENT_STEPS
assert SEGMENT_STEPS * N_KEYS == SEGMENT_SIZE
assert SEGMENT_STEPS * TICKS_PER_STEP == SEGMENT_TICKS
assert TICKS_PER_STEP * STEPS_PER_QUARTER == TICKS_PER_QUARTER
assert TICKS_PER_STEP * STEPS_PER_MEASURE == TICKS_PER_MEASURE
assert PULSES_PER_TICK * TICKS_PER_QUARTER == PULSES_PER_QUARTER
assert PULSES_PER_STEP == PULSES_PER_TICK * TICKS_PER_STEP
