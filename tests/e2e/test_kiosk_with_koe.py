"""The kiosk of a real server: what is seen is heard, keys sound, and something is taken home."""

import pytest

# Counts what a browser is told to sound; nothing else says that it is not silent.
COUNT = """
window.struck = 0;
const { start } = AudioBufferSourceNode.prototype;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.struck += 1;
  return start.apply(this, when);
};
"""


@pytest.fixture
def page(browser, app_url):
    context = browser.new_context(viewport={"width": 1600, "height": 900}, has_touch=True)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.add_init_script(COUNT)
    page.goto(f"{app_url}/kiosk")
    yield page
    context.close()
    assert not page.faults


def sounds(page) -> None:
    """Some keys are struck from now on."""
    page.evaluate("() => { window.struck = 0; }")
    page.wait_for_function("() => window.struck > 3")


def test_a_stranger_listens_plays_and_takes_home(page):
    page.wait_for_selector("body[data-screen=attract][data-piece]")
    page.mouse.click(400, 100)  # a browser without the kiosk's command lets nothing sound before a touch
    page.wait_for_selector("section.ways", state="visible")
    page.locator("[data-go=listen]").tap()
    page.locator("[data-mood=dance]").tap()
    page.wait_for_selector("body[data-mood=dance][data-piece]")
    sounds(page)
    page.locator("[data-go=home]").tap()
    page.wait_for_selector(".said:not(:empty)")
    page.locator(".back").tap()
    page.wait_for_selector("body[data-screen=listen]")
    page.locator(".back").tap()
    page.locator(".back").tap()

    page.locator("[data-go=play]").tap()
    keys = page.locator(".keys button")
    for key in (0, 2, 4, 7):
        keys.nth(key).tap()
    sounded = page.evaluate("() => window.struck")
    assert sounded >= 4
