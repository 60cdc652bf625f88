"""What pieces do as a whole: keys, ends, faults and what returns, of pieces of which that is known."""

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation import endings, form, key_plan, repetition, whole_faults
from koe.evaluation.noted import noted_states, noted_stretch
from koe.scores.key import Key

SCALE = {"C": [60, 62, 64, 65, 67, 69, 71, 72], "A": [69, 71, 73, 74, 76, 78, 80, 81]}
MEASURE = 16


def melody(*measures, group="a"):
    """A piece of measures of eight eighths each, or of a chord held for the whole measure."""
    states = np.zeros((MEASURE * len(measures), 88), np.uint8)
    for number, pitches in enumerate(measures):
        first = MEASURE * number
        if isinstance(pitches, tuple):
            states[first : first + MEASURE, np.array(pitches) - 21] = 1
            states[first, np.array(pitches) - 21] = 2
        else:
            for place, pitch in enumerate(pitches):
                states[first + 2 * place, pitch - 21] = 2
                states[first + 2 * place + 1, pitch - 21] = 1
    return noted_states(states, np.arange(len(measures)) * 96, group)


def test_a_stretch_that_begins_in_a_measure_has_its_bar_lines():
    states = np.zeros((40, 88), np.uint8)
    assert noted_stretch(states, np.array([0, 16]), "a").starts.tolist() == [0, 96, 192]
    assert noted_stretch(states, np.array([10, 12]), "a").starts.tolist() == [0, 12, 84, 156, 228]


def test_the_first_measures_are_cut_out():
    piece = melody(SCALE["C"], (60, 64, 67), SCALE["C"])
    part = piece.first_measures(2)
    assert part.n_ticks == 192
    assert part.starts.tolist() == [0, 96]
    assert part.notes[-1].tolist() == [96, 96, 67]
    assert piece.first_measures(3) is piece


@pytest.mark.parametrize(
    ("chord", "expected"),
    [
        ((48, 60, 64, 67), (True, True)),  # root position
        ((48,), (True, True)),  # a bare tonic
        ((48, 60, 63, 67), (True, True)),  # minor for major
        ((52, 60, 67), (False, False)),  # a sixth chord
        ((48, 64, 70), (False, True)),  # a seventh
        ((43, 59, 62), (False, False)),  # the dominant
    ],
)
def test_only_the_tonics_chord_over_its_root_is_an_end(chord, expected):
    notes = np.array([[0, 24, 60], *([96, 96, pitch] for pitch in chord)])
    assert endings.ends_with_tonic(notes, Key(0, "major")) == expected


def test_a_broken_chord_that_is_held_counts_whole():
    notes = np.array([[0, 96, 48], [24, 72, 64], [48, 48, 67]])
    assert endings.ends_with_tonic(notes, Key(0, "major")) == (True, True)
    assert endings.last_chord(np.array([[0, 48, 48], [24, 24, 64], [48, 48, 67]])).tolist() == [67]  # let go before


def test_keys_of_every_four_measures():
    piece = melody(*[SCALE["C"]] * 4, *[SCALE["A"]] * 4, *[SCALE["C"]] * 8)
    assert [str(key) for key in key_plan.keys_of(piece)] == ["C major", "A major", "C major", "C major"]
    found = key_plan.evaluate([piece])
    assert found["home"]["value"] == 0.75
    assert found["near"]["value"] == 0.75  # three sharps away is not near
    assert found["changes"]["value"] == pytest.approx(2 / 3)
    assert found["home_at_last"]["value"] == 1
    assert key_plan.is_near(Key(1, "minor"), Key(0, "major"))
    assert key_plan.is_near(Key(-5, "major"), Key(6, "major"))


def test_what_is_silent_has_no_key():
    assert key_plan.counts(noted_states(np.zeros((64, 88), np.uint8), [0], "a")).tolist() == [0] * 7


def test_faults_of_whole_pieces():
    sound, silence = melody(SCALE["C"], SCALE["C"]), melody(SCALE["C"], [], [], [], SCALE["C"])
    stuck = noted_states(np.repeat(np.eye(1, 88, 40, dtype=np.uint8), 65, axis=0), [0], "b")
    burst = melody(tuple(range(40, 53)))
    trailing = melody(SCALE["C"], [], [], [], [])
    assert [whole_faults.faults_of(one.states).tolist() for one in (sound, silence, stuck, burst, trailing)] == [
        [False, False, False],
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
    found = whole_faults.evaluate([sound, silence, stuck, burst])
    assert found["any_fault"]["value"] == 0.75


def test_kinds_of_repetition():
    varied = [*SCALE["C"][:7], 73]
    piece = melody(SCALE["C"], varied, SCALE["C"], SCALE["A"])
    found = repetition.evaluate([piece])
    assert found["exact all"]["value"] == found["exact 1-2"]["value"] == 0.25
    # Seven of nine places are not four of five.
    assert found["alike all"]["value"] == 0.25
    assert found["in_any_key all"]["value"] == 0.5


def test_a_measure_that_is_moved_does_not_come_in_again_at_the_other_end():
    piece = melody([21] * 8, [108] * 8)
    assert repetition.nearest_repeated(piece.notes, piece.starts, most_shift=12).tolist() == [0, 0]


def test_notes_before_the_first_measure_are_refused():
    with pytest.raises(InputError, match="before the first measure"):
        repetition.likeness(np.array([[0, 6, 60]]), [96])


def test_written_beside_real():
    wandering = [[pitch + number for pitch in SCALE["C"]] for number in range(8)]
    real = [melody(*[SCALE["C"], wandering[n + 1]] * 2, group=str(n)) for n in range(3)]
    written = [melody(*wandering, group="w"), melody(*[SCALE["C"], SCALE["A"]] * 2, *wandering[1:5], group="v")]
    found = form.evaluate(written, real)
    figure = found["repetition"]["exact 1-2"]
    assert figure["real"]["value"] == 0.5
    assert figure["written"]["value"] == pytest.approx(2 / 16)
    assert figure["ratio"]["value"] == pytest.approx(0.25)
    assert figure["ratio"]["interval"][0] == 0
    assert found["repetition"]["exact 9-16"]["ratio"] is None
    assert set(found) == {"repetition", "keys", "endings", "faults"}
    with pytest.raises(InputError, match="no piece to be measured"):
        form.evaluate([], real)
