"""What a piece is like, in single numbers and in histograms.

Conventions: a ``pianoroll`` is bool, ``(steps, 88)``. A *note* is a run of
ones of one key, as long as it can be; a re-struck key that never falls silent
is one note, in real rolls and in generated ones alike. A measure is one of
4/4, sixteen steps. A number that has no meaning for a piece, such as the mean
length of its notes where it has none, is NaN.

Most follow MusPy (Dong, Chen, McAuley and Berg-Kirkpatrick, "MusPy: A Toolkit
for Symbolic Music Generation", 2020), pypianoroll (Dong, Hsiao and Yang,
"Pypianoroll", 2018) and Yang and Lerch, "On the evaluation of generative
models in music", 2018. Where Koe departs from them, or a number is Koe's own,
its function says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from koe.music.faults import BURST_KEYS, longest_note, longest_silence
from koe.music.grid import LOWEST_PITCH, N_KEYS, STEPS_PER_MEASURE
from koe.music.pianoroll import validate_pianoroll

# How many measures back a measure may be repeated and still counts as repeated.
MEASURES_BACK = 8
N_PITCH_CLASSES = 12

# Which pitch classes belong to each of the twelve diatonic sets: row r holds
# the notes of the major scale on r, which are those of the natural minor scale
# a minor third below it.
_MAJOR = np.isin(np.arange(N_PITCH_CLASSES), (0, 2, 4, 5, 7, 9, 11))
_SCALES = np.stack([np.roll(_MAJOR, root) for root in range(N_PITCH_CLASSES)])


def notes_of(pianoroll: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Onsets (steps), keys (0 to 87) and lengths (steps) of all notes, by key, then onset."""
    padded = np.zeros((N_KEYS, len(pianoroll) + 2), dtype=np.int8)
    padded[:, 1:-1] = pianoroll.T
    change = np.diff(padded, axis=1)
    keys, onsets = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    return onsets, keys, ends - onsets


def note_density(pianoroll: np.ndarray) -> float:
    """Notes a measure: their number times 16, over the steps.

    The note count of Yang and Lerch (2018), which is an absolute number, made
    comparable between lengths.
    """
    return _ratio(len(notes_of(pianoroll)[0]) * STEPS_PER_MEASURE, len(pianoroll))


def density(pianoroll: np.ndarray) -> float:
    """Share of ones among all ``steps * 88`` numbers; Koe's own, the density of the corpus."""
    return _ratio(int(np.count_nonzero(pianoroll)), pianoroll.size)


def polyphony(pianoroll: np.ndarray) -> float:
    """Keys that sound at once: all ones, over the steps at which anything sounds.

    MusPy's ``polyphony``: the mean over steps with at least one pitch.
    """
    return _ratio(int(np.count_nonzero(pianoroll)), int(np.count_nonzero(np.any(pianoroll, axis=1))))


def silence(pianoroll: np.ndarray) -> float:
    """Share of steps at which nothing sounds.

    The ``empty_beat_rate`` of MusPy, for sixteenths instead of beats.
    """
    return _ratio(int(np.count_nonzero(~np.any(pianoroll, axis=1))), len(pianoroll))


def note_length(pianoroll: np.ndarray) -> float:
    """Mean length of the notes, in steps. Yang and Lerch (2018) use the histogram of the lengths."""
    lengths = notes_of(pianoroll)[2]
    return _ratio(int(lengths.sum()), len(lengths))


def mean_pitch(pianoroll: np.ndarray) -> float:
    """Mean MIDI pitch of the notes, each counted once however long; Koe's own."""
    keys = notes_of(pianoroll)[1]
    return _ratio(int(keys.sum()) + LOWEST_PITCH * len(keys), len(keys))


def pitch_range(pianoroll: np.ndarray) -> float:
    """Highest minus lowest pitch, in semitones. In MusPy, pypianoroll, and Yang and Lerch (2018)."""
    keys = np.flatnonzero(np.any(pianoroll, axis=0))
    return float(keys[-1] - keys[0]) if len(keys) else float("nan")


def n_pitches(pianoroll: np.ndarray) -> float:
    """How many different keys sound: MusPy's ``n_pitches_used``, the pitch count of Yang and Lerch (2018)."""
    return float(np.count_nonzero(np.any(pianoroll, axis=0)))


def pitch_class_entropy(pianoroll: np.ndarray) -> float:
    """Entropy of the pitch classes, in bits: minus the sum of ``p log2 p``; 0 to 3.58.

    MusPy's ``pitch_class_entropy``, after Wu and Yang, "The Jazz Transformer
    on the Front Line", 2020. High where a piece wanders through all keys.
    """
    shares = pitch_class_histogram(pianoroll)
    total = shares.sum()
    if not total:
        return float("nan")
    shares = shares[shares > 0] / total
    return float(np.abs(np.sum(shares * np.log2(shares))))


def scale_consistency(pianoroll: np.ndarray) -> float:
    """Largest share of the notes whose pitch classes fit one scale, 0 to 1.

    MusPy's ``scale_consistency``, after Mogren, "C-RNN-GAN", 2016. The
    scales are those of MusPy: major and natural minor on each of the twelve
    roots. A natural minor scale has the notes of its relative major scale, so
    24 scales are twelve sets of seven pitch classes. A leading note in minor
    is outside them.
    """
    counts = pitch_class_histogram(pianoroll)
    return _ratio(int((_SCALES @ counts).max()), int(counts.sum()))


def repetition(pianoroll: np.ndarray, unit_steps: int = STEPS_PER_MEASURE, n_back: int = MEASURES_BACK) -> float:
    """Share of measures that equal, key for key, one of the ``n_back`` measures before.

    Koe's own. Measures are cut from the first step on; an incomplete last
    one, silent ones, and the first are not counted.

    Parameters
    ----------
    pianoroll : np.ndarray, shape=(steps, 88), dtype=bool
    unit_steps : int
        Steps of what is compared: 16 for measures, 8 for half measures.
    n_back : int
    """
    likeness = _likeness(pianoroll, unit_steps, n_back)
    return _ratio(int(np.count_nonzero(likeness == 1)), len(likeness))


def self_similarity(pianoroll: np.ndarray, unit_steps: int = STEPS_PER_MEASURE, n_back: int = MEASURES_BACK) -> float:
    """How like a measure is, at best, to one of the ``n_back`` before: 0 (no key in common) to 1.

    The mean over measures of the largest Jaccard index, ones in both over
    ones in either. A summary of the self-similarity matrix of Foote
    ("Visualizing music and audio using self-similarity", 1999), for which
    Koe takes the Jaccard index. Measures as in `repetition`.
    """
    likeness = _likeness(pianoroll, unit_steps, n_back)
    return float(likeness.mean()) if len(likeness) else float("nan")


def bursts(pianoroll: np.ndarray) -> float:
    """Steps at which more than twelve keys sound; Koe's own, after the faults that the paper names."""
    return float(np.count_nonzero(pianoroll.sum(axis=1) > BURST_KEYS))


def pitch_histogram(pianoroll: np.ndarray) -> np.ndarray:
    """Notes of each key, shape ``(88,)``, int; key 0 is MIDI pitch 21."""
    return np.bincount(notes_of(pianoroll)[1], minlength=N_KEYS)


def pitch_class_histogram(pianoroll: np.ndarray) -> np.ndarray:
    """Notes of each pitch class, shape ``(12,)``, int, from C on. Yang and Lerch (2018)."""
    classes = (notes_of(pianoroll)[1] + LOWEST_PITCH) % N_PITCH_CLASSES
    return np.bincount(classes, minlength=N_PITCH_CLASSES)


def note_length_histogram(pianoroll: np.ndarray, longest: int = 2 * STEPS_PER_MEASURE) -> np.ndarray:
    """Notes of each length, shape ``(longest,)``, int: of 1 step, of 2, ... of ``longest`` or more.

    Yang and Lerch (2018) count twelve note values; here every number of
    steps counts.
    """
    lengths = np.minimum(notes_of(pianoroll)[2], longest)
    return np.bincount(lengths, minlength=longest + 1)[1:]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One number that says something about a piece.

    Attributes
    ----------
    unit : str
        For axes and tables.
    of : callable
        The function of a pianoroll; NaN where it has no meaning.
    """

    unit: str
    of: Callable[[np.ndarray], float]


DESCRIPTORS: dict[str, Descriptor] = {
    "note_density": Descriptor("notes a measure", note_density),
    "density": Descriptor("share of ones", density),
    "polyphony": Descriptor("keys a sounding step", polyphony),
    "note_length": Descriptor("steps", note_length),
    "mean_pitch": Descriptor("MIDI pitch", mean_pitch),
    "pitch_range": Descriptor("semitones", pitch_range),
    "n_pitches": Descriptor("keys", n_pitches),
    "pitch_class_entropy": Descriptor("bits", pitch_class_entropy),
    "scale_consistency": Descriptor("share of notes", scale_consistency),
    "repetition": Descriptor("share of measures", repetition),
    "self_similarity": Descriptor("Jaccard index", self_similarity),
    "silence": Descriptor("share of steps", silence),
    "longest_silence": Descriptor("steps", longest_silence),
    "bursts": Descriptor("steps", bursts),
    "longest_note": Descriptor("steps", longest_note),
}


def describe(pianoroll: np.ndarray) -> dict[str, float]:
    """All of `DESCRIPTORS` of one piece, by name; NaN where one has no meaning.

    Raises
    ------
    PianorollError
        If the array is no pianoroll.
    """
    roll = validate_pianoroll(pianoroll)
    return {name: float(descriptor.of(roll)) for name, descriptor in DESCRIPTORS.items()}


def describe_all(pianorolls: Iterable[np.ndarray]) -> dict[str, np.ndarray]:
    """All of `DESCRIPTORS` of many pieces: by name, float64, shape ``(n,)``."""
    described = [describe(roll) for roll in pianorolls]
    return {name: np.array([each[name] for each in described], dtype=np.float64) for name in DESCRIPTORS}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _likeness(pianoroll: np.ndarray, unit_steps: int, n_back: int) -> np.ndarray:
    """Jaccard index of each sounding unit but the first with the likest of the ``n_back`` before it."""
    n_units = len(pianoroll) // unit_steps
    units = pianoroll[: n_units * unit_steps].reshape(n_units, unit_steps * N_KEYS).astype(np.float32)
    both = units @ units.T
    sizes = np.diag(both)
    either = sizes[:, None] + sizes[None, :] - both
    back = np.subtract.outer(np.arange(n_units), np.arange(n_units))
    # Where neither sounds nothing is divided; silent units are left out below.
    index = np.where((back >= 1) & (back <= n_back), both / np.maximum(either, 1), 0)
    return index.max(axis=1, initial=0)[1:][sizes[1:] > 0]
