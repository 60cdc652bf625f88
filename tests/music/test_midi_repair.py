"""Files that break the standard and play well all the same."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import MidiError
from koe.music.midi import _read_plain, read_midi
from tests.music.midi_bytes import (
    END_OF_TRACK,
    TUNE,
    TUNE_NOTES,
    chunk,
    header,
    meta,
    midi_file,
    note,
    note_off,
    note_on,
    number,
    tempo,
    track,
    wait,
)

GOOD = midi_file(track(TUNE))
CUT_OFF = "The file is cut off before its end; what is there was read."


def spans(data):
    return [(n.step, n.pitch, n.n_steps) for n in read_midi(data).notes]


def riff(data, before=b""):
    content = b"RMID" + before + chunk(b"data", data)[:4] + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def with_track_length(length):
    return header() + b"MTrk" + number(length, 4) + TUNE + END_OF_TRACK


WRAPPED_OR_BROKEN = {
    "RMID": riff(GOOD),
    "RMID with another chunk first": riff(GOOD, b"DISP\x04\0\0\0name"),
    "MacBinary": bytes(128) + GOOD + bytes(40),
    "gzip": gzip.compress(GOOD, mtime=0),
    "byte-order mark": b"\xef\xbb\xbf" + GOOD,
    "junk in front": b"\r\n\0junk" + GOOD,
    "junk behind": GOOD + b"\0\0\0garbage",
    "newline behind": GOOD + b"\r\n",
    "header length FFFFFFFF": GOOD[:4] + b"\xff" * 4 + GOOD[8:],
    "header length 0": GOOD[:4] + bytes(4) + GOOD[8:],
    "longer header": GOOD[:4] + number(10, 4) + GOOD[8:14] + b"more" + GOOD[14:],
    "track length FFFFFFFF": with_track_length(0xFFFFFFFF),
    "track length 0": with_track_length(0),
    "track length too short": with_track_length(20),
    "track length one too long": with_track_length(len(TUNE) + 5),
    "no end of track": header() + chunk(b"MTrk", TUNE),
    "more tracks promised": midi_file(track(TUNE), n_tracks=7),
    "no track promised": midi_file(track(TUNE), n_tracks=0),
    "unknown chunk first": header() + chunk(b"XFIH", b"what") + track(TUNE),
    "unknown empty chunk between": header(2, 1) + track() + chunk(b"JUNK", b"") + track(TUNE),
    "tempo 0": midi_file(track(tempo(0), TUNE)),
    "short tempo": midi_file(track(meta(0x51, b"\x07\xa1"), TUNE)),
    "long tempo": midi_file(track(meta(0x51, b"\x07\xa1\x20\x00"), TUNE)),
    "bad key signature": midi_file(track(meta(0x59, b"\x63\x07"), TUNE)),
    "empty key signature": midi_file(track(meta(0x59, b""), TUNE)),
    "short time signature": midi_file(track(meta(0x58, b"\x03"), TUNE)),
    "time signature of huge denominator": midi_file(track(meta(0x58, b"\x04\xff\x18\x08"), TUNE)),
    "unknown metas": midi_file(track(meta(0x7A, b"x" * 300), meta(0x00, b""), meta(0x21, b"\0" * 9), TUNE)),
    "F7 escape": midi_file(track(wait(0) + b"\xf7\x03\xf3\x01\x00", TUNE)),
    "system exclusive": midi_file(track(wait(0) + b"\xf0\x05\x7e\x7f\x09\x01\xf7", TUNE)),
    "system messages": midi_file(track(b"\0\xf2\1\2\0\xf3\1\0\xf6\0\xfe", TUNE)),
    "key signature on another track": midi_file(track(), track(meta(0x59, b"\0\0"), TUNE)),
    "division of zero": midi_file(track(TUNE), division=0),
    "format 5": midi_file(track(TUNE), file_format=5),
    "notes ended by velocity 0": midi_file(
        track(*(note_on(p) + note_on(p, 480, velocity=0) for p in (60, 62, 64, 65)))
    ),
    "running status": midi_file(
        track(
            b"\0\x90\x3c\x50" + wait(480) + b"\x3c\0\0\x3e\x50" + wait(480) + b"\x3e\0",
            b"\0\x40\x50" + wait(480) + b"\x40\0\0\x41\x50" + wait(480) + b"\x41\0",
        )
    ),
    "running status across metas": midi_file(
        track(
            b"\0\x90\x3c\x50" + wait(480) + b"\x3c\0",
            meta(1, b"text") + b"\0\x3e\x50" + wait(480) + b"\x3e\0",
            wait(0) + b"\xf0\x01\xf7" + b"\0\x40\x50" + wait(480) + b"\x40\0",
            tempo(500_000) + b"\0\x41\x50" + wait(480) + b"\x41\0",
        )
    ),
    "stray data bytes before any status": midi_file(track(b"\0\x05", TUNE)),
    "spurious note-offs": midi_file(track(note_off(60), note_off(99), TUNE, note_off(60))),
    "other channel messages": midi_file(track(b"\0\xc0\5\0\xd0\5\0\xe0\0\x40\0\xb0\x40\x7f\0\xa0\x3c\5", TUNE)),
}


@pytest.mark.parametrize("data", WRAPPED_OR_BROKEN.values(), ids=WRAPPED_OR_BROKEN)
def test_the_tune_is_read_all_the_same(data):
    piece = read_midi(data)
    assert [(n.step, n.pitch, n.n_steps) for n in piece.notes] == TUNE_NOTES
    assert (piece.n_steps, piece.qpm) == (16, 120.0)


@pytest.mark.parametrize("case", ["RMID", "junk behind", "newline behind", "more tracks promised", "no end of track"])
def test_harmless_faults_are_not_reported(case):
    assert read_midi(WRAPPED_OR_BROKEN[case]).warnings == ()


def test_a_division_of_zero_is_reported():
    assert "how long a beat is" in read_midi(WRAPPED_OR_BROKEN["division of zero"]).warnings[0]


@pytest.mark.parametrize("missing", range(1, len(TUNE)))
def test_a_file_cut_off_anywhere_keeps_what_is_there(missing):
    piece = read_midi(GOOD[: len(GOOD) - len(END_OF_TRACK) - missing])
    n_whole = (len(TUNE) - missing) // (len(TUNE) // 4)
    assert spans_of(piece)[:n_whole] == TUNE_NOTES[:n_whole]
    assert len(piece.notes) <= n_whole + 1
    assert CUT_OFF in piece.warnings


def spans_of(piece):
    return [(n.step, n.pitch, n.n_steps) for n in piece.notes]


def test_a_cut_off_second_track_keeps_the_first():
    data = midi_file(track(TUNE), track(note(72), note(74)))
    piece = read_midi(data[:-12])
    assert set(TUNE_NOTES) < set(spans_of(piece))
    assert CUT_OFF in piece.warnings


def test_fewer_tracks_promised_than_present():
    assert (0, 72, 4) in spans(midi_file(track(TUNE), track(note(72)), n_tracks=1))


@pytest.mark.parametrize("file_format", [0, 1])
def test_tracks_sound_together(file_format):
    assert spans(midi_file(track(note(60)), track(note(72)), file_format=file_format)) == [(0, 60, 4), (0, 72, 4)]


def test_patterns_of_format_2_follow_each_other_on_the_beat():
    data = midi_file(track(note(60, 400)), track(note(72, before=480)), track(note(74)), file_format=2)
    assert spans(data) == [(0, 60, 3), (8, 72, 4), (12, 74, 4)]


def test_tempo_and_metre_on_any_track_count():
    data = midi_file(track(), track(meta(0x58, bytes([3, 2, 24, 8])), tempo(625_000), TUNE))
    piece = read_midi(data)
    assert (piece.qpm, str(piece.time_signatures[0])) == (96.0, "3/4")


@pytest.mark.parametrize(
    ("frames", "ticks_a_frame", "second"), [(25, 40, 1000), (24, 80, 1920), (30, 100, 3000), (29, 100, 2997)]
)
def test_smpte_time_gets_beats_of_half_a_second(frames, ticks_a_frame, second):
    division = (256 - frames) << 8 | ticks_a_frame
    # The tempo event means nothing here: time runs in frames.
    piece = read_midi(midi_file(track(tempo(250_000), note(60, second), note(62, second // 2)), division=division))
    assert spans_of(piece) == [(0, 60, 8), (8, 62, 4)]
    assert piece.qpm == 120.0


# Notes without a beginning, an end, or a length


def test_a_missing_end_is_found_at_the_next_strike():
    data = midi_file(track(note_on(60), note_on(60, 480), note_off(60, 240), note(62)))
    piece = read_midi(data)
    assert spans_of(piece) == [(0, 60, 4), (4, 60, 2), (6, 62, 4)]
    assert "no end" in piece.warnings[0]


def test_one_missing_end_does_not_shift_the_later_ones():
    data = midi_file(track(note(60, 240), note_on(60, 240), *(note(60, 240, before=240) for _ in range(3))))
    assert spans(data) == [(0, 60, 2), (4, 60, 2), (6, 60, 2), (10, 60, 2), (14, 60, 2)]


def test_the_last_note_without_an_end_lasts_until_the_end_of_the_track():
    assert spans(midi_file(track(note(60), note_on(62), meta(1, b"", ticks=960)))) == [(0, 60, 4), (4, 62, 8)]


def test_the_last_note_without_an_end_does_not_last_until_a_far_away_end():
    assert spans(midi_file(track(note(60), note_on(62), meta(1, b"", ticks=0xFFFFFF)))) == [(0, 60, 4), (4, 62, 16)]


def test_all_of_many_notes_without_an_end_are_read():
    data = midi_file(track(*(note_on(60 + k % 5, 120) for k in range(500))))
    piece = read_midi(data)
    assert len(piece.notes) == 500
    assert all(n.n_steps == 5 for n in piece.notes[:-5])


def test_overlapping_notes_of_one_key_end_in_order():
    data = midi_file(track(note_on(60), note_on(60, 480), note_off(60, 480), note_off(60, 480)))
    assert spans(data) == [(0, 60, 8), (4, 60, 8)]


def test_a_note_of_no_length_lasts_a_step():
    assert spans(midi_file(track(note(60, 0), note(62, 480)))) == [(0, 60, 1), (0, 62, 4)]


def test_an_off_after_the_next_strike_at_the_same_tick_ends_the_note_before():
    data = midi_file(track(note_on(60), note_on(60, 480), note_off(60), note_off(60, 480)))
    assert spans(data) == [(0, 60, 4), (4, 60, 4)]


def test_the_same_key_on_two_channels_or_tracks_is_two_notes():
    together = track(note_on(60), note_on(60, channel=1), note_off(60, 480), note_off(60, 480, channel=1))
    assert spans(midi_file(together)) == [(0, 60, 4), (0, 60, 8)]


# Whatever comes, an answer or a clear sentence


def read_or_refuse(data):
    """Read the file or take the refusal; any other error fails the test."""
    try:
        piece = read_midi(data)
    except MidiError as error:
        return str(error).endswith(".")
    return piece.pianoroll.shape == (piece.n_steps, 88)


@settings(max_examples=150)
@given(junk=st.binary(max_size=200))
def test_any_bytes_after_a_header(junk):
    assert read_or_refuse(midi_file() + junk)
    assert read_or_refuse(midi_file(track(junk)))
    assert read_or_refuse(header(2, 1, 96) + b"MTrk" + junk)
    assert read_or_refuse(b"MThd" + junk)


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_damaged_bytes(seed):
    rng = np.random.default_rng(seed)
    data = bytearray(midi_file(track(tempo(400_000), meta(3, b"name")), track(TUNE), track(TUNE, TUNE)))
    for position in rng.integers(8, len(data), size=4):
        data[position] = rng.integers(256)
    assert read_or_refuse(bytes(data))


def test_faults_that_pretty_midi_would_pass_over_do_not_reach_it():
    for case in ("no end of track", "track length 0", "key signature on another track", "tempo 0"):
        assert _read_plain(WRAPPED_OR_BROKEN[case]) is None
    assert _read_plain(GOOD) is not None


def controller(number, value=0, ticks=0, channel=0):
    return wait(ticks) + bytes([0xB0 | channel, number, value])


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("number", [120, 123])
@pytest.mark.parametrize(
    ("events", "found"),
    [
        # Without ends of their own; ends that come too late; ends of another channel's notes only.
        ([note_on(60), note_on(64, 240), 240, note(67)], [(0, 60, 4), (2, 64, 2), (4, 67, 4)]),
        ([note_on(60), 240, note_off(60, 720), note(62)], [(0, 60, 2), (8, 62, 4)]),
        ([note_on(60, channel=1), 240, note_off(60, 720, channel=1)], [(0, 60, 8)]),
        # Struck again after it; told twice; told before anything sounds and after everything.
        ([note_on(60), 480, note_on(60, 480), note_off(60, 480)], [(0, 60, 4), (8, 60, 4)]),
        ([note_on(60), 480, 0, note(64, 480, 480)], [(0, 60, 4), (8, 64, 4)]),
        ([0, note(60), 0], [(0, 60, 4)]),
    ],
)
def test_all_notes_off_ends_them(events, found, number, quick):
    content = [controller(number, ticks=event) if isinstance(event, int) else event for event in events]
    piece = read_midi(midi_file(track(*content)), quick=quick)
    assert [(n.step, n.pitch, n.n_steps) for n in piece.notes] == found
    assert not piece.warnings


def test_all_controllers_reset_lifts_the_pedal():
    down, up = controller(64, 127), controller(121, 0, 240)
    assert [(one.onset, one.value) for one in read_midi(midi_file(track(down, note(60), up))).pedal] == [
        (0, 127),
        (720, 0),
    ]
    assert read_midi(midi_file(track(controller(121), note(60), up))).pedal == ()
