"""Note values by the metre, worked out as they are printed."""

import pytest

from koe.scores.metre import VALUES, Metre, beam_groups, metre_on_grid

METRES = [(4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (9, 8), (12, 8), (5, 4), (7, 8), (2, 2), (3, 2), (3, 16), (1, 4)]


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        # A dotted quarter on the beat is one note; begun on the second beat it would hide the half measure.
        ((4, 4), 0, 6, (6,)),
        ((4, 4), 4, 10, (4, 2)),
        # The syncopation eighth, quarter, eighth is written so within a half, but tied over the middle of the measure.
        ((4, 4), 2, 6, (4,)),
        ((4, 4), 6, 10, (2, 2)),
        # Quarter, half, quarter.
        ((4, 4), 4, 12, (8,)),
        # Five sixteenths are a quarter and a sixteenth, seven a quarter and a dotted eighth.
        ((4, 4), 0, 5, (4, 1)),
        ((4, 4), 0, 7, (4, 3)),
        # An odd sixteenth before the beat is tied to it.
        ((4, 4), 3, 8, (1, 4)),
        ((4, 4), 0, 16, (16,)),
        ((3, 4), 0, 12, (12,)),
        ((3, 4), 4, 12, (8,)),
        ((3, 4), 2, 10, (2, 6)),
        ((2, 4), 2, 6, (4,)),
        # In 6/8 the beat in the middle shows, and whole beats are dotted.
        ((6, 8), 4, 8, (2, 2)),
        ((6, 8), 0, 12, (12,)),
        ((6, 8), 0, 8, (6, 2)),
        ((6, 8), 2, 6, (4,)),
        ((12, 8), 0, 24, (24,)),
    ],
)
def test_notes(metre, start, end, lengths):
    assert Metre(*metre).divide(start, end) == lengths


@pytest.mark.parametrize(
    ("metre", "start", "end", "lengths"),
    [
        # Rests show every beat: no syncopated ones, no dotted half.
        ((4, 4), 4, 16, (4, 8)),
        ((4, 4), 4, 12, (4, 4)),
        ((4, 4), 0, 12, (8, 4)),
        ((4, 4), 2, 6, (2, 2)),
        ((3, 4), 4, 12, (4, 4)),
        ((6, 8), 0, 6, (6,)),
        ((6, 8), 6, 10, (4,)),
        ((6, 8), 2, 6, (2, 2)),
    ],
)
def test_rests(metre, start, end, lengths):
    assert Metre(*metre).divide(start, end, rest=True) == lengths


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("metre", METRES)
def test_every_stretch_of_every_metre_can_be_written(metre, rest):
    measure = Metre(*metre)
    for start in range(measure.n_steps):
        for end in range(start + 1, measure.n_steps + 1):
            lengths = measure.divide(start, end, rest=rest)
            assert sum(lengths) == end - start
            assert set(lengths) <= set(VALUES)


@pytest.mark.parametrize(("told", "written"), [((3, 32), (2, 16)), ((1, 64), (1, 16)), ((7, 16), (7, 16))])
def test_metres_that_sixteenths_cannot_fill_are_written_in_sixteenths(told, written):
    metre = metre_on_grid(*told)
    assert (metre.numerator, metre.denominator) == written


@pytest.mark.parametrize(
    ("metre", "notes", "groups"),
    [
        # Eighths: by half measures of 4/4, by whole measures of 3/4, by beats of 6/8.
        ((4, 4), [(step, 2) for step in range(0, 16, 2)], [[0, 1, 2, 3], [4, 5, 6, 7]]),
        ((3, 4), [(step, 2) for step in range(0, 12, 2)], [[0, 1, 2, 3, 4, 5]]),
        ((6, 8), [(step, 2) for step in range(0, 12, 2)], [[0, 1, 2], [3, 4, 5]]),
        # Sixteenths by beats; a quarter, or a rest, ends a beam; one flag alone is no beam.
        ((4, 4), [(step, 1) for step in range(8)], [[0, 1, 2, 3], [4, 5, 6, 7]]),
        ((4, 4), [(0, 2), (2, 4), (6, 2)], []),
        ((4, 4), [(0, 1), (2, 1), (3, 1)], [[1, 2]]),
    ],
)
def test_beams(metre, notes, groups):
    assert beam_groups(Metre(*metre), notes) == groups
