"""In which order the measures of a score are played: repeats, endings, da capo, dal segno, fine and coda.

After a da capo or dal segno repeats are not taken again and the last ending
is played, as is the custom.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_PLAYED = 20_000  # measures; a repeat may be marked as to be played a million times

# What letters of a direction say, without case, dots and spaces.
_HOW = r"(?:(?:al|e|et|and|poi|then|senza|sin|no|to|bis|ohne|mit|with)\w*)?"
_WORDS = {
    "da_capo": re.compile(rf"(?:dc|dacapo){_HOW}"),
    "dal_segno": re.compile(rf"d(?:s|(?:al|el)?segno)(?:segno)?{_HOW}"),
    "fine": re.compile(r"fine"),
    "to_coda": re.compile(r"(?:to|al|alla|da|zur)(?:the)?(?:coda)+"),
    "coda": re.compile(r"(?:coda)+"),
    "segno": re.compile(r"(?:segno)+"),
}
_SYMBOLS = {"\N{MUSICAL SYMBOL SEGNO}": "segno", "\N{MUSICAL SYMBOL CODA}": "coda", "\N{CIRCLED PLUS}": "coda"}
MAX_WORDS = 60  # letters; what is longer says something else


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
    segno, coda : bool
        Whether such a sign stands where the measure begins.
    segno_after, coda_after : bool
        Or where it ends, for the next one.
    fine, to_coda, da_capo, dal_segno : bool
        What is done at its end.
    """

    forward: bool = False
    backward: bool = False
    times: int = 0
    ending: frozenset[int] = frozenset()
    segno: bool = False
    coda: bool = False
    segno_after: bool = False
    coda_after: bool = False
    fine: bool = False
    to_coda: bool = False
    da_capo: bool = False
    dal_segno: bool = False

    def put(self, name: str, *, begins: bool, ends: bool) -> None:
        """Add what words or a symbol say: at the beginning of the measure, at its end, or in the middle.

        A coda sign in the middle stands above the last note before one leaves
        for the coda; a segno there above the first note to come back to.
        """
        after = (name == "coda" and not begins) or (name == "segno" and ends)
        setattr(self, f"{name}_after" if after else name, True)


def jump_of(words: str) -> str:
    """What a direction such as ``"D.C. al Fine"`` orders, by the name of a field of `Signs`; empty for anything else.

    Examples
    --------
    >>> [jump_of(words) for words in ("D. C. al Coda", "To Coda", "Fine.", "fine legato")]
    ['da_capo', 'to_coda', 'fine', '']
    """
    if len(words) > MAX_WORDS:
        return ""
    for symbol, name in _SYMBOLS.items():
        words = words.replace(symbol, name)
    letters = re.sub(r"[\W_]", "", words.lower())
    return next((name for name, pattern in _WORDS.items() if pattern.fullmatch(letters)), "")


def play_order(signs: Sequence[Signs]) -> list[int]:
    """Places of the measures in the order in which they sound, at most `MAX_PLAYED`."""
    segnos = _standing(signs, "segno")
    codas = _standing(signs, "coda")
    leaving = {place for place, sign in enumerate(signs) if sign.to_coda}
    if not leaving and len(codas) > 1:  # the same sign stands where one leaves and where one arrives
        leaving = {codas[0] - 1}
    last_turns = _last_turns(signs)
    order: list[int] = []
    place, start, turn = 0, 0, 1
    jumped = False
    while place < len(signs) and len(order) < MAX_PLAYED:
        sign = signs[place]
        if sign.forward and place != start:
            start, turn = place, 1
        last_turn = last_turns[place]
        if sign.ending and (last_turn if jumped else turn) not in sign.ending:
            place += 1
            continue
        order.append(place)
        if jumped and sign.fine:
            break
        if jumped and place in leaving and codas and codas[-1] > place:
            place = codas[-1]
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
            before = [segno for segno in segnos if segno <= place]
            place = start = before[-1] if sign.dal_segno and before else 0
            continue
        place += 1
    return order


def _standing(signs: Sequence[Signs], name: str) -> list[int]:
    """The measures before which a sign stands."""
    found = {place for place, sign in enumerate(signs) if getattr(sign, name)}
    found |= {place + 1 for place, sign in enumerate(signs) if getattr(sign, f"{name}_after")}
    return sorted(place for place in found if place < len(signs))


def _last_turns(signs: Sequence[Signs]) -> list[int]:
    """For each measure of an ending the highest number of the endings that stand together there; 1 for others."""
    found = [1] * len(signs)
    first = 0
    for place, sign in enumerate(signs):
        if place and (sign.forward or not (sign.ending and signs[place - 1].ending)):
            first = place
        found[place] = max([found[place - 1] if place > first else 1, *sign.ending])
        if place + 1 == len(signs) or signs[place + 1].forward or not signs[place + 1].ending:
            found[first : place + 1] = [found[place]] * (place + 1 - first)
    return found
