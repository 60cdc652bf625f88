"""As written or played: how a visitor hears pieces, chosen once for all pages.

What Koe writes is played by the pianist unless the visitor says otherwise; what
was brought sounds as it is in its file unless the pianist is asked. Choices stand in the
session under keys of their own, which `saved_controls` knows; widgets of
several results mirror them.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from koe.music.grid import TICKS_PER_STEP
from koe.music.interpretation import brings_its_own
from koe.music.piece import Piece
from koe.web.serving import cached_studio

WRITTEN, PLAYED = "written", "played"
WAY, OWN_WAY, AMOUNT, READING = "playing", "playing-own", "playing-amount", "playing-reading"
MARKS = "playing-marks"  # whether scores say how they are played
AT_FIRST: dict[str, Any] = {WAY: PLAYED, OWN_WAY: WRITTEN, AMOUNT: 1.0, READING: 0, MARKS: False}
LEAST, MOST = 0.1, 2.0


@dataclass(frozen=True)
class Playing:
    """How a visitor hears a piece.

    Attributes
    ----------
    way : str
        `WRITTEN` or `PLAYED`.
    amount : float
        1 as the pianist learned it.
    reading : int
        Seed of the reading.
    """

    way: str = PLAYED
    amount: float = 1.0
    reading: int = 0

    def heard(self, piece: Piece, start: int = 0) -> Piece:
        """A piece as it is heard, played from tick ``start`` on; the same object where nobody plays it."""
        if self.way == WRITTEN or not piece.notes:
            return piece
        return cached_studio.performed(piece, self.reading, self.amount, start)


def value(name: str) -> Any:
    """A choice of the visitor's, by its key."""
    return st.session_state.get(name, AT_FIRST[name])


def own_way(piece: Piece, made_from: int | None = 0) -> bool:
    """Whether a piece has a way of its own that it keeps unless the pianist is asked.

    What a person wrote (``made_from`` None) sounds as it is in its file; what a
    network wrote does, where it has dynamics or the pedal.
    """
    return made_from is None or (not made_from and brings_its_own(piece))


def begins_at(piece: Piece, made_from: int | None = 0) -> int:
    """Tick from which the pianist plays: behind a beginning that has its own way, a network's continuation."""
    start = (made_from or 0) * TICKS_PER_STEP
    return start if start and brings_its_own(piece, start) else 0


def playing_of(piece: Piece, made_from: int | None = 0) -> Playing:
    """How the visitor hears this piece."""
    if not cached_studio.can_perform():
        return Playing(WRITTEN)
    way = value(OWN_WAY if own_way(piece, made_from) else WAY)
    return Playing(way, value(AMOUNT), value(READING))


def heard(piece: Piece, made_from: int | None = 0) -> Piece:
    """A piece as the visitor hears it.

    Parameters
    ----------
    piece : Piece
    made_from : int, optional
        Step from which on a network wrote it; None if a person wrote it all.
    """
    return playing_of(piece, made_from).heard(piece, begins_at(piece, made_from))
