"""Which clef a staff has in each measure.

The right hand reads the treble clef and the left hand the bass clef, until so
many ledger lines would be needed that a change is easier to read. The cheapest
sequence is found measure by measure: a ledger line costs 1, a change of clef
`CHANGE`, and every measure in the other hand's clef `UNUSUAL`.
"""

from collections.abc import Sequence
from typing import Literal

from koe.scores.spelling import Spelling

Clef = Literal["treble", "bass"]

CHANGE = 14.0
UNUSUAL = 1.0

_LETTERS = "CDEFGAB"
# Lowest and highest line, counted in letters from C0: E4 and F5, G2 and A3.
_LINES: dict[Clef, tuple[int, int]] = {"treble": (30, 38), "bass": (18, 26)}


def clefs(measures: Sequence[Sequence[Spelling]], usual: Clef) -> list[Clef]:
    """Choose the clef of one staff in each measure.

    Parameters
    ----------
    measures : sequence of sequence of Spelling
        The note heads of every measure.
    usual : str
        The hand's own clef, ``"treble"`` or ``"bass"``.
    """
    kinds: tuple[Clef, Clef] = ("treble", "bass")
    costs: dict[Clef, float] = {usual: 0.0}  # of all measures so far, by the clef of the last
    before: list[dict[Clef, Clef]] = []  # the best clef of the measure before, for each
    for heads in measures:
        came_from: dict[Clef, Clef] = {}
        total: dict[Clef, float] = {}
        for kind in kinds:
            ways = {last: cost + CHANGE * (last != kind) for last, cost in costs.items()}
            came_from[kind] = min(ways, key=lambda last: ways[last])
            total[kind] = min(ways.values()) + UNUSUAL * (kind != usual)
            total[kind] += sum(_ledger_lines(head, kind) for head in heads)
        costs = total
        before.append(came_from)
    chosen = [min(costs, key=lambda kind: costs[kind])]
    for came_from in reversed(before[1:]):
        chosen.append(came_from[chosen[-1]])
    return chosen[::-1][: len(measures)]


def _ledger_lines(spelling: Spelling, clef: Clef) -> int:
    place = 7 * spelling.octave + _LETTERS.index(spelling.step)
    lowest, highest = _LINES[clef]
    return max((lowest - place) // 2, (place - highest) // 2, 0)
