"""A piece as the player draws it: plain numbers and letters, ready to be sent.

Every note has a letter that says where it comes from (`KINDS`); places are
steps of the grid, and what the browser needs to turn them into seconds goes
along.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from koe.music.grid import LOWEST_PITCH, STEPS_PER_MEASURE, STEPS_PER_QUARTER, TICKS_PER_STEP
from koe.music.notes import Note, pitch_name
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.piece import Piece
from koe.music.states import sounding
from koe.plots.axes import pitch_range
from koe.web import texts

WRITTEN, MADE = "w", "m"  # by a person, by a network
BOTH, MISSED, ADDED = "b", "o", "n"  # in both of two rolls, in the original only, in the network's only
KINDS = (WRITTEN, MADE, BOTH, MISSED, ADDED)
CERTAIN = 255  # a probability of 1

Marked = tuple[Note, str]


def by_origin(piece: Piece, made_from: int | None) -> list[Marked]:
    """All notes, told apart by who wrote them: a network from step ``made_from`` on, a person before."""
    boundary = piece.n_ticks if made_from is None else made_from * TICKS_PER_STEP
    return [(note, WRITTEN if note.onset < boundary else MADE) for note in piece.notes]


def compared(original: np.ndarray, made: np.ndarray) -> list[Marked]:
    """Lay one roll over another, cell by cell.

    Parameters
    ----------
    original, made : np.ndarray, shape=(steps, 88)
        Rolls, bool, or states, uint8.

    Returns
    -------
    notes : list of (Note, str)
        In order of onset. A note that both hold in part is several: what
        both hold, and what only one of them does.
    """
    original, made = sounding(original), sounding(made)
    parts = ((original & made, BOTH), (original & ~made, MISSED), (made & ~original, ADDED))
    marked = [(note, kind) for roll, kind in parts for note in notes_from_pianoroll(roll)]
    return sorted(marked, key=lambda pair: (pair[0].onset, pair[0].pitch))


def columns(notes: Iterable[Marked]) -> dict[str, Any]:
    """Notes as columns of whole numbers, and their kinds as one string."""
    marked = list(notes)
    return {
        "onset": [int(note.onset) for note, _ in marked],
        "pitch": [int(note.pitch) for note, _ in marked],
        "length": [int(note.duration) for note, _ in marked],
        "kind": "".join(kind for _, kind in marked),
    }


def faint(probabilities: np.ndarray, threshold: float, pitches: tuple[int, int]) -> str:
    """What a network nearly played, one byte a cell.

    Parameters
    ----------
    probabilities : np.ndarray, shape=(steps, 88)
        0 to 1.
    threshold : float
        Cells that reach it sound, and so are notes: they are 0 here.
    pitches : tuple of int
        Lowest and highest pitch that are sent.

    Returns
    -------
    cells : str
        Base64 of uint8, steps first, from the lowest pitch up; 255 is certain.
    """
    low, high = pitches
    cells = probabilities[:, low - LOWEST_PITCH : high - LOWEST_PITCH + 1]
    below = np.where(cells < threshold, cells, 0.0)
    return b64encode(np.rint(np.clip(below, 0, 1) * CERTAIN).astype(np.uint8).tobytes()).decode()


def beats(piece: Piece) -> list[list[float]]:
    """From which step on a beat has which length, in steps."""
    return [
        [signature.onset, STEPS_PER_MEASURE / signature.denominator]
        for signature in piece.time_signatures
        if signature.onset == 0 or signature.onset < piece.n_steps
    ]


def steps_per_sec(piece: Piece) -> float:
    """How fast the piece goes."""
    return piece.qpm / 60 * STEPS_PER_QUARTER


def seen_pitches(notes: Sequence[Marked]) -> tuple[int, int]:
    """Lowest and highest pitch that show all notes, with a little air."""
    return pitch_range([note.pitch for note, _ in notes])


def legend(notes: Iterable[Marked]) -> list[list[str]]:
    """Kinds with their names, where there is more than one to tell apart."""
    kinds = {kind for _, kind in notes}
    shown = [kind for kind in KINDS if kind in kinds]
    comparing = kinds & {BOTH, MISSED, ADDED}
    return [[kind, texts.KINDS_OF_NOTES[kind]] for kind in shown] if len(shown) > 1 or comparing else []


def in_words(piece: Piece, notes: Sequence[Marked], length: str) -> str:
    """The picture for those who cannot see it."""
    title = piece.title or texts.UNTITLED
    measures = texts.count(piece.n_measures, "measure")
    if not notes:
        return texts.ROLL_IN_WORDS_EMPTY.format(title=title, measures=measures)
    pitches = [note.pitch for note, _ in notes]
    counts = Counter(kind for _, kind in notes)
    parts = [f"{texts.count(counts[kind], 'note')} {texts.KINDS_OF_NOTES[kind]}" for kind in KINDS if counts[kind]]
    return texts.ROLL_IN_WORDS.format(
        title=title,
        parts=", ".join(parts),
        measures=measures,
        metre=piece.time_signatures[0],
        low=pitch_name(min(pitches)),
        high=pitch_name(max(pitches)),
        length=length,
    )
