"""A piece as the player draws it: plain numbers and letters, ready to be sent.

Every note has a letter that says where it comes from (`KINDS`). Places are
ticks, 24 a quarter, and notes are where they sound: hundredths of a tick say
how far that is from where they are written. `koe.web.player.timing` says
when each tick sounds.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from koe.music.grid import LOWEST_PITCH, TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.piece import Piece
from koe.music.states import sounding
from koe.plots.axes import pitch_range
from koe.web.player.timing import in_ticks
from koe.web.texts import pages as texts
from koe.web.texts.language import notation
from koe.web.texts.titles import titled

WRITTEN, MADE = "w", "m"  # by a person, by a network
BOTH, MISSED, ADDED = "b", "o", "n"  # in both of two rolls, in the original only, in the network's only
KINDS = (WRITTEN, MADE, BOTH, MISSED, ADDED)
CERTAIN = 255  # a probability of 1

Marked = tuple[Note, str]


def by_origin(piece: Piece, made_from: int | None) -> list[Marked]:
    """All notes in the order in which they sound, and who wrote them: a network does from step ``made_from`` on."""
    boundary = piece.n_ticks if made_from is None else made_from * TICKS_PER_STEP
    played = sorted(piece.notes, key=lambda note: (note.first_pulse, note.pitch))
    return [(note, WRITTEN if note.onset < boundary else MADE) for note in played]


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


def replaced(before: Piece, piece: Piece) -> list[Marked]:
    """Lay a piece over the one that it was made of, note by note: what stayed, what went, and what came.

    Notes are as they sound; one that begins where it did, on the same key, has stayed.
    """
    old = {(note.onset, note.pitch) for note in before.notes}
    new = {(note.onset, note.pitch) for note in piece.notes}
    marked = [(note, BOTH if (note.onset, note.pitch) in old else ADDED) for note in piece.notes]
    marked += [(note, MISSED) for note in before.notes if (note.onset, note.pitch) not in new]
    return sorted(marked, key=lambda pair: (pair[0].first_pulse, pair[0].pitch))


def columns(notes: Iterable[Marked]) -> dict[str, Any]:
    """Notes as columns: where they sound and for how long, in ticks, pitches, kinds, loudness.

    Kinds are one string, and velocities bytes in base64; these are left out
    where all notes are equally loud.
    """
    marked = list(notes)
    spans = [(int(note.first_pulse), int(note.last_pulse)) for note, _ in marked]
    sent: dict[str, Any] = {
        "onset": [in_ticks(first) for first, _ in spans],
        "pitch": [int(note.pitch) for note, _ in marked],
        "length": [in_ticks(last - first) for first, last in spans],
        "kind": "".join(kind for _, kind in marked),
    }
    velocities = bytes(min(max(int(note.velocity), 1), 127) for note, _ in marked)
    if len(set(velocities)) > 1:
        sent["velocity"] = b64encode(velocities).decode()
    return sent


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


def seen_pitches(notes: Sequence[Marked]) -> tuple[int, int]:
    """Lowest and highest pitch that show all notes, with a little air."""
    return pitch_range([note.pitch for note, _ in notes])


def legend(notes: Iterable[Marked]) -> list[list[str]]:
    """Kinds with their names, where there is more than one to tell apart."""
    kinds = {kind for _, kind in notes}
    shown = [kind for kind in KINDS if kind in kinds]
    comparing = kinds & {BOTH, MISSED, ADDED}
    return [[kind, texts.KINDS_OF_NOTES[kind]] for kind in shown] if len(shown) > 1 or comparing else []


def in_words(piece: Piece, notes: Sequence[Marked]) -> str:
    """The picture for those who cannot see it."""
    title = titled(piece.title) or texts.UNTITLED
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
        low=notation().name(min(pitches)),
        high=notation().name(max(pitches)),
        length=texts.duration(piece.duration_sec),
    )
