"""Which end belongs to which strike of a key."""

import math
from bisect import bisect_right

# What happens to one key of one channel: (tick, velocity), with velocity 0 for its end.
KeyEvents = list[tuple[int, int]]


def silenced(events: KeyEvents, ticks: list[int]) -> KeyEvents:
    """What happens to one key, ended also at the ``ticks`` at which all notes of its channel are told to end."""
    whole: KeyEvents = []
    sounding = 0
    last: float = -1
    for tick, velocity in [*events, (math.inf, 0)]:
        place = bisect_right(ticks, last)
        if sounding and place < len(ticks) and ticks[place] <= tick:
            whole.extend([(ticks[place], 0)] * sounding)
            sounding = 0
        if tick < math.inf and (velocity or sounding):
            whole.append((int(tick), velocity))
            sounding += 1 if velocity else -1
        last = tick
    return whole


def paired_ends(events: KeyEvents, track_end: int, longest: int) -> tuple[list[tuple[int, int, int]], int]:
    """Find the end of each strike of one key: start, end, velocity; and how many had none.

    Where every strike has its end, the first end belongs to the first strike.
    Where ends are missing this would shift all later notes, so each strike
    ends the one before it.
    """
    paired: list[tuple[int, int, int]] = []
    waiting: list[tuple[int, int]] = []
    n_ended = 0  # of those waiting, from the front
    for tick, velocity in events:
        if velocity:
            waiting.append((tick, velocity))
        elif n_ended < len(waiting):
            start, loudness = waiting[n_ended]
            paired.append((start, tick, loudness))
            n_ended += 1
    n_open = len(waiting) - n_ended
    if not n_open:
        return paired, 0
    paired.clear()
    sounding: list[tuple[int, int]] = []
    struck_over = -1  # where a strike last ended an earlier note
    for tick, velocity in events:
        if not velocity and tick == struck_over:
            continue  # the end of the note that the strike has ended already
        if not velocity or (sounding and sounding[0][0] < tick):
            if velocity:
                struck_over = tick
            paired.extend((start, tick, loudness) for start, loudness in sounding)
            sounding.clear()
        if velocity:
            sounding.append((tick, velocity))
    paired.extend((start, min(track_end, start + longest), loudness) for start, loudness in sounding)
    return paired, n_open
