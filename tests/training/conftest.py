"""Networks of the same shape as those that ship, and much smaller; and how they are trained."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import pytest

from koe.corpus.build import build_corpus
from koe.models import architectures, autoencoders
from koe.models.compile import fuses_training

SIZES = {
    "ae3": {"stack": (24, 16), "units": (16, 12, 6, 32, 20, 8)},
    "lstm1": {"units": 24},
    "lstm2": {"units": 8},
}
N_FEW = 8
FUSES = ("koe.training.fit.fuses_training", "koe.training.event_fit.fuses_training")
EAGERLY = {"run_eagerly": True, "jit_compile": False}
AS_KERAS_HAS_THEM = {setting: getattr(keras.Model, setting) for setting in EAGERLY}


@pytest.fixture(scope="module")
def small_networks() -> Iterator[None]:
    """How a run goes does not depend on how many weights there are; `tests/test_cli.py` trains one of full size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autoencoders, "HIDDEN", (64, 32, 24))
        for name, sizes in SIZES.items():
            kind = architectures.ARCHITECTURES[name]
            patch.setitem(architectures.ARCHITECTURES, name, replace(kind, build=partial(kind.build, **sizes)))
        yield


@pytest.fixture(scope="session")
def few_pieces(midi_folder, tmp_path_factory) -> Path:
    """A corpus of a third of the pieces: an epoch has a handful of updates."""
    folder = tmp_path_factory.mktemp("few")
    shutil.copytree(midi_folder, folder / "midi")
    manifest = folder / "midi" / "manifest.csv"
    rows = manifest.read_text("utf-8").splitlines()
    manifest.write_text("\n".join(rows[: 1 + N_FEW]) + "\n", "utf-8")
    for row in rows[1 + N_FEW :]:
        (folder / "midi" / row.split(",")[0]).unlink()
    build_corpus([folder / "midi"], folder / "corpus", n_workers=1)
    return folder / "corpus"


@pytest.fixture
def eagerly(monkeypatch):
    """Train and measure without graphs: making one takes longer than teaching a tiny network for some updates.

    How a run goes is the same. That graphs learn the same, and fused ones, is what `in_graphs` and `fused` are for.
    """
    for fuses in FUSES:
        monkeypatch.setattr(fuses, lambda: False)
    for setting, value in EAGERLY.items():
        # Whatever a recipe or Keras itself sets.
        monkeypatch.setattr(keras.Model, setting, property(lambda _, value=value: value, lambda _, __: None))


@pytest.fixture
def in_graphs(eagerly, monkeypatch):
    """Make graphs after all, as on a GPU: without XLA."""
    for setting, original in AS_KERAS_HAS_THEM.items():
        monkeypatch.setattr(keras.Model, setting, original)


@pytest.fixture
def fused(in_graphs, monkeypatch):
    """Make graphs and fuse them, as on a processor."""
    for fuses in FUSES:
        monkeypatch.setattr(fuses, fuses_training)
