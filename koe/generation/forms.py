"""Forms, such as ``A A' B A``, as plans of which measure brings back which.

A letter is a block of measures. The first block of a letter is new. A later one
brings it back: as it was, or varied where the letter is followed by a dash
(``'``). All blocks of one letter are as long as the first.
"""

import re

import numpy as np

from koe.errors import InputError
from koe.music.repetition import NEW, SAME, VARIED, Plan

MAX_BLOCKS = 16
_BLOCK = re.compile(r"([A-Za-z])(['′’]?)")
_FORM = re.compile(r"(\s*[A-Za-z]['′’]?[\s,\-–]*)+")


def blocks_of(form: str) -> list[tuple[str, bool]]:
    """The blocks of a form: letter, and whether it is varied.

    Raises
    ------
    InputError
        If it is no form.

    Examples
    --------
    >>> blocks_of("A A' B A")
    [('A', False), ('A', True), ('B', False), ('A', False)]
    """
    blocks = [(letter.upper(), bool(dash)) for letter, dash in _BLOCK.findall(form)]
    if not _FORM.fullmatch(form) or len(blocks) > MAX_BLOCKS:
        raise InputError(
            f"{form!r} is no form; write up to {MAX_BLOCKS} letters, a dash after what comes back varied: A A' B A."
        )
    return blocks


def plan_from_form(form: str, n_measures: int) -> Plan:
    """The plan of a piece of so many measures, shared out evenly among the blocks.

    Raises
    ------
    InputError
        If it is no form, or there are fewer measures than blocks.
    """
    blocks = blocks_of(form)
    if n_measures < len(blocks):
        raise InputError(f"The form {form} has {len(blocks)} blocks; {n_measures} measures are too few for it.")
    borders = np.round(np.linspace(0, n_measures, len(blocks) + 1)).astype(np.int64)
    kind, lag = np.full(n_measures, NEW, dtype=np.int64), np.zeros(n_measures, dtype=np.int64)
    first: dict[str, tuple[int, int]] = {}
    for (letter, varied), start, stop in zip(blocks, borders[:-1].tolist(), borders[1:].tolist(), strict=True):
        if letter not in first:
            first[letter] = start, stop
            continue
        source, source_stop = first[letter]
        known = min(stop, start + source_stop - source)  # a block may be a measure longer than the first
        kind[start:known], lag[start:known] = VARIED if varied else SAME, start - source
    return Plan(kind, lag, np.zeros(n_measures, dtype=np.int64))
