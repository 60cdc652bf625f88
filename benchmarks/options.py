"""What benchmarks can be asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Each benchmark takes what concerns it.

    Attributes
    ----------
    midi : Path, optional
        A folder of MIDI files; the pieces that ship with Koe unless given.
    corpus : Path, optional
        A corpus for training; one of random rolls unless given.
    visitors : tuple of int
        How many come at once, one crowd after another.
    minutes : float
        How long the largest crowd stays; the others stay one minute at most.
    sessions : int
        How many short sessions.
    """

    midi: Path | None = None
    corpus: Path | None = None
    visitors: tuple[int, ...] = (1, 5, 20)
    minutes: float = 1.0
    sessions: int = 2000
