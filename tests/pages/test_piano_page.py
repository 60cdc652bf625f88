"""Continuing from what was played at the piano; how it gets there is for a real browser."""

import pytest

from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.web.piano import component
from koe.web.texts.piano import PLAY_FIRST, PLAYED
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
