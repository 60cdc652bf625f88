"""A roll as a small drawing without axes, for decoration."""

from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece
from koe.plots.axes import pitch_range
from koe.plots.palette import LIGHT, Palette

STEP, ROW = 10, 7  # units of the drawing


def strip_svg(piece: Piece, n_steps: int, palette: Palette = LIGHT) -> str:
    """Draw the first ``n_steps`` steps of a piece, ink turning into vermilion on the way.

    Returns
    -------
    svg : str
        An image of its own.
    """
    notes = [note for note in piece.notes if note.onset < n_steps * TICKS_PER_STEP]
    low, high = pitch_range([note.pitch for note in notes])
    bars = []
    for note in notes:
        color = palette.made if note.onset >= n_steps * TICKS_PER_STEP * 0.6 else palette.original
        y, width = (
            (high - note.pitch) * ROW,
            min(note.duration / TICKS_PER_STEP, n_steps - note.onset / TICKS_PER_STEP) * STEP - 2,
        )
        x = note.onset / TICKS_PER_STEP * STEP
        bars.append(f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{ROW - 1}" rx="3" fill="{color}"/>')
    size = f'preserveAspectRatio="none" viewBox="0 0 {n_steps * STEP} {(high - low + 1) * ROW}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(bars)}</svg>'
