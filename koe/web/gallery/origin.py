"""Which entry a visitor's piece came from: whatever they took from the gallery on this visit, compared with it."""

from contextlib import suppress

from koe.errors import KoeError
from koe.music.piece import Piece
from koe.projects.recipes import Composed, Wished, recipe_of
from koe.web.gallery import house
from koe.web.session import state

MOST = 8
SHARE = 0.25  # of a piece's notes that stand in another one at the same place
_TAKEN = "gallery_visit_taken"


def take(id: str) -> None:
    """Note that the visitor starts from an entry, or has kept one."""
    taken = state.peek(_TAKEN, ())
    state.keep(_TAKEN, (*(one for one in taken if one != id), id)[-MOST:])


def parent_of(piece: Piece) -> str:
    """Id of the entry that a piece came from; empty for none.

    That is the one with which it shares most notes, as a continuation does
    with its beginning. What a network made of the current piece without keeping its
    notes, such as a blend, comes from the entry that this piece is.
    """
    taken = state.peek(_TAKEN, ())
    shares: dict[str, float] = {}
    current = ""
    for id in taken:
        with suppress(KoeError):  # such as one that has gone
            source = house.opened(id)[1]
            shares[id] = shared(piece, source)
            if source.notes == state.current_piece().notes:
                current = id
    best = max(reversed(taken), key=lambda id: shares.get(id, 0.0), default="")
    if shares.get(best, 0.0) >= SHARE:
        return best
    made_of_another = piece.made_by is not None and not isinstance(recipe_of(piece), Composed | Wished)
    return current if made_of_another else ""


def shared(piece: Piece, other: Piece) -> float:
    """How much of the shorter one stands in the longer one, by places and pitches, 0 to 1."""
    first, second = ({(note.onset, note.pitch) for note in one.notes} for one in (piece, other))
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0
