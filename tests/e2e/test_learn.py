"""Lessons in the browser: they move by themselves, follow hands and keys, and can be found again by their address."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS


def lesson(visitor, name: str):
    """The lesson with this name, drawn; as an element it has itself under ``lesson``."""
    box = visitor.keyed(f"learn-{name}").locator(".lesson")
    expect(box).to_have_attribute("data-drawn", re.compile("."), timeout=PATIENCE_MS)
    box.scroll_into_view_if_needed()
    return box


def wait_until(visitor, box, test: str) -> None:
    visitor.page.wait_for_function(
        f"(box) => {{ const lesson = box.lesson; return {test}; }}", arg=box.element_handle()
    )


def press(box, name: str) -> None:
    box.locator(f"button.{name}").click()


def test_balls_roll_by_themselves_and_presets_say_why(visitor):
    visitor.open("Downhill")
    box = lesson(visitor, "downhill")
    wait_until(visitor, box, "lesson.count > 3")
    press(box, "preset-fails")
    expect(box.locator(".told")).to_contain_text("flies off")
    wait_until(visitor, box, "lesson.balls[0].gone && lesson.balls.length === 1")
    visitor.page.wait_for_url(re.compile(r"surface=ravine.*method=sgd.*rate=1.3"))
    assert not visitor.faults()


def test_the_address_brings_a_state_back_and_junk_does_no_harm(visitor):
    visitor.page.goto(f"{visitor.url}/downhill?surface=saddle&method=nonsense&rate=99&x=abc&numbers=3&dropout=1")
    box = lesson(visitor, "downhill")
    assert box.evaluate("(box) => box.lesson.values") == {
        **{"surface": "saddle", "method": "all", "rate": 2, "x": 0.95, "y": 0.6, "turn": 30},
    }
    values = lesson(visitor, "training").evaluate("(box) => box.lesson.values")
    assert (values["numbers"], values["dropout"]) == (3, True)
    visitor.settle()


def test_keys_and_a_tap_do_what_a_mouse_does(new_visitor, app_url):
    phone = new_visitor(app_url, **SCREENS["phone"])
    phone.open("Downhill")
    box = lesson(phone, "downhill")
    radio = box.locator('[data-value="valleys"]')
    radio.focus()
    phone.page.keyboard.press("ArrowRight")
    expect(box.locator('[data-value="saddle"]')).to_have_attribute("aria-checked", "true")
    expect(box.locator('[data-value="saddle"]')).to_be_focused()
    picture = box.locator(".picture")
    picture.scroll_into_view_if_needed()
    before = box.evaluate("(box) => [box.lesson.values.x, box.lesson.values.y]")
    x, y = box.evaluate("(box) => box.lesson.land.place(-0.5, -0.5)")
    place = picture.bounding_box()
    phone.page.touchscreen.tap(place["x"] + x, place["y"] + y)
    wait_until(phone, box, f"lesson.values.x !== {before[0]}")
    assert box.evaluate("(box) => [box.lesson.values.x, box.lesson.values.y]") == pytest.approx([-0.5, -0.5], abs=0.06)


def test_who_wants_less_motion_sees_how_it_ends(new_visitor, app_url):
    visitor = new_visitor(app_url, reduced_motion="reduce")
    visitor.open("Downhill")
    box = lesson(visitor, "downhill")
    drawn = box.get_attribute("data-drawn")
    assert box.evaluate("(box) => box.lesson.count") > 100
    visitor.page.wait_for_timeout(400)
    assert box.get_attribute("data-drawn") == drawn
    press(box, "step")  # begins anew only where it was at its end
    assert box.evaluate("(box) => box.lesson.running") is False


def test_a_network_learns_the_visitors_measures_is_stepped_and_heard(visitor):
    visitor.open("Downhill")
    box = lesson(visitor, "training")
    roll = box.evaluate("(box) => box.lesson.data.given.roll")
    assert len(roll) == 64
    assert sum(map(len, roll)) > 50
    press(box, "play")
    expect(box.locator("button.play")).to_have_attribute("aria-label", "Run")
    press(box, "restart")
    press(box, "step")
    press(box, "step")
    assert box.evaluate("(box) => [box.lesson.epoch, box.lesson.losses.length]") == [2, 3]
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.on && lesson.hearing")
    box.evaluate("(box) => { for (let i = 0; i < 400; i += 1) box.lesson.step(); }")
    assert box.evaluate("(box) => box.lesson.preview.notes.length") > 5  # what it writes now is what is heard
    assert box.evaluate("(box) => box.lesson.secrets.at(-1) > 3 * box.lesson.losses.at(-1)")
    press(box, "hear")
    wait_until(visitor, box, "!lesson.preview.on")
    visitor.slider("downhill-measure").press("ArrowRight")  # other measures are learned from the beginning
    wait_until(visitor, box, "lesson.epoch === 0")
    assert box.evaluate("(box) => box.lesson.data.given.roll") != roll
    assert not visitor.faults()


def test_memories_are_walked_through_by_tap_keys_and_ear(visitor):
    visitor.open("Memory")
    box = lesson(visitor, "memory")
    wait_until(visitor, box, "lesson.values.at > 2")  # by itself
    picture = box.locator(".picture")
    picture.scroll_into_view_if_needed()
    place = picture.bounding_box()
    row, step = box.evaluate("(box) => [box.lesson.carpetAt + 6 * 4.5, box.lesson.wide / 64]")
    visitor.page.mouse.click(place["x"] + 20.5 * step, place["y"] + row)
    wait_until(visitor, box, "lesson.values.cell === 5 && lesson.values.at === 21 && !lesson.running")
    visitor.page.wait_for_url(re.compile("cell=5"))
    press(box, "step")
    assert box.evaluate("(box) => box.lesson.values.at") == 22
    temperature = box.locator('[data-control="temperature"]')
    n_tossed = "(box) => box.lesson.roll.reduce((sum, _, t) => sum + box.lesson.tossed(t).filter(Boolean).length, 0)"
    usual = box.evaluate(n_tossed)
    temperature.press("End")
    assert box.evaluate(n_tossed) > 2 * usual  # all coins become alike
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.on")
    heard = box.evaluate("(box) => box.lesson.preview.notes.length")
    box.locator('[data-value="tossed"]').click()
    wait_until(visitor, box, f"lesson.preview.notes.length > {heard}")
    press(box, "hear")
    assert not visitor.faults()


def test_one_neuron_is_set_by_hand_and_triads_are_heard(visitor):
    visitor.open("One neuron")
    box = lesson(visitor, "neuron")
    wait_until(visitor, box, "lesson.right === 4")  # by itself
    expect(box.locator('[data-control="first"]')).to_be_hidden()
    press(box, "preset-why")
    wait_until(visitor, box, "lesson.right === 4 && lesson.net.layers.length === 1")
    weight = box.locator('[data-control="first"]')
    weight.press("Home")
    assert box.evaluate("(box) => [box.lesson.net.weights[0], box.lesson.running, box.lesson.right]") == [-10, False, 3]
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.notes.length === 12")  # four times C and G, and twice each third
    press(box, "hear")
    square = box.evaluate("(box) => box.lesson.square")
    picture = box.locator(".picture").bounding_box()
    visitor.page.mouse.click(picture["x"] + square["x"] + 5, picture["y"] + square["y"] + 5)
    assert box.evaluate("(box) => box.lesson.spot") == [0, 1]


def test_layers_go_dumb_where_weights_are_small(visitor):
    visitor.open("One neuron")
    box = lesson(visitor, "layers")
    wait_until(visitor, box, "lesson.at > 1")
    assert box.evaluate("(box) => box.lesson.spreads.at(-1) > 0.3 * box.lesson.spreads[0]")
    press(box, "preset-fails")
    assert box.evaluate("(box) => box.lesson.spreads.at(-1) < 0.01 * box.lesson.spreads[0]")
    assert not visitor.faults()


def test_text_is_written_seen_heard_and_kept_in_the_address(visitor):
    visitor.open("Squeezing music")
    box = lesson(visitor, "text")
    wait_until(visitor, box, "lesson.at > 1")
    box.locator("textarea").fill("H L HLO")
    wait_until(visitor, box, "lesson.rolls.length === 3")
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.notes.map((note) => note.pitch).join() === '60,60,64,67'")
    press(box, "hear")
    visitor.page.wait_for_url(re.compile(r"text=H\+L\+HLO"))


def test_models_are_compared_at_as_many_numbers(visitor):
    visitor.open("Squeezing music")
    box = lesson(visitor, "squeeze")
    assert box.evaluate("(box) => box.lesson.models.map((model) => model.name)") == ["pca", "ae1", "ae3"]
    press(box, "preset-works")
    best = box.evaluate("(box) => box.lesson.models.map((model) => model.f1[box.lesson.place(model)])")
    assert best[2] > 0.9 > max(best[:2]) > 0.3
    box.locator('[data-value="ae3"]').click()
    press(box, "hear")
    all_of_it = box.evaluate("(box) => JSON.stringify(box.lesson.preview.notes)")
    box.locator('[data-value="2"]').click()
    wait_until(visitor, box, f"JSON.stringify(lesson.preview.notes) !== {all_of_it!r}")
    press(box, "hear")
    assert not visitor.faults()


def test_a_step_of_the_tour_opens_its_lesson_as_it_has_to_stand(visitor):
    visitor.open("A tour")
    visitor.keyed("tour-neuron").get_by_role("link").click()
    box = lesson(visitor, "neuron")
    wait_until(visitor, box, "lesson.values.hidden === '0' && lesson.values.activation === 'sigmoid'")
    assert not visitor.faults()
