"""From played pieces to a run of PN1, and from that to a model that plays."""

import json
from dataclasses import replace

import numpy as np
import pytest

from koe.cli import main
from koe.corpus.store import Corpus
from koe.errors import InputError, ModelError
from koe.evaluation.performance import SOURCE, lessons_of, measure_performer
from koe.models.cards import PERFORMANCE
from koe.models.registry import Registry
from koe.models.storage import load_arrays
from koe.music.interpretation import as_written
from koe.music.midi import read_midi, write_midi
from koe.music.piece import Pedal
from koe.studio import Studio
from koe.training.event_fit import STATE
from koe.training.export import export_model
from koe.training.performances import Windows, prepare, targets_of
from koe.training.pn1 import KEPT, kept_at, train_pn1
from koe.training.pn1_record import export_record
from tests.models.pn1_toys import waltz

OPTIONS = {"units": 6, "width": 8}


@pytest.fixture(scope="module")
def corpus(corpus_folder):
    taught = Corpus(corpus_folder)
    taught.entries = tuple(replace(entry, source=SOURCE) for entry in taught.entries)
    return taught


@pytest.fixture(scope="module")
def run(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    train_pn1(corpus, folder, minutes=0, options=OPTIONS, report=lambda line: None)
    return folder


def test_targets_say_what_was_played():
    score = waltz()
    notes = tuple(replace(note, velocity=90 if note.pitch > 70 else 50, release=-80) for note in score.notes)
    piece = replace(score, notes=notes, pedal=(Pedal(490, 127), Pedal(1930, 0), Pedal(2000, 127)))
    targets = targets_of(piece)
    loud, length, timing, down, lift = targets["played"].T
    assert (loud[[note.pitch > 70 for note in notes]] > 0).all()
    assert (length < 0).all()
    assert np.abs(timing).max() < 1e-6
    assert np.abs(targets["tempo"]).max() < 1e-6
    onsets = np.array([note.onset for note in notes])
    assert down.tolist() == (onsets >= 24).tolist()
    # Down at the first measure's beginning; up at the second one's, and down again.
    assert set(onsets[(lift > 0) & (down > 0)]) == {24, 96}


def test_batches_depend_on_seed_and_number_alone(corpus, run):
    arrays = prepare(corpus, run / "performances.npz")
    first, again = Windows(arrays, 0)[3], Windows(arrays, 0)[3]
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert (first["notes"] != Windows(arrays, 0)[4]["notes"]).any()
    counted = first["counts"] > 0
    assert (first["beat"][counted] < 96).all()
    assert counted.any(axis=1).all()


def test_a_run_is_made_and_gone_on_with_and_ends(corpus, run):
    with pytest.raises(InputError, match="go on with --resume"):
        train_pn1(corpus, run, minutes=0, options=OPTIONS)
    with pytest.raises(InputError, match="another seed, corpus or network"):
        train_pn1(corpus, run, seed=1, minutes=0, resume=True, options=OPTIONS)
    said: list[str] = []
    train_pn1(corpus, run, resume=True, cool_down=2, options=OPTIONS, report=said.append)
    assert json.loads((run / STATE).read_text())["updates"] == 2
    assert "valid_velocity" in said[-1]
    with pytest.raises(InputError, match="no run in"):
        train_pn1(corpus, run / "nowhere", resume=True, options=OPTIONS)


def test_a_run_is_exported_and_plays(corpus, run, tmp_path, capsys, monkeypatch):
    card = export_model("pn1", run, corpus, tmp_path / "models", {})
    assert (card.kind, card.options, card.licence) == (PERFORMANCE, OPTIONS, "CC BY-SA 4.0")
    assert "sequencer" in card.attribution
    assert set(card.metrics["baselines"]) == {"flat", "average", "rules"}
    registry = Registry(tmp_path / "models")
    assert measure_performer("pn1", registry, corpus)["players"]["pn1"]["means"]["velocity"]["interval"]
    studio = Studio(registry)
    assert studio.perform(waltz(), 1) == studio.perform(waltz(), 1) != studio.perform(waltz(), 2)
    with pytest.raises(InputError, match="cannot continue"):
        registry.continuer("pn1")
    monkeypatch.setattr("koe.cli.music.new_studio", lambda: studio)
    written, played = tmp_path / "in.mid", tmp_path / "out.mid"
    written.write_bytes(write_midi(waltz()))
    assert main(["perform", str(written), "--seed", "1", "--amount", "0.5", "-o", str(played)]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == len(waltz().notes)
    again = read_midi(played.read_bytes())
    assert [note.onset for note in as_written(again).notes] == [note.onset for note in waltz().notes]
    corpus_of_another = replace_sha(corpus)
    with pytest.raises(ModelError, match="another corpus"):
        export_model("pn1", run, corpus_of_another, tmp_path / "models", {})


def test_weights_are_kept_along_the_way_and_shown_beside_what_ships(corpus, tmp_path, monkeypatch):
    run, models = tmp_path / "run", tmp_path / "models"
    train_pn1(corpus, run, options=OPTIONS, updates=2, keep_at=(0, 1, 7), report=lambda line: None)
    assert [path.name for path in sorted((run / KEPT).iterdir())] == ["000000.npz", "000001.npz"]
    first, second = (load_arrays(kept_at(run, number))[0] for number in (0, 1))
    assert any((first[name] != second[name]).any() for name in first)
    export_model("pn1", run, corpus, models, {})
    weights = (models / "pn1.npz").read_bytes()
    lesson = next(lessons_of(corpus, "test"))
    monkeypatch.setattr("koe.training.pn1_record.PIECES", {lesson.piece.title: ("Somebody: Something", 4)})
    about = export_record("pn1", run, corpus, models)
    assert (models / "pn1.npz").read_bytes() == weights
    assert about["updates"] == [0, 1, 2]
    record = Registry(models).playing_record("pn1")
    assert record.updates == (0, 1, 2)
    assert set(record.valid) == {"velocity", "tempo", "pedal"}
    (taught,) = record.pieces
    assert taught.piece.title == "Somebody: Something"
    end = taught.piece.n_ticks
    assert len(taught.piece.measure_onsets) == 4
    assert [note.onset for note in taught.piece.notes] == [n.onset for n in lesson.piece.notes if n.onset < end]
    # What was expected when all of the piece was known.
    whole = Registry(models).performer("pn1").predict(lesson.heard)
    np.testing.assert_allclose(taught.expected[-1].velocity, whole.velocity[: len(taught.piece.notes)], atol=0.05)
    lessons = Studio(Registry(models)).lessons("pn1")
    assert lessons.titles == ("Somebody: Something",)
    played = Studio(Registry(models)).lesson("pn1", 0, 2)
    assert len(played.loudness) == len(played.tempo)
    teacher = Studio(Registry(models)).lesson("pn1", 0, "teacher")
    assert teacher.piece == taught.piece
    with pytest.raises(ModelError, match="No weights were kept"):
        export_record("pn1", tmp_path, corpus, models)
    monkeypatch.setattr("koe.training.pn1_record.PIECES", {"nobody's": ("x", 4)})
    with pytest.raises(ModelError, match="No test piece"):
        export_record("pn1", run, corpus, models)


def replace_sha(corpus):
    other = Corpus(corpus.folder)
    other.entries, other.sha256 = corpus.entries, "other"
    return other
