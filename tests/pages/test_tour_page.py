"""The tour from start to end, in both languages: nothing is told before something is expected."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from koe.web.learn.component import LESSONS
from koe.web.learn.tour import STEPS
from koe.web.texts import language
from tests.pages.test_pages import go, words

LEARN = Path(__file__).resolve().parents[2] / "koe/web/learn"


@pytest.mark.parametrize("name", ["en", "de"])
def test_the_tour_is_walked_from_start_to_end(app, name):
    module = "koe.web.texts.tour"
    texts = vars(import_module(module if name == "en" else language.german_name(module)))
    app.query_params["lang"] = name
    go(app, "tour")
    assert texts["TOUR_TITLE"] == app.title[0].value
    assert set(texts["TOUR_STEPS"]) == set(STEPS)
    for step in STEPS:
        title, what, choices, why = texts["TOUR_STEPS"][step]
        assert title in words(app)
        assert what in words(app)
        assert why not in words(app)
        radio = app.radio(key=f"tour-expected-{step}")
        assert radio.options == list(choices)
        radio.set_value(2).run()
        assert why in words(app)
        right = STEPS[step].right
        if right is not None:
            met = texts["TOUR_AS_EXPECTED"] if right == 2 else texts["TOUR_OTHERWISE"]
            assert f"**{met}** {why}" in words(app)
    assert not app.exception
    go(app, "teachers")
    assert all(texts["TOUR_STEPS"][step][0] in words(app) for step in STEPS)
    assert texts["SHEET"] in [button.proto.label for button in app.get("download_button")]


def test_it_takes_half_an_hour():
    assert 25 <= sum(step.minutes for step in STEPS.values()) <= 35


def test_every_step_opens_a_state_that_its_lesson_knows():
    of_page = {"squeezing": ("text", "squeeze"), "neuron": ("neuron", "layers"), "downhill": ("downhill", "training")}
    for step in STEPS.values():
        scripts = [LESSONS[lesson][-1] for lesson in of_page.get(step.page, (step.page,)) if lesson in LESSONS]
        source = "".join((LEARN / script).read_text() for script in scripts)
        keys = set(re.findall(r'\bkey: "(\w+)"', source))
        assert set(step.state) <= keys
