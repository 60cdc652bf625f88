"""Weights are missing, cut short, or not those of their card; TensorFlow cannot be loaded: the rest goes on."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from koe.errors import ModelError
from koe.models.registry import SHIPPED, Registry
from tests.faults.conftest import ROOT, environment


@pytest.fixture
def models(tmp_path):
    """A folder with two of the shipped models, to be damaged."""
    for name in ("pca", "ae1"):
        for ending in (".json", ".npz"):
            shutil.copy(SHIPPED / f"{name}{ending}", tmp_path)
    return tmp_path


def cut(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-1000])


def swap(weights: Path) -> None:
    shutil.copy(SHIPPED / "pca.npz", weights)


@pytest.mark.parametrize(
    ("damage", "said"),
    [(Path.unlink, "are missing"), (cut, "are damaged or not those"), (swap, "are damaged or not those")],
)
def test_one_models_weights_cost_only_that_model(models, damage, said):
    damage(models / "ae1.npz")
    registry = Registry(models)
    with pytest.raises(ModelError, match=f"ae1.npz {said}.*restore them from the repository"):
        registry.latent("ae1")
    segment = np.zeros((1, 64, 88), dtype=bool)
    assert registry.latent("pca").encode(segment).shape == (1, 16)


PAGES = """
from streamlit.testing.v1 import AppTest
from koe.web.serving import metrics
from koe.web.serving.warmup import warm_up
from koe.music.midi import write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece
from tests.pages.players import notes, rolls, sounds

app = AppTest.from_file("app.py", default_timeout=300).run()
loading = warm_up()
loading.hurry()
assert loading.wait(300)
print("loading", type(loading.error).__name__, loading.error)
app.switch_page("pages/your_piece.py").run()
tune = write_midi(Piece.on_steps((note_at_step(0, 60, 4), note_at_step(4, 72, 4)), 16, title="Mine"))
app.file_uploader(key="your-upload").set_value(("mine.mid", tune, "audio/midi")).run()
print("roll", sorted(note.pitch for note in notes(rolls(app)[0])))
print("sound", bool(sounds(app)[0].get("src") or sounds(app)[0].get("url")), sorted(sounds(app)[0]))
print("errors", [error.value for error in app.error], [error.value for error in app.exception])
app.switch_page("pages/reconstruct.py").run()
print("reconstruct", [error.value for error in app.error], [error.value for error in app.exception])
app.switch_page("pages/continue.py").run()
app.button(key="continue-go").click().run()
print("continue", [error.value for error in app.error], [error.value for error in app.exception])
"""


def test_without_tensorflow_all_else_works(tmp_path):
    """A broken TensorFlow before the real one: pieces are opened, drawn and heard, and pages say what is missing."""
    broken = tmp_path / "tensorflow"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libtensorflow_cc.so.2: cannot open shared object file')\n")
    paths = f"{tmp_path}:{ROOT}"
    done = subprocess.run(
        [sys.executable, "-c", PAGES],
        cwd=ROOT,
        env=environment(PYTHONPATH=paths),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert said["loading"].startswith("ModelError TensorFlow, with which the networks compute, cannot be loaded here")
    assert said["roll"] == "[60, 72]"
    assert said["sound"].startswith("True"), said["sound"]
    assert said["errors"] == "[] []"
    assert "cannot be loaded here" in said["continue"]
    assert said["continue"].endswith("[]")
    assert said["reconstruct"].endswith("[]")
