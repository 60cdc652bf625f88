"""A visitor asks whether a result is new."""

import pytest

from koe.originality.build import build_index
from koe.studio import Studio
from koe.web.texts import originality as words
from tests.fakes import as_declared
from tests.originality.music import moved, music, piece, small_corpus
from tests.pages.conftest import FakeStudio
from tests.pages.players import rolls


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def index(corpus, tmp_path_factory):
    return build_index(corpus, tmp_path_factory.mktemp("index"))


@pytest.fixture
def asked(app, index, monkeypatch):
    """Home after a piece was composed and asked about; the piece is chosen here."""
    monkeypatch.setenv("KOE_ORIGINALITY", str(index.folder))
    monkeypatch.delenv("KOE_CORPUS", raising=False)

    def ask(roll):
        monkeypatch.setattr(FakeStudio, "compose", as_declared(Studio.compose, lambda self, seed, **_: piece(roll)))
        composed = app.button("compose").click().run()
        assert said(composed) == ""
        return composed.toggle("home-originality").set_value(True).run()

    return ask


def said(app) -> str:
    """All that is written on the page about the question, as it is read."""
    lines = [element.value for kind in ("markdown", "caption") for element in getattr(app, kind)]
    about = [line for line in lines if "learned from" in line or "notes in a row" in line or "notes as in" in line]
    return "\n".join(about).replace("\\", "").replace("\u2060", "")


def test_new_music_is_called_new(asked):
    app = asked(music(310))
    assert not app.exception
    assert "Nothing in the 5 pieces that the networks learned from" in said(app)
    assert words.COMPARE not in [group.label for group in app.button_group]


def test_a_copy_is_named_with_its_place_and_key(asked):
    # The first four steps are the chord that was not by the network.
    app = asked(moved(music(3), 3))
    assert not app.exception
    assert "notes in a row are those of J. S. Bach: Piece 3" in said(app)
    assert "three semitones higher" in said(app)
    assert "of the notes as in J. S. Bach: Piece 3, measures 1 to" in said(app)


def test_where_the_corpus_is_at_hand_the_passage_is_shown_and_played(asked, corpus, calls, monkeypatch):
    monkeypatch.setenv("KOE_CORPUS", str(corpus.folder))
    app = asked(moved(music(3), 3))
    assert "counted note by note" in said(app)
    rendered = len(calls.rendered)
    (choice,) = [group for group in app.button_group if group.label == words.COMPARE]
    app = choice.set_value(0).run()
    assert not app.exception
    played = calls.rendered[rendered:]
    # What the result has there and what stands in its source are the same notes, so one sound serves both.
    assert len(played) == 1
    own, source = rolls(app)[-2:]
    assert own["music"] != source["music"]
    assert "J. S. Bach: Piece 3" in source["title"]
    assert own["notes"]["pitch"] == source["notes"]["pitch"]
    assert own["notes"]["onset"] == source["notes"]["onset"]


def test_without_an_index_it_is_said_in_a_sentence(asked, monkeypatch, tmp_path):
    monkeypatch.setenv("KOE_ORIGINALITY", str(tmp_path))
    app = asked(music(310))
    assert not app.exception
    assert any("koe originality build" in caption.value.replace("\\", "") for caption in app.caption)


def test_music_by_people_is_not_asked_about(app):
    app = app.switch_page("pages/your_piece.py").run()
    assert words.SWITCH not in [toggle.label for toggle in app.toggle]
