"""From played pieces to a run of PN1, and from that to a model that plays."""

import json
from dataclasses import replace

import numpy as np
import pytest

from koe.cli import main
from koe.corpus.store import Corpus
from koe.errors import InputError, ModelError
from koe.evaluation.performance import SOURCE, measure_performer
from koe.models.cards import PERFORMANCE
from koe.models.registry import Registry
from koe.music.interpretation import as_written
from koe.music.midi import read_midi, write_midi
from koe.music.piece import Pedal
from koe.studio import Studio
from koe.training.event_fit import STATE
from koe.training.export import export_model
from koe.training.performances import Windows, prepare, targets_of
from koe.training.pn1 import train_pn1
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
    assert not timing.any()
    assert not targets["tempo"].any()
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


def replace_sha(corpus):
    other = Corpus(corpus.folder)
    other.entries, other.sha256 = corpus.entries, "other"
    return other
