"""Playing scores: the same seed the same music, more or less of it, and nothing that cannot be played."""

from dataclasses import replace

import numpy as np
import pytest

from koe.errors import InputError
from koe.generation.performing import perform
from koe.music.grid import PULSES_PER_TICK
from koe.music.interpretation import interpretation_of
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo, TimeSignature
from tests.models.pn1_toys import toy_player, waltz


@pytest.fixture(scope="module")
def player():
    return toy_player()


def test_the_same_seed_plays_the_same_bytes_and_another_one_another_reading(player):
    score = waltz()
    first, again, other = (write_midi(perform(score, player, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_the_score_stays_and_what_is_heard_can_be_played(player):
    score = waltz()
    for amount in (0.5, 1.0, 2.0):
        played = perform(score, player, 1, amount)
        assert [(n.onset, n.pitch, n.duration) for n in played.notes] == [
            (n.onset, n.pitch, n.duration) for n in score.notes
        ]
        assert (played.measure_onsets, played.upbeat, played.keys) == (score.measure_onsets, score.upbeat, score.keys)
        assert all(1 <= note.velocity <= 127 and note.last_pulse > note.first_pulse for note in played.notes)
        firsts = [note.first_pulse for note in played.notes]
        assert firsts == sorted(firsts)
        assert played.duration_sec == pytest.approx(score.duration_sec, rel=1e-3)
        places = [one.onset for one in played.pedal]
        assert places == sorted(set(places))
        assert [one.value for one in played.pedal] == [127, 0] * (len(places) // 2)
        assert read_midi(write_midi(played)).notes == played.notes


def test_nothing_of_it_is_the_piece_as_written_and_more_is_farther_from_the_average(player):
    score = waltz()
    assert perform(score, player, amount=0.0) is score
    spread = [interpretation_of(perform(score, player, amount=amount)) for amount in (0.01, 0.5, 1.0)]
    assert spread[0].velocities.std() < 1 < spread[1].velocities.std() < spread[2].velocities.std()
    assert spread[0].tempos.std() < spread[1].tempos.std() < spread[2].tempos.std()
    for amount in (-0.1, 2.1, float("nan")):
        with pytest.raises(InputError, match=r"between 0 \(as written\) and 2"):
            perform(score, player, amount=amount)


def test_loudness_and_pedal_of_its_own_give_way(player):
    score = waltz()
    loud = replace(
        score, notes=tuple(replace(note, velocity=120) for note in score.notes), pedal=(Pedal(0, 127), Pedal(9000, 0))
    )
    assert perform(loud, player, 2) == perform(score, player, 2)
    assert perform(loud, player, 2, 0.2).notes != perform(score, player, 2, 0.2).notes


@pytest.mark.parametrize(
    "piece",
    [
        Piece((), 0),
        Piece((), 96),
        Piece((Note(0, 60, 1),), 1),
        Piece((Note(95, 108, 1),), 4000),
        Piece((Note(0, 60, 48), Note(0, 60, 24), Note(12, 60, 12)), 96, time_signatures=(TimeSignature(0, 64, 64),)),
    ],
)
def test_next_to_nothing_is_played(player, piece):
    played = perform(piece, player, 5)
    assert len(played.notes) == len(piece.notes)
    assert played.n_ticks == piece.n_ticks
    assert all(0 <= one.onset <= max(piece.n_ticks, 1) * PULSES_PER_TICK for one in played.pedal)


def test_a_long_piece_in_tiny_measures_is_played(player):
    rng = np.random.default_rng(0)
    n, n_ticks = 1500, 40_000
    onsets, pitches = np.sort(rng.integers(0, n_ticks - 6, n)), rng.integers(21, 109, n)
    notes = tuple(sorted(Note(int(onset), int(pitch), 6) for onset, pitch in zip(onsets, pitches, strict=True)))
    played = perform(Piece(notes, n_ticks, time_signatures=(TimeSignature(0, 24, 64),)), player)
    assert len(played.notes) == n
    assert len(played.tempos) <= n_ticks / 12


def test_what_comes_before_a_beat_keeps_its_own_way(player):
    score = waltz()
    notes = tuple(replace(note, velocity=60 + note.onset % 7, shift=note.onset % 3) for note in score.notes)
    own = replace(score, notes=notes, tempos=(Tempo(0, 80.0), Tempo(960, 90.0)), pedal=(Pedal(0, 127), Pedal(9000, 0)))
    begin = 24 + 72 * 4
    played = perform(own, player, 2, start=begin + 5)
    assert [note for note in played.notes if note.onset < begin] == [note for note in notes if note.onset < begin]
    pulses = begin * PULSES_PER_TICK
    assert own.tempo_map.seconds(np.array([pulses])) == pytest.approx(played.tempo_map.seconds(np.array([pulses])))
    assert played.pedal[0] == Pedal(0, 127)
    values = [mark.value for mark in played.pedal]
    assert values == [127, 0] * (len(values) // 2)  # it goes up where the pianist takes over
    assert [mark.onset for mark in played.pedal] == sorted(mark.onset for mark in played.pedal)
    later = [note.velocity for note in played.notes if note.onset >= begin]
    assert len(set(later)) > 5
    assert np.mean(later) == pytest.approx(np.mean([n.velocity for n in notes if n.onset < begin]), abs=1.5)
    assert played.duration_sec == pytest.approx(own.duration_sec, rel=1e-3)
    assert perform(own, player, 2, start=own.n_ticks) == own
    assert read_midi(write_midi(played)).notes == played.notes
