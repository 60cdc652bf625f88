"""Measures that come back are found, with how far they lie back."""

import numpy as np
import pytest

from koe.evaluation.repetition import nearest_repeated, repetition

MEASURE = 96


def piece(measures):
    """Notes of measures, each a list of pitches on successive sixteenths."""
    notes = [(m * MEASURE + 6 * n, 6, pitch) for m, pitches in enumerate(measures) for n, pitch in enumerate(pitches)]
    return np.array(notes).reshape(-1, 3), range(0, len(measures) * MEASURE, MEASURE)


A, B = [60, 64, 67, 72, 76], [55, 59, 62, 65, 71]


def test_the_nearest_like_measure_counts():
    assert nearest_repeated(*piece([A, A, B, A, [], B])).tolist() == [0, 1, 0, 2, -1, 3]


def test_what_is_like_depends_on_the_border():
    varied = [*A[:4], 77]  # four of six places
    assert nearest_repeated(*piece([A, varied])).tolist() == [0, 0]
    assert nearest_repeated(*piece([A, varied]), alike=0.6).tolist() == [0, 1]


def test_another_key_counts_only_where_it_is_asked_for():
    moved = [pitch + 5 for pitch in A]
    assert nearest_repeated(*piece([A, moved])).tolist() == [0, 0]
    assert nearest_repeated(*piece([A, moved]), most_shift=12).tolist() == [0, 1]


def test_shares_are_of_measures_with_notes():
    found = repetition([nearest_repeated(*piece([A, A, B, A, [], B])), np.array([0, 17, 10])])
    assert found.n_measures == 8
    assert found.repeated == {"1-2": 2, "3-8": 1, "9-16": 1, "17-": 1}
    assert found.share == pytest.approx(5 / 8)
    assert found.shares["1-2"] == pytest.approx(2 / 8)
