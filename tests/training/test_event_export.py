"""A run of TR1 becomes a model that the app finds, with its composers and its figures."""

import json

import numpy as np
import pytest

from koe.cli import main
from koe.corpus.store import Corpus
from koe.errors import ModelError
from koe.generation.composer import Wishes
from koe.models.cards import COMPOSITION
from koe.models.registry import Registry
from koe.studio import Studio
from koe.training.export import export_model
from koe.training.tr1 import train_tr1

TEXTS = {"name": "Arpeggios", "licence": "CC0", "attribution": "Nobody"}


@pytest.fixture(scope="module")
def run(corpus_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    train_tr1(Corpus(corpus_folder), folder, minutes=0, width=32, layers=1, report=lambda line: None)
    return folder


def test_a_run_is_exported_and_composes(run, corpus_folder, tmp_path, capsys):
    texts, target = tmp_path / "texts.json", tmp_path / "models"
    texts.write_text(json.dumps(TEXTS), "utf-8")
    command = ["export", "tr1", "--run", str(run), "--corpus", str(corpus_folder), "-o", str(target)]
    assert main([*command, "--texts", str(texts)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in target.iterdir()) == ["tr1.json", "tr1.npz"]
    card = Registry(target).card("tr1")
    assert (card.title, card.kind, card.network, card.licence) == ("TR1", COMPOSITION, "tr1", "CC0")
    assert card.composers == {"nobody": 1}
    assert card.options == {"width": 32, "layers": 1}
    assert (card.recipe["updates"], card.recipe["processor_seconds"], card.seed) == (0, 0, 0)
    assert said["metrics"]["test"]["nats_a_step"] == card.metrics["test"]["nats_a_step"] > 0
    with np.load(target / "tr1.npz") as arrays:
        assert {str(arrays[name].dtype) for name in arrays.files} == {"float16"}
        assert sum(arrays[name].size for name in arrays.files) == card.parameters
    assert Studio(Registry(target)).compose_piece(Wishes(measures=2, composer="nobody"), 1).notes


def test_a_run_of_another_corpus_is_none(run, corpus_folder, tmp_path):
    corpus = Corpus(corpus_folder)
    with pytest.raises(ModelError, match="There is no run in"):
        export_model("tr1", tmp_path / "nowhere", corpus, tmp_path / "models", TEXTS)
    corpus.sha256 = "other"
    with pytest.raises(ModelError, match="another corpus"):
        export_model("tr1", run, corpus, tmp_path / "models", TEXTS)
    assert not list((tmp_path / "models").iterdir())
