"""What a network has written so far, drawn while it goes on writing."""

import numpy as np

from koe.music.notes import Note
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.states import notes_from_states
from koe.plots.axes import pitch_range
from koe.plots.palette import BEAT_LINE, LIGHT, Palette

STEP, ROW = 4, 4  # units of the drawing
GAP = 12  # between two variations


def growing_svg(written: np.ndarray, n_steps: int, palette: Palette = LIGHT) -> str:
    """Draw several variations below one another, each as wide as all that it will have.

    Parameters
    ----------
    written : np.ndarray, shape=(n_variations, steps, 88)
        Rolls, bool, or states, uint8.
    n_steps : int
        How many steps there will be.

    Returns
    -------
    svg : str
        An image of its own.
    """
    notes: list[tuple[Note, ...]] = [
        notes_from_states(one) if one.dtype == np.uint8 else notes_from_pianoroll(one) for one in written
    ]
    low, high = pitch_range([note.pitch for each in notes for note in each])
    height, width = (high - low + 1) * ROW, n_steps * STEP
    bars = []
    for number, each in enumerate(notes):
        top = number * (height + GAP)
        bars.append(f'<rect y="{top}" width="{width}" height="{height}" fill="{BEAT_LINE}"/>')
        for note in each:
            y = top + (high - note.pitch) * ROW
            bars.append(
                f'<rect x="{note.step * STEP}" y="{y}" width="{(note.end_step - note.step) * STEP - 1}" height="{ROW}" '
                f'fill="{palette.made}"/>'
            )
    total = len(notes) * (height + GAP) - GAP
    size = f'preserveAspectRatio="none" viewBox="0 0 {width} {total}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(bars)}</svg>'
