"""Composing from the command line and from Python: what was asked, what was found, and the file."""

import json

import pytest

import koe
from koe import api
from koe.cli import composing as command
from koe.cli import main
from koe.errors import InputError
from koe.music.midi import read_midi


@pytest.fixture(autouse=True)
def with_composer(composing, monkeypatch):
    monkeypatch.setattr(command, "new_studio", lambda: composing)
    monkeypatch.setattr(api, "_studio", lambda: composing)


def test_a_piece_is_composed_as_it_is_asked(tmp_path, capsys):
    file = tmp_path / "made.mid"
    wishes = ["--measures", "3", "--key", "Eb", "--metre", "3/4", "--tempo", "fast", "--form", "A A", "--seed", "2"]
    assert main(["compose", *wishes, "--composer", "chopin", "-o", str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["asked"] == {
        "measures": 3,
        "key": "Eb",
        "metre": "3/4",
        "tempo": "fast",
        "composer": "chopin",
        "form": "A A",
    }
    piece = read_midi(file.read_bytes())
    assert said["model"] == "tr1"
    assert said["found"]["notes"] == len(piece.notes) > 0
    assert (said["found"]["metre"], said["found"]["tempo"]) == ("3/4", "fast")
    assert 2 <= said["found"]["measures"] <= 4
    assert said["found"]["key"].split()[1] in ("major", "minor")
    assert (said["sections"][0]["measure"], said["sections"][0]["label"]) == (1, "A")
    assert sum(section["measures"] for section in said["sections"]) == said["found"]["measures"]
    made = koe.compose(2, 3, key="Eb", metre="3/4", tempo="fast", form="A A", composer="chopin")
    assert [(note.onset, note.pitch) for note in made.notes] == [(note.onset, note.pitch) for note in piece.notes]


def test_without_a_file_it_is_told_and_not_written(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["compose", "--measures", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (["--composer", "me"], "choose one of bach-js, chopin"),
        (["--key", "X"], "is no key"),
        (["--measures", "300"], "1 to 256 measures"),
        (["--form", "A;"], "is no form"),
        (["--model", "lstm9"], "There is no model"),
    ],
)
def test_what_cannot_be_met_is_said_in_a_sentence(wish, sentence, capsys):
    assert main(["compose", *wish]) == 2
    assert sentence in capsys.readouterr().err


def test_a_seed_alone_is_composed_step_by_step_as_ever(composing, monkeypatch):
    monkeypatch.setattr(composing, "compose", lambda seed, model=None: (seed, model))
    assert koe.compose(7) == (7, None)
    assert koe.compose(7, measures=1).made_by.model == "tr1"
    with pytest.raises(InputError, match="1 to 256 measures"):
        koe.compose(7, measures=0)
