"""FluidSynth's failures, each played by a script in its place; none of these needs FluidSynth itself."""

import sys
import time

import numpy as np
import pytest
import soundfile

from koe.audio import engines, render
from koe.audio.fluidsynth import name
from koe.audio.soundfonts import bundled_soundfont
from koe.errors import AudioError
from tests.audio.sounds import decode, rms

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def wav_of(tmp_path):
    def write(samples, sample_rate=44100):
        path = tmp_path / "made.wav"
        soundfile.write(path, samples, sample_rate, subtype="FLOAT")
        return path

    return write


def noise(seconds):
    return np.random.default_rng(0).uniform(-0.1, 0.1, (round(seconds * 44100), 2)).astype(np.float32)


def test_writes_nothing(chord, fake_fluidsynth, temporary_folder):
    fake_fluidsynth("echo 'fluidsynth: error: out of luck' >&2\n")
    with pytest.raises(AudioError, match=r"left no sound file\. It said: fluidsynth: error: out of luck"):
        render(chord, engine="fluidsynth")
    assert not list(temporary_folder.iterdir())


def test_fails(chord, fake_fluidsynth, temporary_folder):
    fake_fluidsynth("echo broken; exit 3\n")
    with pytest.raises(AudioError, match=r"failed with status 3\. It said: broken"):
        render(chord, engine="fluidsynth")
    assert not list(temporary_folder.iterdir())


def test_writes_garbage(chord, fake_fluidsynth, temporary_folder):
    fake_fluidsynth('echo garbage > "$out"\n')
    with pytest.raises(AudioError, match="cannot be read"):
        render(chord, engine="fluidsynth")
    assert not list(temporary_folder.iterdir())


def test_is_no_program(chord, fake_fluidsynth, tmp_path):
    fake_fluidsynth("")
    (tmp_path / "commands" / "fluidsynth").write_text("#!/nowhere/at/all\n")
    with pytest.raises(AudioError, match="could not be started"):
        render(chord, engine="fluidsynth")


def test_breaks_off(chord, fake_fluidsynth, wav_of):
    fake_fluidsynth(f'cp "{wav_of(noise(1.0))}" "$out"\n')
    with pytest.raises(AudioError, match=r"breaks off after 1\.0 of 1\.5 seconds"):
        render(chord, engine="fluidsynth")


def test_stays_silent(chord, fake_fluidsynth, wav_of):
    fake_fluidsynth(f'cp "{wav_of(np.zeros((3 * 44100, 2), np.float32))}" "$out"\n')
    with pytest.raises(AudioError, match="silent"):
        render(chord, engine="fluidsynth")


def test_gives_another_sample_rate(chord, fake_fluidsynth, wav_of):
    fake_fluidsynth(f'cp "{wav_of(noise(3), 22050)}" "$out"\n')
    with pytest.raises(AudioError, match="22050 Hz"):
        render(chord, engine="fluidsynth")


def test_hangs_and_is_ended_with_its_children(chord, fake_fluidsynth, temporary_folder, tmp_path):
    heart = tmp_path / "heart"
    heart.touch()
    fake_fluidsynth(f'(while :; do echo . >> "{heart}"; sleep 0.02; done) & wait\n')
    with pytest.raises(AudioError, match=r"not done after 0\.3 seconds"):
        render(chord, engine="fluidsynth", timeout_sec=0.3)
    assert not list(temporary_folder.iterdir())
    beats = heart.read_text()
    time.sleep(0.5)
    assert heart.read_text() == beats  # the child beats no more


def test_the_next_engine_plays_and_says_so(chord, fake_fluidsynth, caplog):
    fake_fluidsynth("exit 1\n")
    audio = render(chord, "wav")
    assert engines()[0] == "fluidsynth"
    assert "FluidSynth" not in audio.engine
    assert rms(decode(audio)) > 0.01
    assert "fluidsynth failed" in caplog.text


def test_console_stays_quiet(chord, fake_fluidsynth, wav_of, capfd):
    fake_fluidsynth(f'echo hello; echo warning >&2; cp "{wav_of(noise(3))}" "$out"\n')
    render(chord, engine="fluidsynth")
    assert capfd.readouterr() == ("", "")


def test_is_asked_for_the_piece_the_soundfont_and_loud_floats(chord, fake_fluidsynth, wav_of, tmp_path):
    fake_fluidsynth(
        f'printf "%s\\n" "$@" > "{tmp_path}/asked"; cp "$word" "{tmp_path}/asked.mid"; cp "{wav_of(noise(3))}" "$out"\n'
    )
    audio = render(chord, engine="fluidsynth")
    words = (tmp_path / "asked").read_text().splitlines()
    assert words[words.index("-g") + 1] == "1.0"
    assert words[words.index("-O") + 1] == "float"
    assert words[-2] == str(bundled_soundfont())
    assert audio.soundfont == bundled_soundfont().name
    assert f"synth.default-soundfont={words[-2]}" in words
    assert (tmp_path / "asked.mid").read_bytes()[:4] == b"MThd"


def test_name_holds_the_version(fake_fluidsynth):
    fake_fluidsynth("")
    assert name() == "FluidSynth 2.9.7"
