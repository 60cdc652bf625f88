"""How much of a recording is heard; plain numbers, for whoever offers it."""

MAX_RECORDING_SEC = 60.0  # what is longer is cut, and the piece says so
MIN_RECORDING_SEC = 0.3
MAX_RECORDING_BYTES = 24 * 1024**2  # a minute of stereo at 48 kHz and 24 bits has 17
