"""The kiosk in a browser: half an hour of strangers, cuts, restarts, a MIDI keyboard, and large targets."""

import json
import random

import pytest

from tests.e2e.kiosk_stub import StubbedKiosk

N_VISITORS = 30
IDLE_MS, COUNTDOWN_MS = 60_000, 20_000


@pytest.fixture
def kiosk(browser):
    """A kiosk whose clock the test turns."""
    kiosk = StubbedKiosk(browser)
    kiosk.page.clock.install()
    kiosk.open()
    yield kiosk
    kiosk.context.close()
    assert not kiosk.faults


def pass_time(kiosk, ms: float) -> None:
    """Let time pass, in strides that a countdown notices, and let the page work."""
    while ms > 0:
        kiosk.page.clock.fast_forward(min(ms, 5000))
        ms -= 5000
    kiosk.page.evaluate("() => new Promise((go) => fetch('/empty').then(go))")


def wait_for_music(kiosk) -> None:
    """While nobody is there something plays, or will in a moment."""
    pass_time(kiosk, 1500)
    kiosk.page.wait_for_selector("body[data-screen=attract][data-piece]")


MIDDLES = """() => [...document.querySelectorAll("button")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => one.getBoundingClientRect()).map((box) => [box.x + box.width / 2, box.y + box.height / 2])"""


def touch_somewhere(kiosk, luck: random.Random) -> None:
    """Touch what can be touched, or anywhere."""
    size = kiosk.page.viewport_size
    anywhere = [luck.uniform(0, size["width"]), luck.uniform(0, size["height"])]
    buttons = kiosk.page.evaluate(MIDDLES)
    kiosk.page.touchscreen.tap(*luck.choice([*buttons, anywhere]))


def in_memory(kiosk, words: set[str]) -> set[str]:
    """Which of these words the page's memory holds, as a snapshot of it shows."""
    session = kiosk.context.new_cdp_session(kiosk.page)
    parts: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: parts.append(event["chunk"]))
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.detach()
    return words & set(json.loads("".join(parts))["strings"])


def test_thirty_strangers_one_after_another(kiosk):
    """Random touches, cuts and restarts: it goes on, and nothing of one is there for the next."""
    luck = random.Random(7)
    screens = set()
    wait_for_music(kiosk)
    for number in range(N_VISITORS):
        kiosk.cut = False
        kiosk.visit = f"visitor{number}"
        kiosk.page.touchscreen.tap(400, 100)
        kiosk.page.wait_for_selector("section.ways", state="visible")
        kiosk.page.locator(f"[data-go={luck.choice(['listen', 'play', 'mix'])}]").first.tap()
        for _ in range(luck.randrange(3, 9)):
            if luck.random() < 0.12:
                kiosk.cut = not kiosk.cut
            if luck.random() < 0.1:
                kiosk.boot += 1
            touch_somewhere(kiosk, luck)
            pass_time(kiosk, luck.choice([150, 700, 2500]))
            screens.add(kiosk.body("screen"))
        kiosk.visit = ""
        pass_time(kiosk, IDLE_MS + COUNTDOWN_MS + 2000)
        assert kiosk.body("screen") == "attract"
        assert kiosk.page.locator(".attract").is_visible()
        wait_for_music(kiosk)
        assert kiosk.page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        assert kiosk.context.cookies() == []
        assert kiosk.page.url.endswith("/kiosk")
        assert kiosk.page.get_attribute("html", "lang") == "de"
        assert f"visitor{number}-" not in kiosk.page.content()
        assert kiosk.page.locator(".code > *").count() == 0
    assert {"ways", "listen", "play", "mix"} <= screens
    assert kiosk.counted.count("visits") >= N_VISITORS
    visitors = {number for number in kiosk.given if number.startswith("visitor")}
    assert len(visitors) > N_VISITORS
    nobodys = {number for number in kiosk.given if number.startswith("nobody")}
    found = in_memory(kiosk, visitors | nobodys)
    assert found & visitors == set()
    assert found  # the way to look finds what is there


def test_a_touch_takes_over_at_once(kiosk):
    """In the same turn of the page: neither a request nor a timer lies between the touch and what it does."""
    wait_for_music(kiosk)
    found = kiosk.page.evaluate(
        """() => {
          document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
          const { visibility } = getComputedStyle(document.querySelector("section.ways"));
          return [document.body.dataset.screen, visibility, document.body.dataset.piece ?? "fading"];
        }"""
    )
    assert found == ["ways", "visible", "fading"]


def test_while_koe_is_away_it_says_so_plays_on_and_comes_back(kiosk):
    wait_for_music(kiosk)
    for _ in range(3):
        pass_time(kiosk, 32_000)
        wait_for_music(kiosk)
    kiosk.cut = True
    pass_time(kiosk, 6000)
    kiosk.page.wait_for_selector("body[data-lost]")
    assert kiosk.page.locator(".lost").is_visible()
    for _ in range(4):  # two minutes
        pass_time(kiosk, 32_000)
        wait_for_music(kiosk)
    kiosk.page.touchscreen.tap(400, 100)
    kiosk.page.locator("[data-go=listen]").tap()
    kiosk.page.locator("[data-mood=calm]").tap()
    kiosk.page.wait_for_selector("body[data-piece]")
    kiosk.cut = False
    pass_time(kiosk, 6000)
    kiosk.page.wait_for_selector("body:not([data-lost])")


def test_what_is_played_is_answered_and_without_koe_echoed(kiosk):
    wait_for_music(kiosk)
    kiosk.page.touchscreen.tap(400, 100)
    kiosk.page.locator("[data-go=play]").tap()
    keys = kiosk.page.locator(".keys button")
    assert keys.count() == 8
    for key in (0, 2, 4, 5):
        keys.nth(key).tap()
        pass_time(kiosk, 300)
    kiosk.visit = "answer"
    pass_time(kiosk, 1600)
    kiosk.page.wait_for_selector("body[data-piece^=answer]")
    kiosk.cut = True
    for key in (5, 3, 1):
        keys.nth(key).tap()
        pass_time(kiosk, 300)
    n = kiosk.page.evaluate("() => performance.now()")
    pass_time(kiosk, 1600)
    pass_time(kiosk, 300)
    assert kiosk.page.evaluate("() => performance.now()") > n
    kiosk.page.wait_for_selector("body:not([data-waiting])")
    kiosk.page.wait_for_selector("body:not([data-piece])")  # an echo cannot be taken home


def test_a_line_that_is_drawn_upwards_is_a_melody_that_rises(kiosk):
    wait_for_music(kiosk)
    kiosk.page.touchscreen.tap(400, 100)
    kiosk.page.locator("[data-go=play]").tap()
    keys = kiosk.page.locator(".keys").bounding_box()
    mouse = kiosk.page.mouse
    mouse.move(100, keys["y"] - 5)
    mouse.down()
    for stride in range(1, 9):
        mouse.move(100 + 60 * stride, max((1 - stride / 8) * keys["y"], 2))
        pass_time(kiosk, 120)
    mouse.up()
    pass_time(kiosk, 1600)
    kiosk.page.wait_for_selector("body[data-piece]")
    (sent,) = kiosk.answered
    melody = [pitch for pitch, _, _, velocity in sent if velocity > 60]
    assert len(melody) >= 8
    assert melody == sorted(set(melody))


MIDI = """
const input = { id: "keys", onmidimessage: null };
window.midi = { inputs: new Map([["keys", input]]), onstatechange: null };
window.play = (...data) => input.onmidimessage({ data });
navigator.permissions.query = async ({ name }) => ({ state: name === "midi" ? ALLOWED : "prompt" });
window.asked = 0;
navigator.requestMIDIAccess = async () => { window.asked += 1; return window.midi; };
"""


def test_a_midi_keyboard_wakes_the_screen_is_answered_and_may_be_pulled(browser):
    kiosk = StubbedKiosk(browser)
    kiosk.page.add_init_script(MIDI.replace("ALLOWED", "'granted'"))
    kiosk.page.clock.install()
    kiosk.open()
    wait_for_music(kiosk)
    kiosk.visit = "answer"
    for pitch in (60, 64, 67):
        kiosk.page.evaluate("(pitch) => play(0x90, pitch, 80)", pitch)
        pass_time(kiosk, 200)
    assert kiosk.body("screen") == "play"
    pass_time(kiosk, 1000)
    assert kiosk.body("waiting") is None  # keys are held
    kiosk.page.evaluate("() => midi.onstatechange()")  # pulled out: none of them would ever be let go
    pass_time(kiosk, 1600)
    kiosk.page.wait_for_selector("body[data-piece^=answer]")
    kiosk.context.close()
    assert not kiosk.faults


def test_a_stranger_is_never_asked_for_permissions(browser):
    kiosk = StubbedKiosk(browser)
    kiosk.page.add_init_script(MIDI.replace("ALLOWED", "'prompt'"))
    kiosk.open()
    kiosk.page.wait_for_selector("body[data-piece]")
    assert kiosk.page.evaluate("() => asked") == 0
    kiosk.context.close()


def test_hours_of_rest_are_dark_and_silent_until_somebody_comes(kiosk):
    wait_for_music(kiosk)
    kiosk.choices |= {"rest_from": "00:00", "rest_to": "23:59"}
    kiosk.page.clock.set_system_time("2026-05-01T12:00:00")
    pass_time(kiosk, 10_000)
    kiosk.page.wait_for_selector("body[data-resting]:not([data-piece])")
    kiosk.page.touchscreen.tap(400, 100)
    kiosk.page.wait_for_selector("section.ways", state="visible")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
def test_everything_that_is_touched_is_large_and_on_the_screen(browser, width, height):
    kiosk = StubbedKiosk(browser, width, height)
    kiosk.open()
    kiosk.page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    kiosk.page.wait_for_selector("body[data-piece]")
    kiosk.page.touchscreen.tap(width / 2, 100)

    def look(screen: str) -> None:
        kiosk.page.wait_for_selector(f"body[data-screen={screen}]")
        boxes = [one.bounding_box() for one in kiosk.page.locator("button:visible").all()]
        assert boxes
        for box in boxes:
            assert min(box["width"], box["height"]) >= 96, (screen, box)
            assert 0 <= box["x"] <= width - box["width"], (screen, box)
            assert 0 <= box["y"] <= height - box["height"], (screen, box)
        for number, box in enumerate(boxes):
            for other in boxes[number + 1 :]:
                apart_x = box["x"] + box["width"] <= other["x"] + 1 or other["x"] + other["width"] <= box["x"] + 1
                apart_y = box["y"] + box["height"] <= other["y"] + 1 or other["y"] + other["height"] <= box["y"] + 1
                assert apart_x or apart_y, (screen, box, other)

    look("ways")
    for way in ("listen", "play", "mix"):
        kiosk.page.locator(f"[data-go={way}]").first.tap()
        kiosk.page.wait_for_timeout(300)
        look(way)
        if way == "listen":
            kiosk.page.locator("[data-mood=calm]").tap()
            kiosk.page.wait_for_selector("body[data-piece][data-mood]")
            kiosk.page.wait_for_timeout(300)
            look("listen")
            kiosk.page.locator(".back").tap()
        if way == "mix":
            kiosk.page.wait_for_selector("body[data-screen=mix][data-piece]")
            look("mix")
            kiosk.page.locator("[data-go=home]").tap()
            kiosk.page.wait_for_selector(".code img")
            kiosk.page.wait_for_timeout(300)
            look("home")
            kiosk.page.locator(".back").tap()
        kiosk.page.locator(".back").tap()
    for language, word in (("en", "Listen"), ("fr", "Écouter"), ("it", "Ascolta"), ("de", "Hören")):
        kiosk.page.locator(f"[data-language={language}]").tap()
        kiosk.page.wait_for_selector(f"html[lang={language}]", state="attached")
        assert kiosk.page.locator("section.ways .listen span").text_content() == word
    kiosk.context.close()
    assert not kiosk.faults
