"""Tempo: when the ticks of a file, or the pulses of a piece, sound."""

from functools import lru_cache

import numpy as np

from koe.music.grid import DEFAULT_QPM, MAX_QPM, MIN_QPM

MICROSECONDS_A_MINUTE = 60_000_000


class TempoMap:
    """When each tick of a file sounds.

    Parameters
    ----------
    tempos : list of (tick, microseconds a quarter)
        Of several at one tick the last counts. Before the first, 120 quarter
        notes a minute hold.
    ticks_per_quarter : float
    """

    def __init__(self, tempos: list[tuple[int, int]], ticks_per_quarter: float) -> None:
        by_tick = {0: round(MICROSECONDS_A_MINUTE / DEFAULT_QPM)}
        for tick, length in sorted(tempos, key=lambda tempo: tempo[0]):
            by_tick[tick] = length
        ticks = np.fromiter(by_tick, dtype=np.float64)
        microseconds = np.fromiter(by_tick.values(), dtype=np.float64)
        changed = np.append(True, np.diff(microseconds) != 0)
        self.ticks, self.microseconds = ticks[changed], microseconds[changed]
        self.ticks_per_quarter = ticks_per_quarter
        lengths = np.diff(self.ticks) * self.microseconds[:-1]
        self._starts = np.append(0.0, np.cumsum(lengths))  # microseconds times ticks_per_quarter

    @property
    def n_changes(self) -> int:
        """Tempo changes after the first tempo."""
        return len(self.ticks) - 1

    def seconds(self, ticks: np.ndarray) -> np.ndarray:
        """Times at which ticks sound, in seconds."""
        index = np.searchsorted(self.ticks, ticks, side="right") - 1
        scaled = self._starts[index] + (ticks - self.ticks[index]) * self.microseconds[index]
        return scaled / self.ticks_per_quarter / 1e6

    def average(self, notes: np.ndarray) -> float:
        """Average tempo while notes sound, in quarter notes a minute.

        Parameters
        ----------
        notes : np.ndarray, shape=(n, 2 or more)
            Start and end in ticks in the first two columns.
        """
        first, last = (int(notes[:, 0].min()), int(notes[:, 1].max())) if len(notes) else (0, 0)
        inside = (self.ticks < last) & (np.append(self.ticks[1:], np.inf) > first)
        used = self.microseconds[inside] if inside.any() else self.microseconds[-1:]
        if len(used) == 1:
            qpm = tidy_qpm(int(used[0]))
        else:
            start, end = self.seconds(np.array([first, last]))
            qpm = round((last - first) / self.ticks_per_quarter * 60.0 / (end - start), 3)
        return min(max(qpm, MIN_QPM), MAX_QPM)


def microseconds_of(qpm: float) -> int:
    """Length of a quarter as MIDI writes it: whole microseconds, in three bytes."""
    return min(max(round(MICROSECONDS_A_MINUTE / qpm), 1), 0xFFFFFF)


@lru_cache(maxsize=4096)
def tidy_qpm(microseconds: int) -> float:
    """The plainest tempo that MIDI writes as so many microseconds a quarter.

    MIDI rounds the length of a quarter to whole microseconds, so a tempo of
    96.3 comes back as 96.29999. Some writers cut instead of rounding; that is
    assumed where it gives a whole number.

    Examples
    --------
    >>> tidy_qpm(500_000), tidy_qpm(623_053)
    (120.0, 96.3)
    """
    exact = MICROSECONDS_A_MINUTE / microseconds
    whole = round(exact)
    if whole and microseconds == MICROSECONDS_A_MINUTE // whole:
        return float(whole)
    for digits in range(7):
        plain = round(exact, digits)
        if plain and microseconds == round(MICROSECONDS_A_MINUTE / plain):
            return plain
    return exact
