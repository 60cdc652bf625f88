"""The link's component by itself: the system's sheet where there is one, and what else there is where there is none."""

from base64 import b64encode

import pytest

from koe.web.browser import component
from koe.web.session import links
from tests.e2e.test_components import SETTING

DATA = {
    "address": "https://koe.example.org/?k=ABC",
    "svg": "",
    "title": "A piece",
    "file": {"name": "a-piece.mid", "data": b64encode(b"MThd").decode()},
    "labels": {one: one for one in ("share", "send", "copy", "copied", "address", "code")},
}
SHEET = """(refused) => {
  window.sent = [];
  const share = async (what) => {
    sent.push([what.title, what.url ?? "", (what.files ?? []).map((file) => [file.name, file.size, file.type])]);
    if (refused) throw new DOMException("no", refused);
  };
  Object.defineProperty(navigator, "share", { value: share, configurable: true });
  Object.defineProperty(navigator, "canShare", { value: () => true, configurable: true });
}"""


@pytest.fixture
def page(browser, monkeypatch):
    declared = []
    monkeypatch.setattr(
        component.st.components.v2,
        "component",
        lambda name, html=None, css=None, js=None: declared.append((html, css, js)),
    )
    links._component.__wrapped__()
    page = browser.new_page()
    page.evaluate("() => Object.defineProperty(navigator, 'share', { value: undefined, configurable: true })")
    page.evaluate(SETTING, declared[0])
    yield page
    page.close()


def test_a_phone_shares_the_link_and_the_midi_file_and_others_copy(page):
    page.evaluate("(data) => show(data)", DATA)
    assert not page.locator(".share").is_visible()
    assert page.locator(".copy").is_visible()
    assert not page.locator(".code").is_visible()  # where there is no code that could be read
    page.evaluate(SHEET, "")
    page.evaluate("(data) => show(data)", {**DATA, "svg": "<svg></svg>"})
    page.locator(".share").click()
    page.locator(".send").click()
    page.wait_for_function("() => sent.length === 2")
    assert page.evaluate("sent") == [
        ["A piece", DATA["address"], []],
        ["A piece", "", [["a-piece.mid", 4, "audio/midi"]]],
    ]
    assert page.locator(".copy").inner_text() == "copy"
    # A sheet that was closed is an answer; one that refuses is none.
    page.evaluate(SHEET, "AbortError")
    page.locator(".share").click()
    page.wait_for_function("() => sent.length === 1")
    assert page.locator(".copy").inner_text() == "copy"
    page.evaluate(SHEET, "NotAllowedError")
    page.locator(".share").click()
    page.wait_for_function("() => document.querySelector('.copy').textContent === 'copied'")
    with page.expect_download() as download:
        page.locator(".send").click()
    assert download.value.suggested_filename == "a-piece.mid"
