"""The pianoroll of a piece: time to the right, pitch upwards, one bar a note."""

from collections.abc import Sequence

import plotly.graph_objects as go

from koe.music.notes import Note
from koe.music.piece import Piece
from koe.plots.axes import Timing, black_keys, layout, pitch_axis, pitch_range, time_axis
from koe.plots.palette import LIGHT, Palette, with_alpha

# Each bar is an element of the page; beyond this many a browser gets slow.
MOST_NOTES = 3000


def pianoroll_figure(
    piece: Piece,
    *,
    palette: Palette = LIGHT,
    made_from: int | None = None,
    segment: tuple[int, int] | None = None,
    view: tuple[int, int] | None = None,
    first_measure: int = 1,
    height: int = 300,
    pitches: tuple[int, int] | None = None,
) -> go.Figure:
    """Draw the notes of a piece over its measures.

    Parameters
    ----------
    piece : Piece
        Its first `MOST_NOTES` notes inside ``view`` and after are drawn; cut
        longer pieces with `Piece.slice`.
    palette : Palette
    made_from : int, optional
        Step from which on a network wrote the notes; they take its colour.
        None: a person wrote all of them.
    segment : tuple of int, optional
        First step and step after the last of a stretch to highlight.
    view : tuple of int, optional
        Steps seen at first; all of them unless given.
    first_measure : int
        Number written at the first measure.
    height : int
        Pixels.
    pitches : tuple of int, optional
        Lowest and highest pitch shown; what the notes need unless given.
    """
    boundary = piece.n_steps if made_from is None else made_from
    notes = piece.notes[:MOST_NOTES]
    low, high = pitches or pitch_range([note.pitch for note in notes])
    timing = Timing(piece, first_measure)
    figure = go.Figure(
        [
            black_keys(low, high, max(piece.n_steps, 1)),
            note_bars([note for note in notes if note.onset < boundary], timing, palette.original, "written"),
            note_bars([note for note in notes if note.onset >= boundary], timing, palette.made, "made"),
        ]
    )
    figure.update_layout(**layout(palette, height))
    figure.update_xaxes(**time_axis(timing, piece.n_steps, view))
    figure.update_yaxes(**pitch_axis(low, high))
    if segment is not None:
        # One shape in all: shapes are slow, so notes never are.
        figure.add_vrect(
            x0=segment[0],
            x1=min(segment[1], piece.n_steps),
            fillcolor=with_alpha(palette.made, 0.10),
            line={"width": 1, "color": with_alpha(palette.made, 0.6)},
            layer="below",
        )
    return figure


def note_bars(notes: Sequence[Note], timing: Timing, color: str, name: str, *, hollow: bool = False) -> go.Bar:
    """Notes as one trace of rounded bars; hollow ones are outlined only.

    The step of each onset is kept as ``customdata``, for clicks.
    """
    fill = with_alpha(color, 0.12) if hollow else color
    return go.Bar(
        base=[note.onset for note in notes],
        # A sliver of ground between bars lets a re-struck key be seen.
        x=[note.duration - 0.12 for note in notes],
        y=[note.pitch for note in notes],
        customdata=[note.onset for note in notes],
        orientation="h",
        width=0.86,
        marker={"color": fill, "cornerradius": 3, "line": {"width": 1.4 if hollow else 0, "color": color}},
        hovertext=[timing.hover(note) for note in notes],
        hovertemplate="%{hovertext}<extra></extra>",
        name=name,
    )
