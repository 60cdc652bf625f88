"""What a player makes of a score: heard from a piece, and played."""

from dataclasses import replace

import numpy as np
import pytest

from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import (
    as_written,
    beats_of,
    brings_its_own,
    interpretation_of,
    interpreted,
    pedal_shares,
    pedal_values,
    places_of,
    written_lengths,
    written_on,
)
from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo, TimeSignature
from tests.models.pn1_toys import waltz


def test_beats_follow_the_metre_and_an_upbeat_has_the_last_ones():
    piece = Piece((), 24 + 72, (), (TimeSignature(0, 3, 4),), 24)
    beats = beats_of(piece)
    assert beats.onsets.tolist() == [0, 24, 48, 72, 96]
    assert beats.measure.tolist() == [0, 1, 1, 1]
    assert beats.place.tolist() == [48, 0, 24, 48]
    # An upbeat of an eighth and a quarter begins between two beats.
    assert beats_of(Piece((), 36 + 72, (), (TimeSignature(0, 3, 4),), 36)).onsets.tolist() == [0, 12, 36, 60, 84, 108]
    gigue = beats_of(Piece((), 144, (), (TimeSignature(0, 6, 8), TimeSignature(72, 5, 8))))
    assert gigue.onsets.tolist() == [0, 36, 72, 84, 96, 108, 120, 132, 144]


def test_a_length_near_a_note_value_is_that():
    assert written_lengths(np.array([11, 23, 12, 8, 5, 500])).tolist() == [12, 24, 12, 8, 6, 500]
    assert written_lengths(np.zeros(0, dtype=int)).tolist() == []


def played_waltz():
    """The waltz as somebody might play it."""
    rng = np.random.default_rng(0)
    score = waltz()
    notes = tuple(
        replace(note, velocity=int(rng.integers(30, 100)), shift=5 if note.onset % 72 == 24 else 0, release=-30)
        for note in score.notes
    )
    tempos = tuple(Tempo(beat * 480, 90.0 + beat % 7) for beat in range(25))
    return replace(score, notes=notes, tempos=tempos, pedal=(Pedal(500, 127), Pedal(1900, 0)))


def test_what_was_heard_of_a_performance_plays_it_again():
    played = played_waltz()
    again = interpreted(as_written(played), interpretation_of(played))
    assert [(n.onset, n.pitch, n.velocity) for n in again.notes] == [
        (n.onset, n.pitch, n.velocity) for n in played.notes
    ]
    assert again.pedal == played.pedal
    heard, before = (piece.tempo_map.seconds(np.arange(0, 12000, 240)) for piece in (again, played))
    np.testing.assert_allclose(heard, before, atol=1e-4)
    for new, old in zip(again.notes, played.notes, strict=True):
        assert abs(new.first_pulse - old.first_pulse) <= 1
        assert abs(new.last_pulse - old.last_pulse) <= 1


def test_a_score_has_one_tempo_one_loudness_and_no_pedal():
    score = as_written(played_waltz())
    assert len({note.velocity for note in score.notes}) == len(score.tempos) == 1
    assert not score.pedal
    assert {(note.shift, note.release) for note in score.notes} == {(0, 0)}


def test_tempo_within_a_beat_is_early_and_late():
    # The second eighth comes after two thirds of the beat's time.
    notes = (Note(0, 60, 12), Note(12, 62, 12), Note(24, 64, 24))
    piece = Piece(notes, 48, (Tempo(0, 60.0), Tempo(240, 120.0), Tempo(480, 80.0)))
    reading = interpretation_of(piece)
    np.testing.assert_allclose(np.exp(reading.tempos), [80.0, 80.0], rtol=1e-3)
    np.testing.assert_allclose(reading.timings, [0.0, 2 / 3 - 1 / 2, 0.0], atol=1e-3)


def test_onsets_stay_in_order_and_lengths_above_nothing_whatever_is_asked():
    score = waltz()
    rng = np.random.default_rng(1)
    own, places = interpretation_of(score), places_of(score)
    wild = replace(
        own,
        velocities=rng.normal(60, 200, len(score.notes)),
        lengths=rng.normal(0, 5, len(score.notes)),
        timings=rng.normal(0, 5, len(places.onsets)),
        tempos=rng.normal(5, 1, places.beats.n_beats),
    )
    played = interpreted(score, wild)
    assert [(n.onset, n.pitch, n.duration) for n in played.notes] == [
        (n.onset, n.pitch, n.duration) for n in score.notes
    ]
    firsts = [note.first_pulse for note in played.notes]
    assert firsts == sorted(firsts)
    assert min(firsts) >= 0
    by_onset = {}
    for note in played.notes:
        assert 1 <= note.velocity <= 127
        assert note.last_pulse > note.first_pulse
        by_onset.setdefault(note.onset, set()).add(note.first_pulse)
    assert all(len(places) == 1 for places in by_onset.values())
    ends: dict[int, int] = {}
    for note in played.notes:
        assert note.first_pulse >= ends.get(note.pitch, 0) - 1
        ends[note.pitch] = note.last_pulse


def test_the_pedal_is_counted_where_it_is_down():
    pedal = (Pedal(10, 127), Pedal(40, 0), Pedal(90, 64))
    np.testing.assert_array_equal(pedal_values(pedal, np.array([0, 10, 39, 40, 90])), [False, True, True, False, True])
    np.testing.assert_allclose(pedal_shares(pedal, np.array([0.0, 20, 50, 100])), [0.5, 20 / 30, 0.2])
    np.testing.assert_allclose(pedal_shares((), np.array([0.0, 20])), [0.0])


@pytest.mark.parametrize("piece", [Piece((), 0), Piece((), 96), Piece((Note(0, 60, 1),), 1)])
def test_next_to_nothing_can_be_played(piece):
    assert interpreted(piece, interpretation_of(piece)).notes == piece.notes


def test_a_piece_brings_its_own_way_with_dynamics_the_pedal_or_free_time():
    score = waltz()
    assert not brings_its_own(score)
    two_hands = replace(score, notes=tuple(replace(n, velocity=84 if n.pitch > 60 else 70) for n in score.notes))
    assert not brings_its_own(two_hands)
    assert not brings_its_own(replace(score, tempos=(Tempo(0, 80.0), Tempo(960, 60.0))))
    short = replace(score, notes=tuple(replace(note, release=-9) for note in score.notes))
    assert not brings_its_own(short)
    assert brings_its_own(replace(score, pedal=(Pedal(5, 127), Pedal(90, 0))))
    assert brings_its_own(replace(score, beats_estimated=True))
    swelling = replace(score, notes=tuple(replace(note, velocity=40 + note.onset // 24) for note in score.notes))
    assert brings_its_own(swelling)
    assert brings_its_own(swelling, 100)
    assert not brings_its_own(swelling, 40)


def test_a_played_beginning_goes_on_as_it_is_written():
    whole = waltz()
    begun = whole.slice(0, 24 + 72 * 3)
    reading = interpretation_of(begun)
    reading = replace(reading, velocities=reading.velocities + np.arange(len(begun.notes)) % 9)
    played = interpreted(begun, replace(reading, tempos=reading.tempos + 0.1 * np.sin(np.arange(len(reading.tempos)))))
    both = written_on(played, whole)
    assert (both.n_ticks, len(both.notes)) == (whole.n_ticks, len(whole.notes))
    before = [note for note in both.notes if note.onset < begun.n_ticks]
    assert [note.velocity for note in before] == [note.velocity for note in played.notes]
    assert [note for note in both.notes if note.onset >= begun.n_ticks] == [
        note for note in whole.notes if note.onset >= begun.n_ticks
    ]
    end = np.array([begun.n_ticks * PULSES_PER_TICK])
    assert both.tempo_map.seconds(end) == pytest.approx(played.duration_sec)
    assert both.tempos[-1].qpm == whole.qpm
    assert written_on(whole, whole) == whole
