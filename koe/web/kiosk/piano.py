"""The piano that the kiosk's browser plays: single notes of the grand, one after another in one sound.

The browser cuts them out, tunes them to the keys between, and plays every
piece from its notes; so what it holds in memory goes on sounding while the
server is away, and a key sounds as it is touched.
"""

from functools import lru_cache
from typing import Any

from koe.music.notes import Note
from koe.music.piece import Piece, Tempo
from koe.studio import Studio

QPM = 120.0
TICKS_PER_SEC = 48  # at that tempo
PITCHES = tuple(range(23, 108, 4))  # no key is more than two semitones from one of them
VELOCITIES = (52, 96)
GAP_SEC = 0.5  # in which a note dies away before the next one
FORMAT, MIME = "ogg", "audio/ogg"  # of those that browsers play, the one whose samples begin where they should


def length_sec(pitch: int) -> float:
    """For how long a string sounds: the higher the shorter."""
    return 6.5 if pitch < 48 else 5.0 if pitch < 72 else 3.0 if pitch < 90 else 1.5


@lru_cache(maxsize=1)
def layout() -> list[list[float]]:
    """Where each note lies in the sound: pitch, velocity, seconds from which on, seconds."""
    rows, at = [], 0.0
    for velocity in VELOCITIES:
        for pitch in PITCHES:
            rows.append([pitch, velocity, at, length_sec(pitch)])
            at += length_sec(pitch) + GAP_SEC
    return rows


def strip() -> Piece:
    """All these notes as a piece."""
    notes = tuple(
        Note(round(at * TICKS_PER_SEC), int(pitch), round(seconds * TICKS_PER_SEC), int(velocity))
        for pitch, velocity, at, seconds in layout()
    )
    return Piece(notes, notes[-1].end, (Tempo(0, QPM),))


def sound(studio: Studio) -> Any:
    """The sound of it, as `Studio.render` gives it.

    Raises
    ------
    AudioError
        If no synthesizer works.
    """
    return studio.render(strip(), FORMAT)
