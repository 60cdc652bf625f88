"""The page that fills gaps: what is asked of the studio, and what a visitor gets of it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import InputError
from koe.music.notes import Note
from koe.web import texts
from tests.pages.conftest import APP, FakeStudio, card


@pytest.fixture
def asked(calls, monkeypatch):
    """Put a studio behind the app that can fill, and give what was asked of it."""
    record = []

    def fill_gap(self, piece, first, n_measures, hand, model, seed, n_fillings, progress):
        if calls.fail:
            raise calls.fail
        record.append(("gap", first, n_measures, hand, model, seed))
        progress(1, 1)
        return tuple(replace(piece, notes=(Note(0, 60 + number, 4),)) for number in range(n_fillings))

    def harmonise(self, melody, model, seed, n_fillings, progress):
        record.append(("harmony", melody, model, seed))
        return (melody,) * n_fillings

    monkeypatch.setattr(FakeStudio, "fillers", lambda self: (card("lstm2", "continuation", hears_onsets=True),))
    monkeypatch.setattr(FakeStudio, "fill_gap", fill_gap)
    monkeypatch.setattr(FakeStudio, "harmonise", harmonise)
    return record


@pytest.fixture
def page(asked):
    app = AppTest.from_file(APP, default_timeout=30).run()
    return app.switch_page("pages/fill.py").run()


def subheaders(app):
    return [heading.value for heading in app.subheader]


def test_where_no_model_can_fill_there_is_no_such_page(app):
    with pytest.raises(ValueError, match="fill"):
        app.switch_page("pages/fill.py").run()


def test_four_ways_and_the_one_that_is_taken(page, asked):
    page.button(key="fill-go").click().run()
    assert not page.exception
    assert asked[0][:5] == ("gap", 1, 2, "both", "lstm2")
    assert subheaders(page) == [texts.FILLING_NUMBER.format(number=number) for number in range(1, 5)]
    page.button(key="filled-1-3-keep").click().run()
    page.switch_page("pages/your_piece.py").run()
    assert not page.exception
    assert any("1 note " in caption.value for caption in page.caption)


def test_hand_measures_and_seed_are_handed_on(page, asked):
    page.segmented_control(key="fill-hand").set_value("left").run()
    slider = next(slider for slider in page.slider if slider.label == texts.FILL_MEASURES)
    slider.set_value(3).run()
    page.number_input(key="fill-seed-number").set_value(77).run()
    page.button(key="fill-go").click().run()
    assert asked == [("gap", 1, 3, "left", "lstm2", 77)]


def test_a_tune_is_harmonised(page, asked):
    page.segmented_control(key="fill-task").set_value("harmony").run()
    page.button(key="fill-go").click().run()
    assert not page.exception
    kind, melody, *_ = asked[0]
    assert kind == "harmony"
    onsets = [note.onset for note in melody.notes]
    assert len(onsets) == len(set(onsets))  # one voice


def test_what_goes_wrong_is_said_in_a_sentence(page, calls):
    calls.fail = InputError("A gap has at most 256 sixteenths, but these measures have 300; take fewer.")
    page.button(key="fill-go").click().run()
    assert not page.exception
    assert any("take fewer" in error.value for error in [*page.error, *page.warning])
