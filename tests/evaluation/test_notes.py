"""Notes found again: answers worked out by hand, and mir_eval's own figures."""

import numpy as np
import pytest

from koe.evaluation.notes import COLUMNS, count_notes, measure_notes, note_measures
from koe.music.states import notes_from_states, states_from_pianoroll
from tests.evaluation.corpora import Made, random_roll, write_corpus


def states_of(*notes, n_steps=64):
    """States of notes given as (onset, duration, key)."""
    states = np.zeros((n_steps, 88), np.uint8)
    for onset, duration, key in notes:
        states[onset : onset + duration, key] = 1
        states[onset, key] = 2
    return states


def counted(target, made):
    (sums,) = count_notes(target[None], made[None])
    return dict(zip(COLUMNS, sums.astype(int).tolist(), strict=True))


def test_known_answers():
    played = states_of((0, 4, 40), (8, 20, 45), (32, 2, 50), (40, 4, 60), (40, 4, 64))
    made = states_of(
        (1, 4, 40),  # a step late, and so is its end: right
        (8, 24, 45),  # four steps too long, a fifth of twenty: right
        (34, 2, 50),  # two steps late: wrong
        (40, 6, 60),  # right by onset, but two steps too long where one is allowed
        (40, 4, 65),  # another key
        (50, 1, 20),  # not in the piece
    )
    assert counted(played, made) == {"truths": 5, "made": 6, "onset_hits": 3, "hits": 2}
    figures = note_measures(count_notes(played[None], made[None])[0])
    assert figures["onset_precision"] == 3 / 6
    assert figures["onset_recall"] == 3 / 5
    assert figures["onset_duration_f1"] == pytest.approx(2 * 2 / 11)


def test_what_is_struck_again_is_two_notes():
    twice, once = states_of((0, 4, 40), (4, 4, 40)), states_of((0, 8, 40))
    assert counted(twice, once) == {"truths": 2, "made": 1, "onset_hits": 1, "hits": 0}
    assert counted(twice, twice) == {"truths": 2, "made": 2, "onset_hits": 2, "hits": 2}


def test_a_note_answers_for_one_other():
    # Both of the piece's notes are near the one that was made, and of the pairs the most are found.
    assert counted(states_of((10, 1, 40), (11, 1, 40)), states_of((11, 1, 40)))["onset_hits"] == 1
    assert counted(states_of((10, 1, 40), (11, 1, 40)), states_of((11, 1, 40), (12, 1, 40)))["onset_hits"] == 2


def test_silence_on_either_side():
    some, none = states_of((0, 4, 40)), states_of()
    assert counted(some, none) == {"truths": 1, "made": 0, "onset_hits": 0, "hits": 0}
    assert counted(none, some) == {"truths": 0, "made": 1, "onset_hits": 0, "hits": 0}
    assert not any(note_measures(count_notes(none[None], none[None])[0]).values())


def test_it_is_what_mir_eval_says():
    from mir_eval.transcription import precision_recall_f1_overlap

    target = states_from_pianoroll(random_roll(0, 64, 0.08))
    made = target.copy()
    made[:, ::3] = np.roll(made[:, ::3], 1, axis=0)
    made[random_roll(1, 64, 0.3)] = 0

    def arrays(states):
        notes = notes_from_states(states)
        times = np.array([(note.step, note.end_step) for note in notes], float)
        return times, np.array([440 * 2 ** ((note.pitch - 69) / 12) for note in notes])

    figures = note_measures(count_notes(target[None], made[None])[0])
    for kind, offset_ratio in (("onset", None), ("onset_duration", 0.2)):
        expected = precision_recall_f1_overlap(
            *arrays(target), *arrays(made), onset_tolerance=1, offset_ratio=offset_ratio, offset_min_tolerance=1
        )[:3]
        measured = [figures[f"{kind}_{name}"] for name in ("precision", "recall", "f1")]
        assert measured == pytest.approx(expected)
        assert 0.1 < measured[2] < 0.9


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="made has"):
        count_notes(np.zeros((1, 64, 88), np.uint8), np.zeros((1, 63, 88), np.uint8))


class Half:
    """Gives back the keys from 44 on."""

    def encode(self, segments):
        return np.asarray(segments)

    def decode_states(self, latents, threshold):
        assert threshold == 0.3
        made = latents.copy()
        made[..., :44] = 0
        return made


def test_a_split_is_measured_by_works(tmp_path):
    """Three works; in the first all keys lie above the middle, in the second below, in the third both."""
    high, low = random_roll(1, 130, 0.05), random_roll(2, 64, 0.05)
    high[:, :44], low[:, 44:] = False, False
    pieces = [Made(high, work="a"), Made(low, work="b"), Made(random_roll(3, 200, 0.05), work="c")]
    corpus = write_corpus(tmp_path / "c", [*pieces, Made(random_roll(4, 63, 0.5), work="too short")])
    done = []
    scores = measure_notes(Half(), 0.3, corpus, n_resamples=200, progress=lambda *numbers: done.append(numbers))
    segments = [piece.roll[start : start + 64] for piece in pieces for start in range(0, len(piece.roll) - 63, 64)]
    notes = [note for roll in segments for note in notes_from_states(states_from_pianoroll(roll))]
    right = sum(note.key >= 44 for note in notes)
    assert (scores["n_real"], scores["n_made"]) == (len(notes), right)
    for kind in ("onset", "onset_duration"):
        assert scores[kind]["precision"] == 1
        assert scores[kind]["recall"] == pytest.approx(right / len(notes))
        low_end, high_end = scores[kind]["intervals"]["recall"]
        # It could have been the first work alone, or the second.
        assert low_end < 0.2 < scores[kind]["recall"] < 0.8 < high_end
    assert done == [(1, 1)]
