"""The longest stretch that two sequences of symbols have in common, from every place of one.

Symbols are numbers from 0 on; a negative one matches nothing, itself neither.

The suffixes of both sequences are sorted together by doubling (Manber and
Myers, "Suffix arrays", 1990): ranked by their first symbol, then by their
first two, four, eight, until no two are alike. What a place has in common
with the other sequence is longest with one of its two nearest neighbours
there, and how long it is follows from the ranks of each round, for two places
have the same rank exactly if that many symbols agree. Nothing is hashed, so
nothing is found that is not there.
"""

import numpy as np


def longest_matches(queries: np.ndarray, text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each place in ``queries``: how much from there on is found somewhere in ``text``, and where.

    Parameters
    ----------
    queries, text : np.ndarray, shape=(n,), (m,), dtype=int

    Returns
    -------
    lengths : np.ndarray, shape=(n,), dtype=int
        Symbols that agree; 0 where not even the first is found.
    places : np.ndarray, shape=(n,), dtype=int
        Where in ``text`` they begin (one place of several; 0 where nothing is found).

    Notes
    -----
    Time grows as ``N log N log L`` and memory as ``N log L``, with ``N`` the
    symbols of both and ``L`` the longest stretch that occurs twice in them.
    """
    if not len(queries) or not len(text):
        return np.zeros(len(queries), dtype=np.int64), np.zeros(len(queries), dtype=np.int64)
    levels = _ranks(np.concatenate([text, [-1], queries, [-1]]))
    order = np.argsort(levels[-1])
    # The nearest place of the text before and after each place in the sorted order.
    position = np.arange(len(order))
    from_text = order < len(text)
    before = np.maximum.accumulate(np.where(from_text, position, -1))
    after = np.minimum.accumulate(np.where(from_text, position, len(order))[::-1])[::-1]
    asked = np.arange(len(text) + 1, len(text) + 1 + len(queries))
    rank = levels[-1][asked]
    lengths = np.zeros(len(queries), dtype=np.int64)
    places = np.zeros(len(queries), dtype=np.int64)
    for neighbour in (before[rank], after[rank]):
        there = np.flatnonzero((neighbour >= 0) & (neighbour < len(order)))
        place = order[neighbour[there]]
        length = _common(levels, asked[there], place)
        better = length > lengths[there]
        lengths[there[better]] = length[better]
        places[there[better]] = place[better]
    return lengths, places


def numbered(columns: np.ndarray) -> np.ndarray:
    """Give equal rows of ``(n, columns)`` equal numbers from 0 on, and different rows different ones."""
    numbers = np.zeros(len(columns), dtype=np.int64)
    for column in columns.T:
        values, of_column = np.unique(column, return_inverse=True)
        numbers = np.unique(numbers * len(values) + of_column, return_inverse=True)[1]
    return numbers


def _ranks(symbols: np.ndarray) -> list[np.ndarray]:
    """Rank of the first 1, 2, 4, ... symbols from each place, until all differ; int32 each."""
    n = len(symbols)
    symbols = np.array(symbols, dtype=np.int64)
    never = symbols < 0
    symbols[never] = symbols.max(initial=0) + 1 + np.arange(np.count_nonzero(never))
    rank = np.unique(symbols, return_inverse=True)[1]
    levels = [rank.astype(np.int32)]
    size = 1
    while rank.max() + 1 < n:
        following = np.zeros(n, dtype=np.int64)  # 0: beyond the end
        following[:-size] = rank[size:] + 1
        rank = np.unique(rank * (n + 1) + following, return_inverse=True)[1]
        levels.append(rank.astype(np.int32))
        size *= 2
    return levels


def _common(levels: list[np.ndarray], first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How many symbols agree from two places on."""
    first, second = first.copy(), second.copy()
    total = np.zeros(len(first), dtype=np.int64)
    for level in range(len(levels) - 1, -1, -1):
        step = (levels[level][first] == levels[level][second]) * (1 << level)
        total += step
        first += step
        second += step
    return total
