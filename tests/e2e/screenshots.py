"""Take a picture of every page after something typical was done on it.

``python -m tests.e2e.screenshots OUTDIR [--screen phone] [--page Continue] [--theme dark]``
saves ``OUTDIR/screen-theme-page.png``, each as long as its page.
"""

import argparse
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.running import installed_browser, running_app, running_browser
from tests.e2e.visitor import PAGES, PATIENCE_MS, SCREENS, Visitor

THEMES = ("light", "dark")
MOST_PIXELS = 6000

# How far down the page reaches, whatever the window is.
_LENGTH = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const end = document.querySelector('[data-testid="stMainBlockContainer"]').getBoundingClientRect().bottom;
  return Math.ceil(end + main.scrollTop);
}"""


def do_something_typical(visitor: Visitor, name: str) -> None:
    """What most visitors would do first on a page."""
    if name == "Home":
        visitor.click("Compose a new piece")
        expect(visitor.players()).to_have_count(1, timeout=PATIENCE_MS)
    elif name == "Your piece":
        visitor.keyed("demo").locator("input").fill("Prelude in C major")
        visitor.page.get_by_role("option").first.click()
        expect(visitor.page.get_by_role("heading", name="Prelude in C major")).to_be_visible()
        visitor.settle()
        visitor.slider("your-measure").press("ArrowRight")
    elif name == "Latent space":
        panel = visitor.keyed("latent-panel")
        expect(panel.locator("[data-space]")).to_have_count(1, timeout=PATIENCE_MS)
        panel.locator(".main input").first.press("PageUp")
        visitor.page.wait_for_timeout(500)  # a move by keys ends a little after the last key
    elif name == "Interpolate":
        visitor.slider("blend").press("PageUp")
    elif name == "Continue":
        visitor.click("A minor")
        visitor.open_more("continue-more")
        visitor.slider("variations").press("ArrowRight")
        expect(visitor.slider("variations")).to_have_value("2")
        visitor.close_menu()
        visitor.click("Continue")
        expect(visitor.players()).to_have_count(2, timeout=PATIENCE_MS)
    elif name == "Fill":
        visitor.click("Find four ways")
        expect(visitor.players()).to_have_count(4, timeout=PATIENCE_MS)
    elif name == "Models":
        visitor.click("LSTM2")
    visitor.settle()


def take_picture(visitor: Visitor, path: Path) -> None:
    """Save the whole page: Streamlit scrolls inside a box, so the window is made as long as that."""
    usual = visitor.page.viewport_size or {"width": 1366, "height": 768}
    length = min(max(visitor.page.evaluate(_LENGTH), usual["height"]), MOST_PIXELS)
    visitor.page.mouse.move(0, 0)
    visitor.page.set_viewport_size({**usual, "height": length})
    visitor.settle()
    visitor.page.screenshot(path=path, animations="disabled")
    visitor.page.set_viewport_size(usual)
    visitor.settle()


def main() -> None:
    parser = argparse.ArgumentParser(description="Take a picture of every page.")
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--screen", choices=SCREENS, action="append")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--page", choices=PAGES, action="append")
    arguments = parser.parse_args()
    if installed_browser() is None:
        parser.error("there is no Chromium or Chrome on this machine")
    arguments.outdir.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser, running_app() as url:
        for screen in arguments.screen or SCREENS:
            for theme in arguments.theme or THEMES:
                visitor = Visitor(browser, url, **SCREENS[screen], color_scheme=theme)
                for name in arguments.page or PAGES:
                    visitor.open(name) if name == "Home" or arguments.page else visitor.go(name)
                    do_something_typical(visitor, name)
                    path = arguments.outdir / f"{screen}-{theme}-{PAGES[name][0] or 'home'}.png"
                    take_picture(visitor, path)
                    print(path)
                visitor.close()


if __name__ == "__main__":
    main()
