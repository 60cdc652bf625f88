"""Note values by the metre, worked out as they are printed."""

import pytest

from koe.scores.beams import beam_groups, beams_of
from koe.scores.metre import SHORTEST, Metre, metre_on_grid
from koe.scores.values import VALUES

METRES = [(4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (9, 8), (12, 8), (5, 4), (7, 8), (2, 2), (3, 2), (3, 16), (1, 4)]


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        # A dotted quarter on the beat is one note; begun on the second beat it would hide the half measure.
        ((4, 4), 0, 36, (36,)),
        ((4, 4), 24, 60, (24, 12)),
        # The syncopation eighth, quarter, eighth is written so within a half, but tied over the middle of the measure.
        ((4, 4), 12, 36, (24,)),
        ((4, 4), 36, 60, (12, 12)),
        # Quarter, half, quarter.
        ((4, 4), 24, 72, (48,)),
        # Five sixteenths are a quarter and a sixteenth, seven a quarter and a dotted eighth.
        ((4, 4), 0, 30, (24, 6)),
        ((4, 4), 0, 42, (24, 18)),
        # An odd sixteenth before the beat is tied to it.
        ((4, 4), 18, 48, (6, 24)),
        ((4, 4), 0, 96, (96,)),
        ((3, 4), 0, 72, (72,)),
        ((3, 4), 24, 72, (48,)),
        ((3, 4), 12, 60, (12, 36)),
        ((2, 4), 12, 36, (24,)),
        # In 6/8 the beat in the middle shows, and whole beats are dotted.
        ((6, 8), 24, 48, (12, 12)),
        ((6, 8), 0, 72, (72,)),
        ((6, 8), 0, 48, (36, 12)),
        ((6, 8), 12, 36, (24,)),
        ((12, 8), 0, 144, (144,)),
    ],
)
def test_notes(metre, start, end, lengths):
    assert Metre(*metre).divide(start, end) == lengths


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        # Rests show every beat: no syncopated ones, no dotted half.
        ((4, 4), 24, 96, (24, 48)),
        ((4, 4), 24, 72, (24, 24)),
        ((4, 4), 0, 72, (48, 24)),
        ((4, 4), 12, 36, (12, 12)),
        ((3, 4), 24, 72, (24, 24)),
        ((6, 8), 0, 36, (36,)),
        ((6, 8), 36, 60, (24,)),
        ((6, 8), 12, 36, (12, 12)),
        # In three beats each has its rest, at the end of the measure and at its beginning.
        ((3, 4), 0, 48, (24, 24)),
        ((3, 2), 0, 96, (48, 48)),
        ((3, 4), 12, 72, (12, 24, 24)),
        # A group of 7/8 is no rest of its own kind.
        ((7, 8), 0, 24, (24,)),
        ((7, 8), 12, 48, (12, 24)),
        ((6, 4), 72, 144, (72,)),
        ((5, 4), 0, 120, (24,) * 5),
    ],
)
def test_rests(metre, start, end, lengths):
    assert Metre(*metre).divide(start, end, rest=True) == lengths


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("metre", METRES)
def test_every_stretch_of_every_metre_can_be_written(metre, rest):
    measure = Metre(*metre)
    for start in range(0, measure.n_ticks, SHORTEST):
        for end in range(start + SHORTEST, measure.n_ticks + 1, SHORTEST):
            lengths = measure.divide(start, end, rest=rest)
            assert sum(lengths) == end - start
            assert set(lengths) <= set(VALUES)


@pytest.mark.parametrize(
    ("told", "written"), [((3, 32), (3, 32)), ((1, 64), (1, 32)), ((9, 64), (5, 32)), ((7, 16), (7, 16))]
)
def test_metres_that_thirty_seconds_cannot_fill_are_written_in_thirty_seconds(told, written):
    metre = metre_on_grid(*told)
    assert (metre.numerator, metre.denominator) == written


def run(length, count, start=0, n_beams=1):
    """So many notes in a row, as `beam_groups` takes them."""
    return [(start + length * place, length, n_beams) for place in range(count)]


@pytest.mark.parametrize(
    ("metre", "notes", "groups"),
    [
        # Eighths: by half measures of 4/4, by whole measures of 3/4, by beats of 6/8 and 6/4.
        ((4, 4), run(12, 8), [[0, 1, 2, 3], [4, 5, 6, 7]]),
        ((3, 4), run(12, 6), [[0, 1, 2, 3, 4, 5]]),
        ((6, 8), run(12, 6), [[0, 1, 2], [3, 4, 5]]),
        ((6, 4), run(12, 12), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]),
        ((9, 4), run(12, 18), [list(range(first, first + 6)) for first in (0, 6, 12)]),
        # Uneven metres by their groups.
        ((7, 8), run(12, 7), [[0, 1], [2, 3], [4, 5, 6]]),
        ((5, 8), run(12, 5), [[0, 1, 2], [3, 4]]),
        ((7, 16), run(6, 7, n_beams=2), [[0, 1], [2, 3], [4, 5, 6]]),
        ((11, 8), run(12, 11), [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9, 10]]),
        # Sixteenths by quarters, in 6/4 too; a quarter, or a rest, ends a beam; one flag alone is no beam.
        ((4, 4), run(6, 8, n_beams=2), [[0, 1, 2, 3], [4, 5, 6, 7]]),
        ((6, 4), run(6, 12, n_beams=2), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]),
        ((4, 4), [(0, 12, 1), (12, 24, 0), (36, 12, 1)], []),
        ((4, 4), [(0, 6, 2), (12, 6, 2), (18, 6, 2)], [[1, 2]]),
        # Triplets by quarters, thirty-seconds as well.
        ((4, 4), run(8, 6), [[0, 1, 2], [3, 4, 5]]),
        ((2, 4), run(3, 16, n_beams=3), [list(range(8)), list(range(8, 16))]),
    ],
)
def test_beams(metre, notes, groups):
    assert beam_groups(Metre(*metre), notes) == groups


def test_an_uneven_measure_is_beamed_by_the_grouping_it_has():
    assert beam_groups(Metre(7, 8, (3, 2, 2)), run(12, 7)) == [[0, 1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("counts", "beams"),
    [
        ([1, 1], [("begin",), ("end",)]),
        ([1, 2, 2], [("begin",), ("continue", "begin"), ("end", "end")]),
        ([2, 1], [("begin", "forward hook"), ("end",)]),
        ([1, 3], [("begin",), ("end", "backward hook", "backward hook")]),
        (
            [2, 3, 3, 2],
            [("begin",) * 2, ("continue", "continue", "begin"), ("continue", "continue", "end"), ("end",) * 2],
        ),
    ],
)
def test_how_many_beams_each_note_has(counts, beams):
    assert beams_of(counts) == beams
