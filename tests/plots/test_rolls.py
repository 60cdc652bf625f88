"""What the pictures show: the numbers in their traces."""

import numpy as np
import pytest

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, N_KEYS
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.plots.axes import LEAST_SPAN, pitch_range, shared_pitches
from koe.plots.heatmaps import latents_figure, small_rolls_figure
from koe.plots.palette import LIGHT
from koe.plots.strip import strip_svg


@pytest.fixture
def piece():
    notes = (note_at_step(0, 60, 4), note_at_step(6, 64, 2), note_at_step(16, 61, 16), note_at_step(30, 67, 1))
    return Piece.on_steps(notes, 36, time_signatures=(TimeSignature(0, 3, 4), TimeSignature(144, 2, 4)))


@pytest.mark.parametrize("pitches", [[], [60], [21], [108], [21, 108], [40, 90]])
def test_pitch_range_stays_on_the_piano_and_shows_all(pitches):
    low, high = pitch_range(pitches)
    assert LOWEST_PITCH <= low < high <= HIGHEST_PITCH
    assert high - low >= LEAST_SPAN
    assert all(low <= pitch <= high for pitch in pitches)


def test_rolls_that_share_a_scale_are_all_seen():
    low_note, high_note = np.zeros((2, 64, N_KEYS), bool)
    low_note[3, 30 - LOWEST_PITCH] = high_note[5, 90 - LOWEST_PITCH] = True
    low, high = shared_pitches(low_note, high_note)
    assert (low, high) == (28, 92)
    assert shared_pitches(high_note) != (low, high)


def test_small_rolls_share_their_pitches():
    rolls = np.zeros((3, 64, N_KEYS), dtype=bool)
    rolls[0, 0, 10] = rolls[2, 63, 70] = True
    figure = small_rolls_figure(rolls, ["a", "b", "c"])
    assert [annotation.text for annotation in figure.layout.annotations] == ["a", "b", "c"]
    shapes = {(heatmap.z.shape, heatmap.y0) for heatmap in figure.data}
    assert len(shapes) == 1
    low = figure.data[0].y0
    assert figure.data[0].z[10 + LOWEST_PITCH - low, 0] == 1
    assert figure.data[2].z[70 + LOWEST_PITCH - low, 63] == 1
    assert [int(heatmap.z.sum()) for heatmap in figure.data] == [1, 0, 1]


def test_latents_stand_on_their_scale():
    figure = latents_figure(np.linspace(-3, 3, 16), (-3.0, 3.0))
    assert list(figure.data[0].y) == [round(float(value), 3) for value in np.linspace(-3, 3, 16)]
    assert list(figure.layout.yaxis.range) == [-3, 3]


def test_strip_draws_one_bar_for_each_note_that_begins_in_it(piece):
    svg = strip_svg(piece, 20)
    assert svg.count("<rect") == 3
    assert svg.count(LIGHT.made) == 1
