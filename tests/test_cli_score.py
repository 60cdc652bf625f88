"""The command that engraves."""

import json

import pytest

from koe.cli import main
from koe.music.library import load_piece
from koe.music.midi import write_midi


@pytest.fixture
def midi(tmp_path):
    path = tmp_path / "piece.mid"
    path.write_bytes(write_midi(load_piece("beethoven-moonlight-sonata")))
    return path


def test_a_score_in_each_format(midi, tmp_path, capsys):
    starts = {"musicxml": b"<?xml", "pdf": b"%PDF", "svg": b"<?xml"}
    for ending, start in starts.items():
        assert main(["score", str(midi), "-o", str(tmp_path / f"out.{ending}")]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["key"], told["measures"], told["notes"]) == ("C sharp minor", 23, 393)
        # Two pages of SVG are two files; the other formats hold both.
        names = [f"out-{page}.svg" for page in (1, 2)] if ending == "svg" else [f"out.{ending}"]
        assert told["files"] == [str(tmp_path / name) for name in names]
        assert all((tmp_path / name).read_bytes().startswith(start) for name in names)


def test_other_endings_are_refused(midi, tmp_path, capsys):
    assert main(["score", str(midi), "-o", str(tmp_path / "out.png")]) == 2
    assert "use .musicxml, .svg or .pdf" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()
