"""Pieces that a visitor wants to keep: hearts, the list, and a browser that holds no more."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from koe.music.library import load_piece
from koe.music.midi import read_midi, write_midi
from koe.projects.reading import unpack_project
from koe.web.browser import component
from koe.web.session import shelf
from koe.web.texts import shelf as words
from tests.e2e.test_components import SETTING
from tests.e2e.visitor import PATIENCE_MS, SCREENS

MINE = replace(load_piece("petzold-minuet-g-major"), title="Mine, *entirely*")
TOLD = "([event]) => event === 'told'"


def names(visitor):
    return visitor.keyed("koe-shelf-list").locator(".name")


def test_a_piece_on_the_shelf_is_there_in_the_next_session_under_its_new_name(browser, app_url, new_visitor):
    visitor = new_visitor(app_url, **SCREENS["phone"], locale="en-GB")
    visitor.open("Your piece")
    visitor.upload("mine.mid", write_midi(MINE))
    expect(visitor.page.get_by_text("Mine, *entirely*").first).to_be_visible()
    visitor.settle()
    visitor.keyed("your-heart-off").get_by_role("button").click()
    expect(visitor.keyed("your-heart-on")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    expect(names(visitor)).to_have_text(["Mine, *entirely*"])
    rename = visitor.keyed("koe-shelf-list").get_by_role("button", name="Rename Mine, *entirely*")
    rename.click()
    visitor.page.keyboard.type("Für Anna")
    visitor.page.keyboard.press("Enter")
    expect(names(visitor)).to_have_text(["Für Anna"])

    # Another day: another session, which begins with a piece of the demos, in German.
    visitor.page.evaluate("sessionStorage.clear(); localStorage.removeItem('koe-project')")
    visitor.page.goto(f"{app_url}/your_piece?lang=de")
    expect(names(visitor)).to_have_text(["Für Anna"], timeout=PATIENCE_MS)
    expect(visitor.page.locator("h2", has_text="Für Anna")).to_have_count(0)
    visitor.keyed("koe-shelf-list").get_by_role("button", name="Für Anna öffnen").click()
    expect(visitor.page.get_by_role("heading", name="Für Anna")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    expect(visitor.keyed("your-heart-on")).to_be_visible()
    assert not visitor.overflow()
    opened = unpack_project(visitor.page.evaluate("JSON.parse(localStorage.getItem('koe-shelf'))[0].piece")).piece
    assert opened.notes == read_midi(write_midi(MINE)).notes
    assert [(one.onset, one.pitch) for one in visitor.notes("your")] == [(one.onset, one.pitch) for one in opened.notes]

    gone = visitor.keyed("koe-shelf-list").get_by_role("button", name="Für Anna entfernen")
    gone.click()
    expect(visitor.keyed("your-heart-off")).to_be_visible(timeout=PATIENCE_MS)
    visitor.keyed("koe-shelf-list").get_by_role("button", name="Zurückstellen").click()
    expect(names(visitor)).to_have_text(["Für Anna"])
    # And a tab of its own is told at once.
    other = visitor.context.new_page()
    other.goto(f"{app_url}/about")
    other.evaluate("localStorage.setItem('koe-shelf', '[]')")
    expect(visitor.keyed("your-heart-off")).to_be_visible(timeout=PATIENCE_MS)


@pytest.fixture
def shelf_alone(browser, monkeypatch):
    """The script of the shelf by itself, in a browser that keeps what it is told."""
    found = {}
    monkeypatch.setattr(
        component.st.components.v2,
        "component",
        lambda name, html=None, css=None, js=None: found.setdefault(name, (html, css, js)),
    )
    declared = shelf._component.__wrapped__()
    page = browser.new_page()
    page.route("http://koe.test/", lambda route: route.fulfill(body="<html><body></body></html>"))
    page.goto("http://koe.test/")
    page.evaluate(SETTING, declared)
    yield page
    page.close()


def put(page, turn: int, size: int = 10) -> str:
    """Let a heart put a piece on the shelf; what the browser says of it."""
    order = {"turn": str(turn), "id": f"{turn:032x}", "name": f"No. {turn}", "piece": "x" * size, "sec": 1}
    data = {"list": False, "session": "a", "known": [], "order": order}
    page.evaluate("(data) => show(data)", data)
    return page.evaluate("told.at(-1)[1].said")


def test_a_shelf_that_is_full_says_so_and_stays_as_it_is(shelf_alone):
    page = shelf_alone
    assert put(page, 1) == "kept"
    assert put(page, 2, 2_000_000) == "full"
    assert put(page, 1, 20) == "kept"  # in place of the one before
    said = [put(page, turn) for turn in range(10, 10 + shelf.MOST)]
    assert said == ["kept"] * (shelf.MOST - 1) + ["full"]
    assert page.evaluate("JSON.parse(localStorage.getItem('koe-shelf')).length") == shelf.MOST
    # Where other things leave no room, likewise.
    page.evaluate("localStorage.clear(); localStorage.setItem('other', 'x'.repeat(5_100_000))")
    assert put(page, 100, 400_000) == "full"
    assert {"kept", "taken", "full", "closed"} == set(words.SAID)


def test_what_is_no_piece_of_a_shelf_is_left_alone(shelf_alone):
    page = shelf_alone
    page.evaluate('localStorage.setItem(\'koe-shelf\', \'[null, 3, {"id": "x"}, {"name": 4}]\')')
    page.evaluate("show({ list: true, labels: {} })")
    assert page.locator(".row").count() == 0
    assert put(page, 1) == "kept"
