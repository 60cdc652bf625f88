"""The quick way to read gives what the usual one gives, on clean files and on broken ones."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import MidiError
from koe.music import midi
from koe.music.midi import read_midi, write_midi
from koe.music.midi_repair import read_with_doubts
from koe.music.midi_writing import END_MARK
from koe.music.piece import Piece
from tests.music.midi_bytes import END_OF_TRACK, TUNE, meta, midi_file, note, note_off, note_on, tempo, track, wait

# Events that files are made of, most of them harmless, some read in two ways by two readers.
EVENTS = [
    note(60),
    note(64, 120, 60),
    note(60, 0),
    note(36, channel=9),
    note(110),
    note_on(60),
    note_on(62, 120),
    note_off(60, 480),
    wait(120) + b"\x3c\x50",  # running status
    tempo(400_000),
    tempo(700_000, 240),
    tempo(0),
    tempo(500),
    meta(0x51, b"\x07\xa1"),
    meta(0x51, b"\x07\xa1\x20\x00", 120),
    meta(0x58, bytes([3, 2, 24, 8])),
    meta(0x58, bytes([6, 3, 24, 8]), 480),
    meta(0x58, b"\x05\x02"),
    meta(0x58, bytes([4, 9, 24, 8])),
    meta(0x59, b"\0\0"),
    meta(0x7A, b"xx", 480),
    meta(1, b"words", 60),
    meta(1, END_MARK.encode(), 480),
    meta(3, b""),
    meta(3, b"Study"),
    b"\0\xf0\x03\x01\x02\xf7",
    b"\0\xf7\x03\x01\x02\xf7",
    b"\0\xf2\x01\x02",
    b"\0\xf8",
    b"\0\xf4",
    b"\0\xff\x01\x80\x80\x80\x80\x00",  # a length of five bytes
    b"\x80\x80\x80\x80\x10\x90\x3c\x50",  # a wait of five bytes
    b"\0\xc0\x05",
    b"\0\xc0\x28",  # a violin
    b"\0\xc9\x28",
    END_OF_TRACK,
]


def outcome(data, quick):
    """Everything about a piece, or why there is none."""
    try:
        piece = read_midi(data, quick=quick)
    except MidiError as error:
        return str(error)
    return {**vars(piece), "notes": sorted(piece.notes)}


@settings(max_examples=400)
@given(
    tracks=st.lists(st.lists(st.sampled_from(EVENTS), max_size=7), min_size=1, max_size=3),
    n_tracks=st.sampled_from([None, None, None, 1, 2]),
    behind=st.sampled_from([b"", b"", b"", bytes(9), b"\n", b"some more junk", track(note(60))]),
)
def test_any_events(tracks, n_tracks, behind):
    data = midi_file(*(track(*events) for events in tracks), n_tracks=n_tracks) + behind
    assert outcome(data, quick=True) == outcome(data, quick=False)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes(seed):
    rng = random.Random(seed)
    roll = np.random.default_rng(seed).random((24, 88)) < 0.05
    data = bytearray(write_midi(Piece.from_pianoroll(roll, title="Study")))
    for _ in range(rng.randrange(4)):
        data[rng.randrange(8, len(data))] = rng.randrange(256)
    assert outcome(bytes(data), quick=True) == outcome(bytes(data), quick=False)


DOUBTFUL = {
    "music behind the end": track(TUNE, END_OF_TRACK, note(72)),
    "running status after a system message": track(note_on(60), b"\0\xf0\x01\xf7", b"\x60\x3c\x00"),
    "a tempo of four bytes": track(meta(0x51, b"\x07\xa1\x20\x00"), TUNE),
    "a text with a length of five bytes": track(b"\0\xff\x01\x80\x80\x80\x80\x00", TUNE),
    "two ends of the piece": track(meta(1, END_MARK.encode(), 4800), TUNE, meta(1, END_MARK.encode())),
}


@pytest.mark.parametrize("chunk", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_left_to_the_usual_reader(chunk):
    data = midi_file(chunk)
    assert read_with_doubts(data)[1]
    assert outcome(data, quick=True) == outcome(data, quick=False)


def test_notes_for_instruments_without_a_keyboard_are_counted():
    program = b"\0\xc0"
    violin = track(program + b"\x28", TUNE, note(15), program + b"\x13", TUNE, note(36, channel=9))
    assert read_midi(midi_file(violin)).n_other_instruments == 5
    flutes = track(b"\0\xc3\x49", note_on(60, channel=3), note_on(60, 9, channel=3), note_off(60, 9, channel=3))
    assert read_midi(midi_file(violin, flutes)).n_other_instruments == 7
    assert read_midi(midi_file(track(TUNE))).n_other_instruments == 0


def test_ordinary_files_are_read_without_pretty_midi(monkeypatch):
    def refuse(data):
        raise AssertionError("pretty_midi was asked")

    monkeypatch.setattr(midi, "_read_plain", refuse)
    overlapping = track(tempo(400_000), note_on(60), note_on(60, 240), note_off(60, 240), note_off(60, 240))
    for data in (midi_file(track(TUNE)), midi_file(track(tempo(400_000)), track(TUNE)), midi_file(overlapping)):
        assert read_midi(data, quick=True).notes


def test_time_before_an_event_that_mido_does_not_know_is_kept():
    data = midi_file(track(meta(0x7A, b"xx", 480), TUNE))
    assert [n.step for n in read_midi(data).notes] == [4, 8, 12, 16]
