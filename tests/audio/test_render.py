import inspect
import json
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from importlib import import_module

import numpy as np
import pytest

import koe.audio
from koe.audio import ENGINES, FORMATS, MAX_AUDIO_SEC, additive, engines, render
from koe.audio.events import TAIL_SEC
from koe.audio.render import Engine
from koe.errors import AudioError, Cancelled
from tests.audio.sounds import decode, rms, write_midi


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine that this machine has; the last one always is among them."""
    if request.param not in engines():
        pytest.skip(f"{request.param} is not installed here")
    return request.param


def pitch_hz(samples, sample_rate=44100):
    """The strongest frequency, found between the bins of an FFT by a parabola."""
    mono = samples.mean(axis=1)
    spectrum = np.log(np.abs(np.fft.rfft(mono * np.hanning(len(mono)))) + 1e-12)
    top = int(spectrum.argmax())
    left, middle, right = spectrum[top - 1 : top + 2]
    return (top + 0.5 * (left - right) / (left - 2 * middle + right)) * sample_rate / len(mono)


@pytest.mark.parametrize("format", FORMATS)
def test_sound_has_length_loudness_and_pitch(engine, format):
    audio = render(write_midi([(69, 0.0, 2.0)]), format, engine=engine)
    samples = decode(audio)
    assert audio.format == format
    assert audio.mime == FORMATS[format]
    assert 2.0 <= audio.duration_sec <= 2.0 + TAIL_SEC
    # An MP3 is padded to whole frames, at both ends.
    assert len(samples) / 44100 == pytest.approx(audio.duration_sec, abs=0.06 if format == "mp3" else 1e-4)
    assert 0.03 < rms(samples) < 0.3
    assert pitch_hz(samples[4410:70000]) == pytest.approx(440.0, abs=0.8)  # 3 cents


def test_formats_are_what_they_say(chord):
    starts = {format: render(chord, format, engine="additive").data[:4] for format in FORMATS}
    assert starts["wav"] == b"RIFF"
    assert starts["ogg"] == b"OggS"
    assert starts["mp3"][0] == 0xFF
    assert starts["mp3"][1] & 0xE0 == 0xE0


@pytest.mark.parametrize("pitch", [21, 60, 108])
def test_every_part_of_the_keyboard_sounds(engine, pitch):
    samples = decode(render(write_midi([(pitch, 0.0, 1.0)]), "wav", engine=engine))
    assert rms(samples) > 0.02


def test_sound_starts_when_the_piece_does(engine, chord):
    samples = np.abs(decode(render(chord, "wav", engine=engine))).max(axis=1)
    assert samples[: int(0.49 * 44100)].max() < 1e-3
    assert samples[int(0.5 * 44100) : int(0.6 * 44100)].max() > 0.05


def test_last_chord_rings_out_and_then_it_ends(engine):
    # The file names an end four seconds after the last note.
    audio = render(write_midi([(60, 0.0, 1.0), (48, 0.0, 1.0)]), "wav", engine=engine)
    samples = np.abs(decode(audio)).max(axis=1)
    assert 1.05 < audio.duration_sec < 1.0 + TAIL_SEC
    assert samples[44100 : 44100 + 1000].max() > 0.01
    assert samples[-50:].max() < 1e-3
    assert samples[-22050:].max() > 1e-3  # no long silence


def test_loudest_cluster_does_not_clip(engine):
    cluster = write_midi([(pitch, 0.0, 1.5, 127) for pitch in range(30, 90)])
    samples = decode(render(cluster, "wav", engine=engine))
    assert 0.3 < np.abs(samples).max() < 0.9
    for format in ("ogg", "mp3"):
        assert np.abs(decode(render(cluster, format, engine=engine))).max() < 1.0


def test_soft_and_loud_pieces_come_at_one_loudness(engine):
    def melody(velocity):
        midi = write_midi([(60 + n, n / 2, n / 2 + 0.5, velocity) for n in range(6)])
        return rms(decode(render(midi, "wav", engine=engine)))

    assert 0.7 < melody(20) / melody(110) < 1.4


def test_dynamics_within_a_piece_stay(engine):
    samples = decode(render(write_midi([(60, 0.0, 0.8, 30), (60, 2.0, 2.8, 110)]), "wav", engine=engine))
    assert rms(samples[2 * 44100 :]) > 3 * rms(samples[:44100])


@pytest.mark.parametrize("format", FORMATS)
def test_same_piece_gives_same_bytes(engine, format, chord):
    assert render(chord, format, engine=engine).data == render(chord, format, engine=engine).data


def test_engines_agree_on_the_pitch_of_every_c():
    for pitch in (36, 48, 60, 72, 84):
        expected = 440 * 2 ** ((pitch - 69) / 12)
        for engine in engines():
            samples = decode(render(write_midi([(pitch, 0.0, 2.0)]), "wav", engine=engine))
            ratio = pitch_hz(samples[4410:70000]) / expected
            partial = max(1, round(ratio))  # the strongest of a bass note is often not the first
            assert 1200 * np.log2(ratio / partial) == pytest.approx(0, abs=12), (pitch, engine)


def test_piece_without_notes_is_silence():
    audio = render(write_midi([]), "wav")
    assert audio.duration_sec == 0.5
    assert not decode(audio).any()


def test_minutes_of_vorbis_do_not_overflow_the_encoder():
    audio = render(write_midi([(60, 0.0, 1.0), (60, 150.0, 151.0)]), "ogg", engine="additive")
    assert len(decode(audio)) / 44100 == pytest.approx(audio.duration_sec, abs=1e-4)


def test_without_fluidsynth_the_embedded_synthesizer_plays(chord, without_fluidsynth):
    assert "fluidsynth" not in engines()
    if "tinysoundfont" not in engines():
        pytest.skip("tinysoundfont is not installed here")
    audio = render(chord)
    assert audio.engine.startswith("TinySoundFont")
    assert audio.soundfont == "TimGM6mb.sf2"


def test_without_any_synthesizer_the_additive_piano_plays(chord, without_fluidsynth, monkeypatch):
    monkeypatch.setitem(sys.modules, "tinysoundfont", None)
    assert engines() == ("additive",)
    audio = render(chord, "wav")
    assert (audio.engine, audio.soundfont) == ("Koe's additive piano", "")
    assert rms(decode(audio)) > 0.03


def test_unreadable_soundfont_does_not_mute_the_app(chord, tmp_path):
    hollow = tmp_path / "hollow.sf2"
    hollow.write_bytes(b"RIFF\x04\x00\x00\x00sfbk")
    assert render(chord, soundfont=hollow).engine == additive.name()
    for engine in set(engines()) - {"additive"}:
        with pytest.raises(AudioError):
            render(chord, engine=engine, soundfont=hollow)


def test_missing_engine_is_said(chord, without_fluidsynth):
    with pytest.raises(AudioError, match="fluidsynth is not installed here"):
        render(chord, engine="fluidsynth")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "flac"}, "'flac' is not known; choose one of wav, ogg, mp3"),
        ({"engine": "orchestra"}, "'orchestra' is not known; choose one of fluidsynth"),
        ({"timeout_sec": 0}, "more than 0"),
        ({"soundfont": "/nowhere.sf2"}, "nowhere.sf2 is not there"),
    ],
)
def test_refuses_unknown_options(chord, options, message):
    with pytest.raises(AudioError, match=message):
        render(chord, **options)


def test_length_is_checked_before_any_engine_plays(monkeypatch):
    def explode(*_):
        raise AssertionError("an engine was asked")

    monkeypatch.setattr(additive, "synthesize", explode)
    with pytest.raises(AudioError, match="at most 20 minutes"):
        render(write_midi([(60, MAX_AUDIO_SEC, MAX_AUDIO_SEC + 2)]), engine="additive")


@pytest.mark.parametrize("engine", ["tinysoundfont", "additive"])
def test_engines_in_process_keep_to_the_time_limit(engine):
    if engine not in engines():
        pytest.skip(f"{engine} is not installed here")
    with pytest.raises(AudioError, match="not done after"):
        render(write_midi([(60, n / 4, n / 4 + 0.25) for n in range(400)]), engine=engine, timeout_sec=1e-6)


def test_threads_render_at_once_and_get_the_same_bytes(engine, temporary_folder):
    pieces = [write_midi([(60 + n, 0.0, 1.0)]) for n in range(4)]
    alone = [render(piece, "ogg", engine=engine).data for piece in pieces]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda piece: render(piece, "ogg", engine=engine).data, pieces * 3))
    assert together == alone * 3
    assert len(set(alone)) == 4
    assert not list(temporary_folder.iterdir())


def test_nobody_waits_for_others_who_play(chord, monkeypatch):
    """Whose turn it is was settled before; a second queue here would hold places at work while nothing is done."""
    n_players = 5
    together = threading.Barrier(n_players, timeout=300)

    def play(performance, *others):
        together.wait()
        return synthesize(performance, *others)

    synthesize = additive.synthesize
    monkeypatch.setattr(additive, "synthesize", play)
    with ThreadPoolExecutor(n_players) as pool:
        made = list(pool.map(lambda _: render(chord, "wav", engine="additive").data, range(n_players)))
    assert len(set(made)) == 1


class Clavichord:
    """A synthesizer by the contract in `koe.audio`, not a word more."""

    def available(self):
        return True

    def name(self):
        return "A clavichord"

    def synthesize(self, performance, soundfont, timeout_sec, should_stop):
        assert soundfont.suffix in (".sf2", ".sf3")
        assert timeout_sec > 0
        if should_stop is not None and should_stop():
            raise Cancelled("Stopped.")
        return additive.synthesize(performance, None, timeout_sec)


def test_a_synthesizer_by_the_contract_plays(chord, monkeypatch):
    (contract,) = re.findall(r"``synthesize\(([^)]*)\)``", koe.audio.__doc__)
    assert list(inspect.signature(Clavichord().synthesize).parameters) == contract.split(", ")
    monkeypatch.setitem(ENGINES, "clavichord", "clavichord")
    monkeypatch.setitem(sys.modules, "clavichord", Clavichord())
    audio = render(chord, "wav", engine="clavichord")
    assert audio.engine == "A clavichord"
    assert decode(audio).any()
    with pytest.raises(Cancelled):
        render(chord, "wav", engine="clavichord", should_stop=lambda: True)


@pytest.mark.parametrize("module", ENGINES.values())
def test_the_engines_keep_the_contract(module):
    parameters = list(inspect.signature(import_module(module).synthesize).parameters)
    assert parameters == list(inspect.signature(Engine.synthesize).parameters)[1:]


def test_audio_is_frozen_and_short_to_print(chord):
    audio = render(chord, engine="additive")
    with pytest.raises(FrozenInstanceError):
        audio.format = "wav"
    assert len(repr(audio)) < 300


def test_import_is_light():
    program = "import json, sys, koe.audio; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout))
    assert not loaded & {"numpy", "soundfile", "lameenc", "tinysoundfont", "midi2audio", "pretty_midi", "keras"}
