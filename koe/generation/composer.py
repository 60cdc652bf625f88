"""Composing with TR1: wishes in, notes out while they are written, a piece in the end.

Luck comes from one stream for each seed and chunk of events, so the same wishes
and seed give the same piece, however many chunks have been asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError
from koe.generation.forms import plan_from_form
from koe.models.tr1_interface import CHUNK, FIRST_CHUNK, Temperatures, Told, notes_from
from koe.music.events import MAX_PLACES
from koe.music.notes import Note
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.music.repetition import MAX_LAG

if TYPE_CHECKING:
    from koe.models.tr1_writer import TR1Writer

TEMPO_CLASSES = {"slow": 1, "medium": 2, "fast": 3}
TEMPO_QPM = {"slow": 63.0, "medium": 92.0, "fast": 132.0}
LEVELS = {"low": 1, "medium": 2, "high": 3}
DEFAULT_MEASURES = 32
# A piece may end when so much of what was asked for is written, and does when so much is.
EARLIEST_END, LATEST_END = 0.75, 1.25
MAX_CHUNKS = 2000
_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
_KEY = re.compile(r"\s*([A-Ha-h])\s*(#|♯|s|sharp|b|♭|flat)?\s*(major|minor|maj|min|dur|moll)?\s*", re.IGNORECASE)
_METRE = re.compile(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*")


@dataclass(frozen=True)
class Wishes:
    """What a piece is to be; None is no wish.

    Attributes
    ----------
    measures : int
    key : str, optional
        Such as ``"A minor"``.
    metre : str
        Such as ``"3/4"``.
    tempo, density, register : str, optional
        ``"slow"``, ``"medium"``, ``"fast"``; ``"low"``, ``"medium"``, ``"high"``.
    composer : str, optional
    form : str, optional
        Such as ``"A A' B A"``.
    sixteenths : bool
        Whether all lies on the sixteenth grid.
    temperatures : Temperatures
    """

    measures: int = DEFAULT_MEASURES
    key: str | None = None
    metre: str = "4/4"
    tempo: str | None = None
    density: str | None = None
    register: str | None = None
    composer: str | None = None
    form: str | None = None
    sixteenths: bool = False
    temperatures: Temperatures = field(default_factory=Temperatures)


def key_class(name: str) -> int:
    """The class of a key: 1 to 12 major from C on, 13 to 24 minor.

    Raises
    ------
    InputError
        If it is no key.

    Examples
    --------
    >>> key_class("C major"), key_class("a minor"), key_class("Bb")
    (1, 22, 11)
    """
    found = _KEY.fullmatch(name)
    if not found:
        raise InputError(f"{name!r} is no key; write a tonic and a mode: A minor, E flat major.")
    tonic, accidental, mode = found.groups()
    sharp = {"#": 1, "♯": 1, "s": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}[accidental.lower()] if accidental else 0
    minor = (mode or "major").lower() in ("minor", "min", "moll")
    return (_TONICS[tonic.upper()] + sharp) % 12 + 1 + 12 * minor


def time_signature(metre: str) -> TimeSignature:
    """A metre such as ``"3/4"``.

    Raises
    ------
    InputError
        If it is none, or its measure is longer than TR1 knows.
    """
    found = _METRE.fullmatch(metre)
    numerator, denominator = map(int, found.groups()) if found else (0, 0)
    if numerator < 1 or denominator not in (1, 2, 4, 8, 16, 32):
        raise InputError(f"{metre!r} is no metre; write beats and their note value: 3/4, 6/8.")
    signature = TimeSignature(0, numerator, denominator)
    if signature.measure_ticks > MAX_PLACES:
        raise InputError(f"A measure of {metre} is longer than one of 12/8, the longest that is written.")
    return signature


def told_of(wishes: Wishes, composers: Mapping[str, int]) -> Told:
    """Wishes as the network is told them.

    Raises
    ------
    InputError
        If a wish is none that it knows; the sentence says which there are.
    """
    if not 1 <= wishes.measures <= MAX_LAG:
        raise InputError(f"A piece has 1 to {MAX_LAG} measures, not {wishes.measures}.")
    classes = {
        "tempo": _class("tempo", wishes.tempo, TEMPO_CLASSES),
        "density": _class("density", wishes.density, LEVELS),
        "register": _class("register", wishes.register, LEVELS),
        "composer": _class("composer", wishes.composer, composers),
    }
    return Told(
        conditions=classes,
        key=key_class(wishes.key) if wishes.key else 0,
        n_measures=wishes.measures,
        measure_ticks=time_signature(wishes.metre).measure_ticks,
        sixteenths=wishes.sixteenths,
        plan=plan_from_form(wishes.form, wishes.measures) if wishes.form else None,
    )


def _class(name: str, value: str | None, known: Mapping[str, int]) -> int:
    if value is None:
        return 0
    if value not in known:
        raise InputError(f"{value!r} is no {name} that is known; choose one of {', '.join(known)}.")
    return known[value]


def stream(writer: "TR1Writer", wishes: Wishes, seed: int, composers: Mapping[str, int]) -> Iterator[np.ndarray]:
    """Write a piece, chunk by chunk.

    Yields
    ------
    notes : np.ndarray, shape=(n, 3)
        Onset, duration in ticks, pitch, in order: a few at first, so that music can begin.
    """
    told = told_of(wishes, composers)
    end_from, end_at = (round(share * wishes.measures * told.measure_ticks) for share in (EARLIEST_END, LATEST_END))
    frame, memory = writer.frame(told, end_from=end_from, end_at=end_at), writer.begin(1)
    for number in range(MAX_CHUNKS):
        size = CHUNK if number else FIRST_CHUNK
        luck = np.random.default_rng((seed, number)).random((size, 1, 3))
        memory, events, _ = writer.write(memory, frame, luck, wishes.temperatures)
        yield notes_from(events[:, 0])
        if np.asarray(memory["over"])[0]:
            return


def compose(writer: "TR1Writer", wishes: Wishes, seed: int, composers: Mapping[str, int]) -> Piece:
    """A whole piece."""
    notes = np.concatenate(list(stream(writer, wishes, seed, composers)))
    signature = time_signature(wishes.metre)
    end = int(notes[:, :2].sum(axis=1).max(initial=0))
    n_ticks = -(-max(end, 1) // signature.measure_ticks) * signature.measure_ticks
    return Piece(
        tuple(Note(int(onset), int(pitch), int(duration)) for onset, duration, pitch in notes),
        n_ticks,
        (Tempo(0, TEMPO_QPM[wishes.tempo or "medium"]),),
        (signature,),
    )
