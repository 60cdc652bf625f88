import io
import time

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.audio.events import (
    CONTROL,
    MAX_AUDIO_SEC,
    NOTE_OFF,
    NOTE_ON,
    OPEN_NOTE_SEC,
    RING_SEC,
    SUSTAIN,
    TAIL_SEC,
    Event,
    Performance,
    midi_from_performance,
    read_performance,
    without_pedal,
)
from koe.audio.tracks import MAX_EVENTS
from koe.errors import AudioError
from tests.audio.sounds import write_midi


def smf(*tracks, division=480):
    """A MIDI file of raw tracks."""
    header = b"MThd" + (6).to_bytes(4) + (1).to_bytes(2) + len(tracks).to_bytes(2) + division.to_bytes(2)
    return header + b"".join(b"MTrk" + len(track).to_bytes(4) + track for track in tracks)


def strikes(performance):
    return [(event.onset_sec, event.data1, event.data2) for event in performance.events if event.kind == NOTE_ON]


def test_notes_come_at_their_seconds():
    performance = read_performance(write_midi([(60, 0.0, 0.5, 70), (72, 1.25, 2.0, 90)], tempo=93.0))
    times = [onset for onset, _, _ in strikes(performance)]
    assert [event[1:] for event in strikes(performance)] == [(60, 70), (72, 90)]
    assert times == pytest.approx([0.0, 1.25], abs=0.002)
    assert performance.end_sec == pytest.approx(2.0, abs=0.002)
    assert performance.n_notes == 2


def test_tempo_changes_of_any_track_count():
    file = mido.MidiFile(ticks_per_beat=100)
    tempos, notes = mido.MidiTrack(), mido.MidiTrack()
    notes.append(mido.Message("note_on", note=60, velocity=64, time=400))
    notes.append(mido.Message("note_off", note=60, time=100))
    tempos.append(mido.MetaMessage("set_tempo", tempo=1_000_000, time=200))
    tempos.append(mido.MetaMessage("set_tempo", tempo=250_000, time=200))
    file.tracks.extend([notes, tempos])
    target = io.BytesIO()
    file.save(file=target)
    performance = read_performance(target.getvalue())
    # Two quarters of 0.5 s, two of 1 s, then one of 0.25 s.
    assert strikes(performance)[0][0] == pytest.approx(3.0)
    assert performance.end_sec == pytest.approx(3.25)


def test_running_status_and_velocity_zero():
    track = b"\x00\x90\x3c\x40" + b"\x60\x3c\x00" + b"\x00\x40\x40" + b"\x60\x40\x00" + b"\x00\xff\x2f\x00"
    performance = read_performance(smf(track, division=96))
    assert strikes(performance) == [(0.0, 60, 64), (0.5, 64, 64)]
    assert [event.onset_sec for event in performance.events if event.kind == NOTE_OFF] == [0.5, 1.0]


def test_smpte_time_ignores_the_tempo():
    tempo = b"\x00\xff\x51\x03\x0f\x42\x40"
    track = tempo + b"\x00\x90\x3c\x40" + b"\x87\x68\x80\x3c\x40"  # 1000 ticks later
    performance = read_performance(smf(track, division=(256 - 25) << 8 | 40))  # 25 frames of 40 ticks
    assert performance.end_sec == pytest.approx(1.0)


def test_what_is_written_is_read_by_others():
    performance = read_performance(write_midi([(60, 0.5, 1.0, 70), (21, 1.0, 4.0, 127)], tempo=171.0))
    written = midi_from_performance(performance)
    score = pretty_midi.PrettyMIDI(io.BytesIO(written))
    notes = sorted((note.pitch, note.velocity, note.start, note.end) for note in score.instruments[0].notes)
    assert [note[:2] for note in notes] == [(21, 127), (60, 70)]
    assert np.array([note[2:] for note in notes]) == pytest.approx(np.array([[1.0, 4.0], [0.5, 1.0]]), abs=2e-3)
    assert mido.MidiFile(file=io.BytesIO(written)).length == pytest.approx(performance.end_sec + TAIL_SEC, abs=2e-3)


def test_far_away_end_of_track_is_ignored():
    note = b"\x00\x90\x3c\x40\x60\x80\x3c\x40"
    performance = read_performance(smf(note + b"\xff\xff\xff\x7f\xff\x2f\x00", division=96))
    assert performance.end_sec == pytest.approx(0.5)


@pytest.mark.parametrize("rest", [b"\xff\xff\xff\x7f\xff\x2f\x00", b""], ids=["far end", "broken off"])
def test_open_note_is_held_for_a_while(rest):
    performance = read_performance(smf(b"\x00\x90\x3c\x40" + rest))
    assert performance.end_sec == OPEN_NOTE_SEC
    assert any(event.kind == CONTROL and event.data1 == 123 for event in performance.events)


def test_pedal_may_be_lifted_after_the_last_key():
    track = b"\x00\xb0\x40\x7f\x00\x90\x3c\x40\x60\x80\x3c\x40\x60\xb0\x40\x00"
    performance = read_performance(smf(track, division=96))
    assert performance.end_sec == pytest.approx(1.0)
    assert [(e.onset_sec, e.data2) for e in performance.events if e.data1 == 64] == [(0.0, 127), (1.0, 0)]


def test_unknown_chunks_and_system_exclusives_are_passed_over():
    plain = smf(b"\x00\xf0\x03\x01\x02\xf7\x00\x90\x3c\x40\x60\x80\x3c\x40")
    odd = plain[:14] + b"XFIH\x00\x00\x00\x02ab" + plain[14:]
    assert read_performance(odd) == read_performance(plain)
    assert read_performance(plain).n_notes == 1


def test_broken_off_file_gives_what_came_before():
    whole = write_midi([(60 + n, n / 2, n / 2 + 0.5) for n in range(20)])
    assert 5 < read_performance(whole[: len(whole) * 2 // 3]).n_notes < 20


@pytest.mark.parametrize("data", [b"", b"no music", b"\x89PNG\r\n\x1a\n" + bytes(100), b"MThd"])
def test_refuses_what_is_no_midi(data):
    with pytest.raises(AudioError, match="no MIDI file"):
        read_performance(data)


def test_refuses_a_tiny_file_that_claims_hours():
    claims = smf(b"\xff\xff\xff\x7f\x90\x3c\x40\x60\x80\x3c\x40", division=24)
    assert len(claims) == 33
    with pytest.raises(AudioError, match=r"lasts 1,553\.4 hours, and at most 20 minutes"):
        read_performance(claims)
    with pytest.raises(AudioError, match="hours"):
        read_performance(smf(b"\xff\xff\xff\x7f\xff\x2f\x00", division=24))


def test_length_limit_lies_where_it_is_said():
    assert read_performance(write_midi([(60, MAX_AUDIO_SEC - 2, MAX_AUDIO_SEC - 1)])).n_notes == 1
    with pytest.raises(AudioError, match="choose a part"):
        read_performance(write_midi([(60, MAX_AUDIO_SEC, MAX_AUDIO_SEC + 1)]))


def test_refuses_floods_at_once():
    flood = smf(b"\x00\x90\x3c\x40" + b"\x00\x3c\x40" * (MAX_EVENTS + 1))
    started = time.process_time()
    with pytest.raises(AudioError, match="400,000 MIDI events"):
        read_performance(flood)
    with pytest.raises(AudioError, match=r"9\.0 MB"):
        read_performance(smf(bytes(9 * 2**20)))
    assert time.process_time() - started < 5


@given(st.binary(max_size=200), st.integers(0, 0xFFFF))
def test_no_track_breaks_the_reader(track, division):
    try:
        performance = read_performance(smf(track, division=division))
    except AudioError:
        return
    assert 0 <= performance.end_sec <= MAX_AUDIO_SEC
    again = read_performance(midi_from_performance(performance), max_sec=MAX_AUDIO_SEC + TAIL_SEC)
    assert again.n_notes == performance.n_notes


def pedalled(rest=b""):
    """A sixteenth at 120 a minute with the pedal down from its beginning on, and what follows."""
    return smf(b"\x00\xb0\x40\x7f\x00\x90\x3c\x40\x78\x80\x3c\x40" + rest)


def test_what_the_pedal_holds_belongs_to_the_piece():
    # 480 ticks are half a second: the key is let go after an eighth of one, the pedal 3840 ticks later.
    assert read_performance(pedalled(b"\x9e\x00\xb0\x40\x00")).end_sec == pytest.approx(0.125 + 4.0)
    # One that is never lifted holds until the end that the file names, within reason.
    assert read_performance(pedalled(b"\x8f\x00\xff\x2f\x00")).end_sec == pytest.approx(0.125 + 2.0)
    assert read_performance(pedalled(b"\xff\xff\x7f\xff\x2f\x00")).end_sec == pytest.approx(0.125 + RING_SEC)
    assert read_performance(pedalled()).end_sec == pytest.approx(0.125)
    # Pressed when all is silent it holds nothing.
    late = smf(b"\x00\x90\x3c\x40\x78\x80\x3c\x40\x78\xb0\x40\x7f\x8f\x00\xb0\x40\x00")
    assert read_performance(late).end_sec == pytest.approx(0.125)


def held(*events):
    """What engines without a pedal play of events of one channel, as ``(sec, kind, data1)``."""
    played = without_pedal(Performance(tuple(Event(sec, kind, 0, *data) for sec, kind, *data in events), 1, 9.0))
    return [(event.onset_sec, event.kind, event.data1) for event in played.events]


def test_keys_are_held_where_an_engine_has_no_pedal():
    down, up = (0.0, CONTROL, SUSTAIN, 127), (2.0, CONTROL, SUSTAIN, 63)
    assert held(
        down, (0.1, NOTE_ON, 60, 80), (0.2, NOTE_OFF, 60, 0), up, (2.5, NOTE_ON, 62, 80), (3, NOTE_OFF, 62, 0)
    ) == [
        (0.1, NOTE_ON, 60),
        (2.0, NOTE_OFF, 60),
        (2.5, NOTE_ON, 62),
        (3, NOTE_OFF, 62),
    ]
    # What is still down when the pedal goes up is not let go; what is struck again is let go first.
    assert held(
        down, (0.1, NOTE_ON, 60, 80), (0.2, NOTE_OFF, 60, 0), (0.5, NOTE_ON, 60, 80), up, (4.0, NOTE_OFF, 60, 0)
    ) == [(0.1, NOTE_ON, 60), (0.5, NOTE_OFF, 60), (0.5, NOTE_ON, 60), (4.0, NOTE_OFF, 60)]


def test_a_pedal_is_its_channels_own():
    events = (
        Event(0.0, CONTROL, 1, SUSTAIN, 127),
        Event(0.1, NOTE_ON, 0, 60, 80),
        Event(0.1, NOTE_ON, 1, 64, 80),
        Event(0.2, NOTE_OFF, 0, 60, 0),
        Event(0.2, NOTE_OFF, 1, 64, 0),
        Event(1.0, CONTROL, 1, SUSTAIN, 0),
    )
    played = without_pedal(Performance(events, 2, 1.0)).events
    assert [(event.onset_sec, event.data1) for event in played if event.kind == NOTE_OFF] == [(0.2, 60), (1.0, 64)]
