import numpy as np
import pytest

from koe.music.grid import STEPS_PER_QUARTER
from koe.music.midi import read_midi
from koe.music.performance import estimate_qpm, is_performance, track_beats
from tests.music.midi_bytes import midi_file, note_off, note_on, tempo, track

# Steps of onsets in two measures: quarters, eighths, sixteenths, syncopes and a rest.
PHRASE = np.array([0, 4, 6, 8, 10, 11, 12, 14, 16, 19, 20, 22, 24, 25, 26, 27, 28])
N_PHRASES = 12
ONSETS = (PHRASE + 32 * np.arange(N_PHRASES)[:, None]).ravel()


def played(qpm, jitter_sec=0.0, drift=0.0, start_sec=0.7, seed=0, steps=ONSETS):
    """Onsets in seconds of a player who swerves by ``jitter_sec`` and whose tempo sways by ``drift``."""
    rng = np.random.default_rng(seed)
    quarters = np.arange(steps.max() // STEPS_PER_QUARTER + 2)
    lengths = 60 / qpm * np.exp(drift * np.sin(quarters / 9))
    times = np.append(0, np.cumsum(lengths))[: len(quarters)] + start_sec
    return np.sort(np.interp(steps / STEPS_PER_QUARTER, quarters, times) + rng.normal(0, jitter_sec, len(steps)))


def recording(onsets_sec, length_sec=0.1):
    """A file as a sequencer without a beat records it: 120 quarters a minute, 960 ticks a second."""
    ticks = np.round(onsets_sec * 960).astype(int)
    keys = 50 + np.arange(len(ticks)) % 12
    events = [(tick, note_on, key) for tick, key in zip(ticks, keys, strict=True)]
    events += [(tick + round(length_sec * 960), note_off, key) for tick, key in zip(ticks, keys, strict=True)]
    events.sort(key=lambda event: event[0])
    now, parts = 0, [tempo(500_000)]
    for tick, event, key in events:
        parts.append(event(int(key), int(tick - now)))
        now = tick
    return midi_file(track(*parts))


@pytest.mark.parametrize("qpm", [71.3, 79.0, 88.0, 97.1, 104.0, 131.7])
@pytest.mark.parametrize("jitter_sec", [0.0, 0.012, 0.02])
def test_a_steady_performance_gets_its_tempo_and_its_rhythm(qpm, jitter_sec):
    piece = read_midi(recording(played(qpm, jitter_sec)))
    assert any("live performance" in warning for warning in piece.warnings)
    assert piece.qpm == pytest.approx(qpm, rel=0.02)
    steps = np.array([n.step for n in piece.notes])
    # Notes a sixteenth apart stay a sixteenth apart, and so on, but for a few slips.
    assert np.mean(np.diff(steps) == np.diff(ONSETS)) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_a_swaying_tempo_is_followed(seed):
    # On a rigid grid notes in the middle of this would be five steps off.
    piece = read_midi(recording(played(92.0, 0.012, drift=0.08, seed=seed)))
    steps = np.array([n.step for n in piece.notes])
    assert np.mean(np.diff(steps) == np.diff(ONSETS)) > 0.9
    assert abs((steps[-1] - steps[0]) - (ONSETS[-1] - ONSETS[0])) <= 2


def test_half_or_twice_the_tempo_keeps_the_rhythm():
    piece = read_midi(recording(played(63.0)))
    assert piece.qpm in (pytest.approx(63.0, rel=0.02), pytest.approx(126.0, rel=0.02))
    steps = np.array([n.step for n in piece.notes])
    assert np.mean(np.diff(steps) == np.diff(ONSETS) * round(piece.qpm / 63)) > 0.9


def test_silence_before_a_performance_is_kept():
    early = read_midi(recording(played(88.0, 0.01, start_sec=0.2)))
    late = read_midi(recording(played(88.0, 0.01, start_sec=0.2 + 4 * 60 / 88)))
    assert late.notes[0].step - early.notes[0].step == pytest.approx(16, abs=1)


@pytest.mark.parametrize(
    "onsets",
    [
        ONSETS / 4,
        np.arange(200) / 3,
        np.arange(200) / 6,
        np.arange(200) / 8,
        np.arange(200) / 12,
        np.arange(200) / 5,
        np.arange(200) / 7,
        np.arange(200) + 0.1,
        np.concatenate([np.arange(100) / 4, 25 + np.arange(100) / 6, 42 + np.arange(100) / 8]),
    ],
    ids=["phrase", "triplets", "sextuplets", "32nds", "24ths", "quintuplets", "septuplets", "all late", "mixed"],
)
def test_scores_are_no_performances(onsets):
    assert not is_performance(onsets)
    assert not is_performance(np.round(onsets * 480) / 480)


def test_playing_to_a_click_is_no_performance_without_a_beat():
    assert not is_performance(played(120.0, 0.012, start_sec=0.0) * 2)


def test_a_few_notes_prove_nothing():
    assert not is_performance(played(97.1)[:40] * 2)


def test_tempo_changes_in_the_file_mean_that_the_beat_is_known():
    onsets = played(97.1, 0.01)
    data = recording(onsets)
    changed = data.replace(tempo(500_000), tempo(500_000) + tempo(500_001, 1))
    changed = changed[:18] + (int.from_bytes(data[18:22]) + 7 + 1).to_bytes(4) + changed[22:]
    piece = read_midi(changed)
    assert len(piece.notes) == len(onsets)
    assert piece.warnings == ()


def test_onsets_too_few_for_a_tempo_get_a_usual_one():
    assert 60 <= estimate_qpm(np.array([0.0, 0.3])) <= 120
    assert 60 <= estimate_qpm(np.arange(20) * 100.0) <= 120


@pytest.mark.parametrize("onsets", [np.array([0.0]), np.array([5.0]), np.array([0.3, 9000.0])])
def test_beats_cover_everything_that_was_played(onsets):
    beats = track_beats(onsets, 100.0)
    assert beats[0] <= onsets[0]
    assert beats[-1] > onsets[-1]
    assert (np.diff(beats) > 0).all()
