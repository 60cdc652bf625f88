"""A score as it is written, measure by measure, before its repeats are played."""

from dataclasses import dataclass, field
from typing import Literal

from koe.formats.repeats import Signs
from koe.music.signatures import Mode


@dataclass(slots=True)
class SheetNote:
    """A note of a measure; times in quarters from the measure's beginning.

    Attributes
    ----------
    part, staff : int
        The part from 0, the staff of it from 1.
    voice : str
    onset, duration : float
    pitch : int
        As it sounds.
    velocity : int
        0 where the dynamics say it.
    accent : int
        What it has above the dynamics.
    share : float
        Of its duration, for which it is held.
    tied, continued : bool
        Whether a tie begins, or ends, at it.
    delay : float
        By how much it is played later, such as after grace notes on its beat.
    grace : bool
    """

    part: int
    staff: int
    voice: str
    onset: float
    duration: float
    pitch: int
    velocity: int = 0
    accent: int = 0
    share: float = 1.0
    tied: bool = False
    continued: bool = False
    delay: float = 0.0
    grace: bool = False


@dataclass(slots=True)
class Mark:
    """A sign of loudness in a measure: ``level`` and ``accent``, or one side of a hairpin."""

    part: int
    staff: int
    onset: float
    level: int = 0
    accent: int = 0
    hairpin: int = 0  # 1 crescendo, -1 diminuendo begins
    stop: bool = False
    number: str = "1"


@dataclass(slots=True)
class Bar:
    """One measure.

    Attributes
    ----------
    length : float
        In quarters.
    lengths : list of float
        How much is written in it, by part.
    metre : (numerator, denominator) or None
        Where it changes.
    tempos : list of (onset, quarters a minute)
    pedal : list of (onset, part, action)
    keys : list of (onset, fifths, mode)
    continues : bool
        Whether notes that begin with it are those held into it, where any are:
        a second ending has what the first one has.
    """

    signs: Signs = field(default_factory=Signs)
    length: float = 0.0
    lengths: list[float] = field(default_factory=list)
    metre: tuple[int, int] | None = None
    notes: list[SheetNote] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    tempos: list[tuple[float, float]] = field(default_factory=list)
    pedal: list[tuple[float, int, Literal["up", "down", "change"]]] = field(default_factory=list)
    keys: list[tuple[float, int, Mode]] = field(default_factory=list)
    continues: bool = False


@dataclass
class Sheet:
    """A score: its measures, what it is called, and what could not be read of it.

    Its ``order`` has the places of its measures as they are played, where it says that otherwise than by signs.
    """

    bars: list[Bar] = field(default_factory=list)
    order: list[int] | None = None
    titles: list[str] = field(default_factory=list)
    other_parts: set[int] = field(default_factory=set)
    key_part: int = -1  # whose key signatures are kept
    drums: list[tuple[int, int]] = field(default_factory=list)
    n_microtones: int = 0
    n_cues: int = 0
    n_ornaments: int = 0
    warnings: list[str] = field(default_factory=list)


def set_lengths(bars: list[Bar]) -> None:
    """Measures are as long as what is written in them, but as their metre where a part fills just that, or none any."""
    metre = (4, 4)
    for bar in bars:
        metre = bar.metre or metre
        full = 4.0 * metre[0] / metre[1]
        filled = any(abs(length - full) < 1e-6 for length in bar.lengths)
        bar.length = full if filled else max(bar.lengths, default=0.0) or full
