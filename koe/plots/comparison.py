"""Two rolls in one picture: what both hold, what only one of them does."""

import numpy as np
import plotly.graph_objects as go

from koe.music.grid import LOWEST_PITCH
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.piece import Piece
from koe.plots.axes import Timing, black_keys, layout, pitch_axis, pitch_range, time_axis
from koe.plots.palette import LIGHT, Palette
from koe.plots.pianoroll import note_bars

BOTH, MISSED, ADDED = "in both", "only in the original", "only in the network's"


def comparison_figure(
    original: np.ndarray,
    made: np.ndarray,
    *,
    palette: Palette = LIGHT,
    piece: Piece | None = None,
    first_measure: int = 1,
    pitches: tuple[int, int] | None = None,
    height: int = 260,
) -> go.Figure:
    """Lay a network's roll over its original, cell by cell.

    Parameters
    ----------
    original, made : np.ndarray, shape=(steps, 88), dtype=bool
    palette : Palette
    piece : Piece, optional
        Gives the metre; 4/4 without.
    first_measure : int
        Number written at the first measure.
    pitches : tuple of int, optional
        Lowest and highest pitch of the picture, so that several can share
        one scale; what fits both rolls unless given.
    height : int
        Pixels.

    Returns
    -------
    figure : go.Figure
        Three traces of notes, named `BOTH`, `MISSED` and `ADDED`.
    """
    low, high = pitches or shared_pitches(original, made)
    timing = Timing(piece if piece is not None else Piece((), len(original)), first_measure)
    parts = (
        (original & made, palette.original, BOTH),
        (original & ~made, palette.missed, MISSED),
        (made & ~original, palette.made, ADDED),
    )
    traces = [
        note_bars(notes_from_pianoroll(roll), timing, color, name, hollow=name == MISSED) for roll, color, name in parts
    ]
    figure = go.Figure([black_keys(low, high, len(original)), *traces])
    figure.update_layout(**layout(palette, height))
    figure.update_xaxes(**time_axis(timing, len(original)) | {"fixedrange": True})
    figure.update_yaxes(**pitch_axis(low, high))
    return figure


def shared_pitches(*rolls: np.ndarray) -> tuple[int, int]:
    """A range of pitches that shows every note of all rolls, each of shape ``(steps, 88)``."""
    used = np.flatnonzero(np.any([roll.any(axis=0) for roll in rolls], axis=0)) + LOWEST_PITCH
    return pitch_range(used.tolist())
