"""The piano that ships: unpacked once, tailored to a piece, and never silent where something is wrong with it."""

import hashlib
import re
import shutil
import sys

import numpy as np
import pytest

from koe.audio import engines, grand, render, sf2, soundfonts
from koe.audio.events import read_performance
from koe.audio.loudness import WINDOW, loudness_of
from koe.errors import AudioError
from koe.settings import asset_folder, cache_folder
from tests.audio.pianos import LOUD_FROM, RATE, write_piano
from tests.audio.sounds import decode, rms, write_midi

FOLDER = asset_folder("soundfonts")
REAL = FOLDER / "salamander-grand.sf3"
SAMPLED = [engine for engine in engines() if engine != "additive"]
rendering = sys.modules["koe.audio.render"]  # the package has a function of that name


@pytest.fixture
def piano(tmp_path, monkeypatch):
    """The toy in the grand's place, with a cache of its own."""
    monkeypatch.setenv("KOE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(soundfonts, "GRAND", "grand.sf3")
    monkeypatch.setattr(soundfonts, "asset_folder", lambda _: tmp_path)
    yield write_piano(tmp_path / "grand.sf3")
    grand.load.cache_clear()


def heard(engine, midi, font=None):
    return decode(render(midi, "wav", engine=engine, soundfont=font))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("engine", SAMPLED)
def test_both_synthesizers_read_what_is_written(engine, packed, tmp_path):
    font = write_piano(tmp_path / "toy.sf2", packed)
    samples = heard(engine, write_midi([(71, 0.0, 1.0, 100)]), font)
    spectrum = np.abs(np.fft.rfft(samples[:RATE].mean(axis=1)))
    assert spectrum.argmax() == pytest.approx(440 * 2 ** (2 / 12), abs=1)


def test_reads_back_what_it_wrote(tmp_path):
    font = sf2.read(write_piano(tmp_path / "toy.sf3"))
    assert [bytes(name) for name in font.tables[b"inst"]["name"]] == [b"Piano", b"EOI"]
    assert font.samples["root_key"].tolist() == [57, 57, 69, 69]
    data = (tmp_path / "toy.sf3").read_bytes()
    assert all(data[font.samples_at + start :][:4] == b"OggS" for start in font.samples["start"])


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_file_that_breaks_off_is_refused(share, tmp_path):
    whole = write_piano(tmp_path / "toy.sf3").read_bytes()
    (tmp_path / "cut.sf3").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(AudioError, match="cannot be read"):
        sf2.read(tmp_path / "cut.sf3")


@pytest.mark.parametrize("engine", SAMPLED)
def test_tailored_it_sounds_as_whole(engine, piano, tmp_path):
    """Nothing that is heard is cut: soft and loud, held by the pedal, struck again, moved by semitones."""
    strikes = [(57, 0.0, 0.3, 40), (69, 0.2, 0.9, 100), (69, 0.5, 1.5, 100), (72, 1.6, 1.7, 30), (72, 1.8, 2.4, 90)]
    midi = write_midi(strikes)
    whole = heard(engine, midi, write_piano(tmp_path / "whole.sf2", packed=False))
    tailored = heard(engine, midi, piano)
    n = min(len(whole), len(tailored))
    # One is Vorbis, and FluidSynth's hall is the grand's alone.
    early = slice(0, RATE // 5)
    assert rms(tailored[early] - whole[early]) < (0.3 if engine == "fluidsynth" else 0.05) * rms(whole[early])
    for start in range(0, n - RATE // 10, RATE // 10):
        part = slice(start, start + RATE // 10)
        assert rms(tailored[part]) > 0.8 * rms(whole[part])


def test_only_what_is_struck_is_unpacked_and_for_as_long(piano):
    performance = read_performance(write_midi([(69, 0.0, 0.5, 100), (57, 0.6, 0.7, LOUD_FROM - 1)]))
    toy = grand.load(piano)
    needed = grand.needed_frames(toy, performance)
    assert sorted(needed) == [0, 3]
    assert needed[3] == pytest.approx((0.5 + 0.3 + grand.MARGIN_SEC) * RATE, abs=100)
    small = len(grand.tailored(piano, performance))
    assert small < 2 * (sum(needed.values()) + 2000)
    assert sorted(path.name for path in toy.folder.iterdir()) == ["0.pcm", "3.pcm"]


def test_nobody_waits_for_dampers_in_a_busy_piece(tmp_path):
    real = grand.load(REAL)
    noises = {int(sample) for *_, sample, loop in real.zones.tolist() if loop}
    calm = read_performance(write_midi([(60 + n, 0.5 * n, 0.5 * n + 0.4, 80) for n in range(8)]))
    busy = read_performance(write_midi([(50 + n % 30, 0.1 * n, 0.1 * n + 0.1, 80) for n in range(60)]))
    assert noises & set(grand.needed_frames(real, calm))
    assert not noises & set(grand.needed_frames(real, busy))
    zones = {}
    for name, performance in (("calm", calm), ("busy", busy)):
        path = tmp_path / f"{name}.sf2"
        path.write_bytes(grand.tailored(REAL, performance))
        zones[name] = grand.load(path).zones
    looped = zones["busy"][:, 5] != 0
    assert (zones["busy"][~looped] == zones["calm"][~looped]).all()
    lowest, highest = zones["busy"][looped, :2].T
    assert (lowest > highest).all()


def test_the_pedal_asks_for_longer_samples(piano):
    import mido

    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(
        mido.MidiTrack(
            [
                mido.Message("control_change", control=64, value=127),
                mido.Message("note_on", note=69, velocity=100),
                mido.Message("note_off", note=69, time=240),
                mido.Message("note_on", note=69, velocity=100),
                mido.Message("note_off", note=69, time=240),
                mido.Message("control_change", control=64, value=0, time=960),
            ]
        )
    )
    import io

    target = io.BytesIO()
    file.save(file=target)
    needed = grand.needed_frames(grand.load(piano), read_performance(target.getvalue()))
    # FluidSynth lets both strikes ring until the pedal is lifted, 1.5 s after the first.
    assert needed[3] == pytest.approx((1.5 + 0.3 + grand.MARGIN_SEC) * RATE, abs=100)


def test_unpacking_keeps_this_version_and_drops_others(piano):
    old = cache_folder() / "soundfonts" / "0123"
    old.mkdir(parents=True)
    assert grand.unpack(piano) == 4
    assert not old.exists()
    before = grand.tailored(piano, read_performance(write_midi([(69, 0.0, 0.5, 100)])))
    shutil.rmtree(cache_folder())
    assert grand.tailored(piano, read_performance(write_midi([(69, 0.0, 0.5, 100)]))) == before


def test_a_cache_that_cannot_be_written_costs_no_sound(piano, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert rms(decode(render(write_midi([(69, 0.0, 0.5)]), "wav"))) > 0.01


def test_a_damaged_grand_leaves_the_small_piano(piano, caplog):
    piano.write_bytes(piano.read_bytes()[:5000])
    audio = render(write_midi([(69, 0.0, 0.5)]), "wav")
    if SAMPLED:
        assert audio.soundfont == soundfonts.BUNDLED
    assert "Another one plays" in caplog.text


def test_it_is_the_default_but_what_is_named_comes_first(piano, tmp_path, monkeypatch):
    assert soundfonts.default_soundfont() == soundfonts.light_soundfont() == piano
    other = write_piano(tmp_path / "mine.sf2")
    monkeypatch.setenv(soundfonts.ENVIRONMENT_VARIABLE, str(other))
    assert soundfonts.default_soundfont() == other


def test_what_ships_is_what_its_readme_says():
    said = (FOLDER / "README.md").read_text("utf-8")
    data = REAL.read_bytes()
    assert len(data) < 26e6
    assert hashlib.sha256(data).hexdigest() in said
    assert f"{len(data):,} bytes" in said
    assert "Alexander Holm" in said
    assert b"Alexander Holm" in sf2.read(REAL).info[b"ICOP"]
    assert re.search(r"Attribution 3\.0 Unported", (FOLDER / "LICENSE-CC-BY-3.0.txt").read_text("utf-8"))


@pytest.mark.parametrize("engine", SAMPLED)
def test_the_grand_plays_louder_and_brighter_with_velocity(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(soundfonts, "GRAND", REAL.name)
    monkeypatch.setenv("KOE_CACHE", str(tmp_path))
    samples = heard(engine, write_midi([(60, n, n + 0.4, velocity) for n, velocity in enumerate((25, 60, 120))]))
    parts = [samples[n * RATE : n * RATE + RATE // 3].mean(axis=1) for n in range(3)]
    spectra = [np.abs(np.fft.rfft(part)) ** 2 for part in parts]
    bright = [(np.arange(len(one)) * one).sum() / one.sum() for one in spectra]
    loud = [rms(part) for part in parts]
    assert loud[0] < 0.4 * loud[1] < 0.4 * 0.5 * loud[2]
    assert bright[0] < bright[1] < bright[2]
    assert rms(samples[: round(3.0 * RATE)][:, 0] - samples[: round(3.0 * RATE)][:, 1]) > 0.1 * rms(samples)


@pytest.mark.parametrize("engine", SAMPLED)
def test_the_grand_is_as_loud_as_is_reckoned(engine, tmp_path, monkeypatch):
    """By either synthesizer: loudness is reckoned before it is known which one will play.

    As FluidSynth plays; in TinySoundFont single notes come out louder, whole pieces less so.
    """
    monkeypatch.setenv("KOE_CACHE", str(tmp_path))
    performance = read_performance(write_midi([(48 + 5 * n, n / 2, n / 2 + 0.5, 80) for n in range(8)]))
    samples = rendering._load(engine).synthesize(performance, REAL, 1800.0, None)
    n_windows = round(4.0 * RATE / WINDOW)
    reckoned = loudness_of(performance).powers[:n_windows].sum()
    played = np.square(samples[: n_windows * WINDOW], dtype=np.float64).mean(axis=1).sum() / WINDOW
    near_db = 1.5 if engine == "fluidsynth" else 3.0
    assert 10 * np.log10(played / reckoned) == pytest.approx(0, abs=near_db)
