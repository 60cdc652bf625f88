"""The index from the command line, the use cases over it, and the one that ships."""

import json
from types import SimpleNamespace

import pytest

from koe.cli import main
from koe.models.registry import Registry
from koe.music.midi import write_midi
from koe.studio import Studio
from koe.studio.originality import SHIPPED, opened_index
from tests.fakes import stands_for
from tests.originality.music import moved, music, piece


@pytest.fixture
def built(corpus, tmp_path, capsys, monkeypatch):
    """An index made by the command, put in the place of the shipped one."""
    assert main(["originality", "build", "--corpus", str(corpus.folder), "-o", str(tmp_path / "index")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["pieces"] == 5
    assert report["fingerprints"] > 1000
    monkeypatch.setenv("KOE_ORIGINALITY", str(tmp_path / "index"))
    monkeypatch.delenv("KOE_CORPUS", raising=False)
    return tmp_path / "index"


def test_a_copy_is_named_by_the_command(built, tmp_path, capsys):
    (tmp_path / "copy.mid").write_bytes(write_midi(piece(moved(music(3), 3)[:128])))
    assert main(["originality", "check", str(tmp_path / "copy.mid")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "copy"
    assert report["nearest"][0]["source"] == "J. S. Bach: Piece 3"
    assert report["nearest"][0]["semitones"] == 3
    assert report["nearest"][0]["measures"] == [1, 8]
    assert report["copied_share"] > 0.9
    assert "share_counted" not in report["nearest"][0]
    # The second half alone, and a measure that is not there.
    assert main(["originality", "check", str(tmp_path / "copy.mid"), "--from-measure", "5"]) == 0
    assert json.loads(capsys.readouterr().out)["nearest"][0]["measures"] == [5, 8]
    assert main(["originality", "check", str(tmp_path / "copy.mid"), "--from-measure", "9"]) == 2
    assert "has 8 measures" in capsys.readouterr().err


def test_notes_are_counted_where_the_corpus_is_at_hand(built, corpus, monkeypatch):
    copied = piece(moved(music(3), 3)[:128])
    studio = Studio()
    without = studio.originality(copied)
    assert without.nearest[0].exact_share is None
    assert studio.origin(without.nearest[0], 100.0) is None
    monkeypatch.setenv("KOE_CORPUS", str(corpus.folder))
    counted = studio.originality(copied)
    assert counted.nearest[0].exact_share == 1.0
    assert (counted.kind, counted.run, counted.n_copied) == (without.kind, without.run, without.n_copied)
    assert studio.origin(counted.nearest[0], 100.0).notes == copied.notes


def test_a_corpus_that_is_another_one_is_not_asked(built, corpus_folder, monkeypatch):
    monkeypatch.setenv("KOE_CORPUS", str(corpus_folder))
    assert Studio().originality(piece(music(3)[:128])).nearest[0].exact_share is None


def test_a_network_that_learned_from_other_pieces_is_told_apart(built):
    @stands_for(Registry)
    class Registered:
        def card(self, name):
            return SimpleNamespace(data={"sha256": {"same": "ab" * 32, "other": "cd" * 32}[name]})

    studio = Studio(Registered())
    made = piece(music(310))
    assert not studio.originality(made).other_corpus
    assert not studio.originality(made.by("same")).other_corpus
    assert studio.originality(made.by("other")).other_corpus


def test_what_ships_is_small_and_knows_what_the_networks_learned_from(monkeypatch):
    monkeypatch.delenv("KOE_ORIGINALITY", raising=False)
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 30_000_000
    studio, index = Studio(), opened_index()
    # TR1 learned from more, and PN1 from how some of it is played.
    cards = [card for card in studio.models() if card.kind in ("latent", "continuation")]
    assert {card.data["sha256"] for card in cards} == {index.corpus_sha256}
    assert {card.data["splits"]["train"]["pieces"] for card in cards} == {len(index.sources)}
    # Our own writing of a prelude whose other editions the networks learned from.
    verdict = studio.originality(studio.demo_piece("chopin-prelude-e-minor"))
    assert verdict.kind == "copy"
    assert "Chopin" in verdict.sentence
