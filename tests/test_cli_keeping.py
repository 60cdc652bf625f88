"""Links and projects from the command line."""

import json

import pytest

from koe.cli import main
from koe.music.midi import read_midi, write_midi
from koe.projects.schema import Project, Take
from koe.projects.writing import write_project
from koe.studio import Studio


@pytest.fixture
def koe(capsys):
    """Run a command; give its JSON and what it said."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return json.loads(output.out) if code == 0 else code, output.err

    return run


def test_the_midi_file_of_a_link_is_the_one_that_was_sent(koe, tmp_path):
    sent, came = tmp_path / "sent.mid", tmp_path / "came.mid"
    sent.write_bytes(write_midi(Studio().demo_piece("bach-musette")))
    made, _ = koe("link", sent, "--base", "https://example.org/koe/", "--qr", tmp_path / "code.svg")
    assert made["link"].startswith("https://example.org/koe/?k=")
    assert not made["made_anew"]
    assert (tmp_path / "code.svg").read_text().startswith("<svg")
    for link in (made["link"], made["link"].partition("?k=")[2]):
        told, said = koe("open", link, "-o", came)
        assert came.read_bytes() == write_midi(read_midi(sent)) == sent.read_bytes()
        assert told == {"title": "Musette in D major", "notes": told["notes"], "model": None} | {
            "made_anew": False,
            "same": True,
        }
        assert "koe: wrote" in said


def test_a_project_s_piece_is_made_anew(koe, tmp_path):
    studio = Studio()
    piece = studio.piece_from_latents(studio.sample_latents("pca", 4), "pca", 0.2)
    path = tmp_path / "mine.koe.json"
    other = studio.demo_piece("bach-musette")
    path.write_bytes(write_project(Project(other, takes=(Take("t1", piece),), weights={"pca": "0" * 64})))
    made, _ = koe("link", path, "--take", "t1")
    assert made["made_anew"]
    told, _ = koe("open", made["link"], "-o", tmp_path / "again.mid")
    assert (told["model"], told["same"]) == ("pca", True)
    assert (tmp_path / "again.mid").read_bytes() == studio.midi(piece)

    held, _ = koe("project", path, "-o", tmp_path / "out")
    assert held["other_weights"] == ["pca"]
    assert [take["id"] for take in held["tree"]] == ["t1"]
    assert (tmp_path / "out" / "take-1.mid").read_bytes() == studio.midi(piece)
    assert (tmp_path / "out" / "piece.mid").read_bytes() == studio.midi(other)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["open", "https://example.org/?k=AAAA", "-o", "x.mid"], "The link is damaged"),
        (["open", "https://example.org/?q=AAAA", "-o", "x.mid"], "no ?k="),
        (["link", "none.koe.json"], "There is no file"),
        (["project", "{tmp}/bad.koe.json"], "no project of Koe"),
        (["link", "{tmp}/bad.mid", "--take", "t1"], "has no takes"),
    ],
)
def test_refusals_are_one_sentence(koe, tmp_path, arguments, sentence):
    (tmp_path / "bad.koe.json").write_text("{}")
    code, said = koe(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert code == 2
    (line,) = said.strip().splitlines()
    assert line.startswith("koe: error: ")
    assert sentence in line
