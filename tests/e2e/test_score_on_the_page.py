"""A visitor sees the score of a piece, on a laptop and on a phone, and takes it home."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS
from tools.check_scores import notes_read_by_music21

# Width and height that the pages take, and how many note heads are on them.
_SEEN = """(box) => [...box.querySelectorAll("svg")]
  .map((page) => [page.clientWidth, page.clientHeight, page.querySelectorAll(".note").length])"""
# From now on, at every moment that the player tells: the notes that sound by its roll, and those that are lit.
_WATCH = """(box, player) => {
  box.seen = [];
  addEventListener("koe-moment", () => {
    const { voice, data } = player.player;
    if (!voice.on) return;
    const lit = [...box.querySelectorAll(".lit")];
    const places = lit.map((head) => head.getBoundingClientRect());
    const frame = box.getBoundingClientRect();
    box.seen.push({
      tick: koeMoments.get(data.player).tick,
      lit: lit.map((head) => Number(head.id.slice(1).split("-")[0])),
      inside: places.some((place) => place.top >= frame.top && place.bottom <= frame.bottom),
    });
  });
}"""


def shown_score(visitor, key: str):
    """The score of the result with this key, once it is asked for."""
    visitor.keyed(f"{key}-score").locator("label").first.click()
    sheet = visitor.keyed(f"{key}-sheet").locator(".score")
    sheet.locator("svg").first.wait_for()
    visitor.settle()
    return sheet


@pytest.mark.parametrize("screen", SCREENS)
def test_the_score_fits_the_screen(new_visitor, app_url, screen):
    visitor = new_visitor(app_url, **SCREENS[screen])
    visitor.open("Your piece")
    seen = shown_score(visitor, "your").evaluate(_SEEN)
    assert sum(heads for *_, heads in seen) >= len(visitor.notes("your"))  # what is tied has several
    width = SCREENS[screen]["viewport"]["width"]
    for across, down, _ in seen:
        assert 0.6 * width < across <= width
        assert down > 100
    assert not visitor.faults()


def test_the_notes_that_sound_are_lit_and_stay_in_sight(new_visitor, app_url):
    visitor = new_visitor(app_url, **SCREENS["phone"])  # where a few seconds reach below the frame
    visitor.open("Your piece")
    sheet = shown_score(visitor, "your")
    player = visitor.player("your")
    sounding = [(note.onset, note.onset + note.duration) for note in visitor.notes("your")]
    sheet.evaluate(_WATCH, player.element_handle())
    player.locator(".speed").select_option("2")
    visitor.press("your")
    visitor.page.wait_for_function(
        "(box) => new Set(box.seen.map((moment) => Math.floor(moment.tick / 96))).size >= 17",
        arg=sheet.element_handle(),
    )
    seen = sheet.evaluate("(box) => box.seen")
    for moment in seen:
        tick = moment["tick"]
        expected = [place for place, (start, end) in enumerate(sounding) if start <= tick < end]
        assert sorted(moment["lit"]) == expected, f"at tick {tick}"
    visitor.page.wait_for_function("(box) => box.scrollTop > 0", arg=sheet.element_handle())
    assert sum(moment["inside"] for moment in seen) > 0.8 * len(seen)
    # Where it has stopped the notes stay lit; at the beginning none are.
    visitor.press("your")
    player.locator(".window").press("Home")
    expect(sheet.locator(".lit")).to_have_count(0)


def test_the_archive_holds_the_score_of_the_music_that_is_shown(visitor):
    visitor.open("Latent space")
    visitor.as_written("latent")
    shown = visitor.notes("latent")
    visitor.keyed("latent-take").get_by_role("button").click()
    menu = visitor.page.get_by_test_id("stPopoverBody")
    menu.get_by_role("button", name="Everything in one ZIP").click()
    with visitor.page.expect_download() as download:
        menu.get_by_role("button", name="Save the ZIP").click(timeout=PATIENCE_MS)
    stem, _, ending = download.value.suggested_filename.rpartition(".")
    assert (stem[:5], ending) == ("from-", "zip")
    with open(download.value.path(), "rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        text = archive.read(f"{stem}.musicxml").decode()
        readme = archive.read("README.txt").decode()
    assert "Network: " in readme
    assert "latents: " in readme
    read = notes_read_by_music21(text)
    # A score may begin with an upbeat; then all its notes are earlier by the same.
    first = min(note.onset for note in shown) - read[0][0]
    assert [(onset + first, pitch, duration) for onset, pitch, duration in read] == sorted(
        (note.onset, note.pitch, note.duration) for note in shown
    )
