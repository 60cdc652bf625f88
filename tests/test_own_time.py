"""What a network goes on from, or fills, comes back note for note in its own time; networks are small and untrained."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from koe.audio.events import NOTE_ON, read_performance
from koe.errors import InputError
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.studio import Studio
from tests.test_gaps import Small


@pytest.fixture(scope="module")
def studio():
    return Studio(Small())


def triplets() -> Piece:
    """Four measures of triplets over halves, with a ritardando."""
    notes = [Note(8 * n, (60, 64, 67)[n % 3] + n // 12, 8, 50 + n) for n in range(48)]
    bass = [Note(48 * n, 36 + n, 48, 70) for n in range(8)]
    tempos = (Tempo(0, 60.0), Tempo(3840, 54.5), Tempo(6720, 40.0))
    return Piece(tuple(sorted([*notes, *bass])), 384, tempos, keys=(KeySignature(0, 4, "minor"),), title="Triplets")


def performance() -> Piece:
    """Six measures played freely: every beat at another tempo, every note a little off, the last beat held back."""
    rng = np.random.default_rng(5)
    notes = [
        Note(12 * n, int(rng.integers(40, 80)), 11, int(rng.integers(30, 110)), *map(int, rng.integers(-9, 10, 2)))
        for n in range(48)
    ]
    notes[0] = replace(notes[0], shift=4)  # nothing sounds before the beginning
    tempos = [Tempo(480 * beat, 90.0 + beat % 5) for beat in range(23)] + [Tempo(480 * 23, 31.7)]
    pedal = tuple(Pedal(240 * n + 7, 127 * (n % 2)) for n in range(1, 47))
    return Piece(tuple(sorted(notes)), 576, tuple(tempos), pedal=pedal, title="Performance", beats_estimated=True)


def pedal_down() -> Piece:
    """The pedal is still down where it ends, and let go after that."""
    notes = tuple(note_at_step(4 * n, 50 + n, 1, 60) for n in range(16))
    return Piece.on_steps(notes, 64, 100.0, pedal=(Pedal(120, 127), Pedal(3000, 0), Pedal(3010, 90), Pedal(8000, 0)))


def upbeat() -> Piece:
    """An upbeat of an eighth and a 32nd, which is no whole step, then 3/4."""
    notes = [Note(0, 67, 12, 55), Note(12, 69, 3, 56), *(Note(15 + 24 * n, 60 + n % 7, 20, 60 + n) for n in range(15))]
    return Piece(tuple(notes), 15 + 15 * 24, (Tempo(0, 88.0),), (TimeSignature(0, 3, 4),), 15, title="Upbeat")


def odd(numerator: int, denominator: int) -> Piece:
    """A metre whose measures are no whole steps."""
    metre = TimeSignature(0, numerator, denominator)
    length = metre.measure_ticks
    notes = tuple(Note(length * n, 55 + n % 20, max(length - 1, 1), 40 + n) for n in range(40))
    return Piece(notes, 40 * length, (Tempo(0, 77.0),), (metre,), title="Odd")


def played_off() -> Piece:
    """On the grid, but with a last note that ends, and sounds, between two steps."""
    return Piece((Note(0, 60, 24, 50, 4, -3), Note(24, 62, 20, 60, -5, 60)), 44, (Tempo(0, 96.3),))


PIECES = {
    "triplets": triplets(),
    "performance": performance(),
    "pedal down": pedal_down(),
    "upbeat": upbeat(),
    "9/32": odd(9, 32),
    "3/64": odd(3, 64),
    "played off": played_off(),
    "a last note between steps": Piece((Note(0, 60, 3), Note(3, 62, 1)), 4),
}


@pytest.mark.parametrize("name", PIECES)
def test_what_was_heard_is_in_the_continuation_note_for_note(studio, name):
    prompt = PIECES[name]
    (made,) = studio.continue_piece(prompt, 32, "lstm2", None, 3)
    seam = made.n_ticks - 32 * 6
    assert seam % 6 == 0
    assert 0 <= seam - prompt.n_ticks < 12
    assert tuple(note for note in made.notes if note.onset < seam) == prompt.notes
    written = [note for note in made.notes if note.onset >= seam]
    assert written
    assert all(note.onset % 6 == note.duration % 6 == note.shift == note.release == 0 for note in written)
    for end in (tick for note in prompt.notes for tick in (note.onset, note.end)):
        assert made.seconds_at(end) == prompt.seconds_at(end)
    assert (made.upbeat, made.keys, made.time_signatures) == (prompt.upbeat, prompt.keys, prompt.time_signatures)
    assert [one for one in made.pedal if one.onset < seam * 20] == [p for p in prompt.pedal if p.onset < seam * 20]
    assert not made.pedal or made.pedal[-1].value == 0
    # As a file, too.
    again = read_midi(write_midi(made))
    assert again.notes == made.notes
    assert (again.tempos, again.pedal, again.n_ticks) == (made.tempos, made.pedal, made.n_ticks)


def test_the_pedal_is_let_go_at_the_seam(studio):
    (made,) = studio.continue_piece(pedal_down(), 32, "lstm2", None, 3)
    assert made.pedal == (Pedal(120, 127), Pedal(3000, 0), Pedal(3010, 90), Pedal(64 * 120, 0))
    up = replace(pedal_down(), pedal=(Pedal(120, 127), Pedal(3000, 0)))
    assert studio.continue_piece(up, 32, "lstm2", None, 3)[0].pedal == up.pedal


def test_the_last_tempo_goes_on_of_a_performance_an_average(studio):
    (made,) = studio.continue_piece(triplets(), 32, "lstm2", None, 3)
    assert made.tempos == triplets().tempos
    assert made.duration_sec == pytest.approx(triplets().duration_sec + 8 * 60 / 40)

    prompt = performance()
    (made,) = studio.continue_piece(prompt, 32, "lstm2", None, 3)
    seconds = prompt.duration_sec - prompt.seconds_at(2 * 96)  # of the last four measures
    assert made.tempos == (*prompt.tempos, Tempo(576 * 20, round(16 * 60 / seconds, 1)))
    assert 80 < made.tempos[-1].qpm < 92
    assert studio.continue_piece(prompt, 32, "lstm2", None, 3, include_prompt=False)[0].tempos == (
        Tempo(0, made.tempos[-1].qpm),
    )
    # A last event that no music can go on at is none to go on at either.
    stray = replace(triplets(), tempos=(Tempo(0, 60.0), Tempo(7600, 60_000.0)))
    (made,) = studio.continue_piece(stray, 32, "lstm2", None, 3)
    assert 60 < made.tempos[-1].qpm < 80


@pytest.mark.parametrize("model", ["lstm2", "ae3"])
@pytest.mark.parametrize("name", ["triplets", "performance", "upbeat", "9/32"])
def test_outside_a_gap_every_note_stays_as_it_is(studio, name, model):
    piece = PIECES[name]
    lines = [*piece.measure_onsets, piece.n_ticks]
    for made in studio.fill_gap(piece, 2, 2, model=model, seed=1, n_fillings=2):
        assert (made.n_ticks, made.tempos, made.pedal, made.keys) == (
            piece.n_ticks,
            piece.tempos,
            piece.pedal,
            piece.keys,
        )
        kept = [note for note in piece.notes if not lines[1] <= note.onset < lines[3]]
        # What held on into the gap may be cut there; nothing does in these pieces.
        assert set(kept) <= set(made.notes)
        new = [note for note in made.notes if note not in kept]
        assert all(lines[1] - 3 <= note.onset < lines[3] + 3 for note in new)
        assert read_midi(write_midi(made)).tempos == piece.tempos


@pytest.mark.parametrize("name", ["triplets", "performance", "upbeat", "9/32", "3/64", "pedal down", "played off"])
def test_any_measure_of_any_piece_can_be_filled(studio, name):
    piece = PIECES[name]
    for measure in (1, piece.n_measures):
        (made,) = studio.fill_gap(piece, measure, 1, seed=1, n_fillings=1)
        assert made.n_ticks == piece.n_ticks
        line = piece.measure_onsets[-1]
        kept = [note for note in piece.notes if note.onset < line] if measure > 1 else []
        assert set(kept) <= set(made.notes)


def test_what_is_written_before_a_bar_line_and_heard_after_it_belongs_before_it(studio):
    """A grace note two ticks before the gap stays, one two ticks before its end goes."""
    grace, later = Note(94, 80, 2, 33), Note(190, 81, 2, 34)
    notes = tuple(sorted([*(Note(24 * n, 40 + n, 20, 60) for n in range(16)), grace, later]))
    for hand in ("both", "right"):
        for made in studio.fill_gap(Piece(notes, 384), 2, 1, hand, seed=2):
            assert grace in made.notes
            assert later not in made.notes


def test_two_voices_on_one_key_stay_two(studio):
    voices = (note_at_step(0, 60, 16, 70), note_at_step(4, 60, 4, 50))
    notes = tuple(sorted([*voices, *(note_at_step(16 + 4 * n, 50 + n, 4) for n in range(8))]))
    for made in studio.fill_gap(Piece.on_steps(notes, 48), 2, 1, seed=2):
        assert set(voices) <= set(made.notes)


def test_a_tune_in_triplets_is_harmonised_as_it_is(studio):
    tune = Piece(
        tuple(Note(8 * n, 67 + n % 5, 7, 40 + n, 3) for n in range(24)), 195, (Tempo(0, 70.0), Tempo(999, 60.0))
    )
    for made in studio.harmonise(tune, seed=2, n_fillings=2):
        assert set(tune.notes) <= set(made.notes)
        assert (made.tempos, made.n_ticks) == (tune.tempos, tune.n_ticks)
        assert all(note.end <= 195 for note in made.notes)


def test_a_repair_goes_at_the_tempo_of_what_it_is_of(studio):
    piece = triplets()
    (made,) = studio.repair(piece, np.where(piece.pianoroll[:64], 0.9, 0.001), seed=1)
    assert (made.tempos, made.keys, made.n_ticks) == (piece.tempos, piece.keys, 384)
    np.testing.assert_array_equal(made.pianoroll, piece.pianoroll)


def test_a_part_from_where_the_pedal_is_up_begins_without_a_word_of_it():
    piece = pedal_down()  # down from step 1, up at pulse 3000, down again 10 pulses later
    assert piece.slice_steps(8, 16).pedal == (Pedal(0, 127),)
    assert replace(piece, pedal=(Pedal(120, 127), Pedal(600, 0))).slice_steps(8, 16).pedal == ()


def test_measures_of_no_whole_steps_are_counted_where_they_begin():
    clock = odd(9, 32).clock
    assert clock[:19].tolist() == [
        *([place, 5] for place in range(5)),
        *([place, 4] for place in range(4)),
        *([place, 5] for place in range(5)),
        *([place, 4] for place in range(4)),
        [0, 5],
    ]
    clock = upbeat().clock
    assert clock[:5].tolist() == [[9, 12], [10, 12], [11, 12], [0, 12], [1, 12]]
    tiny = odd(3, 64).clock
    assert (tiny[:, 0] < tiny[:, 1]).all()


def test_a_gap_that_is_too_long_is_still_refused(studio):
    with pytest.raises(InputError, match="at most 256 sixteenths"):
        studio.fill_gap(Piece((Note(0, 60, 8),), 24 * 4 * 20), 1, 20)


def test_triplets_are_equal_in_sound_drawn_as_triplets_and_exact_in_midi(studio):
    """As the sonata quasi una fantasia begins: twelve even eighths of a triplet in each measure over octaves."""
    chord, bass = (56, 61, 64), ((49, 37), (47, 35))
    figure = [Note(8 * n, chord[n % 3], 8) for n in range(24)]
    octaves = [Note(96 * measure, pitch, 96) for measure, pair in enumerate(bass) for pitch in pair]
    piece = Piece(
        tuple(sorted([*figure, *octaves])),
        192,
        (Tempo(0, 54.0),),
        (TimeSignature(0, 2, 2),),
        keys=(KeySignature(0, 4, "minor"),),
    )
    read = read_midi(studio.midi(piece))
    assert read == piece
    played = read_performance(studio.midi(read))
    struck = [event.onset_sec for event in played.events if event.kind == NOTE_ON and event.data1 in chord]
    assert len(struck) == 24
    np.testing.assert_allclose(np.diff(struck), 60 / 54 / 3, atol=1e-4)
    written = ElementTree.fromstring(studio.musicxml(read).encode())
    triplets = [
        note.find("type").text
        for note in written.iter("note")
        if (note.findtext("time-modification/actual-notes"), note.findtext("time-modification/normal-notes"))
        == ("3", "2")
    ]
    assert triplets == ["eighth"] * 24
    assert len([mark for mark in written.iter("tuplet") if mark.get("type") == "start"]) == 8
