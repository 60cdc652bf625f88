"""What Streamlit says by itself is German where German is on, and English again after a change."""

import re

from playwright.sync_api import expect


def test_streamlits_own_words_follow_the_language(new_visitor, app_url):
    visitor = new_visitor(app_url, locale="de-DE")
    page = visitor.page
    page.goto(f"{app_url}/your_piece?lang=de")
    expect(page.locator("h1")).to_have_text("Dein Stück")
    upload = visitor.keyed("your-upload")
    expect(upload).to_contain_text("Hochladen")
    expect(upload).to_contain_text(re.compile(r"bis \d+ MB"))
    expect(page.get_by_role("button", name="Hilfe: Oder bring ein eigenes mit")).to_have_count(1)
    visitor.keyed("demo").locator("input").fill("zzzz")
    expect(page.get_by_text("Nichts gefunden")).to_be_visible()
    page.keyboard.press("Escape")
    visitor.keyed("koe-language").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Your piece")
    expect(upload).to_contain_text("Upload")
    expect(upload).to_contain_text("MB per file")
    expect(page.get_by_role("button", name="Help for Or bring your own")).to_have_count(1)
