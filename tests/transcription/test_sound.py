"""Sound files of every kind become samples, or one sentence."""

import io
import tracemalloc

import numpy as np
import pytest
import soundfile

from koe.errors import AudioError, InputError
from koe.transcription import sound
from koe.transcription.limits import MAX_RECORDING_BYTES, MAX_RECORDING_SEC
from koe.transcription.sound import SAMPLE_RATE, read_recording
from tests.transcription.hums import wav

RATE = 16_000


def tone(hertz=440.0, seconds=1.0, rate=RATE):
    return 0.4 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def loudest_hertz(samples):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return spectrum.argmax() * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize("rate", [8_000, 11_025, 15_999, 22_050, 44_100, 48_000, 96_000])
def test_every_rate_keeps_pitch_and_length(rate):
    recording = read_recording(wav(tone(rate=rate), rate))
    assert recording.duration_sec == pytest.approx(1.0, abs=0.002)
    assert loudest_hertz(recording.samples) == pytest.approx(440, abs=1)
    assert np.abs(recording.samples).max() == pytest.approx(1)
    assert recording.samples.dtype == np.float32


@pytest.mark.parametrize("format", ["WAV", "AIFF", "FLAC", "OGG", "MP3"])
def test_every_format_is_told_by_its_bytes(format):
    recording = read_recording(wav(tone(), format=format), "no ending")
    assert recording.duration_sec == pytest.approx(1.0, abs=0.1)
    assert loudest_hertz(recording.samples) == pytest.approx(440, abs=1)


def test_two_channels_are_mixed():
    left, right = tone(440), tone(660)
    spectrum = np.abs(np.fft.rfft(read_recording(wav(np.stack([left, right], axis=1))).samples))
    assert spectrum[440] == pytest.approx(spectrum[660], rel=0.02)


def test_two_channels_that_cancel_each_other_are_heard_all_the_same():
    recording = read_recording(wav(np.stack([tone(), -tone()], axis=1)))
    assert loudest_hertz(recording.samples) == pytest.approx(440, abs=1)


def test_a_constant_is_taken_off():
    recording = read_recording(wav(0.2 * tone() + 0.5))
    assert recording.samples.mean() == pytest.approx(0, abs=1e-3)
    assert loudest_hertz(recording.samples) == pytest.approx(440, abs=1)


def test_only_the_first_minute_is_kept():
    recording = read_recording(wav(tone(seconds=MAX_RECORDING_SEC + 2, rate=8000), 8000))
    assert recording.was_cut
    assert recording.duration_sec == MAX_RECORDING_SEC
    assert not read_recording(wav(tone(seconds=MAX_RECORDING_SEC, rate=8000), 8000)).was_cut


def test_a_header_that_claims_hours_costs_nothing():
    data = bytearray(wav(tone()))
    data[40:44] = (0x7FFFFFF0).to_bytes(4, "little")
    assert read_recording(bytes(data)).duration_sec == pytest.approx(1.0, abs=0.01)


def test_channels_that_are_not_heard_are_not_kept():
    data = wav(np.tile(tone(seconds=40)[:, None], 8))
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        tracemalloc.start()
        frames, _ = sound._read(file)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert frames.shape == (40 * RATE, 2)
    assert most < 3.5 * frames.nbytes + 8 * 4 * sound.BLOCK_FRAMES


def test_clipping_is_noticed():
    assert read_recording(wav(np.clip(10 * tone(), -1, 1))).was_clipped
    assert not read_recording(wav(tone())).was_clipped
    assert not read_recording(wav(tone() / 0.4)).was_clipped  # loud, but whole


def with_number(number):
    samples = tone().astype(np.float32)
    samples[100] = number
    return wav(samples, subtype="FLOAT")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"hello" * 100, "no sound file"),
        (wav(tone())[:20], "no sound file"),
        (wav(tone())[:44], r"lasts 0\.00 seconds"),
        (wav(tone(seconds=0.1)), r"lasts 0\.10 seconds"),
        (wav(np.zeros(RATE)), "is silent"),
        (wav(np.full(RATE, 0.5)), "is silent"),
        (with_number(np.nan), "no numbers"),
        (with_number(np.inf), "no numbers"),
        (wav(tone(rate=2000), 2000), "2000 Hz"),
        (wav(np.tile(tone()[:, None], 9)), "9 channels"),
        (bytes(MAX_RECORDING_BYTES + 1), "larger than 24 MiB"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(InputError, match=sentence) as refused:
        read_recording(data, "mine.wav")
    assert str(refused.value).startswith("mine.wav ")
    assert str(refused.value).count("\n") == 0


M4A = b"\0\0\0\x20ftypM4A " + bytes(100)
FAKE_FFMPEG = """#!/bin/sh
for last; do [ "$before" = -f ] && form=$last; [ "$before" = -i ] && in=$last; before=$last; done
{script}
"""


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """Put a shell script in ffmpeg's place: ``$in`` is the file it gets, ``$last`` the one it should write."""

    def install(script):
        command = tmp_path / "ffmpeg"
        command.write_text(FAKE_FFMPEG.format(script=script))
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return install


def test_without_ffmpeg_a_telephones_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AudioError, match="ffmpeg is not installed"):
        read_recording(M4A)


@pytest.mark.parametrize(("data", "demuxer"), [(M4A, "mov"), (b"\x1aE\xdf\xa3" + bytes(100), "matroska")])
def test_ffmpeg_decodes_what_it_is_told_to_be(ffmpeg, tmp_path, data, demuxer):
    (tmp_path / "decoded.wav").write_bytes(wav(tone()))
    ffmpeg(f'echo "$@" > {tmp_path}/asked; cp {tmp_path}/decoded.wav "$last"')
    assert loudest_hertz(read_recording(data).samples) == pytest.approx(440, abs=1)
    asked = (tmp_path / "asked").read_text()
    assert f"-f {demuxer} -i " in asked
    assert "-protocol_whitelist file,pipe" in asked


def test_what_ffmpeg_cannot_decode_is_refused(ffmpeg):
    ffmpeg("exit 1")
    with pytest.raises(InputError, match="no sound that ffmpeg can read"):
        read_recording(M4A)


def test_ffmpeg_is_not_waited_for_without_end(ffmpeg, monkeypatch):
    monkeypatch.setattr(sound, "MAX_FFMPEG_SEC", 0.2)
    ffmpeg("exec sleep 60")
    with pytest.raises(InputError, match="took too long"):
        read_recording(M4A)
