"""Hearts on results, and pieces that come back from a browser's shelf."""

from dataclasses import replace

import pytest

from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.projects.reading import unpack_project
from koe.projects.schema import Project
from koe.projects.writing import pack_project
from koe.web.session import shelf
from koe.web.texts import shelf as words
from tests.pages.players import sent_to


def tell(app, key, event, value):
    """What the browser says of its shelf."""
    import json

    from streamlit.proto.WidgetStates_pb2 import WidgetState

    elements = [element.proto for element in app.get("bidi_component") if key in element.proto.id]
    state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{elements[0].id}__events")
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    app._run(states)
    assert not app.exception


def keeper(app):
    return next(one for one in sent_to(app, shelf.COMPONENT) if not one["list"])


@pytest.fixture
def melody():
    return Piece.on_steps((note_at_step(0, 60, 8), note_at_step(8, 64, 8)), 16, 90.0, title="A melody")


def test_a_heart_hands_the_piece_to_the_browser_once(app):
    app.switch_page("pages/your_piece.py").run()
    piece = app.session_state["koe_piece"]
    app.button(key="your-heart-off").click().run()
    order = keeper(app)["order"]
    assert unpack_project(order["piece"]).piece == piece
    assert (order["name"], order["id"]) == (piece.title, shelf.name_on_shelf(piece))
    assert all(0 <= x <= 100 and 0 <= y <= 24 and width > 0 for x, y, width in order["picture"])
    tell(app, shelf.KEEPER, "told", {"ids": [order["id"], "no id", 7], "said": "kept"})
    assert [toast.value for toast in app.toast] == [words.SAID["kept"]]
    assert keeper(app)["known"] == [order["id"]]
    assert keeper(app)["order"] is None
    app.button(key="your-heart-on").click().run()
    assert "piece" not in keeper(app)["order"]
    tell(app, shelf.KEEPER, "told", {"ids": [order["id"]], "said": "full"})
    assert [toast.value for toast in app.toast] == [words.SAID["full"]]


def test_a_piece_of_the_shelf_opens_under_its_name_and_damage_is_said(app, melody):
    app.switch_page("pages/your_piece.py").run()
    tell(app, shelf.LIST, "open", {"id": "0" * 32, "name": "For *Anna*", "piece": pack_project(Project(melody))})
    assert app.session_state["koe_piece"] == replace(melody, title="For *Anna*")
    assert not app.button(key="koe-undo").disabled
    for wrong in (None, {"piece": 3}, {"piece": "no piece", "name": "x"}):
        tell(app, shelf.LIST, "open", wrong)
        assert app.session_state["koe_piece"].title == "For *Anna*"
    assert "could not be opened" in app.toast[0].value


def test_start_over_clears_the_shelf_unless_it_shall_stay(app):
    for button, cleared in (("koe-project-clear-most", False), ("koe-project-clear", True)):
        tell(app, shelf.KEEPER, "told", {"ids": ["0" * 32], "said": ""})
        app.button(key="koe-project-new").click().run()
        app.button(key=button).click().run()
        assert bool((keeper(app)["order"] or {}).get("clear")) == cleared
        assert len(keeper(app)["known"]) == (0 if cleared else 1)
