"""The notebook and the README's example do what they say."""

import json
import re
from pathlib import Path

import pytest

from koe.music.midi import read_midi, write_midi
from koe.music.piece import Piece
from tests.conftest import arpeggio
from tools.notebook import run

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cell(source: str, kind: str = "code") -> dict:
    return {"cell_type": kind, "source": source.splitlines(keepends=True)}


def test_cells_share_names_and_show_their_last_line():
    outputs = run({"cells": [cell("a = 2\nprint('two')"), cell("# words", "markdown"), cell("a + 1"), cell("a = 5")]})
    first, second, third = outputs
    assert first == [{"name": "stdout", "output_type": "stream", "text": ["two\n"]}]
    assert second[0]["data"] == {"text/plain": ["3"]}
    assert third == []


def test_a_cell_that_fails_is_not_passed_over():
    with pytest.raises(ZeroDivisionError):
        run({"cells": [cell("1 / 0")]})


def test_the_notebook_runs_and_shows_what_it_kept(elsewhere):
    notebook = json.loads((ROOT / "docs" / "koe.ipynb").read_text("utf-8"))
    outputs = run(notebook)
    kept = [part["outputs"] for part in notebook["cells"] if part["cell_type"] == "code"]
    kinds = [[sorted(one.get("data", ["stream"])) for one in given] for given in outputs]
    assert kinds == [[sorted(one.get("data", ["stream"])) for one in given] for given in kept]
    data = [one.get("data", {}) for given in outputs for one in given]
    pictures = ["".join(shown["image/svg+xml"]) for shown in data if "image/svg+xml" in shown]
    assert [picture[:4] for picture in pictures] == ["<svg"] * 3
    said = "".join(line for given in outputs for one in given for line in one.get("text", []))
    assert "are those of Satie: Gymnopedie No. 1, measures 1 to" in said
    assert sorted(file.suffix for file in elsewhere.iterdir()) == [".mid", ".musicxml", ".txt"]


def test_the_example_of_the_readme_runs(elsewhere, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    given = Piece.from_pianoroll(arpeggio(24), 100.0, "Given")
    (elsewhere / "piece.mid").write_bytes(write_midi(given))
    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})
    assert len(capsys.readouterr().out.splitlines()) == 1
    written = read_midi((elsewhere / "more.mid").read_bytes())
    # The piece, and what was written after it.
    assert [note for note in written.notes if note.end_step < given.n_steps] == [
        note for note in given.notes if note.end_step < given.n_steps
    ]
    assert written.n_steps > given.n_steps
