"""Sliders of the latent space: roll and sound follow the hand, and the server agrees when it lets go."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS


def open_panel(visitor):
    """The panel of the page with AE3, its axes and its decoder there: the browser decodes all of it."""
    visitor.open("Latent space")
    visitor.click("AE3")
    box = visitor.keyed("latent-panel").locator(".latents[data-space=ae3][data-decoder=ae3]")
    expect(box).to_have_count(1, timeout=PATIENCE_MS)
    visitor.as_written("latent")  # as the browser's own decoder shows it
    return box


def wait_until(visitor, box, test: str) -> None:
    hand = f"(box) => {{ const panel = box.panel, player = panel.stage.player; return {test}; }}"
    visitor.page.wait_for_function(hand, arg=box.element_handle())


def slider_of(box, key: str):
    return box.locator(f'input[data-slider="{key}"]')


def press_down(visitor, slider) -> tuple[float, float]:
    """Take the slider's thumb, which stands at its value."""
    slider.scroll_into_view_if_needed()
    place = slider.bounding_box()
    share = slider.evaluate("(input) => (input.value - input.min) / (input.max - input.min)")
    x, y = place["x"] + 10 + share * (place["width"] - 20), place["y"] + place["height"] / 2
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    return x, y


def places(notes):
    return [(note.onset, note.pitch, note.duration) for note in notes]


def test_roll_and_sound_follow_the_hand_and_the_server_agrees(visitor):
    box = open_panel(visitor)
    expect(box.locator(".main input")).to_have_count(4)  # no more than a newcomer can take in
    at_first = visitor.notes("latent")
    heard_first = visitor.address(visitor.audio("latent"))
    first = box.locator(".main input").first
    x, y = press_down(visitor, first)
    way = 120 if float(first.input_value()) < 0 else -120
    visitor.page.mouse.move(x + way / 2, y)
    visitor.page.mouse.move(x + way, y)
    wait_until(visitor, box, "panel.stage.preview.on && panel.box.dataset.drawn")
    visitor.page.wait_for_timeout(100)

    # The hand is still on it: the roll is another, what was there is a ghost, and the sound is the preview's.
    moved = visitor.notes("latent")
    assert moved != at_first
    player = visitor.player("latent")
    ghosts = "(box) => box.player.roll.notes.filter((note) => note.kind === 'o').length"
    assert player.evaluate(ghosts) > 0
    assert visitor.audio("latent").evaluate("(audio) => audio.paused")
    listen = """(box) => {
      const { out } = box.panel.stage.preview;
      box.ear = out.context.createAnalyser();
      out.connect(box.ear);
    }"""
    loud = """(panel, samples = new Float32Array(2048)) => (panel.box.ear.getFloatTimeDomainData(samples),
      Math.max(...samples) > 0.001)"""
    box.evaluate(listen)
    wait_until(visitor, box, f"({loud})(panel)")

    visitor.page.mouse.up()
    wait_until(visitor, box, "player.data !== panel.stage.live && !player.audio.paused && !panel.stage.preview.on")
    visitor.settle()
    assert visitor.address(visitor.audio("latent"), before=heard_first) != heard_first
    assert places(visitor.notes("latent")) == places(moved)
    wait_until(visitor, box, "!player.roll.notes.some((note) => note.kind === 'o')")
    assert not visitor.faults()


def test_undo_and_redo_by_button_and_key(visitor):
    box = open_panel(visitor)
    undo, redo = (box.locator(f".{name}") for name in ("undo", "redo"))
    expect(undo).to_be_disabled()
    at_first = visitor.notes("latent")
    slider = box.locator(".main input").first
    slider.press("Home")
    moved = visitor.other_notes("latent", at_first)
    visitor.click("All zero")  # the page's buttons can be undone as well
    zero = visitor.other_notes("latent", moved)
    assert zero != moved
    undo.click()
    visitor.await_notes("latent", moved)
    slider.press("Control+z")
    visitor.await_notes("latent", at_first)
    expect(undo).to_be_disabled()
    redo.click()
    visitor.await_notes("latent", moved)
    assert not visitor.faults()


def test_a_click_on_the_map_goes_there_and_plays(visitor):
    box = open_panel(visitor)
    at_first = visitor.notes("latent")
    canvas = box.locator(".map")
    canvas.scroll_into_view_if_needed()
    spot = """(box) => {
      const { atlas } = box.panel;
      const far = atlas.spots.findIndex(([x, y]) => Math.hypot(x, y) > 1.5 && Math.hypot(x, y) < 2.5);
      return [...atlas.toPixels(atlas.spots[far])];
    }"""
    x, y = box.evaluate(spot)
    canvas.click(position={"x": x, "y": y})
    there = visitor.other_notes("latent", at_first)
    assert there
    expect(box.locator(".where")).to_have_text(re.compile(r".+, measure \d+$"))
    seen = box.evaluate("(box) => box.panel.atlas.seen")
    assert seen == pytest.approx([x, y], abs=14)
    visitor.page.wait_for_function("(audio) => !audio.paused", arg=visitor.audio("latent").element_handle())
    canvas.press("Shift+ArrowRight")
    wait_until(visitor, box, f"panel.atlas.seen[0] > {seen[0] + 5}")


def test_what_writes_in_time_is_previewed_while_the_hand_moves_and_written_when_it_rests(visitor):
    visitor.open("Latent space")
    box = visitor.keyed("latent-panel").locator(".latents[data-space=ae4][data-decoder=ae4]")
    expect(box).to_have_count(1, timeout=PATIENCE_MS)
    at_first = visitor.notes("latent")
    x, y = press_down(visitor, box.locator(".main input").first)
    visitor.page.mouse.move(x + 60, y)
    visitor.page.mouse.move(x + 120, y)
    wait_until(visitor, box, "panel.stage.preview.on && panel.box.dataset.drawn")
    visitor.page.mouse.up()
    wait_until(visitor, box, "player.data !== panel.stage.live && !panel.stage.preview.on")
    visitor.settle()
    assert visitor.other_notes("latent", at_first)
    assert not visitor.faults()


def test_without_its_weights_the_server_draws_while_the_hand_moves(visitor):
    visitor.page.route(re.compile(r"/media/.*\.bin"), lambda route: route.abort())
    visitor.open("Latent space")
    box = visitor.keyed("latent-panel").locator(".latents[data-space]")
    at_first = visitor.notes("latent")
    x, y = press_down(visitor, box.locator(".main input").first)
    visitor.page.mouse.move(x - 100, y)
    moved = visitor.other_notes("latent", at_first)
    assert visitor.page.locator('[data-testid="stApp"]').count() == 1
    visitor.page.mouse.up()
    visitor.settle()
    assert visitor.notes("latent") == moved
    visitor.complaints.clear()  # of the request that was refused on purpose


def test_a_finger_moves_a_slider_on_a_phone(new_visitor, app_url):
    phone = new_visitor(app_url, **SCREENS["phone"])
    box = open_panel(phone)
    at_first = phone.notes("latent")
    slider = box.locator(".main input").first
    slider.scroll_into_view_if_needed()
    place = slider.bounding_box()
    phone.page.touchscreen.tap(place["x"] + 0.9 * place["width"], place["y"] + place["height"] / 2)
    assert phone.other_notes("latent", at_first)
    assert float(slider.input_value()) > 1.5
    assert not phone.faults()
