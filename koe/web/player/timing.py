"""When the ticks of a piece sound, as the player is told: few points with straight lines between them.

A performance changes its tempo at every beat, or within it. What no ear and
no eye can tell apart is left out.
"""

import numpy as np

from koe.music.grid import PULSES_PER_TICK, TICKS_PER_MEASURE
from koe.music.piece import Piece
from koe.music.signatures import PEDAL_DOWN

NEAR_SEC = 0.005  # how far from its place any tick may be told


def time_map(piece: Piece) -> dict[str, list[float]]:
    """Points between which the time runs evenly, within `NEAR_SEC` of where every tick sounds.

    Returns
    -------
    points : dict
        ``ticks`` and ``secs``, both ascending, from 0 to the end of the piece.
    """
    last = piece.n_ticks * PULSES_PER_TICK
    changes = piece.tempo_map.ticks
    pulses = np.unique(np.concatenate([[0.0], changes[(changes > 0) & (changes < last)], [float(last)]]))
    secs = piece.tempo_map.seconds(pulses)
    kept = few_points(pulses, secs, NEAR_SEC)
    return {
        "ticks": [plain(pulse / PULSES_PER_TICK) for pulse in pulses[kept].tolist()],
        "secs": [round(sec, 6) for sec in secs[kept].tolist()],
    }


def few_points(x: np.ndarray, y: np.ndarray, tolerance: float) -> list[int]:
    """Which points of a line to keep so that those left out lie within ``tolerance`` of it, up and down.

    From each point that is kept, the line goes on to the last one that it can
    reach without passing another too far away.
    """
    kept, low, high = [0], -np.inf, np.inf
    for point in range(1, len(x)):
        start = kept[-1]
        if not low <= (y[point] - y[start]) / (x[point] - x[start]) <= high:
            start, low, high = point - 1, -np.inf, np.inf
            kept.append(start)
        run = x[point] - x[start]
        low = max(low, (y[point] - tolerance - y[start]) / run)
        high = min(high, (y[point] + tolerance - y[start]) / run)
    return [*kept, len(x) - 1] if len(x) > 1 else kept


def beats(piece: Piece) -> list[list[float]]:
    """From which tick on a beat has which length, in ticks."""
    return [
        [signature.onset, plain(TICKS_PER_MEASURE / signature.denominator)]
        for signature in piece.time_signatures
        if signature.onset == 0 or signature.onset < piece.n_ticks
    ]


def missing_ticks(piece: Piece) -> int:
    """How many ticks the first measure lacks, where it is an upbeat: so many were counted before it."""
    return piece.time_signatures[0].measure_ticks - piece.upbeat if piece.upbeat else 0


def pedal_spans(piece: Piece) -> list[list[float]]:
    """From which tick until which the sustain pedal is down."""
    spans: list[list[float]] = []
    down: int | None = None
    for pedal in piece.pedal:
        if pedal.onset >= piece.n_ticks * PULSES_PER_TICK:
            break
        if pedal.value >= PEDAL_DOWN and down is None:
            down = pedal.onset
        elif pedal.value < PEDAL_DOWN and down is not None:
            spans.append([in_ticks(down), in_ticks(pedal.onset)])
            down = None
    if down is not None:
        spans.append([in_ticks(down), piece.n_ticks])
    return spans


def in_ticks(pulse: int) -> float:
    """A pulse in ticks, to the hundredth."""
    return plain(pulse / PULSES_PER_TICK)


def plain(value: float) -> float:
    """A number as short as it can be sent: whole where it is whole."""
    whole = int(value)
    return whole if whole == value else round(value, 2)
