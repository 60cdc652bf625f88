"""A visitor sees the score of a piece, on a laptop and on a phone, and takes it home."""

import io
import zipfile

import pytest

from tests.e2e.visitor import SCREENS
from tools.check_scores import notes_read_by_music21

# Width and height that the picture takes on the page, and how many of its pixels across are drawn in.
_SEEN = "images => images.filter(i => i.offsetParent).map(i => [i.clientWidth, i.clientHeight, i.naturalWidth])"


@pytest.mark.parametrize("screen", SCREENS)
def test_the_score_fits_the_screen(new_visitor, app_url, screen):
    visitor = new_visitor(app_url, **SCREENS[screen])
    visitor.open("Your piece")
    visitor.keyed("your-score").locator("label").first.click()
    pictures = visitor.page.locator(".koe-score img")
    pictures.first.wait_for(state="attached")
    seen = pictures.evaluate_all(_SEEN)
    assert seen
    width = SCREENS[screen]["viewport"]["width"]
    for across, down, drawn in seen:
        assert 0.6 * width < across <= width
        assert down > 100
        assert drawn  # the browser could read it


def test_the_archive_holds_the_score_of_the_music_that_is_shown(visitor):
    visitor.open("Latent space")
    shown = visitor.notes("latent")
    visitor.keyed("latent-take").get_by_role("button").click()
    menu = visitor.page.get_by_test_id("stPopoverBody")
    with visitor.page.expect_download() as download:
        menu.get_by_role("button", name="Everything in one ZIP").click()
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
