"""A classifier that is to tell a teacher's playing from another's: it must see what is flat, and nothing else."""

import json
from dataclasses import replace

import numpy as np
import pytest

from koe.cli import main
from koe.corpus.store import SPLITS, Corpus
from koe.errors import InputError
from koe.evaluation.performance import SOURCE, Lesson, flat
from koe.experiments.playing import (
    COLUMNS,
    MOST_NOTES,
    TEACHER,
    ListenerConfig,
    as_played,
    errors_of,
    heard_of,
    told_apart,
)
from koe.models.interfaces import Performer
from koe.models.pn1_features import features_of
from koe.models.registry import Registry, default_registry
from koe.music.interpretation import as_written, interpretation_of
from koe.music.piece import Pedal, Tempo
from koe.studio import Studio
from tests.models.pn1_toys import toy_player, waltz

TINY = ListenerConfig(beats=6, width=8, batch_size=16, epochs=6, learning_rate=5e-3)
PIECES = {"train": 16, "valid": 6, "test": 8}


def loudness(pitches, rng):
    """Louder when higher, and a hand that is never quite even."""
    return 0.8 * (pitches - pitches.mean()) + rng.normal(0, 5, len(pitches))


def lesson(seed):
    rng = np.random.default_rng(seed)
    score = as_written(waltz())  # as long as written, as whoever plays it here holds all notes
    loud = 50 + loudness(np.array([note.pitch for note in score.notes]), rng)
    notes = tuple(
        replace(note, velocity=round(one)) for note, one in zip(score.notes, np.clip(loud, 1, 127), strict=True)
    )
    tempos = tuple(Tempo(480 * beat, 100 * float(np.exp(rng.normal(0, 0.05)))) for beat in range(25))
    piece = replace(score, notes=notes, tempos=tempos)
    return Lesson(f"w{seed // 2}", piece, features_of(as_written(piece)))


def another_day(heard):
    """Somebody with the teacher's very taste."""
    rng = np.random.default_rng(int(np.abs(heard.notes[:, 1]).sum() * 1e4) % 2**32)  # of its tempo: others for each
    pitches = 62 + 20 * heard.notes[:, 0].astype(np.float64)
    return replace(flat(heard), velocity=loudness(pitches, rng), tempo=rng.normal(0, 0.05, len(heard.beats)))


@pytest.fixture(scope="module")
def heard():
    players = {"flat": flat, "another day": another_day}
    return {
        split: heard_of((lesson(100 * k + n) for n in range(PIECES[split])), players, TINY, k)
        for k, split in enumerate(SPLITS)
    }


def test_what_is_played_of_each_note_by_hand():
    score = waltz()
    notes = tuple(replace(note, velocity=65 if note.onset == 24 else 50, release=-80) for note in score.notes)
    piece = replace(score, notes=notes, tempos=(Tempo(0, 100), Tempo(480, 50)), pedal=(Pedal(480, 127), Pedal(960, 0)))
    rows = dict(zip(COLUMNS, as_played(piece, interpretation_of(piece)).T, strict=True))
    onsets = np.array([note.onset for note in notes])
    assert np.ptp(rows["velocity"]) == pytest.approx(1.0)
    assert rows["tempo"][0] == 4.0  # twice as fast, which is cut off
    assert np.abs(rows["tempo"][1:]).max() < 1e-6
    assert (rows["length"] < 0).all()
    # Down for the first full beat; when the next note begins, it is so from the upbeat on.
    assert set(onsets[rows["pedal"] == 1]) == {24, 32, 40}
    assert set(onsets[rows["down"] == 1]) == {0, 24, 32}


def test_windows_are_the_same_for_all_players(heard):
    test = heard["test"]
    n = len(test.works)
    assert n == 8 * 4  # of 25 beats
    assert test.written.shape == (n, MOST_NOTES, 61)
    assert {name: played.shape for name, played in test.played.items()} == dict.fromkeys(
        (TEACHER, "flat", "another day"), (n, MOST_NOTES, len(COLUMNS))
    )
    assert (test.played[TEACHER][test.there == 0] == 0).all()
    with pytest.raises(InputError, match="200 beats"):
        heard_of([lesson(0)], {}, replace(TINY, beats=200))


def test_flat_playing_is_seen_at_once(heard):
    result = told_apart(heard, "flat", TINY, report=lambda line: None)
    assert result["error"] < 0.05
    assert result["interval"][1] < 0.1


def test_parts_that_are_alike_are_not_told_apart(heard):
    """Nobody uses the pedal here."""
    assert told_apart(heard, "flat", replace(TINY, epochs=1), "pedal", lambda line: None)["error"] == 0.5


def test_the_teacher_is_not_told_from_himself(heard):
    same = told_apart(heard, TEACHER, replace(TINY, epochs=1), report=lambda line: None)
    assert same["error"] == 0.5
    assert same["teacher_taken_for_other"] == 1 - same["other_taken_for_teacher"]
    another = told_apart(heard, "another day", TINY, report=lambda line: None)
    low, high = another["interval"]
    assert low < 0.5 < high


def test_errors_are_of_both_kinds_and_by_work():
    found = errors_of(np.array([0.2, 0.9, 0.5, 0.7, 0.9, 0.1]), ["a", "b", "b"])
    assert found["teacher_taken_for_other"] == pytest.approx(0.5)
    assert found["other_taken_for_teacher"] == pytest.approx(1 / 3)
    assert found["error"] == pytest.approx(5 / 12)
    low, high = found["interval"]
    assert (low, high) == (pytest.approx(0.0), pytest.approx(5 / 8))


class Toys(Registry):
    def performer(self, name) -> Performer:
        return toy_player()


def test_the_command_says_what_it_found(corpus_folder, tmp_path, monkeypatch, capsys):
    class Taught(Corpus):
        def __init__(self, folder):
            super().__init__(folder)
            self.entries = tuple(replace(entry, source=SOURCE) for entry in self.entries)

    monkeypatch.setattr("koe.corpus.store.Corpus", Taught)
    monkeypatch.setattr("koe.experiments.playing.told_apart", lambda *_: {"error": 0.5})
    monkeypatch.setattr("koe.cli.measuring_playing.new_studio", lambda: Studio(Toys(default_registry().folder)))
    options = ["--beats", "4", "--windows", "2", "--epochs", "1", "--seed", "3", "-o", str(tmp_path)]
    assert main(["benchmark", "playing", "--corpus", str(corpus_folder), *options]) == 0
    report = json.loads((tmp_path / "pn1-3.json").read_text("utf-8"))
    assert json.loads(capsys.readouterr().out) == report
    assert {name: list(parts) for name, parts in report["players"].items()} == {
        "pn1": ["all", "velocity", "tempo", "length and timing", "pedal"],
        "rules": ["all", "velocity", "tempo", "length and timing", "pedal"],
        "flat": ["all"],
    }
    assert main(["benchmark", "playing", "--corpus", str(corpus_folder), "--seed", "-1"]) == 2
