"""On a slow line something is seen, and can be pressed, before any script of the page is there."""

from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS

FULL_FONTS = "/static/media/"


def test_a_first_picture_is_there_before_the_page_and_its_button_is_not_pressed_in_vain(new_visitor, app_url):
    visitor = new_visitor(app_url, **SCREENS["phone"])
    held, holds = [], [True]
    visitor.page.route("**/static/js/index.*.js", lambda route: held.append(route) if holds else route.continue_())
    visitor.page.goto(app_url, wait_until="commit")
    shell = visitor.page.locator("#koe-shell")
    expect(shell.get_by_role("heading")).to_have_text("Press the button. A network writes you a piano piece.")
    expect(shell.locator("svg").first).to_be_visible()
    assert visitor.page.evaluate("() => !document.querySelector('[data-testid=stApp]')")
    assert shell.locator(".roll > div").evaluate("(roll) => getComputedStyle(roll).animationName") == "koe-roll"
    shell.get_by_role("button").click()
    expect(shell.get_by_role("button")).to_have_text("In a moment…")
    while not held:
        visitor.page.wait_for_timeout(50)
    holds.clear()
    for route in held:
        route.continue_()
    expect(shell).to_have_count(0, timeout=PATIENCE_MS)
    # It was the page's own button that was pressed.
    expect(visitor.page.get_by_role("heading", name="Piece no.")).to_be_visible(timeout=PATIENCE_MS)
    assert not [address for address in visitor.requests if FULL_FONTS in address]


def test_letters_that_the_small_fonts_lack_come_from_the_large_ones(new_visitor, app_url):
    visitor = new_visitor(app_url)
    visitor.open("About")
    with visitor.page.expect_request(f"**{FULL_FONTS}SourceSerif*Roman*"):
        visitor.page.evaluate("() => (document.querySelector('h1').textContent = 'Людвиг')")
