"""What the player is sent: places, origins and differences of notes, in plain numbers and few bytes."""

import json
from base64 import b64decode

import numpy as np
import pytest

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, N_KEYS
from koe.music.notes import Note, note_at_step
from koe.music.piece import Pedal, Piece, Tempo, TimeSignature
from koe.web.player import music_id, score, timing
from koe.web.texts import pages as texts


@pytest.fixture
def waltz():
    notes = (note_at_step(0, 60, 4), note_at_step(6, 64, 2), note_at_step(16, 61, 16), note_at_step(30, 67, 1))
    return Piece.on_steps(notes, 36, 90.0, (TimeSignature(0, 3, 4), TimeSignature(144, 6, 8)), "Waltz")


def cells(marked, kind) -> set[tuple[int, int]]:
    return {
        (step, note.pitch - LOWEST_PITCH)
        for note, its_kind in marked
        if its_kind == kind
        for step in range(note.step, note.end_step)
    }


def cells_of(roll) -> set[tuple[int, int]]:
    return {(int(step), int(key)) for step, key in np.argwhere(roll)}


def test_notes_keep_their_places(waltz):
    sent = score.columns(score.by_origin(waltz, None))
    assert sent == {"onset": [0, 36, 96, 180], "pitch": [60, 64, 61, 67], "length": [24, 12, 96, 6], "kind": "wwww"}


def test_triplets_and_what_is_played_off_its_place_are_drawn_where_they_sound():
    # Triplets of eighths; the second comes 30 pulses early, before the end of the one that it follows, which is
    # let go 5 pulses late.
    notes = (Note(0, 60, 8, release=5), Note(8, 62, 8, shift=-30), Note(16, 64, 8))
    sent = score.columns(score.by_origin(Piece(notes, 24), None))
    assert sent == {"onset": [0, 6.5, 16], "pitch": [60, 62, 64], "length": [8.25, 9.5, 8], "kind": "www"}


def test_notes_come_in_the_order_in_which_they_are_heard():
    # The player looks them up by it. Written later, played earlier; both by a person, since both are written so.
    piece = Piece((Note(0, 60, 24, shift=40), Note(1, 62, 24, shift=-20), Note(24, 64, 24, shift=-21)), 48)
    sent = score.columns(score.by_origin(piece, 4))
    assert sent["onset"] == [0, 2, 22.95]
    assert (sent["pitch"], sent["kind"]) == ([62, 60, 64], "wwm")


def test_loudness_is_a_byte_a_note_where_it_changes():
    notes = tuple(note_at_step(n, 60, 1, velocity) for n, velocity in enumerate((20, 127, 64)))
    sent = score.columns(score.by_origin(Piece.on_steps(notes, 4), None))
    assert list(b64decode(sent["velocity"])) == [20, 127, 64]


@pytest.mark.parametrize(("made_from", "kinds"), [(None, "wwww"), (0, "mmmm"), (16, "wwmm"), (17, "wwwm")])
def test_a_network_s_notes_begin_where_it_began(waltz, made_from, kinds):
    assert score.columns(score.by_origin(waltz, made_from))["kind"] == kinds


def test_a_comparison_puts_every_cell_into_one_class():
    rng = np.random.default_rng(3)
    original, made = rng.random((2, 64, N_KEYS)) < 0.1
    marked = score.compared(original, made)
    assert cells(marked, score.BOTH) == cells_of(original & made)
    assert cells(marked, score.MISSED) == cells_of(original & ~made)
    assert cells(marked, score.ADDED) == cells_of(made & ~original)
    onsets = [note.step for note, _ in marked]
    assert onsets == sorted(onsets)  # which the player looks notes up by


def test_a_note_that_both_hold_in_part_is_several():
    original, made = np.zeros((2, 8, N_KEYS), bool)
    original[0:6, 39] = made[2:8, 39] = True
    assert score.compared(original, made) == [
        (note_at_step(0, 60, 2), "o"),
        (note_at_step(2, 60, 4), "b"),
        (note_at_step(6, 60, 2), "n"),
    ]


def test_numbers_are_plain_even_where_a_piece_came_from_numpy():
    roll = np.zeros((16, N_KEYS), bool)
    roll[2:5, 39] = True
    numpy_notes = (note_at_step(np.int64(2), np.int32(60), np.uint8(3)),)
    for piece in (Piece.from_pianoroll(roll), Piece.on_steps(numpy_notes, 16)):
        sent = score.columns(score.by_origin(piece, 0))
        assert json.loads(json.dumps(sent)) == {"onset": [12], "pitch": [60], "length": [18], "kind": "m"}


def test_what_was_nearly_played_is_one_byte_a_cell():
    probabilities = np.zeros((64, N_KEYS), np.float32)
    probabilities[5, 60 - LOWEST_PITCH] = 0.2
    probabilities[6, 60 - LOWEST_PITCH] = 0.4  # reaches the threshold: a note, drawn as such
    probabilities[7, 60 - LOWEST_PITCH] = 0.399
    probabilities[8, 100 - LOWEST_PITCH] = 0.3  # out of sight
    packed = score.faint(probabilities, 0.4, (50, 80))
    sent = np.frombuffer(b64decode(packed), np.uint8).reshape(64, 31)
    assert sent[5, 10] == 51
    assert sent[6, 10] == 0
    assert sent[7, 10] == 102
    assert np.count_nonzero(sent) == 2
    assert len(packed) == 4 * -(-64 * 31 // 3)  # base64


def test_beats_follow_the_metre(waltz):
    assert timing.beats(waltz) == [[0, 24], [144, 12]]
    assert timing.beats(Piece.on_steps((), 0)) == [[0, 24]]
    assert timing.beats(Piece((), 96, time_signatures=(TimeSignature(0, 9, 64),))) == [[0, 1.5]]


@pytest.mark.parametrize(
    ("metre", "upbeat", "missing"), [((3, 4), 24, 48), ((6, 8), 12, 60), ((4, 4), 0, 0), ((4, 4), 8, 88)]
)
def test_an_upbeat_has_the_last_beats_of_a_measure(metre, upbeat, missing):
    piece = Piece((), 480, time_signatures=(TimeSignature(0, *metre),), upbeat=upbeat)
    assert timing.missing_ticks(piece) == missing


def told_sec(points, tick):
    return float(np.interp(tick, points["ticks"], points["secs"]))


def test_seconds_follow_the_tempo():
    # A measure at 120, then one at 60.
    piece = Piece((), 192, (Tempo(0, 120.0), Tempo(96 * 20, 60.0)))
    assert timing.time_map(piece) == {"ticks": [0, 96, 192], "secs": [0.0, 2.0, 6.0]}
    assert timing.time_map(Piece((), 0)) == {"ticks": [0], "secs": [0.0]}
    # What comes after the end is nothing to the player.
    assert timing.time_map(Piece((), 24, (Tempo(0, 60.0), Tempo(480, 30.0)))) == {"ticks": [0, 24], "secs": [0.0, 1.0]}


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_tempi_are_told_in_few_points_near_enough(seed):
    rng = np.random.default_rng(seed)
    # Rubato: a slow sway, and every beat a little off it.
    swaying = 80 * np.exp(0.3 * np.sin(np.arange(1000) / 15) + 0.005 * rng.standard_normal(1000))
    tempos = tuple(Tempo(480 * beat + int(rng.integers(0, 400)), float(qpm)) for beat, qpm in enumerate(swaying))
    piece = Piece((), 24_000, (Tempo(0, 80.0), *tempos[1:]))
    points = timing.time_map(piece)
    told = [abs(told_sec(points, tick) - piece.seconds_at(tick)) for tick in range(0, 24_001, 7)]
    assert max(told) <= timing.NEAR_SEC + 1e-5
    assert len(points["ticks"]) < 600
    for column in points.values():
        assert np.all(np.diff(column) > 0)
    assert (points["ticks"][-1], points["secs"][-1]) == (24_000, pytest.approx(piece.duration_sec, abs=1e-5))


def test_one_tempo_said_many_times_is_two_points():
    piece = Piece((), 9600, tuple(Tempo(480 * beat, 100.0 + 1e-4 * (beat % 2)) for beat in range(300)))
    assert len(timing.time_map(piece)["ticks"]) == 2


def test_the_pedal_is_down_from_its_middle_on():
    pedal = (Pedal(0, 20), Pedal(120, 64), Pedal(200, 127), Pedal(485, 63), Pedal(490, 0), Pedal(600, 90))
    assert timing.pedal_spans(Piece((), 48, pedal=pedal)) == [[6, 24.25], [30, 48]]
    assert timing.pedal_spans(Piece((), 24, pedal=pedal)) == [[6, 24]]  # lifted after the end
    assert timing.pedal_spans(Piece((), 24)) == []


@pytest.mark.parametrize(
    ("notes", "kinds"),
    [
        ([(note_at_step(0, 60), "w")], []),  # nothing to tell apart
        ([(note_at_step(0, 60), "m"), (note_at_step(1, 60), "w")], ["w", "m"]),
        ([(note_at_step(0, 60), "b")], ["b"]),  # in a comparison it says that nothing differs
        ([(note_at_step(0, 60), "n"), (note_at_step(1, 60), "o"), (note_at_step(2, 60), "b")], ["b", "o", "n"]),
        ([], []),
    ],
)
def test_the_legend_tells_what_is_there(notes, kinds):
    assert score.legend(notes) == [[kind, texts.KINDS_OF_NOTES[kind]] for kind in kinds]


def test_the_picture_in_words(waltz):
    assert score.in_words(waltz, score.by_origin(waltz, 16)) == (
        "Waltz: 2 notes by a person, 2 notes by a network; 3 measures, beginning in 3/4; from C4 to G4; 6 seconds."
    )
    assert score.in_words(Piece.on_steps((), 16), []) == "Untitled piece: 1 measure without a note."


def test_a_roll_and_its_sound_know_each_other(waltz):
    same = Piece.on_steps(waltz.notes, 36, 90.0, waltz.time_signatures, "Waltz")
    assert music_id(waltz) == music_id(same)
    for other in (
        Piece.on_steps(waltz.notes[1:], 36, 90.0, waltz.time_signatures, "Waltz"),
        Piece.on_steps(waltz.notes, 36, 91.0),
    ):
        assert music_id(waltz) != music_id(other)


def test_a_piece_of_500_measures_is_sent_whole_in_few_bytes():
    rng = np.random.default_rng(5)
    onsets = np.sort(rng.integers(0, 7992, 6000))
    pitches = rng.integers(LOWEST_PITCH, HIGHEST_PITCH + 1, 6000)
    piece = Piece.on_steps(tuple(note_at_step(int(a), int(b), 4) for a, b in zip(onsets, pitches, strict=True)), 8000)
    sent = score.columns(score.by_origin(piece, None))
    assert [len(sent[column]) for column in ("onset", "pitch", "length", "kind")] == [6000] * 4
    assert len(json.dumps(sent)) < 18 * 6000


def test_a_struck_key_of_the_original_is_its_as_much_as_a_held_one():
    states = np.zeros((8, 88), np.uint8)
    states[2:6, 40] = 2, 1, 1, 1
    (only,) = score.compared(states, states > 0)
    assert (only[0].onset, only[0].duration, only[1]) == (12, 24, score.BOTH)
