"""One app and one browser for all tests of this folder, and a visitor of its own for each."""

from typing import Any

import pytest

from tests.e2e.running import App, installed_browser, running, running_browser
from tests.e2e.visitor import Visitor


@pytest.fixture(scope="package")
def browser():
    if installed_browser() is None:
        pytest.skip("no Chromium or Chrome on this machine, so nothing is tested in a browser")
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def app(browser):  # the browser first, so that no server starts in vain
    with running(App()) as app:
        yield app


@pytest.fixture(scope="package")
def app_url(app):
    return app.url


@pytest.fixture
def new_visitor(browser):
    """Make visitors; afterwards none may have met a fault or called a foreign server."""
    visitors = []

    def come(url: str, **window: Any) -> Visitor:
        visitors.append(Visitor(browser, url, **window))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()
    for visitor in visitors:
        assert not visitor.complaints
        assert not visitor.foreign_requests


@pytest.fixture
def visitor(new_visitor, app_url):
    """A visitor at a usual desktop screen."""
    return new_visitor(app_url)
