"""The Latent space page: what its panel is sent, and what becomes of what the panel sends."""

import json

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from koe.errors import ModelError
from koe.generation.attributes import Attributes
from koe.models.decoder_program import DecoderProgram
from koe.music.attributes import ATTRIBUTES
from koe.web.texts import latent_space as latent_space_texts
from tests.pages.conftest import FakeStudio
from tests.pages.players import notes, pitches, rolls, sent_to, sounds
from tests.web.test_latents import axes_named


def come(app):
    app.switch_page("pages/latent_space.py").run()
    assert not app.exception
    return app


def panel(app) -> dict:
    (sent,) = sent_to(app, "koe_latents")
    return sent


def send(app, event: str, value: object):
    """Do what the panel's script does when a slider has moved."""
    (element,) = (one for one in app.get("bidi_component") if one.proto.component_name == "koe_latents")
    state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{element.proto.id}__events")
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])
    app._run(_with(app, state))
    assert not app.exception
    return app


def _with(app, state):
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    return states


def test_all_zero_plays_what_it_says(app):
    come(app)
    app.button(key="latent-set-4").click().run()
    assert panel(app)["latents"] == [0.0] * 16
    assert pitches(rolls(app)[0], "m") == {72}


def test_the_panel_gets_range_and_threshold_of_its_model(app):
    come(app)
    sent = panel(app)
    assert (sent["model"], sent["low"], sent["high"], sent["threshold"], sent["n_raw"]) == ("ae1", -1, 1, 0.3, 16)
    assert sent["player"] == "latent"
    app.segmented_control(key="latent-model").set_value("pca").run()
    sent = panel(app)
    assert (sent["model"], sent["low"], sent["high"], sent["threshold"]) == ("pca", -3, 3, 0.4)


@pytest.mark.parametrize("number", range(5))
def test_every_button_moves_the_panel(app, number):
    come(app)
    send(app, "move", {"model": "ae1", "latents": [0.4] * 16})
    before = panel(app)
    app.button(key=f"latent-set-{number}").click().run()
    assert not app.exception
    assert not app.error
    after = panel(app)
    assert after["turn"] == before["turn"] + 1
    assert after["latents"] != before["latents"]
    assert np.abs(after["latents"]).max() <= 1


def test_a_button_pressed_right_after_a_move_has_the_last_word(app):
    come(app)
    app.button(key="latent-set-4").click()  # all zero, in the same message as the move
    send(app, "move", {"model": "ae1", "latents": [0.4] * 16})
    assert panel(app)["latents"] == [0.0] * 16
    send(app, "move", {"model": "ae1", "latents": [0.4] * 16})
    assert panel(app)["latents"] == pytest.approx([0.4] * 16)


def test_a_vector_that_was_set_elsewhere_reaches_the_panel(app):
    come(app)
    send(app, "move", {"model": "ae1", "latents": [0.4] * 16})
    turn = panel(app)["turn"]
    app.session_state["koe_kept_latents-ae1"] = np.full(16, 0.125, np.float32)  # as undoing a move does
    app.run()
    assert panel(app)["latents"] == [0.125] * 16
    assert panel(app)["turn"] == turn + 1


def test_a_model_without_axes_and_decoder_still_has_its_sliders(app):
    come(app)
    assert (panel(app)["decoder"], panel(app)["space"]) == (None, None)
    assert not app.error


def test_axes_and_decoder_are_fetched_from_this_server(app, calls):
    calls.axes["ae1"] = axes_named("mean_pitch")
    calls.programs["ae1"] = DecoderProgram(16, 1, [{"do": "rows", "n": 1}], np.zeros(4, np.float16))
    come(app)
    sent = panel(app)
    assert sent["space"].startswith("/")
    assert sent["decoder"]["src"].startswith("/")
    assert sent["decoder"]["steps"] == [{"do": "rows", "n": 1}]


def test_damaged_axes_are_said_in_one_sentence(app, calls):
    calls.axes["ae1"] = ModelError("The axes ae1.axes.npz cannot be read; make them again with `koe axes`.")
    come(app)
    assert "cannot be read; make them again with" in app.error[0].value


def test_a_move_becomes_the_piece_and_is_found_again(app):
    come(app)
    turn = panel(app)["turn"]
    vector = [0.0] * 3 + [0.9] + [0.0] * 12
    send(app, "move", {"model": "ae1", "latents": vector})
    assert [(note.step, note.n_steps) for note in notes(rolls(app)[0], "m") if note.pitch == 60] == [(12, 4)]
    assert len(sounds(app)) == 1
    assert panel(app)["turn"] == turn  # the panel stands there already
    app.switch_page("pages/about.py").run()
    come(app)
    assert panel(app)["latents"] == pytest.approx(vector)


def test_while_a_hand_moves_nothing_is_rendered(app, calls):
    come(app)
    rendered = len(calls.rendered)
    vector = [0.9] + [0.0] * 15
    send(app, "peek", {"model": "ae1", "latents": vector})
    assert 60 in pitches(rolls(app)[0], "m")
    assert (len(calls.rendered), sounds(app)) == (rendered, [])
    send(app, "move", {"model": "ae1", "latents": vector})
    assert (len(calls.rendered), len(sounds(app))) == (rendered + 1, 1)


def test_nonsense_from_a_browser_changes_nothing(app):
    come(app)
    before = panel(app)["latents"]
    for nonsense in (None, {"model": "pca", "latents": [0.0] * 16}, {"model": "ae1", "latents": ["x"] * 16}):
        send(app, "move", nonsense)
        assert panel(app)["latents"] == before
        assert not app.error


def test_the_title_says_whose_numbers_they_are(app):
    come(app)
    app.button(key="latent-use").click().run()
    assert app.session_state["koe_piece"].title == latent_space_texts.LATENT_PIECE.format(n=16, model="AE1")


@pytest.fixture
def writing(app, monkeypatch):
    """The page with a model that writes in time, whose density grows with all its numbers."""
    dim = 16
    slopes = np.zeros((len(ATTRIBUTES), dim))
    slopes[0] = 1.0
    slopes[1, 1] = slopes[2, 2] = slopes[3, 3] = slopes[4, 4] = slopes[5, 5] = 1.0
    one = np.ones(len(ATTRIBUTES))
    found = Attributes("ab" * 32, slopes, np.eye(dim), np.zeros_like(one), one)
    monkeypatch.setattr(FakeStudio, "writes_in_time", lambda self, model: True)
    monkeypatch.setattr(FakeStudio, "attributes", lambda self, model: found)
    app.session_state["latent-change"] = True
    return come(app)


def test_other_models_have_no_changes_by_name(app):
    come(app)
    assert not [one for one in app.button if one.key == "latent-vary"]


def test_a_variation_moves_the_sliders_and_another_moves_them_elsewhere(writing):
    send(writing, "move", {"model": "ae1", "latents": [0.1] * 16})
    writing.button(key="latent-vary").click().run()
    first = panel(writing)["latents"]
    assert first != [0.1] * 16
    writing.button(key="latent-vary").click().run()
    assert panel(writing)["latents"] != first


def test_what_has_a_name_is_changed_and_its_slider_goes_back(writing, monkeypatch):
    asked = []

    def steered(self, latents, model, changes, threshold=None):
        asked.append(changes)
        return np.full(16, 0.25, np.float32)

    monkeypatch.setattr(FakeStudio, "steered", steered)
    assert writing.button(key="latent-steer").disabled
    writing.slider(key="latent-attribute-density").set_value(1.5).run()
    writing.button(key="latent-steer").click().run()
    assert not writing.exception
    assert asked == [{name: 1.5 if name == "density" else 0.0 for name in ATTRIBUTES}]
    assert panel(writing)["latents"] == [0.25] * 16
    assert writing.slider(key="latent-attribute-density").value == 0.0


def test_more_like_one_piece_and_less_like_another(writing):
    before = panel(writing)["latents"]
    writing.button(key="latent-liken").click().run()
    assert not writing.exception
    assert panel(writing)["latents"] != before
