"""The page that composes: what is asked of the studio, what a visitor gets, and what stays of it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import Cancelled, InputError
from koe.generation.wishes import Wishes
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.studio.one_press import wishes_at_one_press
from koe.web import composing
from koe.web.serving import written_live
from koe.web.session import kept_values, saved_controls
from koe.web.texts import composing as words
from koe.web.texts import home as home_texts
from tests.pages.conftest import APP, FakeStudio, card
from tests.pages.players import rolls, sounds


@pytest.fixture
def asked(calls, monkeypatch):
    """Put a studio behind the app that composes whole pieces, and give what was asked of it."""
    record = []

    def compose_piece(self, wishes, seed, model=None, *, progress=None, should_stop=None, on_written=None):
        if calls.fail:
            raise calls.fail
        record.append((wishes, seed, model))
        notes = tuple(Note(96 * n, 60 + seed % 12, 96) for n in range(wishes.measures))
        piece = Piece(notes, 96 * wishes.measures, title=f"Piece No. {seed}")
        return replace(piece, made_by=Making(model, seed, wishes.as_settings()))

    composer = card("tr1", "composition", composers={"bach-js": 1, "chopin": 2})
    monkeypatch.setattr(FakeStudio, "composers", lambda self: (composer,))
    monkeypatch.setattr(FakeStudio, "compose_piece", compose_piece)
    monkeypatch.setattr(composing, "SOON_SEC", 300.0)  # what was asked for is there when the page is
    monkeypatch.setattr(written_live, "_lives", {})
    return record


@pytest.fixture
def page(asked):
    app = AppTest.from_file(APP, default_timeout=30).run()
    asked.clear()  # what was composed for the warm-up
    return app.switch_page("pages/compose.py").run()


def wished(asked) -> Wishes:
    return [wishes for wishes, _, _ in asked if wishes.measures > 2][-1]


def test_where_no_model_composes_there_is_no_such_page_and_no_card(app):
    with pytest.raises(ValueError, match="compose"):
        app.switch_page("pages/compose.py").run()
    assert words.COMPOSE_TITLE not in {link.proto.label for link in app.get("page_link")}


def test_a_piece_is_composed_played_and_is_the_current_one(page, asked):
    assert not page.exception
    page.button(key="compose-go").click().run()
    assert not page.exception
    assert wished(asked).measures == 36  # a minute and a half
    assert rolls(page)[0]["title"].startswith("Piano roll") or rolls(page)[0]["n_ticks"] == 36 * 96
    assert [sound["autoplay"] for sound in sounds(page)] == [True]
    page.switch_page("pages/your_piece.py").run()
    assert any(header.value.startswith("Piece No") for header in page.header), [h.value for h in page.header]
    page.switch_page("pages/compose.py").run()
    assert rolls(page)[0]["n_ticks"] == 36 * 96
    assert [sound["autoplay"] for sound in sounds(page)] == [False]


def test_every_choice_is_a_wish(page, asked):
    page.selectbox(key="compose-composer").select("chopin").run()
    page.button_group(key="compose-pace").set_value("lively").run()
    page.button_group(key="compose-shape").set_value("drawn").run()
    page.slider(key="compose-minutes").set_value(1.0).run()
    page.selectbox(key="compose-key").select("E flat minor").run()
    page.selectbox(key="compose-metre").select("3/4").run()
    page.button_group(key="compose-density").set_value("low").run()
    page.slider(key="compose-temperature").set_value(0.9).run()
    page.number_input(key="compose-seed-number").set_value(7).run()
    page.button(key="compose-go").click().run()
    wishes, seed, model = asked[-1]
    assert (seed, model) == (7, "tr1")
    assert (wishes.composer, wishes.tempo, wishes.key, wishes.metre) == ("chopin", "fast", "E flat minor", "3/4")
    assert (wishes.density, wishes.form, wishes.measures) == ("low", "A A' B A", 44)
    assert wishes.temperatures.which == 0.9


def test_blocks_of_the_form_take_the_next_letter_that_makes_sense(page, asked):
    page.button_group(key="compose-shape").set_value("drawn").run()
    seen = [tuple(page.button(key=f"compose-block-{number}").label.strip("*") for number in range(4))]
    for number in (1, 1, 2, 2, 1):
        page.button(key=f"compose-block-{number}").click().run()
        seen.append(tuple(page.button(key=f"compose-block-{n}").label.strip("*") for n in range(4)))
    assert seen == [
        ("A", "A'", "B", "A"),
        ("A", "B", "B", "A"),
        ("A", "A", "B", "A"),  # there is no C before a B
        ("A", "A", "A", "A"),
        ("A", "A", "A'", "A"),
        ("A", "A'", "A'", "A"),
    ]
    page.button(key="compose-go").click().run()
    assert wished(asked).form == "A A' A' A"


def test_pressed_again_it_is_another_piece(page, asked):
    page.number_input(key="compose-seed-number").set_value(7).run()
    page.button(key="compose-go").click().run()
    page.button(key="compose-go").click().run()
    assert not page.exception
    seeds = [seed for _, seed, _ in asked]
    assert seeds[0] == 7
    assert seeds[1] != 7
    assert page.number_input(key="compose-seed-number").value == seeds[1]


def test_a_sadder_one_is_dark_and_calm_and_then_low_and_sparse(page, asked):
    page.button(key="compose-go").click().run()
    page.button(key="compose-sadder").click().run()
    first = wished(asked)
    assert first.key.endswith("minor")
    assert (first.tempo, first.register, first.density) == ("slow", None, None)
    assert page.session_state["koe_piece"].made_by.settings == first.as_settings()
    page.button(key="compose-sadder").click().run()
    second = wished(asked)
    assert (second.tempo, second.register, second.density) == ("slow", "low", "low")
    before = page.session_state["koe_piece"]
    page.button(key="compose-sadder").click().run()  # it cannot be sadder than that, but another piece
    assert not page.exception
    assert not page.error
    assert page.session_state["koe_piece"].title != before.title
    page.switch_page("pages/home.py").run()
    page.button(key="compose").click().run()
    page.button(key="home-sadder").click().run()
    assert not page.exception
    assert page.title[0].value == words.COMPOSE_TITLE  # where it is written, and can be changed
    assert not page.error
    written = Wishes.from_settings(dict(page.session_state["koe_piece"].made_by.settings))
    assert written.key.endswith("minor")
    assert written.tempo == "slow"


def test_what_was_made_and_chosen_is_in_the_project_and_undone(page, asked):
    page.button_group(key="compose-mood").set_value("dark").run()
    page.button_group(key="compose-shape").set_value("drawn").run()
    page.button(key="compose-block-1").click().run()
    page.button(key="compose-go").click().run()
    made = rolls(page)[0]["n_ticks"]
    page.button(key="koe-undo").click().run()
    assert not rolls(page)
    page.button(key="koe-redo").click().run()
    assert rolls(page)[0]["n_ticks"] == made
    assert asked[-1][0].form == "A B B A"


def test_a_failure_is_one_sentence(page, calls, asked):
    calls.fail = InputError("The moon is no key; write a tonic and a mode.")
    page.button(key="compose-go").click().run()
    assert not page.exception
    assert any("The moon is no key" in error.value for error in page.error)
    calls.fail = None
    page.run()
    assert not page.error


def test_what_was_given_up_leaves_the_page_as_it_was(page, calls):
    calls.fail = Cancelled("Stopped.")
    page.button(key="compose-go").click().run()
    assert not page.exception
    assert not rolls(page)


def test_home_composes_a_whole_piece_by_it(asked):
    app = AppTest.from_file(APP, default_timeout=30).run()
    app.button(key="compose").click().run()
    assert not app.exception
    (wishes, seed, model), *_ = [one for one in asked if one[0].measures > 2]
    assert wishes == wishes_at_one_press(seed)
    assert model == "tr1"
    assert rolls(app)[0]["n_ticks"] == wishes.measures * 96
    assert rolls(app)[0]["notes"]["kind"].strip("m") == ""
    assert app.button(key="compose").label == home_texts.COMPOSE_AGAIN


def test_forms_from_outside_are_checked():
    fits = kept_values.settings()[kept_values.FORM]
    assert fits("A A' B A")
    for wrong in ("A A' B", "A B C D", "nonsense", 4, "A " * 40):
        assert not fits(wrong)


def test_controls_are_those_of_the_page(page):
    known = {key: one for key, one in saved_controls.controls().items() if key.startswith("compose-")}
    page.button_group(key="compose-shape").set_value("drawn").run()
    kinds = (page.slider, page.selectbox, page.button_group)
    seen = {widget.key: widget for kind in kinds for widget in kind if widget.key and widget.key.startswith("compose-")}
    assert seen.keys() == known.keys()
    for key, control in known.items():
        if isinstance(control, saved_controls.Slider | saved_controls.Count):
            assert (seen[key].min, seen[key].max, seen[key].value) == (control.low, control.high, control.default), key
        else:
            assert len(seen[key].options) == len(control.words), key


@pytest.fixture
def writers(asked, monkeypatch):
    """The model that composes first, and one of the paper's."""
    cards = (card("tr1", "composition", hears_onsets=True), card("lstm1", "continuation"))
    monkeypatch.setattr(FakeStudio, "continuation_models", lambda self: cards)
    monkeypatch.setattr(FakeStudio, "fillers", lambda self: cards)
    return cards


def test_continue_offers_it_first_with_the_controls_that_it_knows(writers, calls):
    app = AppTest.from_file(APP, default_timeout=30).run().switch_page("pages/continue.py").run()
    assert app.session_state["continue-model"] == "tr1"
    assert not app.toggle(key="continue-paper").value
    app.button_group(key="temperature-words").set_value("wild").run()
    assert app.slider(key="temperature").value == 1.2
    sliders = {slider.key for slider in app.slider}
    assert {"temperature", "continue-top-p"} <= sliders
    assert not sliders & {"continue-density", "continue-holding", "continue-threshold"}
    app.slider(key="temperature").set_value(0.8).run()
    app.button(key="continue-go").click().run()
    assert not app.exception
    assert calls.continued[-1]["sampling"].temperature == 0.8
    app.toggle(key="continue-paper").set_value(True).run()
    assert not app.exception
    assert app.button_group(key="continue-way").value
    assert app.select_slider(key="continue-steps").label == "Length in sixteenths"


def test_fill_offers_it_first_and_tells_it_how_to_draw(writers, monkeypatch):
    told = []

    def fill_gap(self, piece, first, n_measures, hand, model, seed, n_fillings, sampling=None, *, progress):
        told.append((model, sampling))
        return tuple(piece.by(model, seed, filling=number) for number in range(n_fillings))

    monkeypatch.setattr(FakeStudio, "fill_gap", fill_gap)
    app = AppTest.from_file(APP, default_timeout=30).run().switch_page("pages/fill.py").run()
    app.slider(key="fill-top-p").set_value(0.9).run()
    app.button(key="fill-go").click().run()
    assert not app.exception
    app.toggle(key="fill-paper").set_value(True).run()
    app.button(key="fill-go").click().run()
    (first, drawn), (second, none) = told
    assert (first, drawn.top_p) == ("tr1", 0.9)
    assert (second, none) == ("lstm1", None)
