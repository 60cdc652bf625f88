"""What is opened sounds as it is in the file: the events that synthesizers get, and what FluidSynth makes of them."""

import io
import shutil

import mido
import numpy as np
import pytest

from koe.audio import engines, render
from koe.audio.events import midi_from_performance, read_performance
from koe.audio.soundfonts import bundled_soundfont
from koe.music.library import list_pieces, load_piece
from koe.music.midi import read_midi, write_midi
from tests.audio.sounds import decode, rms
from tools.check_playing import as_pianos, compare, hear_both, mark_shared, sounded

SUSTAIN = 64


def file_of(*tracks, division=480):
    """A MIDI file of tracks of ``(tick, message)``; of one tick in the order in which they stand."""
    file = mido.MidiFile(ticks_per_beat=division)
    for events in tracks:
        now, track = 0, mido.MidiTrack()
        for tick, message in sorted(events, key=lambda event: event[0]):
            track.append(message.copy(time=tick - now))
            now = tick
        file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def strike(tick, pitch, length, velocity=80, channel=0):
    on, off = (mido.Message(kind, note=pitch, velocity=velocity, channel=channel) for kind in ("note_on", "note_off"))
    return [(tick, on), (tick + length, off)]


def pedal(tick, value, channel=0):
    return (tick, mido.Message("control_change", control=SUSTAIN, value=value, channel=channel))


def tempo(tick, qpm):
    return (tick, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(qpm)))


def rubato(division=480):
    """Triplets and thirty-seconds, a tempo for every beat, loudness that swells, and a pedal for every second beat."""
    beats = [tempo(division * beat, 50 + 40 * abs(np.sin(beat))) for beat in range(40)]
    tune, accompaniment = [], []
    for beat in range(32):
        tune += strike(division * beat + 7, 72 + beat % 9, division // 8, 30 + 3 * beat)
        tune += strike(division * beat + division // 8 + 7, 74 + beat % 9, division // 2, 120 - 3 * beat)
        for third in range(3):
            accompaniment += strike(division * beat + division * third // 3, 48 + 5 * third, division // 4, 40, 1)
    # Both hands' channels are told, as a piano part with one pedal is written.
    pedals = [
        pedal(division * beat + 40 * (beat % 2), 127 if beat % 2 else 0, channel)
        for beat in range(34)
        for channel in (0, 1)
    ]
    return file_of(beats, [*tune, *pedals], accompaniment, division=division)


def pressed_again_at_once():
    """Lifted and pressed in one moment: what was let go before is damped."""
    notes = [*strike(0, 60, 240), *strike(960, 64, 240), *strike(1920, 67, 240)]
    return file_of([*notes, pedal(0, 127), pedal(960, 0), pedal(960, 127), pedal(3840, 0)])


def lifted_after_the_end():
    """The last chord rings on by the pedal, while the tempo changes once more."""
    notes = [*strike(0, 48, 480), *strike(480, 55, 120), *strike(600, 64, 120)]
    return file_of([tempo(0, 120), tempo(960, 60), *notes, pedal(240, 100), pedal(2400, 10)])


FILES = {
    "rubato": rubato(),
    "rubato in 384": rubato(384),
    "rubato in 1000": rubato(1000),
    "pressed again": pressed_again_at_once(),
    "lifted after the end": lifted_after_the_end(),
    "slow": file_of([tempo(0, 8), *strike(0, 60, 100), *strike(101, 62, 77)]),
    **{f"demo {entry.slug}": write_midi(load_piece(entry.slug)) for entry in list_pieces()[::6]},
}


def played(data: bytes) -> bytes:
    """What FluidSynth is handed of a file that somebody opened."""
    return midi_from_performance(read_performance(write_midi(read_midi(data, name="file.mid"))))


@pytest.mark.parametrize("name", FILES)
def test_every_note_sounds_when_as_long_and_as_loud_as_in_the_file(name):
    original = sounded(FILES[name])
    mark_shared(original)
    count = compare(original, sounded(played(FILES[name])), lead=0.0)
    # On one piano a key that two voices strike at once is one key; of these there are few.
    assert count["plain"] > 0.9 * len(original)
    differences = {what: n for what, n in count.items() if what.startswith("plain: ") and n}
    assert not differences
    assert not count["struck besides"]


def test_a_key_that_another_voice_holds_is_struck_anew_and_held_as_long_as_the_longer():
    data = file_of(strike(0, 60, 960, 50), strike(480, 60, 240, 90, channel=1))
    notes = sounded(played(data))
    assert [(note.start, note.let_go, note.velocity) for note in notes] == [
        pytest.approx((0.0, 0.5, 50), abs=0.002),
        pytest.approx((0.5, 1.0, 90), abs=0.002),
    ]
    # Struck by both at once it is as loud as the louder.
    (note,) = sounded(played(file_of(strike(0, 60, 960, 50), strike(0, 60, 240, 90, channel=1))))
    assert (note.let_go, note.velocity) == (pytest.approx(1.0, abs=0.002), 90)


def test_the_pedal_is_the_piano_s_whoever_moves_it():
    data = file_of([*strike(0, 60, 240), pedal(0, 127, 3), pedal(1920, 0, 3)])
    (note,) = sounded(played(data))
    # The file's own channel has none; a piano has one pedal for all its keys.
    assert note.silent == pytest.approx(2.0, abs=0.002)


@pytest.mark.parametrize("engine", ["fluidsynth", "tinysoundfont", "additive"])
def test_the_pedal_holds_a_note_with_every_engine(engine):
    if engine not in engines():
        pytest.skip(f"{engine} is not installed")
    notes = strike(0, 60, 120, 90)
    audio = {
        held: render(
            played(file_of([*notes, *([pedal(0, 127), pedal(3840, 0)] if held else [])])), "wav", engine=engine
        )
        for held in (True, False)
    }
    held, plain = decode(audio[True]), decode(audio[False])
    second = slice(44_100, 66_150)
    assert rms(held[second]) > 0.05 * rms(held[:11_025])
    assert len(plain) <= second.start or rms(plain[second]) < 0.01 * rms(plain[:11_025])
    # It lasts until the pedal is lifted, and no longer than it takes to fade.
    assert 4.0 <= audio[True].duration_sec < 5.5


@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="there is no FluidSynth to compare with")
@pytest.mark.parametrize("name", ["rubato", "lifted after the end"])
def test_fluidsynth_makes_the_same_of_it_as_of_the_file(name):
    heard = hear_both(as_pianos(FILES[name]), played(FILES[name]), bundled_soundfont())
    assert np.abs(heard.late_ms).max() <= 3
    assert heard.alike.min() > 0.95
    assert np.abs(heard.louder_db).max() < 0.5
    assert abs(heard.silent_ms) <= 10
