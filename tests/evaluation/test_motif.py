"""Whether a motif is found in an answer, on answers made by hand."""

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation.motif import Answer, answer_in, evaluate, likeness
from koe.music.notes import Note
from koe.music.piece import Piece

MOTIF = np.array([[0, 60], [24, 62], [48, 64], [72, 67]])
STARTS = 96 * np.arange(9)


def moved(measures, semitones, motif=MOTIF):
    return motif + np.array([96 * measures, semitones])


@pytest.mark.parametrize(("measures", "semitones"), [(0, 0), (0, 12), (3, -5), (2, 7)])
def test_it_is_found_in_the_first_measures_at_any_interval(measures, semitones):
    others = np.array([[5, 60], [24, 40], [96, 41]])
    assert likeness(MOTIF, np.concatenate([others, moved(measures, semitones)]), STARTS) == 1


def test_it_is_not_found_later_farther_or_at_other_places():
    assert likeness(MOTIF, moved(4, 0), STARTS) == 0
    assert likeness(MOTIF, moved(0, 13), STARTS) <= 0.5
    assert likeness(MOTIF, moved(0, 0) + np.array([6, 0]), STARTS) == 0
    assert likeness(MOTIF, MOTIF[:0], STARTS) == 0


def test_one_interval_holds_for_all_its_notes():
    bent = np.concatenate([moved(0, 0)[:2], moved(0, 5)[2:]])
    assert likeness(MOTIF, bent, STARTS) == 0.5
    twice = np.concatenate([moved(0, 0)[:2], moved(1, 0)[2:]])  # half of it in each of two measures
    assert likeness(MOTIF, twice, STARTS) == 0.5


def test_a_doubled_note_counts_once():
    doubled = np.concatenate([moved(0, 0)[:1]] * 4)
    assert likeness(MOTIF, doubled, STARTS) == 0.25


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="needs a note"):
        likeness(MOTIF[:0], MOTIF, STARTS)
    with pytest.raises(InputError, match="follow one another"):
        likeness(MOTIF, MOTIF, [0, 96, 96])


def piece(*parts, n_measures):
    notes = tuple(Note(onset, pitch, 20) for onset, pitch in np.concatenate(parts).tolist())
    return Piece(tuple(sorted(notes)), 96 * n_measures)


def test_motif_and_answer_are_taken_from_a_piece():
    found = answer_in(piece(moved(0, 3), moved(1, 0), moved(2, 5), moved(3, 7), n_measures=6), 32, "work")
    assert found is not None
    assert found.motif.tolist() == np.concatenate([moved(0, 3), moved(1, 0)]).tolist()
    assert found.starts.tolist() == [0, 96, 192, 288, 384]
    assert found.likeness == 0.5
    whole = answer_in(piece(moved(0, 3), moved(1, 0), moved(2, 8), moved(3, 5), n_measures=6), 32)
    assert whole is not None
    assert whole.likeness == 1
    assert answer_in(piece(moved(3, 0), n_measures=6), 32) is None
    assert answer_in(piece(moved(0, 0), n_measures=2), 32) is None


def test_figures_over_answers():
    good, bad = Answer(MOTIF, moved(1, 2), STARTS, "a"), Answer(MOTIF, moved(0, 0)[:2], STARTS, "b")
    figures = evaluate([good, bad, bad, bad], n_resamples=50)
    assert figures["likeness"]["value"] == pytest.approx(0.625)
    assert figures["found"]["value"] == pytest.approx(0.25)
    low, high = figures["found"]["interval"]
    assert low <= 0.25 <= high
