"""A visitor asks whether what a network made is new."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS

ANSWER = re.compile(r"1,492 pieces|notes in a row|too few notes|or more are those")


@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_the_answer_fits_the_screen(new_visitor, app_url, screen):
    visitor = new_visitor(app_url, **SCREENS[screen])
    visitor.open("Latent space")
    visitor.keyed("latent-originality").locator("label").first.click()
    answer = visitor.keyed("latent-newness")
    expect(answer).to_contain_text(ANSWER, timeout=PATIENCE_MS)
    visitor.settle()
    assert visitor.faults() == []
