"""A stranger comes to a server that was started a moment ago, and wants to hear something.

`tests/conftest.py` lets this be the first test in a browser, so nobody has visited the server yet.
"""

import time

from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS


def test_a_stranger_presses_the_button_and_hears_a_new_piece(new_visitor, app_url, record_property):
    stranger = new_visitor(app_url)
    came_at = time.monotonic()
    stranger.page.goto(app_url)
    stranger.click("Compose a new piece")

    player = stranger.players()
    expect(player).to_have_count(1, timeout=PATIENCE_MS)
    stranger.hear(player)
    waited_sec = time.monotonic() - came_at
    record_property("seconds_to_music", round(waited_sec, 1))
    print(f"from the address to music on a cold server: {waited_sec:.1f} s")

    # What plays is the piece that is drawn: as long as its roll at its tempo, and not silent.
    stranger.settle()
    first = stranger.notes("home")
    assert len(first) >= 10
    sound = stranger.sound_of(player)
    assert sound.rms > 0.005
    assert sound.duration_sec > 15
    assert not stranger.faults()

    # The line over the roll follows the sound.
    line = stranger.player("home").locator(".cursor")
    expect(line).to_be_visible()
    place, position = line.bounding_box(), stranger.position(player)
    stranger.hear(player, position + 0.5)
    assert line.bounding_box()["x"] > place["x"]

    stranger.click("Another one")
    second = stranger.other_notes("home", first)
    assert second != first
    assert stranger.sound_of(player).duration_sec > 15
    stranger.hear(player)
