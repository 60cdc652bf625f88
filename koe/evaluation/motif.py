"""Whether an answer takes up what was played: the motif in the first measures of the reply.

Conventions: a motif is the notes of the last measures that were played, up to
four, each a place (onset in ticks from the first of these measures) and a
pitch. It is found in a reply as far as its notes are, at their places from the
beginning of one of the reply's first four measures on, all moved by one
interval of up to an octave. What else sounds beside them does not count, nor
how long notes are; what lies after the fourth measure is not found. The best
measure and the best interval count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.generation.answering import FOUND, motif_measures
from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece

FIRST_MEASURES = 4
MOST_SHIFT = 12  # semitones


@dataclass(frozen=True)
class Answer:
    """A motif and what answers it.

    Attributes
    ----------
    motif : np.ndarray, shape=(n, 2), dtype=int64
        Place in ticks and MIDI pitch of each note.
    reply : np.ndarray, shape=(m, 2), dtype=int64
        The same, counted from where the reply begins.
    starts : np.ndarray, shape=(n_measures + 1,), dtype=int64
        First ticks of the reply's first measures, the first of them 0, and where the last one ends.
    group : str
        What is drawn as one in a bootstrap, such as the work.
    """

    motif: np.ndarray
    reply: np.ndarray
    starts: np.ndarray
    group: str = ""

    @property
    def likeness(self) -> float:
        """See `likeness`."""
        return likeness(self.motif, self.reply, self.starts)


def validate(motif: np.ndarray, starts: np.ndarray) -> None:
    """Refuse a motif without notes, and measures out of order.

    Raises
    ------
    InputError
    """
    if not len(motif):
        raise InputError("A motif needs a note; play something first.")
    if len(starts) < 2 or (np.diff(starts) <= 0).any():
        raise InputError("Measures have to follow one another; some begin before the one before them.")


def likeness(motif: np.ndarray, reply: np.ndarray, starts: Sequence[int] | np.ndarray) -> float:
    """Share of a motif's notes that are found in a reply, from 0 to 1.

    Parameters
    ----------
    motif, reply, starts
        As in `Answer`.

    Raises
    ------
    InputError
        As `validate` says.

    Examples
    --------
    >>> motif = np.array([[0, 60], [24, 62], [48, 64], [72, 67]])
    >>> reply = np.array([[96, 67], [120, 69], [144, 71], [168, 76]])  # a fifth higher, but for the last note
    >>> likeness(motif, reply, [0, 96, 192])
    0.75
    """
    motif, reply, starts = (np.asarray(one, dtype=np.int64) for one in (motif, reply, starts))
    validate(motif, starts)
    motif = np.unique(motif.reshape(-1, 2), axis=0)
    reply = np.unique(reply.reshape(-1, 2), axis=0)
    starts = starts[: FIRST_MEASURES + 1]
    reply = reply[reply[:, 0] < starts[-1]]
    best = 0
    for start in starts[:-1]:
        same_place = reply[:, 0, None] - start == motif[:, 0]
        apart = (reply[:, 1, None] - motif[:, 1])[same_place]
        near = apart[np.abs(apart) <= MOST_SHIFT]
        best = max(best, int(np.bincount(near + MOST_SHIFT).max(initial=0)))
    return best / len(motif)


def answer_in(piece: Piece, heard: int, group: str = "") -> Answer | None:
    """The motif and the answer in a piece whose answer begins at a step; None where there is no motif or answer."""
    seam = heard * TICKS_PER_STEP
    lines = np.array([*piece.measure_onsets], dtype=np.int64)
    before, after = lines[lines < seam], np.append(seam, lines[lines > seam])
    rows = np.array([(note.onset, note.pitch) for note in piece.notes], dtype=np.int64).reshape(-1, 2)
    played, reply = rows[rows[:, 0] < seam], rows[rows[:, 0] >= seam]
    starts = np.append(before, seam)
    first, stop = motif_measures(played[:, 0], starts) if len(before) else (0, 0)
    if first == stop or piece.n_ticks <= seam:
        return None
    motif = played[(played[:, 0] >= starts[first]) & (played[:, 0] < starts[stop])]
    ends = np.append(after[after < piece.n_ticks], piece.n_ticks)[: FIRST_MEASURES + 1]
    return Answer(motif - np.array([starts[first], 0]), reply - np.array([seam, 0]), ends - seam, group)


def counts(answer: Answer) -> np.ndarray:
    """One; its likeness; whether the motif is found."""
    found = answer.likeness
    return np.array([1.0, found, found >= FOUND])


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Average likeness and the share of the motifs that are found, from sums ``(..., 3)`` of `counts`."""
    n = np.maximum(sums[..., 0], 1)
    return {"likeness": sums[..., 1] / n, "found": sums[..., 2] / n}


def evaluate(answers: Sequence[Answer], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict[str, dict]:
    """How far answers take up their motifs.

    Returns
    -------
    figures : dict
        As `measures` names them: ``value`` and ``interval`` over groups.
    """
    sums = np.array([counts(answer) for answer in answers]).reshape(len(answers), -1)
    return over_groups(sums, [answer.group for answer in answers], measures, n_resamples, seed)
