import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.evaluation.matching import longest_matches, numbered

quick = settings(max_examples=50)
sequences = st.lists(st.integers(-1, 2), max_size=25).map(lambda values: np.array(values, dtype=np.int64))


def by_hand(queries, text):
    """The longest agreement from each place, by trying every place of the text."""
    lengths = []
    for start in range(len(queries)):
        longest = 0
        for place in range(len(text)):
            length = 0
            while (
                start + length < len(queries)
                and place + length < len(text)
                and queries[start + length] == text[place + length] >= 0
            ):
                length += 1
            longest = max(longest, length)
        lengths.append(longest)
    return lengths


def test_known_answer():
    lengths, places = longest_matches(np.array([1, 2, 3, 9, 2, 3]), np.array([2, 3, 4, 1, 2, 2, 3, 9]))
    assert lengths.tolist() == [2, 3, 2, 1, 2, 1]
    assert places[:4].tolist() == [3, 5, 6, 7]


def test_negative_symbols_match_nothing():
    assert longest_matches(np.array([5, -1, 5]), np.array([5, -1, 5]))[0].tolist() == [1, 0, 1]


@given(sequences, sequences)
@quick
def test_the_longest_is_found_where_it_is_said_to_be(queries, text):
    lengths, places = longest_matches(queries, text)
    assert lengths.tolist() == by_hand(queries, text)
    for start, (length, place) in enumerate(zip(lengths, places, strict=True)):
        assert queries[start : start + length].tolist() == text[place : place + length].tolist()


def test_long_repeats():
    text = np.tile(np.array([0, 1, 1, 2]), 300)
    lengths, _ = longest_matches(text[3:], text)
    assert lengths.tolist() == list(range(1197, 0, -1))


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_equal_rows_get_equal_numbers(dtype):
    rows = np.array([[1, 2], [2, 1], [1, 2], [0, 2**63 - 1], [2, 1]], dtype=dtype)
    numbers = numbered(rows)
    assert numbers[0] == numbers[2]
    assert numbers[1] == numbers[4]
    assert len(set(numbers.tolist())) == 3
