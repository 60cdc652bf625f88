"""Lessons in the browser: they move by themselves, follow hands and keys, and can be found again by their address."""

import re

import pytest
from playwright.sync_api import expect

from koe.web.learn.component import LESSONS
from koe.web.learn.tour import STEPS
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

    # What TR1 looks back at, of the whole piece.
    box = lesson(visitor, "lookback")
    wait_until(visitor, box, "lesson.values.now > 2")  # by itself
    press(box, "preset-fails")
    assert box.evaluate("(box) => box.lesson.values.now") > 2  # the same measure, looked at in another way
    box.locator('[data-control="now"]').press("End")
    n = box.evaluate("(box) => box.lesson.n")
    assert box.evaluate("(box) => [box.lesson.values.now, box.lesson.running]")[0] == n
    near = box.evaluate("(box) => box.lesson.row.slice(-2).reduce((sum, share) => sum + share)")
    press(box, "preset-works")
    assert near > 0.5 > box.evaluate("(box) => box.lesson.row.at(-1)")
    press(box, "play")  # stands still
    source = box.evaluate("(box) => (box.lesson.set('now', box.lesson.n), box.lesson.sources[0][1])")
    box.locator('[data-value="pair"]').click()
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.on")
    first, size, expected = box.evaluate(
        """(box) => {
          const { starts, notes } = box.lesson.data.given;
          const source = box.lesson.sources[0][1];
          const inside = notes.filter(([onset]) => onset >= starts[source] && onset < starts[source + 1]);
          const { preview, n } = box.lesson;
          return [preview.notes[0].pitch, preview.nSteps - (starts[n] - starts[n - 1]), inside[0][1]];
        }"""
    )
    assert (first, size) == (
        expected,
        box.evaluate(f"(box) => box.lesson.data.given.starts[{source} + 1]")
        - box.evaluate(f"(box) => box.lesson.data.given.starts[{source}]"),
    )
    press(box, "hear")
    picture = box.locator(".picture")
    picture.scroll_into_view_if_needed()
    place = picture.bounding_box()
    x, y = box.evaluate("(box) => [3, box.lesson.table.y + 4.5 * box.lesson.table.each]")
    visitor.page.mouse.click(place["x"] + x, place["y"] + y)
    assert box.evaluate("(box) => box.lesson.values.now") == 5

    # The same beginning for an autoencoder and an LSTM.
    box = lesson(visitor, "beginnings")
    wait_until(visitor, box, "lesson.at > 33")  # the LSTM writes on
    shown = box.evaluate("(box) => box.lesson.rollOf('lstm').slice(0, 32).map((keys) => [...keys].sort())")
    assert shown == box.evaluate("(box) => box.lesson.rolls.piece.slice(0, 32).map((keys) => [...keys].sort())")
    press(box, "hear")
    lstm = box.evaluate("(box) => JSON.stringify(box.lesson.preview.notes)")
    box.locator('[data-value="autoencoder"]').click()
    wait_until(visitor, box, f"JSON.stringify(lesson.preview.notes) !== {lstm!r}")
    press(box, "preset-fails")
    wait_until(visitor, box, "lesson.border === 16")
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
    press(box, "hear")  # what goes through
    wait_until(visitor, box, "lesson.preview.on && lesson.preview.notes.length > 5")
    press(box, "hear")
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

    box = lesson(visitor, "number")
    wait_until(visitor, box, "lesson.values.amount > 1")  # by itself
    press(box, "preset-fails")
    assert box.evaluate("(box) => box.lesson.values.number") == 15
    press(box, "hear")
    wait_until(visitor, box, "lesson.preview.on")
    box.locator('[data-control="amount"]').press("Home")
    assert box.evaluate("(box) => [box.lesson.values.amount, box.lesson.running]") == [-3, False]
    low = box.evaluate("(box) => JSON.stringify(box.lesson.preview.notes)")
    box.locator('[data-control="amount"]').press("End")
    assert box.evaluate("(box) => JSON.stringify(box.lesson.preview.notes)") != low
    press(box, "hear")
    assert not visitor.faults()


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


def test_every_step_of_the_tour_opens_its_lesson_as_it_has_to_stand(visitor):
    """The tour walked in German; in English and without a browser in tests/pages/test_tour_page.py."""
    page = visitor.page
    page.goto(f"{visitor.url}/tour?lang=de")
    for name, step in STEPS.items():
        box = visitor.keyed(f"tour-{name}")
        expect(box.get_by_role("radio").first).to_be_attached(timeout=PATIENCE_MS)
        box.get_by_test_id("stRadioOption").nth(step.right or 0).click()
        expect(box.get_by_text("Wie du erwartet hast.")).to_have_count(0 if step.right is None else 1)
        box.get_by_role("link").click()
        page.wait_for_url(re.compile(f"/{step.page}"))
        if name in LESSONS:
            here = visitor.keyed(f"learn-{name}").locator(".lesson")
            expect(here).to_have_attribute("data-drawn", re.compile("."), timeout=PATIENCE_MS)
            values = here.evaluate("(box) => box.lesson.values")
            for key, asked in step.state.items():
                value = values[key]
                assert (str(int(value)) if isinstance(value, bool) else str(value)) == asked
        page.go_back()
    visitor.settle()
    assert not visitor.faults()
