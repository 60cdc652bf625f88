from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import InputError
from koe.music.beats import Beats, rebeat
from koe.music.grid import MAX_STEPS
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature


def heard(piece):
    """When everything sounds, in seconds: beginnings, ends and pedal."""
    # Those of one key and velocity apart from each other, since rounding to pulses may change which comes first.
    begins, ends = (
        sorted((note.pitch, note.velocity, pulse(note)) for note in piece.notes)
        for pulse in (lambda note: note.first_pulse, lambda note: note.last_pulse)
    )
    pedal = [(0, 0, mark.onset) for mark in piece.pedal]
    keys, _, pulses = np.array([*begins, *ends, *pedal, (0, 0, 0)]).T
    return piece.tempo_map.seconds(pulses), keys


notes = st.builds(
    Note,
    st.integers(0, 300),
    st.integers(60, 63),
    st.integers(1, 60),
    st.integers(1, 127),
    st.integers(0, 15),
    st.integers(0, 15),
)
pieces = st.builds(
    lambda notes, qpms, upbeat, change, pedal: Piece(
        tuple(sorted(notes)),
        400,
        tuple(Tempo(480 * beat, qpm) for beat, qpm in enumerate(qpms)),
        (TimeSignature(), *((TimeSignature(96 + upbeat, 3, 4),) if change else ())),
        upbeat,
        (KeySignature(0, 3, "minor"), KeySignature(96, -2)),
        tuple(Pedal(place, 127 * (number % 2 == 0)) for number, place in enumerate(sorted(pedal))),
        "Played",
        beats_estimated=True,
    ),
    st.lists(notes, max_size=20),
    st.lists(st.integers(50, 200).map(float), min_size=1, max_size=9),
    st.integers(0, 47),
    st.booleans(),
    st.sets(st.integers(0, 7000), max_size=5),
)


@settings(max_examples=60)
@given(piece=pieces, how=st.sampled_from(["halve", "double", "earlier", "later"]), by=st.sampled_from([6, 12]))
def test_whatever_the_beats_it_sounds_the_same(piece, how, by):
    changed = rebeat(piece, how, by)
    for before, after in zip(heard(piece), heard(changed), strict=True):
        assert np.allclose(before, after, rtol=0, atol=0.0026)  # half a pulse at 25 a minute
    assert changed.beats_estimated
    assert (changed.title, changed.pedal == (), changed.keys[0]) == ("Played", piece.pedal == (), piece.keys[0])
    assert 0 <= changed.upbeat < changed.time_signatures[0].measure_ticks


@settings(max_examples=60)
@given(piece=pieces, by=st.sampled_from([6, 12]))
def test_what_is_undone_is_as_before(piece, by):
    twice = rebeat(rebeat(piece, "double"), "halve")
    assert twice.notes == piece.notes
    assert [tempo.onset for tempo in twice.tempos] == [tempo.onset for tempo in piece.tempos]
    assert [tempo.qpm for tempo in twice.tempos] == pytest.approx([tempo.qpm for tempo in piece.tempos], rel=1e-5)
    assert (twice.n_ticks, twice.pedal, twice.keys) == (piece.n_ticks, piece.pedal, piece.keys)
    assert (twice.time_signatures, twice.upbeat) == (piece.time_signatures, piece.upbeat)
    assert rebeat(rebeat(piece, "later", by), "earlier", by) == piece
    assert rebeat(rebeat(piece, "earlier", by), "later", by).notes == piece.notes


EIGHTHS = Piece.on_steps(tuple(note_at_step(2 * n, 60 + n % 5, 2) for n in range(16)), 32, 120.0, beats_estimated=True)


changes = st.lists(st.tuples(st.sampled_from(["double", "halve", "earlier", "later"]), st.sampled_from([6, 12])))
UNDOES = {"double": "halve", "halve": "double", "earlier": "later", "later": "earlier"}


def tried(beats, changes):
    for how, by in changes:
        beats = beats.changed(how, by)
    return beats


@settings(max_examples=60, deadline=None)
@given(piece=pieces, upbeat=st.integers(0, 95), changes=changes)
def test_changes_that_cancel_out_leave_nothing_behind(piece, upbeat, changes):
    beats = Beats(replace(piece, upbeat=upbeat))
    assert tried(beats, [*changes, *((UNDOES[how], by) for how, by in reversed(changes))]) == beats
    assert beats.piece == beats.first
    for how in ("double", "halve"):
        assert beats.changed(how).changed(UNDOES[how]).piece.upbeat == upbeat


@settings(max_examples=60, deadline=None)
@given(
    piece=pieces, upbeat=st.integers(0, 95), n_doublings=st.integers(-1, 1), how=st.sampled_from(["earlier", "later"])
)
def test_beats_moved_by_a_whole_measure_are_where_they_were(piece, upbeat, n_doublings, how):
    first = tried(
        Beats(replace(piece, upbeat=upbeat)), [("double" if n_doublings > 0 else "halve", 0)] * abs(n_doublings)
    )
    # A measure of the piece as it was has eight eighths, or, of twice as many beats, sixteen.
    n_eighths = round(8 * 2.0**n_doublings)
    assert tried(first, [(how, 12)] * n_eighths) == first
    assert tried(first, [(how, 6)] * 2 * n_eighths) == first


@settings(max_examples=30, deadline=None)
@given(piece=pieces, changes=changes)
def test_beats_that_are_tried_sound_the_same(piece, changes):
    try:
        changed = tried(Beats(piece), changes).piece
    except InputError:
        return  # too many beats, or too slow ones
    for before, after in zip(heard(piece), heard(changed), strict=True):
        assert np.allclose(before, after, rtol=0, atol=0.02)  # tempos are whole microseconds


def test_of_eighths_doubling_makes_quarters_and_halving_sixteenths():
    double, half = rebeat(EIGHTHS, "double"), rebeat(EIGHTHS, "halve")
    assert [note.step for note in double.notes] == list(range(0, 64, 4))
    assert [note.step for note in half.notes] == list(range(16))
    assert (double.qpm, double.n_measures, half.qpm, half.n_measures) == (240, 4, 60, 1)
    assert double.duration_sec == half.duration_sec == EIGHTHS.duration_sec


def test_a_beat_that_comes_later_makes_an_upbeat_of_what_was_before():
    later = rebeat(EIGHTHS, "later")
    assert (later.upbeat, later.measure_onsets, later.notes) == (12, (0, 12, 108), EIGHTHS.notes)
    assert rebeat(EIGHTHS, "earlier").measure_onsets == (0, 84, 180)
    assert rebeat(EIGHTHS, "later", 6).upbeat == 6
    moved = EIGHTHS
    for _ in range(8):
        moved = rebeat(moved, "later")
    assert moved == EIGHTHS


def test_halving_keeps_the_order_of_what_is_a_tick_apart():
    piece = Piece(tuple(Note(23 + n, 60 + n, 1) for n in range(3)), 48, beats_estimated=True)
    assert [note.onset for note in rebeat(piece, "halve").notes] == [11, 12, 13]


def test_what_cannot_be_is_said_in_a_sentence():
    with pytest.raises(InputError, match="more than 32768"):
        rebeat(Piece.on_steps((), MAX_STEPS), "double")
    with pytest.raises(InputError, match="beats a minute, and no piece is so slow"):
        rebeat(Piece.on_steps((note_at_step(0, 60),), 4, 5.0), "halve")
    with pytest.raises(InputError, match="not 'treble'"):
        rebeat(EIGHTHS, "treble")
