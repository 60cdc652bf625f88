import itertools

import numpy as np
import pytest

from koe.errors import InputError
from koe.music.beat_tracking import estimate_qpm, track_beats
from koe.music.following import following
from koe.music.grid import PULSES_PER_QUARTER, STEPS_PER_QUARTER, TICKS_PER_STEP
from koe.music.midi import read_midi
from koe.music.performance import piece_from_seconds
from koe.music.piece import KeySignature, Tempo
from koe.music.rhythm import written_times
from koe.music.tempo import TempoMap, microseconds_of
from tests.music.midi_bytes import midi_file, note, note_off, note_on, tempo, track

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


SCORES = {
    "phrase": ONSETS / 4,
    "triplets": np.arange(200) / 3,
    "sextuplets": np.arange(200) / 6,
    "32nds": np.arange(200) / 8,
    "24ths": np.arange(200) / 12,
    "quintuplets": np.arange(200) / 5,
    "septuplets": np.arange(200) / 7,
    "all late": np.arange(200) + 0.1,
    "mixed": np.concatenate([np.arange(100) / 4, 25 + np.arange(100) / 6, 42 + np.arange(100) / 8]),
    "dotted": np.cumsum(np.tile([0.75, 0.25, 1.5, 0.5], 30)),
    "in twelves": np.cumsum(np.tile([1.0, 0.5, 0.5, 0.5, 0.5], 30)),
}


def follows(quarters, division=480, microseconds=500_000):
    ticks = np.round(quarters * division).astype(np.int64)
    return following(ticks, division, TempoMap([(0, microseconds)], division).seconds)


@pytest.mark.parametrize("quarters", SCORES.values(), ids=SCORES)
@pytest.mark.parametrize("division", [24, 96, 384, 480, 960])
@pytest.mark.parametrize("n_onsets", [5, 20, 200])
def test_scores_are_no_performances(quarters, division, n_onsets):
    found = follows(quarters[:n_onsets], division)
    assert found.follows
    assert found.exact


@pytest.mark.parametrize("n_onsets", [40, 60, 200])
@pytest.mark.parametrize("latency_sec", [0.0, 0.05, -0.04])
@pytest.mark.parametrize("jitter_sec", [0.006, 0.012])
def test_what_is_played_to_a_click_follows_the_file(n_onsets, latency_sec, jitter_sec):
    onsets = played(120.0, jitter_sec, start_sec=1.0)[:n_onsets] + latency_sec
    assert follows(onsets * 2).follows
    piece = read_midi(recording(onsets))
    assert (piece.tempos, piece.beats_estimated) == ((Tempo(0, 120.0),), False)
    assert np.mean([note.step for note in piece.notes] == ONSETS[:n_onsets] + 8) > 0.95
    assert np.mean([note.on_step for note in piece.notes]) > 0.95
    assert np.abs(seconds_of(piece)[:, 0] - onsets).max() < 0.002


def test_a_few_notes_prove_nothing():
    assert follows(played(97.1)[:11] * 2).follows


@pytest.mark.parametrize("n_onsets", [24, 30, 40, 47])
@pytest.mark.parametrize("seed", range(3))
def test_short_performances_are_performances(n_onsets, seed):
    onsets = played(97.1, 0.01, drift=0.05, seed=seed)[:n_onsets]
    piece = read_midi(recording(onsets))
    assert piece.beats_estimated
    assert any("live performance" in warning for warning in piece.warnings)
    assert np.mean(np.diff([n.step for n in piece.notes]) == np.diff(ONSETS[:n_onsets])) > 0.85


@pytest.mark.parametrize("qpm", [80.0, 90.0, 97.0, 100.0, 110.0, 150.0])
@pytest.mark.parametrize("jitter_sec", [0.0, 0.004, 0.01])
def test_a_tempo_other_than_the_files_is_found_in_the_notes(qpm, jitter_sec):
    onsets = np.maximum(played(qpm, jitter_sec, start_sec=0.0), 0)
    piece = read_midi(recording(onsets))
    assert [tempo.qpm for tempo in piece.tempos] == [qpm]
    assert [note.step for note in piece.notes] == ONSETS.tolist()
    assert piece.beats_estimated
    assert any(f"about {qpm:.0f} quarter notes" in warning for warning in piece.warnings)
    assert np.abs(seconds_of(piece)[:, 0] - onsets).max() < 0.002


@pytest.mark.parametrize("stray", [tempo(500_001, 1), tempo(499_990, 1), tempo(500_000, 1) + tempo(500_010, 2)])
def test_a_stray_change_of_tempo_does_not_make_the_beat_known(stray):
    data = recording(played(97.1, 0.01, drift=0.05))
    changed = data.replace(tempo(500_000), tempo(500_000) + stray)
    changed = changed[:18] + (int.from_bytes(data[18:22]) + len(stray)).to_bytes(4) + changed[22:]
    with_it, without = read_midi(changed), read_midi(data)
    assert with_it.beats_estimated
    assert with_it.qpm == pytest.approx(without.qpm, rel=1e-3)
    assert np.mean(np.diff([n.step for n in with_it.notes]) == np.diff(ONSETS)) > 0.9


@pytest.mark.parametrize(
    "changes", [[600_000, 400_000], [500_000, 250_000, 1_000_000], list(range(400_000, 600_000, 9000))]
)
def test_changes_of_tempo_in_a_score_stay_as_they_are(changes):
    parts = [tempo(length) + b"".join(note(60 + n % 7, 240) for n in range(12)) for length in changes]
    piece = read_midi(midi_file(track(*parts)))
    assert not piece.beats_estimated
    assert [(one.onset, microseconds_of(one.qpm)) for one in piece.tempos] == [
        (2880 * number, length) for number, length in enumerate(changes)
    ]
    assert {n.onset % 12 for n in piece.notes} == {0}


@pytest.mark.parametrize("late", [60, 35, -40, 100])
@pytest.mark.parametrize("length", [240, 480])
def test_notes_that_all_come_late_are_written_on_the_beat(late, length):
    first = note(60, length, before=960 + late)
    piece = read_midi(midi_file(track(first, *(note(60 + n % 7, length) for n in range(1, 30)))))
    assert {n.onset % 12 for n in piece.notes} == {0}
    assert [n.onset - 48 for n in piece.notes] == [n * length // 20 for n in range(30)]
    assert {n.shift for n in piece.notes} == {late}
    assert any(("late" if late > 0 else "early") in warning for warning in piece.warnings)
    assert piece.tempos == (Tempo(0, 120.0),)


def test_onsets_too_few_for_a_tempo_get_a_usual_one():
    assert 60 <= estimate_qpm(np.array([0.0, 0.3])) <= 120
    assert 60 <= estimate_qpm(np.arange(20) * 100.0) <= 120


@pytest.mark.parametrize("onsets", [np.array([0.0]), np.array([5.0]), np.array([0.3, 9000.0])])
def test_beats_cover_everything_that_was_played(onsets):
    beats = track_beats(onsets, 100.0)
    assert beats[0] <= onsets[0]
    assert beats[-1] > onsets[-1]
    assert (np.diff(beats) > 0).all()


def transcribed(onsets_sec, length_sec=0.1, pitches=None):
    """Rows of `piece_from_seconds`."""
    pitches = 50 + np.arange(len(onsets_sec)) % 12 if pitches is None else pitches
    return np.stack([onsets_sec, onsets_sec + length_sec, pitches, np.full(len(onsets_sec), 77)], axis=1)


def seconds_of(piece):
    """Starts and ends of its notes, in order of the start."""
    spans = np.array(sorted((note.first_pulse, note.last_pulse) for note in piece.notes))
    return piece.tempo_map.seconds(spans)


@pytest.mark.parametrize("qpm", [71.3, 97.1, 120.0, 131.7])
@pytest.mark.parametrize(("jitter_sec", "drift"), [(0.0, 0.0), (0.0, 0.08), (0.012, 0.0), (0.012, 0.08), (0.02, 0.05)])
@pytest.mark.parametrize("start_sec", [0.0, 0.13, 7.7])
def test_what_is_played_keeps_its_seconds_and_gets_a_rhythm(qpm, jitter_sec, drift, start_sec):
    onsets = np.maximum(played(qpm, jitter_sec, drift, start_sec), 0)
    piece = piece_from_seconds(transcribed(onsets), "Mine", pedal=[(start_sec + 1, 127), (start_sec + 2, 0)])
    assert (piece.title, piece.beats_estimated, {note.velocity for note in piece.notes}) == ("Mine", True, {77})
    starts, ends = seconds_of(piece).T
    assert np.abs(starts - onsets).max() < 0.0015
    assert np.abs(ends - onsets - 0.1).max() < 0.0015
    pedal_sec = piece.tempo_map.seconds(np.array([pedal.onset for pedal in piece.pedal]))
    assert np.abs(pedal_sec - [start_sec + 1, start_sec + 2]).max() < 0.0015
    ticks = np.array([note.onset for note in piece.notes])
    assert np.mean(np.diff(ticks) == np.diff(ONSETS) * TICKS_PER_STEP) > 0.9
    # Every beat has its own tempo, unless all are alike.
    beats = piece.tempo_map.seconds(np.arange(1, piece.n_ticks // 24) * PULSES_PER_QUARTER)
    assert 60 / np.diff(beats).mean() == pytest.approx(qpm, rel=0.03)
    assert len(piece.tempos) > 80 if drift else len(piece.tempos) <= 2 or jitter_sec


TRIPLETS = (np.arange(12) * 8 + 24 * 4 * np.arange(10)[:, None]).ravel()


@pytest.mark.parametrize(
    ("ticks", "places"),
    [
        (TRIPLETS, {0, 8, 16}),
        (
            np.concatenate([np.arange(0, 384, 6), 384 + np.arange(0, 384, 8), 768 + np.arange(0, 192, 12)]),
            {0, 6, 12, 18, 8, 16},
        ),
        (
            np.concatenate([np.arange(0, 192, 12), 192 + np.arange(0, 48, 3), 240 + np.arange(0, 192, 12)]),
            set(range(0, 24, 3)),
        ),
        (
            np.concatenate([np.arange(0, 480, 24), 480 + np.arange(0, 96, 4), 576 + np.arange(0, 192, 24)]),
            set(range(0, 24, 4)),
        ),
    ],
    ids=["triplets", "sixteenths and triplets", "a run of 32nds", "a run of sextuplets"],
)
@pytest.mark.parametrize("seed", range(3))
def test_each_beat_gets_the_division_that_fits(ticks, places, seed):
    beat_sec = 60 / 83
    rng = np.random.default_rng(seed)
    onsets = np.sort(ticks / 24 * beat_sec + rng.normal(0, 0.008, len(ticks)) + 0.5)
    written, _ = written_times(
        onsets, onsets + 0.1, np.arange(len(ticks)) % 40, (onsets - 0.5) / beat_sec, (onsets - 0.4) / beat_sec
    )
    assert set((written % 24).tolist()) <= places
    assert np.mean(written == ticks) > 0.95


def test_chords_are_written_together_and_ornaments_in_their_order():
    beat_sec = 0.5
    # Quarters, each a chord rolled within 20 ms; before the third a grace note, 60 ms early; a trill over the fifth.
    rows = [(beat_sec * n + 0.01 * k, 48 + 4 * k) for n in range(12) for k in range(3)]
    rows += [(beat_sec * 2 - 0.06, 71)] + [(beat_sec * 4 + 0.062 * k, 72 + 2 * (k % 2)) for k in range(1, 8)]
    rows.sort()
    onsets, pitches = np.array(rows).T
    piece = piece_from_seconds(transcribed(onsets + 1, 0.05, pitches), qpm=120)
    by_pitch = {pitch: [n.onset for n in piece.notes if n.pitch == pitch] for pitch in (48, 52, 56, 71, 72, 74)}
    assert by_pitch[48] == by_pitch[52] == by_pitch[56] == [24 * (n + 2) for n in range(12)]
    (grace,) = by_pitch[71]
    assert 24 * 4 - 4 <= grace < 24 * 4
    trill = sorted(by_pitch[72] + by_pitch[74])
    assert len(set(trill)) == 7
    assert [n.pitch for n in piece.notes if n.pitch in (72, 74)] == [74, 72, 74, 72, 74, 72, 74]


def test_a_key_that_was_left_is_not_held_into_its_next_strike():
    onsets = np.arange(40) * 0.21 + 1
    piece = piece_from_seconds(transcribed(onsets, 0.2, np.full(40, 60)))
    assert all(first.end <= second.onset for first, second in itertools.pairwise(piece.notes))


def test_the_key_is_found_where_it_is_asked_for():
    pitches = np.tile([62, 66, 69, 74, 67, 71, 73, 74], 10)
    rows = transcribed(np.arange(80) * 0.25, pitches=pitches)
    assert piece_from_seconds(rows).keys == ()
    assert piece_from_seconds(rows, key_from_notes=True).keys == (KeySignature(0, 2, "major"),)


@pytest.mark.parametrize("n_notes", [1, 2, 5])
def test_a_few_notes_are_a_piece_too(n_notes):
    piece = piece_from_seconds(transcribed(np.arange(n_notes) * 0.5 + 0.2))
    assert len(piece.notes) == n_notes
    assert np.abs(seconds_of(piece)[:, 0] - np.arange(n_notes) * 0.5 - 0.2).max() < 0.0015


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.zeros((0, 4)), "no note that a piano"),
        (np.array([[0, 1, 5, 80]]), "no note that a piano"),
        (np.array([[0, np.nan, 60, 80]]), "numbers that are none"),
        (np.array([[0, 1, 60, 80], [90_000, 90_001, 60, 80]]), "measures; cut it first"),
    ],
)
def test_what_is_no_playing_is_refused_with_a_sentence(rows, said):
    with pytest.raises(InputError, match=said):
        piece_from_seconds(rows)
