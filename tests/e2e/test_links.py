"""Whoever follows a link, on a server and in a browser that know nothing of it, gets the very same MIDI file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.projects.reading import read_project
from koe.studio import Studio
from tests.e2e.visitor import PATIENCE_MS

SHARED = "A piece for you"


def link_of(visitor, key: str) -> str:
    """What stands in the field of the link of the result with this key, whose menu is open."""
    menu = visitor.page.get_by_test_id("stPopoverBody")
    menu.get_by_role("button", name=re.compile("Link$")).click()
    field = menu.locator("input[aria-label='Address of the piece']")
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    expect(field).not_to_have_value("")
    return field.input_value()


def sent(visitor, key: str) -> tuple[str, bytes]:
    """A result's link and its MIDI file."""
    midi = visitor.download("mid", key)
    link = link_of(visitor, key)
    visitor.close_menu()
    return link, midi


@pytest.fixture(scope="module")
def links(browser, app_url):
    """A link of each kind with the MIDI file that it stands for."""
    from tests.e2e.visitor import Visitor

    visitor = Visitor(browser, app_url)
    found = {}
    visitor.open("Latent space")
    visitor.as_in_the_paper("latent")
    visitor.click("Random, like music")
    visitor.settle()
    found["a latent vector"] = sent(visitor, "latent")

    visitor.go("Interpolate")
    visitor.as_in_the_paper("interpolate")
    visitor.slider("blend").press("PageUp")
    visitor.settle()
    found["a blend"] = sent(visitor, "blend")
    found["a path"] = sent(visitor, "path")

    visitor.go("Continue")
    visitor.click("A minor")
    visitor.slider("continue-steps").press("Home")
    visitor.open_more("continue-more")
    variations = visitor.slider("variations")
    variations.press("ArrowRight")
    expect(variations).to_have_value("2")
    visitor.close_menu()
    visitor.keyed("continue-go").get_by_role("button").click()
    expect(visitor.keyed("continued-1-2-roll")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    found["a continued chord"] = sent(visitor, "continued-1-2")

    notes = tuple(note_at_step(onset, 60 + onset % 11, 3, 50 + onset % 60) for onset in range(0, 120, 3))
    piece = Piece.on_steps(notes, 126, 97.0, (TimeSignature(0, 3, 4),), title="Mine, *entirely*")
    visitor.go("Your piece")
    visitor.upload("mine.mid", write_midi(piece))
    expect(visitor.page.get_by_role("heading", name="Mine")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    found["an uploaded piece"] = sent(visitor, "your")
    faults = visitor.faults() + visitor.complaints
    visitor.close()
    assert not faults
    return found


@pytest.fixture
def fresh_url(links, app):
    """A server that nobody has visited yet, and that did not make the links."""
    app.start()
    return app.url


def test_every_kind_of_link_gives_the_same_file_on_a_fresh_server(links, fresh_url, new_visitor):
    for name, (link, midi) in links.items():
        value = link.partition("/?k=")[2]
        assert 0 < len(value) <= 2000
        stranger = new_visitor(fresh_url)
        stranger.page.goto(f"{fresh_url}/?k={value}")
        expect(stranger.page.locator("h1")).to_have_text(SHARED, timeout=PATIENCE_MS)
        expect(stranger.keyed("result-shared")).to_be_visible(timeout=PATIENCE_MS)
        stranger.settle()
        assert stranger.download("mid", "shared") == midi, name
        stranger.close_menu()
        words = stranger.page.locator("body").inner_text()
        anew = "Made anew here by" in words
        assert anew is (name != "an uploaded piece"), words
        assert not stranger.faults()
        # The address stays, so that it can be passed on.
        assert value in stranger.page.url


@pytest.mark.parametrize("value", ["AAAA", "x" * 9000])
def test_a_damaged_link_gets_a_sentence(visitor, value):
    visitor.page.goto(f"{visitor.url}/?k={value}")
    box = visitor.page.get_by_test_id("stAlertContentError")
    expect(box).to_contain_text("link", timeout=PATIENCE_MS)
    expect(visitor.page.get_by_role("link", name="Make one of your own")).to_be_visible()


def test_a_reload_loses_nothing_and_keys_take_back(visitor, new_visitor):
    visitor.open("Continue")
    visitor.click("A minor")
    visitor.keyed("continue-go").get_by_role("button").click()
    expect(visitor.keyed("continued-1-1-roll")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    made = visitor.notes("continued-1-1")
    visitor.go("Your piece")
    written = visitor.page.wait_for_function("koeMemory.written").json_value()
    visitor.slider("your-measure").press("ArrowRight")
    expect(visitor.slider("your-measure")).to_have_value("2")
    visitor.page.wait_for_function("(before) => koeMemory.written !== before", arg=written)

    visitor.page.reload()
    expect(visitor.slider("your-measure")).to_have_value("2", timeout=PATIENCE_MS)
    visitor.settle()
    visitor.go("Continue")
    assert visitor.notes("continued-0-1") == made

    # A key that is pressed in a text field is the field's, elsewhere it takes back what was done before the reload:
    # first the choice of measures, then the take.
    visitor.keyed("chord-names").locator("input").click()
    visitor.page.keyboard.press("Control+z")
    visitor.page.wait_for_timeout(300)
    assert visitor.notes("continued-0-1") == made
    visitor.page.locator("h1").click()
    written = visitor.page.wait_for_function("koeMemory.written").json_value()
    visitor.page.keyboard.press("Control+z")
    visitor.page.wait_for_function("(before) => koeMemory.written !== before", arg=written)
    visitor.settle()
    assert visitor.notes("continued-0-1") == made
    visitor.page.keyboard.press("Control+z")
    expect(visitor.keyed("continued-0-1-roll")).to_have_count(0, timeout=PATIENCE_MS)
    visitor.settle()
    visitor.page.keyboard.press("Control+y")
    expect(visitor.keyed("continued-0-1-roll")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    assert visitor.notes("continued-0-1") == made
    visitor.page.keyboard.press("Control+y")
    visitor.settle()
    assert not visitor.faults()

    # The same in a file, which another browser opens.
    visitor.keyed("koe-project").get_by_role("button").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=re.compile("Save project$")).click()
    assert download.value.suggested_filename.endswith(".koe.json")
    file = Path(download.value.path()).read_bytes()
    project = read_project(file)
    assert [take.piece.made_by.model for take in project.takes] == [Studio().continuation_model().name]
    assert project.measure == 2
    stranger = new_visitor(visitor.url)
    stranger.open("Continue")
    stranger.keyed("koe-project").get_by_role("button").click()
    stranger.upload("mine.koe.json", file, "koe-project-open")
    expect(stranger.keyed("continued-0-1-roll")).to_be_visible(timeout=PATIENCE_MS)
    stranger.close_menu()
    stranger.settle()
    assert stranger.notes("continued-0-1") == made
