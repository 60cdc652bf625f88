"""What the pictures show: the numbers in their traces."""

import numpy as np
import pytest

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, N_KEYS
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.plots.axes import LEAST_SPAN, pitch_range
from koe.plots.comparison import ADDED, BOTH, MISSED, comparison_figure
from koe.plots.heatmaps import latents_figure, probabilities_figure, small_rolls_figure
from koe.plots.palette import DARK, LIGHT
from koe.plots.pianoroll import MOST_NOTES, pianoroll_figure
from koe.plots.strip import strip_svg


def trace(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def cells(figure, name) -> set[tuple[int, int]]:
    """(step, pitch) of all cells that a trace of bars covers."""
    bars = trace(figure, name)
    return {
        (step, pitch)
        for onset, length, pitch in zip(bars.base, bars.x, bars.y, strict=True)
        for step in range(onset, round(onset + length))
    }


def cells_of(roll) -> set[tuple[int, int]]:
    return {(int(step), int(key) + LOWEST_PITCH) for step, key in np.argwhere(roll)}


@pytest.fixture
def piece():
    notes = (Note(0, 60, 4), Note(6, 64, 2), Note(16, 61, 16), Note(30, 67, 1))
    return Piece(notes, 36, time_signatures=(TimeSignature(0, 3, 4), TimeSignature(24, 2, 4)))


def test_each_note_is_a_bar_at_its_place(piece):
    bars = trace(pianoroll_figure(piece, made_from=None), "written")
    assert list(bars.base) == [0, 6, 16, 30]
    assert list(bars.y) == [60, 64, 61, 67]
    assert np.allclose(bars.x, [4, 2, 16, 1], atol=0.2)


def test_colours_tell_who_wrote_a_note(piece):
    figure = pianoroll_figure(piece, made_from=16, palette=DARK)
    written, made = trace(figure, "written"), trace(figure, "made")
    assert list(written.base) == [0, 6]
    assert list(made.base) == [16, 30]
    assert written.marker.color == DARK.original
    assert made.marker.color == DARK.made


def test_hover_names_note_place_and_length(piece):
    bars = trace(pianoroll_figure(piece), "written")
    assert bars.hovertext[1] == "<b>E4</b><br>measure 1, beat 2.5<br>an eighth"
    assert bars.hovertext[2] == "<b>C♯4</b><br>measure 2, beat 2<br>a whole note"
    shifted = trace(pianoroll_figure(piece, first_measure=9), "written")
    assert shifted.hovertext[3] == "<b>G4</b><br>measure 11, beat 2.5<br>a sixteenth"


def test_lines_at_measures_and_beats(piece):
    axis = pianoroll_figure(piece).layout.xaxis
    assert list(axis.tickvals) == [0, 12, 24, 32]
    assert list(axis.ticktext) == ["1", "2", "3", "4"]
    assert list(axis.minor.tickvals) == [4, 8, 16, 20, 28]


def test_beats_follow_the_metre():
    axis = pianoroll_figure(Piece((), 24, time_signatures=(TimeSignature(0, 6, 8),))).layout.xaxis
    assert list(axis.tickvals) == [0, 12]
    assert list(axis.minor.tickvals) == [2, 4, 6, 8, 10, 14, 16, 18, 20, 22]


def test_measure_numbers_thin_out():
    labels = pianoroll_figure(Piece((), 16 * 40)).layout.xaxis.ticktext
    assert len(labels) == 40
    assert [label for label in labels if label] == ["1", "5", "9", "13", "17", "21", "25", "29", "33", "37"]


def test_the_segment_is_highlighted_within_the_piece(piece):
    (shape,) = pianoroll_figure(piece, segment=(12, 76)).layout.shapes
    assert (shape.x0, shape.x1) == (12, 36)


def test_long_pieces_are_cut_not_heaped():
    notes = tuple(Note(step, 60) for step in range(MOST_NOTES + 500))
    figure = pianoroll_figure(Piece(notes, len(notes)))
    assert len(trace(figure, "written").y) == MOST_NOTES
    assert len(figure.layout.shapes) == 0


@pytest.mark.parametrize("pitches", [[], [60], [21], [108], [21, 108], [40, 90]])
def test_pitch_range_stays_on_the_piano_and_shows_all(pitches):
    low, high = pitch_range(pitches)
    assert LOWEST_PITCH <= low < high <= HIGHEST_PITCH
    assert high - low >= LEAST_SPAN
    assert all(low <= pitch <= high for pitch in pitches)


def test_an_empty_piece_can_be_drawn():
    figure = pianoroll_figure(Piece((), 0))
    assert len(trace(figure, "written").y) == 0
    assert figure.layout.xaxis.range[0] < figure.layout.xaxis.range[1]


def test_comparison_puts_every_cell_into_one_class():
    rng = np.random.default_rng(3)
    original, made = rng.random((2, 64, N_KEYS)) < 0.1
    figure = comparison_figure(original, made)
    assert cells(figure, BOTH) == cells_of(original & made)
    assert cells(figure, MISSED) == cells_of(original & ~made)
    assert cells(figure, ADDED) == cells_of(made & ~original)


def test_comparison_tells_classes_by_shape_too():
    roll = np.zeros((64, N_KEYS), dtype=bool)
    roll[:4, 40] = True
    figure = comparison_figure(roll, ~roll & False)
    assert trace(figure, MISSED).marker.line.width > 0
    assert trace(figure, MISSED).marker.color.startswith("rgba")
    assert trace(figure, BOTH).marker.line.width == 0
    assert trace(figure, ADDED).marker.color == LIGHT.made


def test_probabilities_are_whole_per_cent_in_bytes():
    probabilities = np.zeros((64, N_KEYS), np.float32)
    probabilities[5, 39] = 0.426
    heatmap = probabilities_figure(probabilities, pitches=(50, 80)).data[0]
    assert heatmap.z.dtype == np.uint8
    assert heatmap.z.shape == (31, 64)
    assert heatmap.z[60 - 50, 5] == 43
    assert heatmap.z.sum() == 43
    assert heatmap.x0 == 0.5  # a cell lies between its step's lines
    assert heatmap.text[10][5] == "C4"


def test_probabilities_lie_on_their_piece_s_measures(piece):
    axis = probabilities_figure(np.zeros((36, N_KEYS)), piece=piece, first_measure=5).layout.xaxis
    assert list(axis.tickvals) == [0, 12, 24, 32]
    assert axis.ticktext[0] == "5"


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
