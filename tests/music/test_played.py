"""What somebody plays to a metronome, put on the grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.errors import InputError
from koe.music.beat_tracking import USUAL_QPM
from koe.music.grid import MAX_QPM, MIN_CHOSEN_QPM
from koe.music.notes import note_at_step
from koe.music.played import (
    MAX_PLAYED_MEASURES,
    MAX_PRESSES,
    Press,
    free_qpm,
    notes_from_presses,
    piece_from_free_presses,
    piece_from_presses,
)
from koe.studio import Studio

QPM = 120.0  # a sixteenth lasts 0.125 s
SIXTEENTH_SEC = 0.125


def pressed(*presses, n_steps=64):
    """Notes of ``(pitch, down, up)`` with times in sixteenths."""
    made = [Press(pitch, down * SIXTEENTH_SEC, up * SIXTEENTH_SEC) for pitch, down, up in presses]
    return [(note.step, note.pitch, note.n_steps) for note in notes_from_presses(made, QPM, n_steps)]


def test_downs_and_ups_go_to_the_nearest_sixteenth():
    assert pressed((60, 3.6, 8.4), (64, 4.4, 8.6)) == [(4, 60, 4), (4, 64, 5)]


def test_seconds_become_steps_by_the_tempo():
    # At 90 a quarter lasts two thirds of a second.
    assert notes_from_presses([Press(60, 2 / 3, 4 / 3, 99)], 90.0, 64) == (note_at_step(4, 60, 4, 99),)


@pytest.mark.parametrize(
    ("down", "found"), [(-0.9, [(0, 60, 2)]), (-0.2, [(0, 60, 2)]), (-1.1, []), (-4.0, []), (0.4, [(0, 60, 2)])]
)
def test_a_little_before_the_first_beat_is_the_first_beat(down, found):
    assert pressed((60, down, 2)) == found


def test_a_short_tap_is_a_sixteenth():
    assert pressed((60, 5.1, 5.2), (62, 6.4, 6.4)) == [(5, 60, 1), (6, 62, 1)]


def test_the_last_measure_ends_what_is_held_and_what_comes_late_is_left_out():
    assert pressed((60, 14, 40), (62, 15.4, 15.6), (64, 15.6, 18), n_steps=16) == [(14, 60, 2), (15, 62, 1)]


def test_a_key_struck_again_ends_its_note():
    # Held by one finger until 6, struck by another at 4; and twice within a sixteenth.
    assert pressed((60, 0, 6), (60, 4, 5)) == [(0, 60, 4), (4, 60, 1)]
    assert pressed((60, 0, 0.1), (60, 0.3, 3)) == [(0, 60, 3)]


presses = st.builds(
    lambda pitch, down, length, velocity: Press(pitch, down, down + length, velocity),
    st.integers(21, 108),
    st.floats(-5, 40),
    st.floats(0, 20),
    st.integers(1, 127),
)


@given(st.lists(presses, max_size=40), st.floats(MIN_CHOSEN_QPM, MAX_QPM), st.sampled_from([16, 32, 64, 128]))
def test_whatever_is_played_becomes_notes_of_one_piano(played, qpm, n_steps):
    notes = notes_from_presses(played, qpm, n_steps)
    assert list(notes) == sorted(notes)
    assert {note.pitch for note in notes} <= {press.pitch for press in played}
    for note in notes:
        assert 0 <= note.step < note.end_step <= n_steps
    # A key sounds once at a time.
    cells = [(step, note.pitch) for note in notes for step in range(note.step, note.end_step)]
    assert len(cells) == len(set(cells))
    # Whoever plays these notes exactly gets them back.
    step_sec = 60 / qpm / 4
    exact = [Press(note.pitch, note.step * step_sec, note.end_step * step_sec, note.velocity) for note in notes]
    assert notes_from_presses(exact, qpm, n_steps) == notes


def test_measures_without_music_at_either_end_are_left_out():
    # The first measure is empty, the second begins late, a chord is let go a sixteenth into the fourth.
    played = [Press(60, 20 * SIXTEENTH_SEC, 24 * SIXTEENTH_SEC), Press(64, 40 * SIXTEENTH_SEC, 49 * SIXTEENTH_SEC)]
    piece = Studio().played(played, QPM, 8, "Mine")
    assert (piece.n_steps, piece.qpm, piece.title, piece.n_measures) == (32, QPM, "Mine", 2)
    assert piece.notes == (note_at_step(4, 60, 4), note_at_step(24, 64, 8))


def test_what_is_held_into_a_measure_on_purpose_keeps_it():
    played = [Press(60, 0, 20 * SIXTEENTH_SEC)]
    assert piece_from_presses(played, QPM, 4).n_steps == 32


@pytest.mark.parametrize(
    ("played", "qpm", "n_measures", "said"),
    [
        ([], 90, 4, "No key was pressed"),
        ([Press(60, -2.0, -1.0)], 90, 4, "No key was pressed"),
        ([Press(60, 0, 1)], 5, 4, "from 10 to 480"),
        ([Press(60, 0, 1)], float("nan"), 4, "from 10 to 480"),
        ([Press(60, 0, 1)], 90, 0, "1 to 16 measures"),
        ([Press(60, 0, 1)] * (MAX_PRESSES + 1), 90, 4, "more than 2000 notes"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(played, qpm, n_measures, said):
    with pytest.raises(InputError, match=said):
        piece_from_presses(played, qpm, n_measures)


def tapped(*beats, qpm, wrong_sec=(), held=0.8):
    """Keys in C major at these beats, each so many seconds too late."""
    late = [*wrong_sec, *[0.0] * len(beats)]
    downs = [beat * 60 / qpm + late[n] for n, beat in enumerate(beats)]
    scale = (60, 62, 64, 65, 67, 69, 71)
    return [Press(scale[n % 7], down, down + held * 60 / qpm / 2, 90) for n, down in enumerate(downs)]


@pytest.mark.parametrize("qpm", [72.0, 96.0, 126.0])
def test_without_a_metronome_the_tempo_is_found(qpm):
    beats = (0, 1, 1.5, 2, 3, 4, 4.5, 5, 6)
    rng = np.random.default_rng(7)
    presses = tapped(*beats, qpm=qpm, wrong_sec=rng.normal(0, 0.012, len(beats)))
    assert free_qpm(presses) == pytest.approx(qpm, rel=0.03)
    piece = piece_from_free_presses(presses, "Free")
    assert [note.onset / 24 for note in piece.notes] == list(beats)
    assert piece.n_measures == 2
    assert piece.title == "Free"


def test_one_key_or_one_chord_has_the_usual_tempo_and_a_measure():
    chord = [Press(pitch, 5.0 + 0.01 * n, 5.5) for n, pitch in enumerate((60, 64, 67))]
    assert free_qpm(chord) == free_qpm(chord[:1]) == USUAL_QPM
    piece = piece_from_free_presses(chord)
    assert {note.onset for note in piece.notes} == {0}
    assert piece.n_measures == 1


def test_very_slow_or_very_fast_taps_become_values_of_a_usual_tempo():
    slow, fast = tapped(0, 1, 2, 3, qpm=30), tapped(*(n / 4 for n in range(12)), qpm=120)
    assert free_qpm(slow) == pytest.approx(60, rel=0.05)
    assert free_qpm(fast) == pytest.approx(120, rel=0.05)


def test_of_what_is_longer_than_a_recording_the_end_is_taken():
    presses = tapped(*range(4 * MAX_PLAYED_MEASURES + 8), qpm=100)
    piece = piece_from_free_presses(presses)
    assert piece.n_measures <= MAX_PLAYED_MEASURES
    assert piece.notes[-1].pitch == presses[-1].pitch
    assert piece.notes[0].onset == 0


def test_nothing_played_is_said():
    with pytest.raises(InputError, match="No key was pressed"):
        piece_from_free_presses([])
    with pytest.raises(InputError, match="more than 2000"):
        piece_from_free_presses([Press(60, 0.001 * n, 0.001 * n) for n in range(MAX_PRESSES + 1)])


@given(st.lists(st.tuples(st.integers(21, 108), st.floats(-600, 600), st.floats(0, 60)), min_size=1, max_size=30))
def test_whatever_is_played_without_a_metronome_becomes_a_piece(played):
    presses = [Press(pitch, down, down + length) for pitch, down, length in played]
    piece = piece_from_free_presses(presses)
    assert piece.notes
    assert MIN_CHOSEN_QPM <= piece.qpm <= MAX_QPM
    assert 1 <= piece.n_measures <= MAX_PLAYED_MEASURES
