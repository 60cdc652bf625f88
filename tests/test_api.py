"""Koe from Python: the functions, what they refuse, and that importing costs nothing."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import koe
import koe.api
from koe.models.cards import PERFORMANCE, ModelCard
from koe.models.latent import LatentStatistics
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import states_from_pianoroll
from koe.studio import Studio
from tests.models.pn1_toys import toy_player, waltz

ROOT = Path(__file__).resolve().parents[1]


class Echo:
    """A latent model of two numbers: how many keys sound below middle C, and how many from there on, in tenths."""

    latent_dim, latent_range, hears_onsets = 2, (-1.0, 1.0), False
    statistics = LatentStatistics(np.full(2, 0.5, np.float32), np.zeros((2, 2), np.float32))

    def encode(self, segments):
        counts = [(segments[:, :, part] > 0).sum(axis=(1, 2)) for part in (slice(0, 39), slice(39, 88))]
        return np.stack(counts, axis=1).astype(np.float32) / 10

    def decode(self, latents):
        """So many tenths as each number says, C3 and C5 sound."""
        probabilities = np.zeros((len(latents), SEGMENT_STEPS, N_KEYS), np.float32)
        for key, numbers in zip((27, 51), latents.T, strict=True):
            probabilities[:, :, key] = np.arange(SEGMENT_STEPS) < np.round(numbers * 10)[:, None]
        return probabilities

    def decode_states(self, latents, threshold):
        return states_from_pianoroll(self.decode(latents) >= threshold)


@pytest.fixture
def echo(monkeypatch):
    """A studio with one model, which needs no network."""
    card = ModelCard("ae1", "AE1", "latent", "Echoes.", "2", 2, "ae1.npz", "0" * 64, threshold=0.5, latent_dim=2)
    registry = SimpleNamespace(cards=lambda: (card,), card=lambda _: card, latent=lambda _: Echo())
    monkeypatch.setattr(koe.api, "_studio", lambda: Studio(registry))


def test_every_name_is_there_and_has_a_docstring():
    assert koe.__all__ == koe.api.__all__
    assert set(koe.__all__) <= set(dir(koe))
    for name in koe.__all__:
        assert getattr(koe, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = koe.nothing


def test_importing_loads_nothing():
    code = "import sys, koe; print('numpy' in sys.modules, [name for name in sys.modules if name[:4] == 'koe.'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.stdout == "False ['koe.version']\n"


def test_a_function_can_be_asked_for_first_thing():
    code = "import koe; print(koe.chord('C4 E4').notes[1].pitch)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.stdout == "64\n", done.stderr


@pytest.mark.parametrize("name", ["piece.mid", "piece.midi", "piece.txt"])
def test_a_saved_piece_is_read_back(tmp_path, name):
    piece = koe.demo("bach-musette")
    read = koe.read(koe.save(piece, tmp_path / name))
    np.testing.assert_array_equal(read.pianoroll[: piece.n_steps], piece.pianoroll[: read.n_steps])
    assert abs(read.n_steps - piece.n_steps) < 16


@pytest.mark.parametrize(
    ("ending", "begins"),
    [
        ("musicxml", b"<?xml"),
        ("pdf", b"%PDF"),
        ("svg", b"<?xml"),
        ("png", b"\x89PNG"),
        ("wav", b"RIFF"),
        ("zip", b"PK"),
    ],
)
def test_the_ending_of_the_name_is_the_format(tmp_path, ending, begins, monkeypatch):
    if ending == "zip":  # with all formats in it, that would take long
        monkeypatch.setattr("koe.studio.exports.Exports.bundle", lambda self, piece: b"PK" + piece.title.encode())
    piece = koe.demo("bach-musette").slice(0, 32)
    assert koe.save(piece, str(tmp_path / f"piece.{ending}")).read_bytes().lstrip().startswith(begins)


def test_what_is_refused_is_refused_in_a_sentence(tmp_path, echo):
    piece = koe.chord("C4")
    for refused, sentence in [
        (lambda: koe.read(tmp_path / "none.mid"), "There is no file"),
        (lambda: koe.save(piece, tmp_path / "piece.doc"), r"let it end in \.mid"),
        (lambda: koe.demo("nothing"), "nothing"),
        (lambda: koe.chord("H9"), "no note name"),
        (lambda: koe.chord("C4", 0), "1 to 32768 steps, not 0"),
        (lambda: koe.blend(piece, piece, 1.5), "between 0 and 1"),
        (lambda: koe.decode([0.1]), "2"),
        (lambda: koe.reconstruct(piece, measure=9), "Measure 9"),
    ]:
        with pytest.raises(koe.KoeError, match=sentence):
            refused()
    assert not (tmp_path / "piece.doc").exists()


def test_where_no_file_can_be_it_is_said_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(Studio, "render", lambda *_: pytest.fail("played for nothing"))
    piece = koe.chord("C4")
    (tmp_path / "piece.mid").write_bytes(b"")
    (tmp_path / "folder.mp3").mkdir()
    for place, sentence in [
        (tmp_path / "none" / "deep" / "piece.mp3", "deep does not exist. Make that folder first"),
        (tmp_path / "piece.mid" / "piece.mp3", r"piece\.mid is no folder"),
        (tmp_path / "folder.mp3", "is a folder; name a file in it"),
        (tmp_path / "\0.mp3", "cannot be written .*; choose another name"),
        (tmp_path / ("x" * 300 + ".mp3"), "cannot be written .*; choose another name"),
    ]:
        with pytest.raises(koe.KoeError, match=sentence):
            koe.save(piece, place)
    with pytest.raises(koe.KoeError, match="cannot be written"):
        koe.save(piece, tmp_path / ("x" * 300 + ".mid"))


def test_segments_go_through_the_numbers_and_back(echo):
    assert koe.list_models() == {"ae1": "AE1: Echoes."}
    low, high = koe.chord("C3", 6), koe.chord("C5", 8)
    assert koe.encode(low).tolist() == pytest.approx([0.6, 0])
    assert [(note.pitch, note.n_steps) for note in koe.decode([0.3, 0.2]).notes] == [(48, 3), (72, 2)]
    assert [(note.pitch, note.n_steps) for note in koe.reconstruct(low).notes] == [(48, 6)]
    # A quarter of the way: three quarters of the first, one of the second.
    assert [(note.pitch, note.n_steps) for note in koe.blend(low, high, 0.25).notes] == [(48, 4), (72, 2)]
    path = koe.morph(low, high, n_segments=3)
    assert path.n_steps == 3 * 64
    assert [(note.step, note.pitch) for note in path.notes] == [(0, 48), (64, 48), (64, 72), (128, 72)]
    assert [(note.pitch, note.n_steps) for note in koe.sample(seed=1).notes] == [(48, 5), (72, 5)]


def test_a_score_is_played(monkeypatch):
    pianist = ModelCard("pn1", "PN1", PERFORMANCE, "Plays.", "2", 2, "pn1.npz", "0" * 64)
    registry = SimpleNamespace(cards=lambda: (pianist,), performer=lambda _: toy_player())
    monkeypatch.setattr(koe.api, "_studio", lambda: Studio(registry))
    score = waltz()
    played = koe.perform(score, seed=1)
    assert len({note.velocity for note in played.notes}) > 3
    assert played.pedal
    assert [(note.onset, note.pitch) for note in played.notes] == [(note.onset, note.pitch) for note in score.notes]
    assert played == koe.perform(score, seed=1) != koe.perform(score, seed=2)
    assert koe.perform(score, amount=0) == score
    with pytest.raises(koe.KoeError, match="between 0"):
        koe.perform(score, amount=3)


def test_notebooks_get_a_picture_and_a_player():
    piece = koe.chord("C4 E4 G4", 8)
    assert koe.show(piece)._repr_svg_().startswith("<svg")
    assert koe.listen(piece)._repr_html_().startswith('<audio controls src="data:audio/mpeg;base64,')
