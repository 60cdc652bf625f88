"""Known answers, worked out by hand on a few notes; and what must hold for any roll."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import PianorollError
from koe.evaluation import descriptors as d
from koe.music.pianoroll import notes_from_pianoroll

quick = settings(max_examples=50)
# Most rolls of this strategy hold a few notes in few keys, so that runs and repeats come about.
rolls = st.integers(0, 70).flatmap(lambda n: arrays.arrays(bool, (n, 88), elements=st.booleans(), fill=st.just(False)))


def key(pitch):
    return pitch - 21


def roll_of(*notes, n_steps=32):
    """A roll of notes given as (onset, length, MIDI pitch)."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    for onset, length, pitch in notes:
        roll[onset : onset + length, key(pitch)] = True
    return roll


@pytest.fixture
def small():
    """Two measures: C4 for 4 steps, E4 for 2 with it, a rest of 4, then F#4 for 8, and silence to the end."""
    return roll_of((0, 4, 60), (2, 2, 64), (8, 8, 66))


def test_notes_are_runs(small):
    onsets, keys, lengths = d.notes_of(small)
    assert sorted(zip(onsets.tolist(), keys.tolist(), lengths.tolist(), strict=True)) == [
        (0, key(60), 4),
        (2, key(64), 2),
        (8, key(66), 8),
    ]


def test_known_answers(small):
    assert d.describe(small) == pytest.approx(
        {
            "note_density": 1.5,  # three notes in two measures
            "density": 14 / (32 * 88),
            "polyphony": 14 / 12,  # twelve of the steps sound
            "note_length": 14 / 3,
            "mean_pitch": (60 + 64 + 66) / 3,
            "pitch_range": 6,
            "n_pitches": 3,
            "pitch_class_entropy": math.log2(3),
            "scale_consistency": 1.0,  # C, E and F# are all in G major
            "repetition": float("nan"),  # the second measure is silent
            "self_similarity": float("nan"),
            "silence": 20 / 32,
            "longest_silence": 16,
            "bursts": 0,
            "longest_note": 8,
        },
        nan_ok=True,
    )


def test_an_octave_is_one_pitch_class():
    roll = roll_of((0, 1, 60), (4, 1, 72), (8, 1, 48))
    assert d.pitch_class_histogram(roll).tolist() == [3] + 11 * [0]
    assert d.pitch_class_entropy(roll) == 0
    assert d.pitch_range(roll) == 24


def test_pitch_classes_are_counted_from_c():
    histogram = d.pitch_class_histogram(roll_of((0, 1, 21), (2, 1, 60), (4, 1, 62), (6, 1, 62)))
    assert histogram.tolist() == [1, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0]  # A0, C4, and D4 twice


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        ((60, 62, 64, 65, 67, 69, 71), 1),  # C major
        ((57, 59, 60, 62, 64, 65, 67), 1),  # A natural minor
        ((57, 59, 60, 62, 64, 65, 68), 6 / 7),  # A harmonic minor: G sharp is outside
        (tuple(range(60, 72)), 7 / 12),  # all twelve: no scale holds more than seven
        ((60, 60, 60, 61, 62), 4 / 5),  # notes count, not pitches: C three times, with D in C major
    ],
)
def test_scale_consistency(pitches, expected):
    roll = roll_of(*((2 * number, 1, pitch) for number, pitch in enumerate(pitches)))
    assert d.scale_consistency(roll) == pytest.approx(expected)


def test_repetition_counts_equal_measures_within_reach():
    a, b, silent = (np.zeros((16, 88), dtype=bool) for _ in range(3))
    a[0:4, 40] = b[0:4, 47] = True
    # Of b, a and b after the first measure the last two were there before; the silent one is not counted.
    roll = np.concatenate([a, b, a, silent, b])
    assert d.repetition(roll) == pytest.approx(2 / 3)
    # With only one measure in reach nothing comes back.
    assert d.repetition(roll, n_back=1) == 0
    assert d.repetition(np.concatenate([a, a, a[:7]]), n_back=1) == 1  # an incomplete measure is left out


def test_repetition_of_half_measures():
    half = roll_of((0, 2, 60), n_steps=8)
    other = roll_of((0, 2, 67), n_steps=8)
    roll = np.concatenate([half, other, half, half])
    assert d.repetition(roll) == 0
    assert d.repetition(roll, unit_steps=8) == pytest.approx(2 / 3)


def test_self_similarity_is_the_share_of_common_keys():
    first = roll_of((0, 4, 60), (0, 4, 64), n_steps=16)
    second = roll_of((0, 4, 60), (8, 8, 67), n_steps=16)
    # 4 ones in both, 8 + 12 - 4 in either.
    assert d.self_similarity(np.concatenate([first, second])) == pytest.approx(4 / 16)
    assert d.self_similarity(np.concatenate([first, second, first])) == pytest.approx((4 / 16 + 1) / 2)


def test_bursts_are_steps_with_more_than_twelve_keys():
    roll = np.zeros((10, 88), dtype=bool)
    roll[3, :12] = True
    roll[5:7, :13] = True
    assert d.bursts(roll) == 2


def test_long_notes_share_the_last_bin():
    roll = roll_of((0, 1, 60), (0, 1, 62), (0, 3, 64), (0, 8, 65), (0, 30, 67))
    assert d.note_length_histogram(roll, longest=8).tolist() == [2, 0, 1, 0, 0, 0, 0, 2]


def test_what_has_no_meaning_is_nan():
    silent = d.describe(np.zeros((32, 88), dtype=bool))
    undefined = {name for name, value in silent.items() if math.isnan(value)}
    assert undefined == {
        "polyphony",
        "note_length",
        "mean_pitch",
        "pitch_range",
        "pitch_class_entropy",
        "scale_consistency",
        "repetition",
        "self_similarity",
    }
    assert silent["silence"] == 1
    assert silent["longest_silence"] == 32


def test_no_pianoroll_is_refused():
    with pytest.raises(PianorollError, match="shape"):
        d.describe(np.zeros((4, 87), dtype=bool))


def test_many_pieces_are_described_in_order(small):
    described = d.describe_all([small, np.zeros((32, 88), dtype=bool)])
    assert described["note_density"].tolist() == [1.5, 0]
    assert np.isnan(described["polyphony"]).tolist() == [False, True]


@given(rolls)
@quick
def test_notes_are_those_of_the_piece(roll):
    onsets, keys, lengths = d.notes_of(roll)
    ours = sorted(zip(onsets.tolist(), (keys + 21).tolist(), lengths.tolist(), strict=True))
    assert ours == [(note.step, note.pitch, note.n_steps) for note in notes_from_pianoroll(roll)]


@given(rolls)
@quick
def test_histograms_count_every_note_once(roll):
    n_notes = len(d.notes_of(roll)[0])
    for histogram in (d.pitch_histogram, d.pitch_class_histogram, d.note_length_histogram):
        assert histogram(roll).sum() == n_notes


@given(rolls, st.integers(1, 12))
@quick
def test_moving_to_another_key_changes_no_more_than_the_pitch(roll, semitones):
    roll[:, 88 - semitones :] = False
    moved = np.roll(roll, semitones, axis=1)
    before, after = d.describe(roll), d.describe(moved)
    assert after.pop("mean_pitch") == pytest.approx(before.pop("mean_pitch") + semitones, nan_ok=True)
    assert after == pytest.approx(before, nan_ok=True)


@given(rolls)
@quick
def test_shares_lie_between_0_and_1(roll):
    described = d.describe(roll)
    for name in ("density", "scale_consistency", "repetition", "self_similarity", "silence"):
        assert math.isnan(described[name]) or 0 <= described[name] <= 1 + 1e-12
    if not math.isnan(described["repetition"]):
        assert described["self_similarity"] >= described["repetition"] - 1e-12
