"""Where in the current piece something is to happen: the gap, the tune, where a network goes on.

Each place belongs to the piece for which it was chosen, and begins anew with
another one (`koe.web.session.state.use_piece`).
"""

from koe.music.piece import Piece
from koe.studio.filling import MAX_GAP_STEPS
from koe.web.session import state
from koe.web.session.filled import GAP

AFTER = "continue-after"
MOST_MEASURES = 8
_USUAL = {True: 2, False: 4}  # of a gap, and of a tune


def stretch(piece: Piece, task: str) -> tuple[int, int]:
    """First measure, from 1, and number of measures that are to be filled, or of the tune.

    A gap lies at first where something stands before and after it; a tune is
    at first the beginning.
    """
    first_name, length_name = _names(task)
    usual = _USUAL[task == GAP]
    if task == GAP:
        n_measures = min(usual, max(piece.n_measures - 2, 1))
        at_first = max(1, min(piece.n_measures // 2, piece.n_measures - n_measures))
    else:
        n_measures, at_first = usual, 1
    first = state.peek(first_name, at_first)
    return within(piece, first, state.peek(length_name, n_measures))


def within(piece: Piece, first: int, n_measures: int) -> tuple[int, int]:
    """The nearest stretch that the piece has and a network can fill."""
    first = max(1, min(first, piece.n_measures))
    return first, max(1, min(n_measures, measures_at_most(piece, first)))


def measures_at_most(piece: Piece, first: int) -> int:
    """How many measures from this one on a stretch can have."""
    borders = [*piece.measure_steps, piece.n_steps]
    if first >= len(borders):
        return 1
    return max(1, min(MOST_MEASURES, sum(line - borders[first - 1] <= MAX_GAP_STEPS for line in borders[first:])))


def choose_stretch(piece: Piece, task: str, first: int, n_measures: int) -> None:
    """Let the stretch be this one, as far as the piece has it."""
    chosen = within(piece, first, n_measures)
    for name, value in zip(_names(task), chosen, strict=True):
        state.keep(name, value)


def ticks_of(piece: Piece, first: int, n_measures: int) -> tuple[int, int]:
    """First tick of a stretch of measures, and the tick after its last."""
    borders = [*piece.measure_onsets, piece.n_ticks]
    return borders[first - 1], borders[min(first - 1 + n_measures, len(borders) - 1)]


def after(piece: Piece) -> int:
    """After how many measures a network goes on; all of them until somebody chooses."""
    return max(1, min(state.peek(AFTER, piece.n_measures), max(piece.n_measures, 1)))


def choose_after(piece: Piece, n_measures: int) -> None:
    """Let a network go on after so many measures."""
    state.keep(AFTER, max(1, min(n_measures, piece.n_measures)))


def before_going_on(piece: Piece) -> Piece:
    """What a network goes on from."""
    if after(piece) >= piece.n_measures:
        return piece
    return piece.slice(0, piece.measure_onsets[after(piece)])


def _names(task: str) -> tuple[str, str]:
    return f"{task}-first", f"{task}-measures"
