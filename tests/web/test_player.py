"""What the player is sent: places, origins and differences of notes, in plain numbers and few bytes."""

import json
from base64 import b64decode

import numpy as np
import pytest

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, N_KEYS
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.web import texts
from koe.web.player import music_id, score


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
    assert sent == {"onset": [0, 6, 16, 30], "pitch": [60, 64, 61, 67], "length": [4, 2, 16, 1], "kind": "wwww"}


def test_seconds_follow_from_steps(waltz):
    # 90 quarters a minute are six sixteenths a second: the last note begins after five.
    assert waltz.notes[-1].onset / score.steps_per_sec(waltz) == pytest.approx(5.0)


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
        assert json.loads(json.dumps(sent)) == {"onset": [2], "pitch": [60], "length": [3], "kind": "m"}


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
    assert score.beats(waltz) == [[0, 4.0], [24, 2.0]]
    assert score.beats(Piece.on_steps((), 0)) == [[0, 4.0]]


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
    assert score.in_words(waltz, score.by_origin(waltz, 16), "0:06") == (
        "Waltz: 2 notes by a person, 2 notes by a network; 3 measures, beginning in 3/4; from C4 to G4; 0:06 minutes."
    )
    assert score.in_words(Piece.on_steps((), 16), [], "0:02") == "Untitled piece: 1 measure without a note."


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
    assert len(json.dumps(sent)) < 16 * 6000


def test_a_struck_key_of_the_original_is_its_as_much_as_a_held_one():
    states = np.zeros((8, 88), np.uint8)
    states[2:6, 40] = 2, 1, 1, 1
    (only,) = score.compared(states, states > 0)
    assert (only[0].onset, only[0].duration, only[1]) == (2, 4, score.BOTH)
