"""In which order the measures of a score are played: repeats, endings, da capo, dal segno, fine and coda.

After a da capo or dal segno repeats are not taken again and the last ending
is played, as is the custom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_PLAYED = 20_000  # measures; a repeat may be marked as to be played a million times


@dataclass(slots=True)
class Signs:
    """What one measure says about the order.

    Attributes
    ----------
    forward, backward : bool
        Whether a repeated section begins, or ends, with it.
    times : int
        How often such a section is played, where ``backward``; 0 if not told.
    ending : frozenset of int
        In which turns it is played; empty for all.
    segno, coda, fine, to_coda, da_capo, dal_segno : bool
        The first two stand before the measure, the others after it.
    """

    forward: bool = False
    backward: bool = False
    times: int = 0
    ending: frozenset[int] = frozenset()
    segno: bool = False
    coda: bool = False
    fine: bool = False
    to_coda: bool = False
    da_capo: bool = False
    dal_segno: bool = False


def play_order(signs: Sequence[Signs]) -> list[int]:
    """Places of the measures in the order in which they sound, at most `MAX_PLAYED`."""
    order: list[int] = []
    place, start, turn = 0, 0, 1
    jumped = False
    while place < len(signs) and len(order) < MAX_PLAYED:
        sign = signs[place]
        if sign.forward and place != start:
            start, turn = place, 1
        last_turn = _last_turn(signs, place)
        if sign.ending and (last_turn if jumped else turn) not in sign.ending:
            place += 1
            continue
        order.append(place)
        if jumped and sign.fine:
            break
        if jumped and sign.to_coda:
            coda = next((number for number, other in enumerate(signs) if other.coda and number > place), None)
            if coda is not None:
                place = coda
                continue
        if sign.backward and not jumped:
            if turn < (max(last_turn, 2) if sign.ending else sign.times or 2):
                turn, place = turn + 1, start
                continue
            start, turn = place + 1, 1
        elif sign.ending and not (place + 1 < len(signs) and signs[place + 1].ending == sign.ending):
            start, turn = place + 1, 1
        if (sign.da_capo or sign.dal_segno) and not jumped:
            jumped = True
            segno = next((number for number, other in enumerate(signs) if other.segno), 0)
            place = start = segno if sign.dal_segno else 0
            continue
        place += 1
    return order


def _last_turn(signs: Sequence[Signs], place: int) -> int:
    """The highest number of the endings that stand together here."""
    first = last = place
    while first and signs[first - 1].ending and not signs[first].forward:
        first -= 1
    while last + 1 < len(signs) and signs[last + 1].ending and not signs[last + 1].forward:
        last += 1
    return max((max(sign.ending) for sign in signs[first : last + 1] if sign.ending), default=1)
