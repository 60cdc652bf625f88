"""What stands on the Continue page, and what it was made from: a piece, a chord, what was played, or nothing."""

from typing import Any

from koe.music.piece import Piece
from koe.web.session import state
from koe.web.session.kept_values import CONTINUED

OF = "continued_of"
START, START_AT_FIRST = "continue-start", "chord"  # the control that says from what, and what it says at first
FROM_PIECE = "segment"

Results = tuple[tuple[Piece, ...], int, int]  # pieces, the step from which on a network wrote them, a visit


_ASKED, _FROM, _ANSWER = "continue_asked", "continue_from", "continue_answer"


def ask(prompt: Piece | None = None, *, answer: bool = False) -> None:
    """Let the network write in the next run of the Continue page: from ``prompt``, or from what the page says."""
    state.keep(_ASKED, True)
    state.keep(_FROM, prompt)
    state.keep(_ANSWER, answer)


def asked() -> bool:
    """Whether the network was asked to write, once."""
    was = state.kept(_ASKED, False)
    state.keep(_ASKED, False)
    return bool(was)


def answer_asked() -> bool:
    """Whether what is written next answers what was played."""
    return bool(state.kept(_ANSWER, False))


def prompt_of(chosen: Piece | None) -> Piece | None:
    """What the network hears: a take, where one was chosen to go on from."""
    return state.kept(_FROM, None) or chosen


def keep(pieces: tuple[Piece, ...], made_from: int, start: str, current: Piece, visit: int) -> None:
    """Remember what was written, and with what on the page."""
    state.keep(CONTINUED, (pieces, made_from, visit))
    state.keep(OF, (start, current if start == FROM_PIECE else None))


def kept(start: str) -> Results | None:
    """What was written last, where it began as the page begins now; None where it belongs to something else."""
    values = state.everything_kept()
    found = values.get(CONTINUED)
    return found if found and _belongs(values, state.current_piece(), start) else None


def shown(values: dict[str, Any], piece: Piece, start: str) -> tuple[Piece, ...]:
    """The pieces among all that is kept, where they belong to the current piece and beginning."""
    found = values.get(CONTINUED)
    return found[0] if found and _belongs(values, piece, start) else ()


def _belongs(values: dict[str, Any], piece: Piece, start: str) -> bool:
    was, of = values.get(OF, (start, None))
    return was == start and (of is None or piece == of or piece in values[CONTINUED][0])
