"""The chord of each half measure, and the scale of the whole: what a melody over a piece may be made of.

Of each stretch every pitch class has a weight, how long it sounds in it; the
bass counts once more, since it tells inversions of chords apart from other
chords. The triad that holds most of the weight is the chord, those of the key
before others.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from koe.music.piece import Piece
from koe.music.tonality import key_class_of

MAJOR_SCALE, MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
MAJOR_TRIAD, MINOR_TRIAD = (0, 4, 7), (0, 3, 7)
LEADING_TONE = 11
OUTSIDE = 0.15  # of all weight: what a chord with notes outside the key must hold more than one inside
ROOT_IN_BASS = 0.1  # of all weight


@dataclass(frozen=True)
class Harmony:
    """Scale and chords of a piece.

    Attributes
    ----------
    tonic : int
        Pitch class, 0 is C.
    minor : bool
    chords : tuple of (int, tuple of int)
        Tick from which on a chord stands, and its pitch classes, the root
        first. The first one stands from tick 0 on.
    """

    tonic: int
    minor: bool
    chords: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def scale(self) -> tuple[int, ...]:
        """Its seven pitch classes from the tonic up; natural minor."""
        return tuple((self.tonic + step) % 12 for step in (MINOR_SCALE if self.minor else MAJOR_SCALE))


def harmony_of(piece: Piece) -> Harmony:
    """Scale and chords of a piece; C major where it has no notes.

    Examples
    --------
    >>> from koe.music.notes import Note
    >>> chord = tuple(Note(0, pitch, 48) for pitch in (48, 64, 67, 72))
    >>> harmony_of(Piece(chord, 48)).chords
    ((0, (0, 4, 7)),)
    """
    rows = np.array([(note.onset, note.duration, note.pitch) for note in piece.notes], dtype=np.int64).reshape(-1, 3)
    if not len(rows):
        return Harmony(0, False, ((0, MAJOR_TRIAD),))
    minor, tonic = divmod(key_class_of(rows) - 1, 12)
    key = Harmony(tonic, bool(minor), ())
    chords: list[tuple[int, tuple[int, ...]]] = []
    for start, stop in _halves(piece):
        chord = _chord_in(rows, start, stop, key)
        if chord and (not chords or chords[-1][1] != chord):
            chords.append((start if chords else 0, chord))
    return Harmony(tonic, bool(minor), tuple(chords) or ((0, triad(tonic, bool(minor))),))


def triad(root: int, minor: bool) -> tuple[int, ...]:
    """Pitch classes of a triad, the root first."""
    return tuple((root + step) % 12 for step in (MINOR_TRIAD if minor else MAJOR_TRIAD))


def _halves(piece: Piece) -> list[tuple[int, int]]:
    """First and last ticks of half measures; of a measure in three, of the whole."""
    lines = [*(piece.measure_onsets or (0,)), piece.n_ticks]
    found = []
    for start, stop in pairwise(lines):
        signature = [one for one in piece.time_signatures if one.onset <= start][-1]
        parts = 1 if signature.numerator == 3 else 2
        cuts = np.linspace(start, stop, parts + 1).astype(int).tolist()
        found += list(pairwise(cuts))
    return [(start, stop) for start, stop in found if stop > start]


def _chord_in(rows: np.ndarray, start: int, stop: int, key: Harmony) -> tuple[int, ...] | None:
    """The triad that a stretch sounds like; None where nothing sounds."""
    sounding = np.minimum(rows[:, :2].sum(axis=1), stop) - np.maximum(rows[:, 0], start)
    inside = sounding > 0
    if not inside.any():
        return None
    pitches, lengths = rows[inside, 2], sounding[inside].astype(float)
    weights = np.bincount(pitches % 12, lengths, 12)
    bass = pitches.min()
    weights[bass % 12] += lengths[pitches == bass].sum()
    whole = weights.sum()
    own = {*key.scale, *([(key.tonic + LEADING_TONE) % 12] if key.minor else [])}
    best, most = None, -np.inf
    for root in range(12):
        for minor in (key.minor, not key.minor):
            chord = triad(root, minor)
            held = weights[list(chord)].sum() / whole
            held += ROOT_IN_BASS * (root == bass % 12) - OUTSIDE * (not own >= set(chord))
            if held > most:
                best, most = chord, held
    return best
