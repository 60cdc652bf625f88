"""What belongs to which key: the profiles that keys are found by.

References
----------
Krumhansl and Kessler (1982), Tracing the dynamic changes in perceived tonal
organization in a spatial representation of musical keys, Psychological Review
89(4), 334-368. The algorithm: Krumhansl (1990), Cognitive Foundations of
Musical Pitch, chapter 4.
"""

import numpy as np

MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def profiles() -> np.ndarray:
    """The profiles of the 24 keys, majors from C on first, then minors: ``(24, 12)``."""
    return np.array([np.roll(profile, tonic) for profile in (MAJOR_PROFILE, MINOR_PROFILE) for tonic in range(12)])
