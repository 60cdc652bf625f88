"""The tour on paper says what the tour says, in both languages, on both sides of one sheet and one more."""

import pytest

from koe.studio import Studio
from koe.web.learn.sheet import worksheet
from koe.web.learn.tour import STEPS
from koe.web.texts import tour as texts
from koe.web.texts.language import in_language
from tests.scores.test_worksheet import pages


@pytest.mark.parametrize("name", ["en", "de"])
def test_the_sheet_has_all_of_the_tour(name):
    with in_language(name):
        sheet = worksheet("https://example.org/tour")
        steps = [texts.TOUR_STEPS[step] for step in STEPS]
        title = texts.TOUR_TITLE
    assert (sheet.title, sheet.language) == (title, name)
    *front, answers = pages(Studio().worksheet_pdf(sheet))
    assert len(front) == 2
    for (heading, what, choices, why), task in zip(steps, sheet.tasks, strict=True):
        assert (task.title, task.what, task.choices, task.why) == (heading, what, choices, why)
        assert any(heading in page for page in front)
        assert heading in answers
