"""The gallery in a browser: its pictures and likes, and the page that somebody passed on."""

import re

import pytest
from playwright.sync_api import expect

from koe.gallery import Gallery
from koe.gallery.music import packed
from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from tests.e2e.visitor import PATIENCE_MS


@pytest.fixture(scope="module")
def entries(app):
    """Ids of three pieces that are over soon, the second one made of the first."""
    ids: list[str] = []
    with Gallery.open(app.gallery) as gallery:
        for number in range(3):
            piece = Piece.on_steps((note_at_step(0, 60 + number, 4), note_at_step(4, 64, 4)), 16)
            parent = ids[0] if number == 1 else ""
            title = f"Piece number {number}"
            kept = gallery.keep(title, packed(piece, 4), write_midi(piece), seconds=piece.duration_sec, parent=parent)
            ids.append(kept.entry.id)
    return ids


def test_pieces_are_seen_and_liked_for_good(visitor, entries):
    page = visitor.page
    visitor.open("Gallery")
    card = visitor.keyed(f"gallery-card-{entries[0]}")
    picture = card.get_by_role("img", name="Piece number 0")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 360

    visitor.keyed(f"gallery-like-{entries[0]}").get_by_role("button").first.click()
    expect(visitor.keyed(f"gallery-like-{entries[0]}")).to_have_text(re.compile("1$"))
    visitor.settle()
    page.wait_for_function("document.cookie.includes('koe_visitor=')")
    visitor.open("Gallery")  # another session: the browser remembers
    expect(visitor.keyed(f"gallery-like-{entries[0]}").locator("button[kind=primary]").first).to_be_visible()


def test_a_page_that_was_passed_on_plays_at_a_touch_and_leads_into_koe(new_visitor, app_url, entries):
    visitor = new_visitor(app_url, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = visitor.page
    page.goto(f"{app_url}/g/{entries[2]}")
    expect(page.get_by_role("heading", name="Piece number 2")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_response(re.compile("/sound/"), timeout=PATIENCE_MS) as sound:
        page.get_by_role("button", name="Play Piece number 2").tap()
    assert sound.value.status in (200, 206)
    expect(page.get_by_role("status")).to_have_text("", timeout=PATIENCE_MS)
    like = page.locator("#like")
    like.tap()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#likes")).to_have_text("1")
    page.get_by_role("link", name="Make your own").tap()
    expect(page.locator("h1")).to_have_text(re.compile("Press the button"), timeout=PATIENCE_MS)
    visitor.settle()
