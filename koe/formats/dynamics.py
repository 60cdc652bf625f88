"""How loud notes are by the signs of a score: a level that holds, hairpins between levels, single accents."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from koe.music.grid import DEFAULT_VELOCITY

# Evenly spaced in velocity with mezzo-forte at 80, as notation programs play them.
LEVELS = {"pppp": 10, "ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 120, "ffff": 127}
ACCENT, STRONG_ACCENT = 12, 20  # above the level
HAIRPIN = 16  # by how much a hairpin changes the level that leads to no other: a step of the table
NEAR = 1.0  # quarters within which a level belongs to a hairpin's end

_FORCED = re.compile(r"s?f{1,3}z|sf+|rfz?|fz")


@dataclass(frozen=True, order=True, slots=True)
class Sign:
    """A sign of loudness at a time in quarters.

    Attributes
    ----------
    time : float
    level : int
        Velocity from here on; 0 for none.
    accent : int
        What notes that begin here have above the level.
    hairpin : int
        1 where a crescendo begins, -1 for a diminuendo.
    stop : float
        Where the hairpin ends.
    staff : int
        Which staff of the part it stands at, from 1.
    """

    time: float
    level: int = 0
    accent: int = 0
    hairpin: int = 0
    stop: float = 0.0
    staff: int = 1


def sign_of(word: str) -> tuple[int, int]:
    """Level and accent of a sign such as ``"mp"`` or ``"sfz"``; zeros where it is none."""
    word = word.strip().lower()
    if word in LEVELS:
        return LEVELS[word], 0
    if word in ("fp", "sfp", "sffp", "pf"):
        return (LEVELS["f"], 0) if word == "pf" else (LEVELS["p"], LEVELS["f"] - LEVELS["p"])
    return (0, STRONG_ACCENT) if _FORCED.fullmatch(word) else (0, 0)


class Loudness:
    """Loudness of one staff over time.

    Parameters
    ----------
    signs : iterable of Sign
        Those of the part. One holds for all of its staves, unless another
        staff has one at the same time.
    staff : int
    """

    def __init__(self, signs: Iterable[Sign], staff: int) -> None:
        ordered = sorted(signs, key=lambda sign: (sign.time, not sign.level, sign.hairpin))
        own = {sign.time for sign in ordered if sign.staff == staff}
        mine = [sign for sign in ordered if sign.staff == staff or sign.time not in own]
        levels = [(sign.time, sign.level) for sign in mine if sign.level]
        level_times = [time for time, _ in levels]
        self._accents: dict[float, int] = {sign.time: sign.accent for sign in mine if sign.accent}
        # From each time on: the level then, until when it changes, and what it is from there on.
        self._spans: list[tuple[float, float, float]] = [(DEFAULT_VELOCITY, float("-inf"), DEFAULT_VELOCITY)]
        self._times = [float("-inf")]
        for sign in mine:
            now = self._level(sign.time)
            if sign.level:
                self._add(sign.time, sign.level, sign.time, sign.level)
            if sign.hairpin and sign.stop > sign.time:
                now = sign.level or now
                goal = min(max(now + sign.hairpin * HAIRPIN, 10), 127)
                first = bisect_right(level_times, max(sign.stop - NEAR, sign.time))
                if first < len(levels) and levels[first][0] <= sign.stop + NEAR:
                    found = levels[first][1]
                    goal = found if (found - now) * sign.hairpin > 0 else goal
                self._add(sign.time, now, sign.stop, goal)

    def velocity(self, time: float, accent: int = 0) -> int:
        """Velocity of a note that begins then, 1 to 127."""
        return int(min(max(round(self._level(time) + max(accent, self._accents.get(time, 0))), 1), 127))

    def _add(self, time: float, level: float, stop: float, goal: float) -> None:
        self._times.append(time)
        self._spans.append((level, stop, goal))

    def _level(self, time: float) -> float:
        place = bisect_right(self._times, time) - 1
        start, (level, stop, goal) = self._times[place], self._spans[place]
        return level + (goal - level) * min((time - start) / (stop - start), 1.0) if stop > start > -1.0 else goal
