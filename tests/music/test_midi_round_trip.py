"""Whatever a piece holds comes back from its MIDI file, and what was read once is read the same again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from koe.music.grid import PULSES_PER_TICK
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.performance import piece_from_seconds
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.signatures import upbeat_of


def reread(data):
    """What is read, but for how much of it lies off the grid, which only the file knows."""
    return replace(read_midi(data), off_grid=0.0)


METRES = [(4, 4), (3, 4), (6, 8), (5, 8), (2, 2), (9, 32), (7, 16), (1, 4)]


@st.composite
def pieces(draw, played):
    """Pieces whose notes of one pitch do not overlap, with everything that a piece can hold."""
    notes = []
    free: dict[int, int] = {}
    for gap, pitch, length, velocity, shift, release in draw(
        st.lists(
            st.tuples(
                st.integers(0, 30),
                st.integers(58, 64),
                st.integers(2, 40),
                st.integers(1, 127),
                st.integers(0, 25),
                st.integers(-20, 15),
            ),
            max_size=30,
        )
    ):
        onset = free.get(pitch, 0) + gap
        free[pitch] = onset + length + 3
        release = max(release, shift + 1 - length * PULSES_PER_TICK)  # no note ends before it begins
        notes.append(Note(onset, pitch, length, velocity, *((shift, release) if played else (0, 0))))
    n_ticks = max((note.end for note in notes), default=0) + draw(st.integers(2, 100))
    places = st.sets(st.integers(1, n_ticks * 20 - 1), max_size=6).map(sorted)
    tempos, qpm = [Tempo(0, 97.0)], 97.0
    for place in draw(places):
        other = draw(st.integers(5, 480).map(float).filter(lambda one, before=qpm: one != before))
        tempos.append(Tempo(place, other))
        qpm = other
    metres = [TimeSignature(0, *draw(st.sampled_from(METRES)))]
    for place in sorted(draw(st.sets(st.integers(1, n_ticks - 1), max_size=3))):
        numerator, denominator = draw(st.sampled_from(METRES))
        if (numerator, denominator) != (metres[-1].numerator, metres[-1].denominator):
            metres.append(TimeSignature(place, numerator, denominator))
    keys = []
    for place in sorted(draw(st.sets(st.integers(0, n_ticks - 1), max_size=3))):
        fifths, mode = draw(st.tuples(st.integers(-7, 7), st.sampled_from(["major", "minor"])))
        if not keys or (keys[-1].fifths, keys[-1].mode) != (fifths, mode):
            keys.append(KeySignature(place, fifths, mode))
    pedal, value = [], 0
    for place in draw(places):
        value = draw(st.integers(0, 127).filter(lambda one, before=value: one != before))
        pedal.append(Pedal(place, value))
    upbeat = draw(st.integers(0, metres[0].measure_ticks - 1))
    assume(upbeat or not upbeat_of(metres))  # what looks like an upbeat is read as one
    return Piece(
        tuple(sorted(notes)),
        n_ticks,
        tuple(tempos),
        tuple(metres),
        upbeat,
        tuple(keys),
        tuple(pedal),
        draw(st.sampled_from(["", "Für Elise", "月の光", "Лунная соната"])),
        beats_estimated=draw(st.booleans()),
    )


@settings(max_examples=150)
@given(piece=pieces(played=False))
def test_what_is_written_comes_back(piece):
    assert reread(write_midi(piece)) == piece


@settings(max_examples=150)
@given(piece=pieces(played=True))
def test_what_is_played_off_its_place_comes_back(piece):
    data = write_midi(piece)
    again = reread(data)
    assert again == piece
    assert write_midi(again) == data


def test_a_note_that_would_end_before_it_begins_lasts_one_pulse():
    piece = Piece((Note(10, 58, 2, 1, shift=20, release=-20),), 48, (Tempo(0, 97.0),), (TimeSignature(0, 4, 4),))
    data = write_midi(piece)
    again = reread(data)
    assert [(note.shift, note.release) for note in again.notes] == [(20, 21 - 2 * PULSES_PER_TICK)]
    assert write_midi(again) == data


@pytest.mark.parametrize("seed", range(4))
def test_a_performance_comes_back(seed):
    rng = np.random.default_rng(seed)
    starts = np.cumsum(rng.choice([0.15, 0.3, 0.6], 120)) * (1 + 0.05 * np.sin(np.arange(120) / 9))
    starts = np.sort(starts + rng.normal(0, 0.01, 120))
    rows = np.stack(
        [starts, starts + rng.uniform(0.05, 0.9, 120), 40 + np.arange(120) % 37, rng.integers(1, 128, 120)], 1
    )
    piece = piece_from_seconds(rows, "Played", pedal=[(0.4, 127), (1.9, 0)])
    data = write_midi(piece)
    again = reread(data)
    assert again == piece
    assert again.beats_estimated
    assert write_midi(again) == data
