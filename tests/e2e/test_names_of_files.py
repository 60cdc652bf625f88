"""Visitors bring files of any name and sort; the page says what is wrong with one, and goes on."""

import pytest
from playwright.sync_api import expect

from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from tests.e2e.visitor import PATIENCE_MS

TUNE = write_midi(Piece.on_steps((note_at_step(0, 60, 4),), 16))
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(99)


@pytest.fixture
def page(visitor):
    visitor.open("Your piece")
    visitor.settle()
    return visitor


def shows(page, title: str) -> None:
    heading = page.page.get_by_role("heading").filter(has_text=title)
    expect(heading.first).to_be_visible(timeout=PATIENCE_MS)
    page.settle()  # what was said of an earlier file goes with the end of the run
    assert not heading.locator("a").count()
    assert not page.faults()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("www.example.com.mid", "www\u2060.\u2060example.\u2060com"),  # no link
        ('say "so" &lt;b&gt;.mid', 'say "so" &lt;b&gt;'),
        ("nul\0byte.mid", "nul byte"),
        ("x" * 1500 + ".mid", "x" * 196),
        ("tune", "tune"),
    ],
    ids=["address", "signs", "NUL", "long", "no ending"],
)
def test_a_name_is_shown_as_it_is(page, name, title):
    page.upload(name, TUNE)
    shows(page, title)
    page.upload("next.mid", TUNE)
    shows(page, "next")


@pytest.mark.parametrize("name", ["picture.png", "picture", "nul\0byte.png"])
def test_what_is_no_music_is_refused_by_koe(page, name):
    page.upload(name, PICTURE)
    expect(page.page.get_by_text("it looks like a PNG image")).to_be_visible(timeout=PATIENCE_MS)
    assert not page.page.get_by_text("files are not allowed").count()
    page.upload("next.mid", TUNE)
    shows(page, "next")


def test_a_name_that_no_disk_can_hold_does_not_end_the_page(page):
    """The server takes no header of so many bytes; the uploader says so, and takes the next file."""
    page.upload("x" * 5000 + ".mid", TUNE)
    expect(page.keyed("your-upload").get_by_text("status code 400")).to_be_visible(timeout=PATIENCE_MS)
    page.upload("next.mid", TUNE)
    shows(page, "next")
    page.complaints.clear()  # the browser's, about that answer
