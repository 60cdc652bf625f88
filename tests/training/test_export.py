"""An export is whole or it is not there."""

import json

import pytest

from koe.corpus.store import Corpus
from koe.errors import ModelError
from koe.models.registry import Registry
from koe.training.export import export_model


def test_what_cannot_be_measured_changes_nothing(corpus_folder, tmp_path, monkeypatch):
    corpus, models = Corpus(corpus_folder), tmp_path / "models"

    def fail(*_, **__):
        raise MemoryError("measured in vain")

    with monkeypatch.context() as broken:
        broken.setattr("koe.evaluation.evaluate.evaluate", fail)
        with pytest.raises(MemoryError):
            export_model("pca", None, corpus, models, {"licence": "none"})
    assert list(models.iterdir()) == []
    card = export_model("pca", None, corpus, models, {"licence": "first"})
    assert Registry(models).card("pca") == card
    assert {path.name for path in models.iterdir()} == {"pca.npz", "pca.json", "pca.evaluation.json"}
    before = {path.name: path.read_bytes() for path in models.iterdir()}
    with monkeypatch.context() as broken:
        # The figures are there already, and what follows them fails.
        broken.setattr("koe.evaluation.report.add_generation", fail)
        with pytest.raises(MemoryError):
            export_model("pca", None, corpus, models, {"licence": "second"})
    assert {path.name: path.read_bytes() for path in models.iterdir()} == before
    export_model("pca", None, corpus, models, {"licence": "second"})
    assert json.loads((models / "pca.json").read_text("utf-8"))["licence"] == "second"


def test_without_a_run_nothing_is_left_behind(corpus_folder, tmp_path):
    with pytest.raises(ModelError, match="no finished run"):
        export_model("ae1", tmp_path / "run", Corpus(corpus_folder), tmp_path / "models", {})
    assert list((tmp_path / "models").iterdir()) == []
