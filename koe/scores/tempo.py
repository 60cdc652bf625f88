"""Which tempos a score says: the first, and those that a reader would want to be told.

A performance changes its tempo with every beat, and a ritardando in a file is
dozens of events. So a tempo is printed where it stays for a measure or more
and lies well off the one printed before, or where whole measures in a row are
as far off on average.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from koe.music.grid import PULSES_PER_QUARTER, PULSES_PER_TICK, TICKS_PER_QUARTER
from koe.music.piece import Piece
from koe.scores.measures import Bar

CHANGE = 1.1  # by how much a tempo that stays must differ
DRIFT = 1.2  # and the average of measures whose tempo does not stay
DRIFT_MEASURES = 4  # in a row, until a drift is a new tempo


@dataclass(frozen=True, slots=True)
class TempoMark:
    """A tempo to be printed.

    Attributes
    ----------
    onset : int
        Tick of the piece.
    qpm : float
        Quarter notes a minute.
    dotted : bool
        Whether it is printed in dotted quarters.
    """

    onset: int
    qpm: float
    dotted: bool = False

    @property
    def per_minute(self) -> int:
        """Beats a minute, as printed."""
        return max(round(self.qpm / 1.5 if self.dotted else self.qpm), 1)


def tempo_marks(piece: Piece, bars: Sequence[Bar]) -> tuple[TempoMark, ...]:
    """Choose the tempos of a piece that are printed.

    Parameters
    ----------
    piece : Piece
    bars : sequence of Bar
    """
    lines = [bar.onset for bar in bars]
    marks: list[TempoMark] = []
    for onset, qpm in _tempos(piece, bars):
        bar = bars[max(bisect_right(lines, onset) - 1, 0)]
        mark = TempoMark(onset, qpm, bar.metre.beat_ticks == 36)
        if marks and onset - marks[-1].onset < TICKS_PER_QUARTER:
            marks.pop()
        if not marks or (mark.per_minute, mark.dotted) != (marks[-1].per_minute, marks[-1].dotted):
            marks.append(mark)
    return tuple(marks)


def _tempos(piece: Piece, bars: Sequence[Bar]) -> Iterator[tuple[int, float]]:
    first = bars[0].onset
    if len(piece.tempos) == 1:
        yield first, piece.tempos[0].qpm
        return
    averages = _averages(piece, bars)
    said = 0.0
    steady = _steady(piece, bars)
    away = 0
    # A first tempo of half a measure counts; one that is shorter is part of a performance.
    until = -(-piece.tempos[1].onset // PULSES_PER_TICK)
    if 2 * (until - first) >= bars[0].n_ticks:
        said = piece.tempos[0].qpm
        yield first, said
    for place, bar in enumerate(bars):
        here = [(onset, qpm) for onset, qpm in steady if bar.onset <= onset < bar.end]
        for onset, qpm in here:
            if not said or not 1 / CHANGE <= qpm / said <= CHANGE:
                # What comes after a few beats of hesitation is the tempo of the beginning.
                yield onset if said else bar.onset, qpm
                said = qpm
        if not said:
            # A performance is as fast as its beginning is on average.
            said = float(np.mean(averages[:DRIFT_MEASURES]))
            yield bar.onset, said
        away = away + 1 if not here and not 1 / DRIFT <= averages[place] / said <= DRIFT else 0
        if away == DRIFT_MEASURES:
            begun = place - DRIFT_MEASURES + 1
            said = float(np.mean(averages[begun : place + 1]))
            away = 0
            yield bars[begun].onset, said


def _averages(piece: Piece, bars: Sequence[Bar]) -> list[float]:
    """Average tempo of every measure."""
    lines = np.array([*(bar.onset for bar in bars), bars[-1].end]) * PULSES_PER_TICK
    quarters = np.diff(lines) / PULSES_PER_QUARTER
    return (60 * quarters / np.diff(piece.tempo_map.seconds(lines))).tolist()


def _steady(piece: Piece, bars: Sequence[Bar]) -> list[tuple[int, float]]:
    """Tempos that stay for a measure or more: onset in ticks, quarters a minute."""
    end = bars[-1].end
    lines = [bar.onset for bar in bars]
    onsets = [-(-tempo.onset // PULSES_PER_TICK) for tempo in piece.tempos]
    stays = []
    for tempo, onset, until in zip(piece.tempos, onsets, [*onsets[1:], end], strict=True):
        bar = bars[max(bisect_right(lines, onset) - 1, 0)]
        if until - max(onset, lines[0]) >= min(bar.metre.n_ticks, bar.n_ticks) and until > lines[0]:
            stays.append((max(onset, lines[0]), tempo.qpm))
    return stays
