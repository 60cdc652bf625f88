"""What is called a copy, what is not, and in which words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.music.piece import Piece
from koe.originality.chance import limits_for
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Limits
from koe.originality.passage import exact_share, passage, shifted
from koe.originality.search import search
from koe.originality.verdict import judge
from tests.originality.music import moved, music, piece


@settings(max_examples=25)
@given(st.integers(0, 4), st.integers(0, 192), st.integers(-19, 20))
def test_a_training_passage_is_found_in_any_key(index, number, start, semitones):
    copied = moved(music(number), semitones)[start : start + 64]
    verdict = judge(piece(copied), index)
    near = verdict.nearest[0]
    assert verdict.kind == "copy"
    assert (near.source.title, near.semitones, near.source_step) == (f"Piece {number}", semitones, start)
    # The last notes of an inner voice begin no fingerprint.
    assert near.share > 0.9
    assert verdict.run.source_step == start + verdict.run.step


def test_new_music_is_new(index):
    for seed in range(300, 310):
        verdict = judge(piece(music(seed)), index)
        assert verdict.kind == "new"
        assert verdict.n_copied == 0


def test_a_copied_passage_is_told_from_what_stands_around_it(index):
    roll = np.concatenate([music(301, 128), moved(music(2), -4)[64:128], music(302, 128)])
    verdict = judge(piece(roll), index)
    near = verdict.nearest[0]
    assert verdict.kind == "copy"
    assert (near.step, near.n_steps, near.first_measure, near.last_measure) == (128, 64, 9, 12)
    assert (near.source.name, near.source_step, near.semitones) == ("J. S. Bach: Piece 2", 64, -4)
    inside = int(np.sum((onsets_of(roll)[:, 0] >= 128) & (onsets_of(roll)[:, 0] < 192)))
    assert 0.9 * inside < verdict.n_copied <= inside
    assert verdict.sentence == (
        f"From measure 9 on, {verdict.run.n_notes} notes in a row are those of J. S. Bach: Piece 2, "
        "measures 5 to 8, four semitones lower."
    )
    assert verdict.in_words(first_measure=5).startswith("From measure 13 on")


def test_measures_are_those_of_the_piece_in_its_own_time(index):
    """With an upbeat of a quarter the same passage lies a measure further on; it counts as one, as everywhere."""
    roll = np.concatenate([music(301, 4), music(301, 128), moved(music(2), -4)[64:128]])
    shown = replace(piece(roll), upbeat=24)
    near = judge(shown, index).nearest[0]
    assert (near.step, near.n_steps) == (132, 64)
    assert (near.first_measure, near.last_measure) == (10, 13)
    # Played late, and a tick beside its place, every note is still found where it is written.
    notes = tuple(replace(note, onset=note.onset + 1, shift=9) for note in shown.notes)
    late = replace(shown, notes=notes, n_ticks=shown.n_ticks + 1)
    assert judge(late, index).nearest[0] == near


def test_what_was_there_before_the_network_is_not_held_against_it(index):
    roll = np.concatenate([music(0)[:64], music(303, 128)])
    assert judge(piece(roll), index).kind == "copy"
    verdict = judge(piece(roll), index, made_from=64)
    assert verdict.kind == "new"
    assert verdict.n_notes == len(onsets_of(roll)[onsets_of(roll)[:, 0] >= 64])


def test_altered_notes_break_runs_but_not_the_passage(index):
    roll = music(3)[:64].copy()
    for step, key in onsets_of(roll)[5::9]:
        roll[step, key] = False
    verdict = judge(piece(roll), index)
    assert verdict.kind == "copy"
    assert verdict.nearest[0].source.title == "Piece 3"
    assert 0.2 < verdict.nearest[0].share < 1


def test_a_passage_longer_than_a_window_is_one_passage(index):
    near, *others = judge(piece(music(1)[:192]), index).nearest
    assert (near.step, near.n_steps) == (0, 192)
    assert others == []


@pytest.mark.parametrize("n_notes", [0, 1, 7])
def test_too_few_notes_say_nothing(index, n_notes):
    roll = np.zeros((64, 88), bool)
    roll[np.arange(n_notes) * 3, 40 + np.arange(n_notes)] = True
    verdict = judge(piece(roll), index)
    assert (verdict.kind, verdict.n_copied, verdict.nearest) == ("short", 0, ())
    assert "too few notes" in verdict.sentence
    assert judge(Piece.on_steps((), 0), index).kind == "short"


def test_a_held_note_and_a_short_one_are_the_same_onset(index):
    held = music(2)[:64].copy()
    for step, key in onsets_of(held):
        if step + 1 < 64 and not held[step + 1 : step + 3, key].any():
            held[step + 1, key] = True
    assert judge(piece(held), index).nearest[0].share == judge(piece(music(2)[:64]), index).nearest[0].share


def test_runs_and_shares_by_hand(index):
    """Twelve notes of a piece in a row, then one that it does not have, then others."""
    theirs = onsets_of(music(4))[:12]
    steps = np.unique(theirs[:, 0])
    theirs = theirs[theirs[:, 0] < steps[-1]]
    other = np.array([[steps[-1] + 2 * n, 80 + (3 * n) % 7] for n in range(6)])
    found = search(np.concatenate([theirs, other]), 0, 64, index)
    last_chord = np.sum(theirs[:, 0] == theirs[-1, 0])
    assert len(theirs) - last_chord - 4 <= found.run.n_notes <= len(theirs)
    assert found.alignments[found.run.alignment].semitones == 0
    assert found.windows[0].n_notes == len(theirs) + 6
    assert found.windows[0].n_shared == found.shared[found.windows[0].alignment].sum()


def test_limits_lie_between_those_measured():
    measured = (Limits(64, 0.4, 16), Limits(256, 0.6, 24))
    assert limits_for(64, measured) == Limits(64, 0.4, 16)
    assert limits_for(16, measured) == Limits(16, 0.4, 16)
    assert limits_for(128, measured) == Limits(128, pytest.approx(0.5), 20)
    assert limits_for(4096, measured) == Limits(4096, 0.6, 24)
    # Where chance was not measured, nothing is called a copy.
    assert limits_for(64, ()).share == 1.0


def test_most_held_out_passages_are_below_the_limits(index, corpus):
    # The limits were measured on the valid split; the test split is of the same kind.
    kinds = [
        judge(piece(corpus.pianoroll(entry)[start : start + 64]), index).kind
        for entry in corpus.split("test")
        for start in range(0, 960, 64)
    ]
    assert kinds.count("copy") <= 1


# -- where the corpus itself is at hand -----------------------------------------


def test_the_passage_lies_note_for_note_under_its_copy(index, corpus):
    copied = moved(music(2), 5)[30:94]
    near = judge(piece(copied), index).nearest[0]
    theirs = passage(corpus, near, qpm=90.0)
    np.testing.assert_array_equal(theirs.pianoroll, copied)
    assert theirs.qpm == 90.0
    # Its bar lines are the source's: step 30 is the 15th sixteenth of a measure.
    assert theirs.measure_steps[:3] == (0, 2, 18)
    assert exact_share(corpus, near, onsets_of(copied)) == 1.0


def test_half_of_the_notes_changed_is_half_the_share(index, corpus):
    copied = music(1)[:64]
    near = judge(piece(copied), index).nearest[0]
    changed = onsets_of(copied)
    changed[::2, 1] = 87
    assert exact_share(corpus, near, changed) == pytest.approx(len(changed[1::2]) / len(changed))


def test_a_passage_that_reaches_over_the_end_of_its_source_is_filled_with_silence(index, corpus):
    roll = np.concatenate([music(0)[224:], np.zeros((32, 88), bool)])
    near = judge(piece(roll), index).nearest[0]
    theirs = passage(corpus, near, qpm=100.0)
    assert theirs.n_steps == 64
    np.testing.assert_array_equal(theirs.pianoroll[:32], music(0)[224:])
    assert not theirs.pianoroll[32:].any()


def test_keys_that_leave_the_piano_are_dropped():
    roll = np.zeros((1, 88), bool)
    roll[0, [0, 40, 87]] = True
    assert np.flatnonzero(shifted(roll, 3)[0]).tolist() == [3, 43]
    assert np.flatnonzero(shifted(roll, -3)[0]).tolist() == [37, 84]
    assert np.flatnonzero(shifted(roll, 0)[0]).tolist() == [0, 40, 87]


def test_a_few_notes_in_common_are_no_copy_however_few_there_are(index):
    """Seven notes of a piece and two others: most are shared, and yet nobody would call it copied."""
    theirs = onsets_of(music(4))[:7]
    roll = np.zeros((64, 88), bool)
    roll[theirs[:, 0], theirs[:, 1]] = True
    roll[[50, 60], [5, 84]] = True
    verdict = judge(piece(roll), index)
    assert verdict.nearest[0].source.title == "Piece 4"
    assert verdict.nearest[0].share > verdict.limits.share
    assert verdict.run.n_notes <= verdict.limits.run
    assert verdict.kind == "new"
