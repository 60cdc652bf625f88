"""Figures of performances: formulas, and what the teacher would get."""

from dataclasses import replace

import numpy as np
import pytest

from koe.evaluation.performance import BASELINES, Lesson, correlation, f1, likeness, measured, pedalled
from koe.models.pn1_features import features_of
from koe.music.interpretation import as_written, interpretation_of
from koe.music.piece import Pedal, Tempo
from tests.models.pn1_toys import toy_player, waltz


def lesson(work="a", seed=0):
    rng = np.random.default_rng(seed)
    score = waltz()
    notes = tuple(replace(note, velocity=20 + note.pitch // 2 + int(rng.integers(9))) for note in score.notes)
    tempos = tuple(Tempo(480 * beat, 100 - (beat > 20) * 30.0) for beat in range(25))
    pedal = (Pedal(0, 127), Pedal(6000, 0))
    piece = replace(score, notes=notes, tempos=tempos, pedal=pedal, title=f"{work}{seed}")
    return Lesson(work, piece, features_of(as_written(piece)))


def test_correlation_and_f1_by_hand():
    assert correlation(np.array([1.0, 2, 3]), np.array([1.0, 3, 2])) == pytest.approx(0.5)
    assert correlation(np.ones(3), np.array([1.0, 2, 3])) == 0.0
    assert f1(np.array([True, True, False]), np.array([True, False, True])) == 0.5
    assert f1(np.zeros(2, bool), np.zeros(2, bool)) == 1.0


def test_the_teacher_is_like_himself():
    one = lesson()
    teacher = interpretation_of(one.piece)
    assert likeness(teacher, teacher, one.heard) == pytest.approx(
        {"velocity": 1.0, "tempo": 1.0, "pedal": 1.0, "length": 0.0, "timing": 0.0}
    )
    assert pedalled(teacher, one.heard).tolist() == [True] * 12 + [False] * 13


def test_rules_are_nearer_to_a_teacher_who_keeps_them_than_nothing_is():
    report = measured([lesson("a", 0), lesson("a", 1), lesson("b", 2)], BASELINES | {"toy": toy_player().predict})
    means = {name: one["means"] for name, one in report.items()}
    assert means["rules"]["velocity"]["value"] > 0.5 > means["flat"]["velocity"]["value"] == 0.0
    assert means["rules"]["tempo"]["value"] > 0.3 > means["average"]["tempo"]["value"] == 0.0
    assert means["flat"]["pedal"]["value"] == 0.0
    assert means["average"]["pedal"]["value"] == pytest.approx(2 * 12 / (25 + 12), abs=0.03)
    low, high = means["rules"]["velocity"]["interval"]
    assert low <= means["rules"]["velocity"]["value"] <= high
    assert set(report["toy"]["pieces"]) == {"a0", "a1", "b2"}
