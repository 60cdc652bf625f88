"""``koe transcribe`` and `koe.transcribe`."""

import json

import numpy as np
import pytest

import koe
from koe.cli import main
from koe.music.midi import read_midi
from tests.transcription.conftest import needs_network
from tests.transcription.hums import TUNES, hum, wav

pytestmark = needs_network


@pytest.fixture
def tune(tmp_path):
    pitches, quarters = TUNES["Twinkle"]
    path = tmp_path / "Twinkle.wav"
    path.write_bytes(wav(hum([pitch - 12 for pitch in pitches], quarters, seed=2)[0]))
    return path


def test_a_hum_becomes_a_midi_file(tune, tmp_path, capsys):
    made = tmp_path / "out.mid"
    assert main(["transcribe", str(tune), "--kind", "voice", "-o", str(made)]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["notes"] == 14
    assert told["kind"] == "voice"
    assert told["qpm"] == pytest.approx(96, abs=3)
    assert "sixteenths" in said.err
    piece = read_midi(made.read_bytes())
    assert [note.pitch for note in piece.notes] == TUNES["Twinkle"][0]
    assert main(["transcribe", str(tune), "--kind", "voice", "--as-sung", "-o", str(made)]) == 0
    assert [note.pitch + 12 for note in read_midi(made.read_bytes()).notes] == TUNES["Twinkle"][0]


@pytest.mark.parametrize(
    ("data", "sentence"), [(None, "There is no file"), (b"", "is empty"), (wav(np.zeros(16_000)), "is silent")]
)
def test_what_cannot_be_heard_is_refused_in_a_line(tmp_path, capsys, data, sentence):
    path = tmp_path / "a.wav"
    if data is not None:
        path.write_bytes(data)
    assert main(["transcribe", str(path), "-o", str(tmp_path / "out.mid")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("koe: error: ")
    assert sentence in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out.mid").exists()


def test_from_python_it_is_a_piece_like_any_other(tune, tmp_path):
    piece = koe.transcribe(tune, "voice")
    assert piece.title == "Twinkle"
    assert piece.beats_estimated
    assert koe.save(piece, tmp_path / "score.musicxml").read_text().startswith("<?xml")
    longer = koe.continue_piece(piece, 64, seed=1)
    assert longer.n_steps == piece.n_steps + 64
    assert longer.notes[:14] == piece.notes
