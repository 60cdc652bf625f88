"""What a browser prints: a score that is shown, alone and black on white; else the page without what is pressed."""

from playwright.sync_api import expect

from tests.e2e.test_score_on_the_page import shown_score

# What is seen of the page: words outside of the score, and the colours of ink in it.
_WORDS = """() => [...document.querySelectorAll("button, h1, h2, p, label, summary")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height && one.innerText.trim())
  .map((one) => one.innerText.trim())"""
_INK = """(box) => [...new Set([...box.querySelectorAll("svg .note path, svg .note use, svg text")]
  .map((one) => getComputedStyle(one).fill))]"""


def test_a_score_is_printed_alone_and_a_page_without_its_controls(new_visitor, app_url):
    visitor = new_visitor(app_url, color_scheme="dark")  # whose ink is white
    visitor.open("Your piece")
    sheet = shown_score(visitor, "your")
    assert "rgb(0, 0, 0)" not in sheet.evaluate(_INK)
    visitor.page.emulate_media(media="print", color_scheme="dark")
    assert sheet.evaluate(_INK) == ["rgb(0, 0, 0)"]
    assert visitor.page.evaluate(_WORDS) == []  # what is in the sheet's own box stands apart
    expect(visitor.keyed("your-sheet").locator(".name")).to_have_text("Minuet in G major")
    expect(visitor.keyed("your-sheet").locator(".name")).to_be_visible()
    visitor.page.emulate_media(media="null", color_scheme="dark")
    assert visitor.page.pdf(format="A4").startswith(b"%PDF")

    visitor.open("For teachers")
    visitor.page.emulate_media(media="print", color_scheme="dark")
    words = visitor.page.evaluate(_WORDS)
    assert words[0] == "For teachers"
    assert not {"Undo", "Learn", "To the tour"} & set(words)
    assert visitor.page.locator("table").is_visible()
