"""The Models page of a network that learned to play: the same piece by everyone who plays it."""

import base64
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import ModelError
from koe.music.interpretation import interpretation_of
from koe.web.texts import models_page as model_texts
from tests.models.pn1_toys import toy_player
from tests.models.test_playing_record import record
from tests.pages.conftest import APP, FakeRegistry, card, raised_or_given
from tests.pages.players import rolls, sounds


@pytest.fixture
def recorded(monkeypatch):
    """A model pn1 with what was recorded of it."""
    plain = FakeRegistry.__init__

    def with_pn1(self):
        plain(self)
        self._cards["pn1"] = card("pn1", "performance")

    given = {"pn1": record()}
    monkeypatch.setattr(FakeRegistry, "__init__", with_pn1)
    monkeypatch.setattr(FakeRegistry, "playing_record", lambda self, name: raised_or_given(given.get(name)))
    monkeypatch.setattr(FakeRegistry, "performer", lambda self, name: toy_player(), raising=False)
    return given


@pytest.fixture
def app(calls, recorded):
    return AppTest.from_file(APP, default_timeout=300).run()


def opened(app):
    app.switch_page("pages/models.py").run()
    app.segmented_control(key="models-model").set_value("pn1").run()
    assert not app.exception
    return app


def words(app) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def curves(app) -> list[str]:
    pictures = (re.search(r"svg\+xml;base64,([^\"]+)", element.proto.body) for element in app.get("html"))
    return [base64.b64decode(found[1]).decode() for found in pictures if found and "alt=" in found.string]


def test_everyone_plays_the_same_piece(app, calls, recorded):
    opened(app)
    assert next(tab.label for tab in app.tabs) == model_texts.TABS["playing"]
    assert "Nobody recorded" not in words(app)
    taught = recorded["pn1"].pieces[0].piece
    slider = app.select_slider(key="lessons-pn1-who")
    assert slider.options == [
        *("as written", "simple rules", "before training", "after 650 updates, as in Koe", "the teacher")
    ]
    (first,), model_curves = rolls(app), curves(app)
    assert len(model_curves) == 2
    assert "loudness 0.50, tempo 0.40, pedal 0.70" in words(app)
    slider.set_value("teacher").run()
    assert "The teacher's own performance" in words(app)
    assert replace(calls.rendered[-1], title=taught.title) == taught
    assert sounds(app)
    assert curves(app) == model_curves  # beside the teacher's and the rules' the model as it ships
    app.select_slider(key="lessons-pn1-who").set_value("written").run()
    flat = interpretation_of(calls.rendered[-1])
    assert len(set(flat.velocities.tolist())) == 1
    assert abs(flat.velocities.mean() - interpretation_of(taught).velocities.mean()) < 1
    assert not calls.rendered[-1].pedal
    app.select_slider(key="lessons-pn1-who").set_value(0).run()
    assert curves(app) != model_curves
    assert "loudness 0.10, tempo 0.00, pedal 0.60" in words(app)
    (last,) = rolls(app)
    assert last["notes"]["pitch"] == first["notes"]["pitch"]


def test_a_damaged_record_is_said_in_one_sentence(app, recorded):
    recorded["pn1"] = ModelError("pn1.playing.npz is no record of a training; export it again.")
    opened(app)
    assert "is no record of a training" in app.error[0].value
    assert model_texts.TABS["playing"] not in [tab.label for tab in app.tabs]
