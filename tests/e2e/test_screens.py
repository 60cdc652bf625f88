"""Every page on a laptop, a phone and a large screen."""

import pytest

from tests.e2e.visitor import PAGES, SCREENS


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_is_wider_than_the_screen(new_visitor, app_url, screen):
    visitor = new_visitor(app_url, **SCREENS[screen])
    visitor.open("Home")
    faults = {"Home": visitor.faults()}
    for name in list(PAGES)[1:]:
        visitor.go(name)
        for closed in visitor.page.get_by_test_id("stExpander").all():
            closed.locator("summary").click()
        faults[name] = visitor.faults()
    assert not {name: found for name, found in faults.items() if found}
