"""What a performance does, as a score says it: dynamics, ritardandi and the pedal.

Loudness is relative, as it is in scores: a piece's average is mezzo-forte. A
mark is written where a measure's loudness is clearly another one than was said
and stays so; a ritardando where beats in a row are slower than usual, and "a
tempo" where it is over.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import beats_of, log_tempos
from koe.music.piece import Piece
from koe.music.signatures import PEDAL_DOWN
from koe.scores.measures import Bar

DYNAMICS = ("pp", "p", "mp", "mf", "f", "ff")
ABOVE = (-16.0, -8.0, -3.0, 4.0, 11.0)  # velocities beside the average at which the next dynamic begins
CLEARLY = 1.5  # and by how much farther it must be, so that nothing flickers
SLOWER, BACK = 0.85, 0.95  # of the median tempo: what is a ritardando, and where it is over
SLOW_BEATS = 2  # in a row


@dataclass(frozen=True, slots=True)
class PlayedMark:
    """Something that a performance adds to a score.

    Attributes
    ----------
    onset : int
        Tick of the piece.
    kind : str
        ``"dynamic"``, ``"words"`` or ``"pedal"``.
    text : str
        One of `DYNAMICS`; the words; ``"start"`` or ``"stop"``.
    """

    onset: int
    kind: Literal["dynamic", "words", "pedal"]
    text: str


def played_marks(played: Piece, layout: Sequence[Bar]) -> tuple[PlayedMark, ...]:
    """What a performance adds to the score of a piece.

    Parameters
    ----------
    played : Piece
        The same notes as the score's, as they are played.
    layout : sequence of Bar
        Of the score.

    Returns
    -------
    marks : tuple of PlayedMark
        In order of onset.
    """
    if not played.notes:
        return ()
    marks = [*_dynamics(played, layout), *_ritardandi(played), *_pedal(played)]
    first, last = layout[0].onset, layout[-1].end
    return tuple(sorted((mark for mark in marks if first <= mark.onset < last), key=lambda mark: mark.onset))


def _dynamics(played: Piece, layout: Sequence[Bar]) -> Iterator[PlayedMark]:
    lines = [bar.onset for bar in layout]
    bar_of = np.array([max(bisect_right(lines, note.onset) - 1, 0) for note in played.notes])
    velocities = np.array([note.velocity for note in played.notes], dtype=np.float64)
    count = np.bincount(bar_of, minlength=len(layout))
    loud = np.bincount(bar_of, velocities, minlength=len(layout)) / np.maximum(count, 1) - velocities.mean()
    said: int | None = None
    for place in np.flatnonzero(count).tolist():
        level = bisect_right(ABOVE, loud[place])
        if said is not None:
            low, high = (-np.inf, *ABOVE)[said], (*ABOVE, np.inf)[said]
            if low - CLEARLY <= loud[place] <= high + CLEARLY:
                continue
        if said != level:
            yield PlayedMark(layout[place].onset, "dynamic", DYNAMICS[level])
            said = level


def _ritardandi(played: Piece) -> Iterator[PlayedMark]:
    beats = beats_of(played)
    tempos = log_tempos(played, beats)
    share = np.exp(tempos - np.median(tempos))
    slow, began = False, 0
    for beat in range(beats.n_beats):
        ahead = share[beat : beat + SLOW_BEATS]
        if not slow and len(ahead) == SLOW_BEATS and (ahead < SLOWER).all():
            slow, began = True, beat
            yield PlayedMark(int(beats.onsets[beat]), "words", "rit.")
        elif slow and share[beat] > BACK and beat > began:
            slow = False
            yield PlayedMark(int(beats.onsets[beat]), "words", "a tempo")


def _pedal(played: Piece) -> Iterator[PlayedMark]:
    """The pedal at the ticks that it moves in; up and down in one tick is a change."""
    is_down = False
    for mark in played.pedal:
        wanted = mark.value >= PEDAL_DOWN
        if wanted != is_down:
            is_down = wanted
            onset = min(mark.onset // PULSES_PER_TICK, max(played.n_ticks - 1, 0))
            yield PlayedMark(onset, "pedal", "start" if wanted else "stop")
