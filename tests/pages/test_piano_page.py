"""Continuing from what was played at the piano; how it gets there is for a real browser."""

import pytest

from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.studio import Studio
from koe.web.continuing import ANSWER_STEPS
from koe.web.piano import component
from koe.web.piano.messages import phrase_from_message
from koe.web.texts.piano import PLAY_FIRST, PLAYED
from tests.pages.conftest import FakeStudio
from tests.pages.players import sent_to


@pytest.fixture
def playing(app):
    """The Continue page with the piano chosen."""
    app.switch_page("pages/continue.py").run()
    app.segmented_control(key="continue-start").set_value("play").run()
    assert not app.exception
    return app


@pytest.fixture
def take():
    return Piece.on_steps((note_at_step(0, 60, 4, 99), note_at_step(4, 67, 12)), 16, 90.0, title=PLAYED)


def sent_to_piano(app) -> dict:
    (data,) = sent_to(app, component.COMPONENT)
    return data


def test_nothing_can_be_continued_before_something_is_played(playing):
    assert PLAY_FIRST in [caption.value for caption in playing.caption]
    assert playing.button(key="continue-go").disabled
    assert sent_to_piano(playing)["take"] is None


def test_a_take_is_continued_and_found_again_after_a_look_elsewhere(playing, take, calls):
    playing.session_state["koe_kept_played"] = take
    playing.run()
    playing.switch_page("pages/about.py").run()
    playing.switch_page("pages/continue.py").run()
    sent = sent_to_piano(playing)["take"]
    assert (sent["onset"], sent["pitch"], sent["length"], sent["velocity"]) == ([0, 24], [60, 67], [24, 72], [99, 80])
    assert "2 notes by a person" in sent["words"]
    playing.button(key="continue-go").click().run()
    assert calls.continued[0]["prompt"] == take
    assert not playing.exception


def test_a_take_becomes_the_current_piece(playing, take):
    playing.session_state["koe_kept_played"] = take
    playing.run()
    playing.button(key="played-use").click().run()
    assert playing.session_state["koe_piece"] == take


def test_what_comes_from_the_browser_becomes_a_piece():
    sent = {"presses": [[60, 0.01, 0.65, 99], [67, 0.7, 2.65, None]], "qpm": 90, "measures": 4}
    assert component.piece_from_message(sent) == Piece.on_steps(
        (note_at_step(0, 60, 4, 99), note_at_step(4, 67, 12)), 16, 90.0, title=PLAYED
    )


PHRASE = {"presses": [[60, 0.0, 0.4, 90], [62, 0.5, 0.9, 90], [64, 1.0, 1.4, 90], [67, 1.5, 2.4, 90]]}


@pytest.fixture
def answering(monkeypatch):
    """A folder in which LSTM1 stands for a network that answers; it is the fake one that is asked."""
    monkeypatch.setattr(FakeStudio, "answering_model", lambda self: self.registry.card("lstm1"))


def test_where_no_network_answers_nobody_listens(playing):
    assert sent_to_piano(playing)["answers"] is False


def test_what_is_played_without_a_metronome_is_answered(answering, playing, calls):
    assert sent_to_piano(playing)["answers"] is True
    phrase = Studio.played_freely(None, phrase_from_message(PHRASE), PLAYED)
    playing.session_state["koe_kept_played"] = phrase
    playing.session_state["koe_kept_continue_asked"] = True
    playing.session_state["koe_kept_continue_answer"] = True
    playing.run()
    assert not playing.exception
    (asked,) = calls.continued
    assert asked["prompt"] == phrase
    assert (asked["answer"], asked["n_steps"], asked["n_variations"]) == (True, ANSWER_STEPS, 1)
    playing.button(key="continue-go").click().run()
    assert "answer" not in calls.continued[1]


def test_on_home_the_piano_comes_when_it_is_wanted(answering, app, calls):
    app.switch_page("pages/home.py").run()
    assert sent_to(app, component.COMPONENT) == []
    app.button(key="home-play").click().run()
    assert sent_to_piano(app)["answers"] is True
    app.session_state["koe_kept_played"] = Studio.played_freely(None, phrase_from_message(PHRASE), PLAYED)
    for name in ("continue_asked", "continue_answer", "home_goes_on"):
        app.session_state[f"koe_kept_{name}"] = True
    app.run()
    assert not app.exception
    assert calls.continued[0]["answer"]
    assert app.segmented_control(key="continue-start").value == "play"
    app.switch_page("pages/home.py").run()
    assert app.button(key="home-play"), "one comes back to Home, not to the answer"
