"""The grid that all of Koe stands on, and the limits of what it accepts.

One step is a sixteenth note, one key a piano key. The paper calls a step a
"beat"; here a beat is a quarter note, as in the rest of the field.
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
SEGMENT_SIZE = 5632  # numbers in a segment, index = step * N_KEYS + key

# What one piece may hold. The longest of 1918 classical pieces has 726
# measures and 17'225 notes; everything beyond these limits is left out and
# reported, so that a file of a few kilobytes cannot claim gigabytes.
MAX_STEPS = 32_768  # 2048 measures of 4/4, 68 minutes at 120 qpm
MAX_NOTES = 60_000
MAX_FILE_BYTES = 8 * 1024 * 1024

# Tempo in quarter notes a minute.
DEFAULT_QPM = 120.0  # what a MIDI file without a tempo means
MIN_QPM = 10.0
MAX_QPM = 480.0

# Loudness of notes that carry none of their own, such as generated ones.
DEFAULT_VELOCITY = 80

assert HIGHEST_PITCH - LOWEST_PITCH + 1 == N_KEYS
assert SEGMENT_MEASURES * STEPS_PER_MEASURE == SEGMENT_STEPS
assert SEGMENT_STEPS * N_KEYS == SEGMENT_SIZE
