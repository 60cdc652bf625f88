"""Sound that is sent while it is made: the same bytes, as loud as if it had been measured, and at once."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from koe.audio import ENGINES, engines, render
from koe.audio.encode import Mp3Encoder, encode, mp3_bytes
from koe.audio.events import SAMPLE_RATE, Event, read_performance
from koe.audio.loudness import TIMGM6MB, loudness_of
from koe.audio.mastering import LOUDNESS, PEAK, RING_SEC, Mastering, master, n_frames
from koe.audio.render import WHOLE_SEC
from koe.errors import AudioError, Cancelled
from koe.music.library import load_piece
from koe.music.midi import write_midi as midi_of
from tests.audio.sounds import decode, rms, write_midi

rendering = sys.modules["koe.audio.render"]  # the package has a function of that name
STREAMING = [engine for engine in engines() if engine != "additive"]
LONG = midi_of(load_piece("mozart-sonata-k545").slice(0, 6 * 96))


@pytest.fixture
def long_performance():
    performance = read_performance(LONG)
    assert performance.end_sec > WHOLE_SEC
    return performance


def noise_for(performance, seed=0):
    """Something as long as a performance would sound; as loud as the first keys, say."""
    luck = np.random.default_rng(seed)
    return luck.normal(0, 0.03, (n_frames(performance, 3.0), 2)).astype(np.float32)


@pytest.mark.parametrize("engine", STREAMING)
def test_parts_are_the_file_and_their_length_is_known_from_the_first_on(engine):
    parts = []
    audio = render(LONG, "mp3", engine=engine, on_part=lambda part, n_bytes: parts.append((part, n_bytes)))
    assert b"".join(part for part, _ in parts) == audio.data
    assert {n_bytes for _, n_bytes in parts} == {len(audio.data)}
    assert render(LONG, "mp3", engine=engine).data == audio.data
    end_sec = read_performance(LONG).end_sec
    assert audio.duration_sec == pytest.approx(end_sec + RING_SEC, abs=1e-4)
    assert len(decode(audio)) / SAMPLE_RATE == pytest.approx(audio.duration_sec, abs=0.06)


def test_the_first_part_is_there_long_before_the_last_sample(monkeypatch, long_performance):
    played = []

    class Slow:
        def available(self):
            return True

        def name(self):
            return "A slow piano"

        def synthesize(self, *_):
            raise AssertionError("its sound is handed over while it plays")

        def stream(self, performance, soundfont, timeout_sec, should_stop, sink):
            for block in np.array_split(noise_for(performance), 20):
                sink(block)
                played.append(len(block))

    monkeypatch.setattr(rendering, "_load", lambda _: Slow())
    first = []
    render(LONG, "mp3", engine="fluidsynth", on_part=lambda *_: first.append(len(played)))
    assert first[0] <= 4
    assert len(first) > 10


def test_blocks_make_no_difference(long_performance):
    sounds = []
    for n_blocks in (1, 7, 300):
        parts = []
        mastering = Mastering(long_performance, RING_SEC, lambda block, parts=parts: parts.append(block.copy()))
        for block in np.array_split(noise_for(long_performance), n_blocks):
            mastering.add(block.copy())
        mastering.finish()
        sounds.append(np.concatenate(parts))
    assert len(sounds[0]) == n_frames(long_performance, RING_SEC)
    for other in sounds[1:]:
        np.testing.assert_array_equal(other, sounds[0])


@pytest.mark.parametrize("engine", STREAMING)
@pytest.mark.parametrize("slug", ["petzold-minuet-g-major", "chopin-prelude-c-minor", "joplin-entertainer"])
def test_it_is_as_loud_as_if_it_had_been_measured(engine, slug):
    piece = load_piece(slug)
    performance = read_performance(midi_of(piece.slice(0, 12 * 96)))
    module = rendering._load(engine)
    font = rendering._soundfont_for(engine, None)
    samples = module.synthesize(performance, font, 1800.0, None)
    streamed = []
    mastering = Mastering(performance, RING_SEC, lambda block: streamed.append(block.copy()), TIMGM6MB)
    mastering.add(samples.copy())
    mastering.finish()
    measured = master(samples, performance.end_sec)
    ours = np.concatenate(streamed)
    off_db = 20 * np.log10(rms(ours[: round(performance.end_sec * SAMPLE_RATE)])
                           / rms(measured[: round(performance.end_sec * SAMPLE_RATE)]))  # fmt: skip
    assert abs(off_db) < 1.5
    assert np.abs(ours).max() <= PEAK


def test_another_instrument_than_was_thought_of_is_heard_in_time(long_performance):
    """A soundfont that is ten times as loud comes out no louder."""
    loud = []
    for times in (1, 10):
        parts = []
        mastering = Mastering(long_performance, RING_SEC, lambda block, parts=parts: parts.append(block.copy()))
        mastering.add(noise_for(long_performance) * np.float32(3 * times))
        mastering.finish()
        loud.append(rms(np.concatenate(parts)))
    assert loud[1] == pytest.approx(loud[0], rel=0.3)
    assert loud[1] < 3 * LOUDNESS


def test_silence_and_a_sound_that_breaks_off_are_said(long_performance):
    silent = Mastering(long_performance, RING_SEC, lambda _: None)
    with pytest.raises(AudioError, match="silent"):
        silent.add(np.zeros((10 * SAMPLE_RATE, 2), dtype=np.float32))
    short = Mastering(long_performance, RING_SEC, lambda _: None)
    short.add(noise_for(long_performance)[: 8 * SAMPLE_RATE])
    with pytest.raises(AudioError, match=r"breaks off after 8\.0"):
        short.finish()


@pytest.mark.parametrize("engine", STREAMING)
def test_whoever_leaves_in_the_middle_ends_it(engine):
    parts = []
    with pytest.raises(Cancelled):
        render(LONG, "mp3", engine=engine, on_part=lambda *part: parts.append(part), should_stop=lambda: bool(parts))
    assert parts


def test_whoever_leaves_ends_an_engine_that_had_played_all_of_it_at_once(monkeypatch):
    class Fast:
        def available(self):
            return True

        def name(self):
            return "A pianist in a hurry"

        def stream(self, performance, soundfont, timeout_sec, should_stop, sink):
            sink(noise_for(performance))

    monkeypatch.setattr(rendering, "_load", lambda name: Fast())
    parts = []
    with pytest.raises(Cancelled):
        render(LONG, "mp3", on_part=lambda *part: parts.append(part), should_stop=lambda: bool(parts))
    assert parts


def test_once_anything_was_sent_no_other_engine_plays(monkeypatch, long_performance):
    class Breaks:
        def available(self):
            return True

        def name(self):
            return "A piano without legs"

        def stream(self, performance, soundfont, timeout_sec, should_stop, sink):
            sink(noise_for(performance)[: 8 * SAMPLE_RATE])
            raise AudioError("It fell over.")

    monkeypatch.setitem(ENGINES, "fluidsynth", "fluidsynth")
    load = rendering._load
    monkeypatch.setattr(rendering, "_load", lambda name: Breaks() if name == "fluidsynth" else load(name))
    with pytest.raises(AudioError, match="fell over"):
        render(LONG, "mp3", on_part=lambda *_: None)
    assert "legs" not in render(LONG, "mp3").engine


def test_a_louder_velocity_and_more_keys_are_reckoned_louder(long_performance):
    def reckoned(*notes):
        return loudness_of(read_performance(write_midi(notes)))

    one = reckoned((60, 0.0, 1.0, 80))
    assert reckoned((60, 0.0, 1.0, 113)).rms == pytest.approx(2 * one.rms, rel=0.02)  # velocity by the root of two
    assert reckoned((60, 0.0, 1.0, 80), (60, 2.0, 3.0, 80)).rms == pytest.approx(one.rms, rel=0.05)
    assert reckoned((60, 0.0, 1.0, 80), (62, 0.0, 1.0, 80)).rms == pytest.approx(np.sqrt(2) * one.rms, rel=0.05)
    drums = replace(long_performance, events=(Event(0.0, 0x90, 9, 40, 100),))
    assert loudness_of(drums).rms == 0


@pytest.mark.parametrize("n", [1, 1151, 1152, 1153, 44_100, 100_001])
def test_the_length_of_an_mp3_is_known_beforehand(n):
    samples = np.random.default_rng(n).normal(0, 0.1, (n, 2)).astype(np.float32)
    encoder = Mp3Encoder(n, SAMPLE_RATE)
    data = b"".join(encoder.add(part) for part in np.array_split(samples, 3)) + encoder.finish()
    assert len(data) == mp3_bytes(n, SAMPLE_RATE)
    assert data == encode(samples, SAMPLE_RATE, "mp3")
    assert data[-100:].strip(b"\0")  # the frames fill it; nothing had to be added
