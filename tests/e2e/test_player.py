"""The player in a real browser: picture and sound keep together, and nothing but the visitor stops them."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from koe.music.library import load_piece
from koe.music.midi import write_midi
from koe.music.notes import Note, note_at_step, pitch_name
from koe.music.piece import Piece, Tempo
from tests.e2e.visitor import PATIENCE_MS, SCREENS

NEAR_SEC = 0.05

# From now on: the tick that the cursor shows at each move of it, the element's clock when the move began, whether it
# was paused or seeking, and when that was, in seconds. What drawing takes is not counted.
_WATCH = """(box) => {
  const { player } = box;
  const { el, audio, roll } = player;
  const move = player.move.bind(player);
  box.seen = [];
  player.move = (anyway) => {
    const [sec, still] = [audio.currentTime, audio.paused || audio.seeking];
    move(anyway);
    const x = el.cursor.getBoundingClientRect().left + 1 - el.sheet.getBoundingClientRect().left;
    box.seen.push([x / roll.scale, sec, still, performance.now() / 1000]);
  };
}"""
# From now on: everything that happens to the sound.
_LISTEN = """(box) => {
  box.heard = [];
  for (const name of ["play", "pause", "emptied", "seeking", "waiting", "ended"])
    box.player.audio.addEventListener(name, () => box.heard.push(name));
}"""
_STATE = """(box) => {
  const { audio, data } = box.player;
  return {
    sec: audio.currentTime, tick: box.player.tick(), paused: audio.paused, loop: audio.loop, src: audio.src,
    rate: audio.playbackRate, keeps_pitch: audio.preservesPitch, volume: audio.volume, muted: audio.muted,
    n_ticks: data.n_ticks, end_sec: box.player.time.long, left: box.player.el.window.scrollLeft,
  };
}"""


def state(box) -> dict:
    return box.evaluate(_STATE)


def wait_until(visitor, box, condition: str) -> None:
    holds = f"(box) => {{ const player = box.player; return {condition}; }}"
    visitor.page.wait_for_function(holds, arg=box.element_handle())


def show(box, **changes) -> None:
    """Hand the player other data than the page did."""
    box.evaluate("(box, changes) => box.player.show({...box.player.data, ...changes})", changes)


def start(visitor, key):
    """Let a player play; gives it."""
    box = visitor.player(key)
    visitor.press(key)
    wait_until(visitor, box, "!player.audio.paused && player.audio.currentTime > 0.2")
    return box


@pytest.fixture
def own(visitor):
    """A visitor with a piece of 24 seconds, longer than its window."""
    piece = replace(load_piece("petzold-minuet-g-major").slice_steps(0, 192), title="Half a Minuet")
    visitor.open("Your piece")
    visitor.upload("half.mid", write_midi(piece))
    expect(visitor.page.get_by_role("heading", name="Half a Minuet")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    return visitor


def test_the_cursor_keeps_to_the_clock_of_the_sound_over_a_whole_piece(own, record_property):
    own.page.set_viewport_size({"width": 520, "height": 700})  # so that pages are turned
    own.settle()
    box = own.player("your")
    box.evaluate(_WATCH)
    box.evaluate(_LISTEN)
    own.press("your")
    end_sec = state(box)["end_sec"]
    wait_until(own, box, f"player.audio.currentTime > {end_sec - 1}")
    assert state(box)["left"] > 0
    wait_until(own, box, "player.audio.paused")
    seen = watched(box)
    # One tempo: the cursor goes evenly.
    late, n_ticks = box.evaluate("(box) => [box.player.voice.lateSec, box.player.data.n_ticks]")
    error = np.abs(seen[:, 0] / n_ticks * end_sec + late - seen[:, 1])
    frames = np.diff(seen[:, 3])
    figures = {
        "moves": len(seen),
        "error_ms_median": round(1000 * float(np.median(error)), 1),
        "error_ms_95": round(1000 * float(np.quantile(error, 0.95)), 1),
        "error_ms_most": round(1000 * float(error.max()), 1),
        "frame_ms_median": round(1000 * float(np.median(frames)), 1),
        "frame_ms_95": round(1000 * float(np.quantile(frames, 0.95)), 1),
    }
    record_property("cursor", figures)
    print(figures)
    assert any(".mp3" in address for address in own.requests)
    assert not own.foreign_requests
    assert seen[0, 1] < 1
    assert seen[-1, 1] > end_sec - 0.5
    assert len(seen) > 10 * end_sec
    # The last chord rings on after the last step, where the cursor waits.
    assert error[seen[:, 1] < end_sec].max() < NEAR_SEC
    heard = box.evaluate("(box) => box.heard")
    assert "seeking" not in heard[: heard.index("ended")]
    # It ends where it began.
    wait_until(own, box, "player.tick() === 0")
    assert state(box)["left"] == 0


# Two measures at 120 a minute, then two at 60: of the roll's 384 ticks the first 192 take four seconds.
_CHANGES_SEC, _END_SEC = 4.0, 12.0
_ODD_PLACES = (0.4, 2.5, 3.9, 4.2, 7.25, 11.5)  # seconds


def sec_of(tick: float) -> float:
    """When a tick of that piece sounds."""
    return tick / 48 if tick < 192 else _CHANGES_SEC + (tick - 192) / 24


def watched(box) -> np.ndarray:
    """What `_WATCH` has seen while the sound went on: tick, seconds, 0, when."""
    seen = np.array(box.evaluate("(box) => box.seen"), dtype=float).reshape(-1, 4)
    return seen[seen[:, 2] == 0]


def errors_sec(box) -> np.ndarray:
    """By how much the cursor was elsewhere than the sound, at each move that was watched, in seconds."""
    late = box.evaluate("(box) => box.player.voice.lateSec")
    inside = [(tick, told - late) for tick, told, *_ in watched(box) if late < told < late + _END_SEC]
    assert len(inside) > 10
    return np.array([abs(sec_of(tick) - told) for tick, told in inside])


@pytest.fixture
def slowing(visitor):
    """A visitor whose piece begins at 120 and goes on at 60."""
    notes = tuple(Note(24 * place, 60 + place, 24) for place in range(16))
    piece = Piece(notes, 384, (Tempo(0, 120.0), Tempo(192 * 20, 60.0)), title="Half as Fast")
    visitor.open("Your piece")
    visitor.upload("slowing.mid", write_midi(piece))
    expect(visitor.page.get_by_role("heading", name="Half as Fast")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    return visitor


def test_the_cursor_follows_a_change_of_tempo(slowing):
    box = slowing.player("your")
    box.evaluate(_WATCH)
    assert state(box)["end_sec"] == pytest.approx(_END_SEC)
    expect(box.locator(".time")).to_have_text("0:00 / 0:12")
    # It plays across the change, at twice the speed.
    box.locator(".speed").select_option("2")
    slowing.press("your")
    wait_until(slowing, box, "player.audio.currentTime > 6")
    assert errors_sec(box).max() < NEAR_SEC
    # Wherever one goes by the sound's own clock, the cursor goes.
    slowing.press("your")
    wait_until(slowing, box, "player.audio.paused")
    late = box.evaluate("(box) => box.player.voice.lateSec")
    for sec in _ODD_PLACES:
        box.evaluate("(box, sec) => { box.player.audio.currentTime = sec; }", sec + late)
        wait_until(slowing, box, "!player.audio.seeking")
        x = box.evaluate("""({ player: { el, roll } }) => {
          el.cursor.closest(".player").player.move(true);
          return (el.cursor.getBoundingClientRect().left + 1 - el.sheet.getBoundingClientRect().left) / roll.scale;
        }""")
        assert sec_of(x) == pytest.approx(sec, abs=NEAR_SEC)
        assert sec_of(state(box)["tick"]) == pytest.approx(sec, abs=NEAR_SEC)
    # And wherever one clicks, the sound goes: the middle is the change.
    place = box.locator(".window").bounding_box()
    for share, sec in ((0.25, 2.0), (0.5, 4.0), (0.8, 8.8)):
        x = place["x"] + share * box.evaluate("(box) => box.player.roll.long")
        slowing.page.mouse.click(x, place["y"] + 60)
        wait_until(slowing, box, "!player.audio.seeking")
        assert state(box)["sec"] - late == pytest.approx(sec, abs=NEAR_SEC)
    expect(box.locator(".time")).to_have_text("0:08 / 0:12")
    # Measures begin where they sound.
    box.locator(".window").focus()
    for sec in (8.0, 4.0, 2.0):
        slowing.page.keyboard.press("Shift+ArrowLeft")
        wait_until(slowing, box, "!player.audio.seeking")
        assert state(box)["sec"] - late == pytest.approx(sec, abs=NEAR_SEC)


def test_the_cursor_follows_a_change_of_tempo_again_and_again(slowing):
    box = slowing.player("your")
    slowing.press("your", "loop")
    box.locator(".speed").select_option("2")
    start(slowing, "your")
    box.locator(".window").press("End")
    box.evaluate(_WATCH)
    wait_until(slowing, box, "player.audio.currentTime > 5 && player.audio.currentTime < 8")
    assert errors_sec(box).max() < NEAR_SEC
    assert not state(box)["paused"]


def test_a_rerun_does_not_stop_the_sound(visitor):
    visitor.open("Reconstruct")
    box = start(visitor, "reconstruct-ae1")
    box.evaluate(_LISTEN)
    box.evaluate("(box) => { window.kept = box; }")
    before = state(box)
    # Another player's notes change, then what is drawn in this one.
    visitor.open_more("reconstruct-more-pca")
    visitor.slider("reconstruct-threshold-pca").press("ArrowRight")
    visitor.settle()
    visitor.close_menu()
    visitor.click("How sure it was")
    wait_until(visitor, box, "player.data.heat")
    visitor.settle()
    wait_until(visitor, box, f"player.audio.currentTime > {before['sec'] + 0.5}")  # so long nothing stopped it
    after = state(box)
    assert box.evaluate("(box) => box === window.kept && box.isConnected")
    assert box.evaluate("(box) => box.heard") == []
    assert not after["paused"]
    assert after["src"] == before["src"]


def test_a_picture_that_is_taken_down_and_put_up_again_does_not_stop_the_sound(own):
    """As Streamlit does where something else comes above it."""
    box = start(own, "your")
    box.evaluate("(box) => { box.player.enlarge(1.5); box.player.loop(); }")
    box.evaluate(_LISTEN)
    scale = box.evaluate("(box) => box.player.roll.scale")
    before = state(box)
    box.evaluate("({ player }) => { player.leave(); setTimeout(() => player.show(player.data), 500); }")
    own.page.wait_for_timeout(1000)
    wait_until(own, box, f"player.audio.currentTime > {before['sec'] + 0.5}")
    after = state(box)
    assert box.evaluate("(box) => box.heard") == []
    assert (after["loop"], after["paused"]) == (True, False)
    assert box.evaluate("(box) => box.player.roll.scale") == scale
    # One that does not come back falls silent.
    box.evaluate("(box) => { window.audio = box.player.audio; box.player.leave(); }")
    own.page.wait_for_function("() => window.audio.paused && !window.audio.isConnected")


def test_a_sound_that_changes_a_little_goes_on_from_where_it_is(visitor):
    visitor.open("Reconstruct")
    box = start(visitor, "reconstruct-ae1")
    box.locator(".speed").select_option("0.5")
    box.evaluate(_LISTEN)
    before = state(box)
    visitor.open_more("reconstruct-more-ae1")
    visitor.slider("reconstruct-threshold-ae1").press("PageUp")
    wait_until(visitor, box, f"player.audio.src !== '{before['src']}'")
    wait_until(visitor, box, "!player.audio.paused && !player.audio.seeking && player.audio.readyState > 2")
    after = state(box)
    assert after["tick"] > before["tick"] > 0
    assert after["tick"] < before["n_ticks"]
    assert (after["rate"], after["keeps_pitch"]) == (0.5, True)
    assert "ended" not in box.evaluate("(box) => box.heard")


def test_only_one_sounds(visitor):
    visitor.open("Reconstruct")
    first = start(visitor, "original")
    # A sound that is no player's, as a page may have.
    src = state(first)["src"]
    visitor.page.evaluate("(src) => { window.other = new Audio(src); document.body.append(window.other); }", src)
    second = start(visitor, "reconstruct-ae1")
    assert state(first)["paused"]
    visitor.page.evaluate("window.other.play()")
    wait_until(visitor, second, "player.audio.paused")
    visitor.press("original")
    wait_until(visitor, first, "!player.audio.paused")
    assert visitor.page.evaluate("window.other.paused")
    assert state(second)["paused"]
    # What plays stops with its page.
    visitor.go("About")
    assert visitor.page.evaluate("window.other.paused")
    visitor.page.wait_for_function("[...document.querySelectorAll('audio')].every((one) => one.paused)")
    expect(visitor.audio("original")).to_have_count(0)


def test_keys_move_and_say_where_one_is(own):
    box = own.player("your")
    place = box.get_by_role("slider", name="Position in the music")
    place.focus()
    keys = own.page.keyboard
    keys.press("ArrowRight")
    assert state(box)["tick"] == pytest.approx(24)
    expect(place).to_have_attribute("aria-valuetext", "measure 1, beat 2, 0:00 / 0:24")
    keys.press("Shift+ArrowRight")
    assert state(box)["tick"] == pytest.approx(72)
    keys.press("Shift+ArrowRight")
    keys.press("ArrowLeft")
    expect(place).to_have_attribute("aria-valuenow", "120")
    keys.press("End")
    assert state(box)["tick"] == pytest.approx(1152)
    keys.press("Home")
    assert state(box)["tick"] == 0
    keys.press("l")
    expect(box.locator(".loop")).to_have_attribute("aria-pressed", "true")
    keys.press("Space")
    wait_until(own, box, "!player.audio.paused")
    expect(box.locator(".play")).to_have_attribute("aria-label", "Pause")
    keys.press("Space")
    wait_until(own, box, "player.audio.paused")
    # Focus is seen.
    assert box.locator(".window").evaluate("(one) => parseFloat(getComputedStyle(one).outlineWidth)") >= 2


def test_the_picture_has_words(own):
    box = own.player("your")
    assert box.get_attribute("role") == "group"
    assert box.get_attribute("aria-label") == "Pianoroll of Half a Minuet"
    words = box.locator(".words").inner_text()
    assert words.startswith("Half a Minuet: ")
    assert "16 measures, beginning in 3/4" in words
    for name in ("Play", "Again and again", "Mute"):
        expect(box.get_by_role("button", name=name)).to_be_visible()
    expect(box.get_by_role("combobox", name="Speed")).to_be_visible()


def test_click_and_drag_seek_and_light_the_keys(own):
    box = own.player("your-segment")
    box.scroll_into_view_if_needed()
    place = box.locator(".window").bounding_box()
    middle = place["x"] + place["width"] / 2, place["y"] + 60
    own.page.mouse.click(*middle)
    assert state(box)["tick"] == pytest.approx(192, abs=3)
    sounding = box.evaluate("(box) => box.player.roll.sounding.map((note) => note.pitch)")
    assert sounding
    # The row of a key that sounds is lit.
    lit = box.evaluate("""(box) => {
      const { roll, el } = box.player;
      const [pitch, sharp] = [roll.sounding[0].pitch, devicePixelRatio];
      const middle = (roll.y(pitch) + roll.row / 2) * sharp;
      const pixel = [...el.keys.getContext("2d").getImageData(4 * sharp, middle, 1, 1).data].slice(0, 3);
      return "#" + pixel.map((one) => one.toString(16).padStart(2, "0")).join("") === roll.colors.made;
    }""")
    assert lit
    own.page.mouse.move(place["x"] + place["width"] / 4, middle[1])
    own.page.mouse.down()
    own.page.mouse.move(place["x"] + place["width"] * 3 / 4, middle[1], steps=5)
    own.page.mouse.up()
    assert state(box)["tick"] == pytest.approx(288, abs=3)
    own.page.mouse.move(*middle)
    assert state(box)["tick"] == pytest.approx(288, abs=3)  # the button is up


def test_a_note_says_its_name_under_the_mouse(own):
    box = own.player("your-segment")
    box.scroll_into_view_if_needed()
    x, y, pitch = box.evaluate("""({ player }) => {
      const [note, place] = [player.roll.notes.at(-1), player.el.window.getBoundingClientRect()];
      const middle = (note.onset + note.end) / 2;
      return [place.x + player.roll.x(middle), place.y + player.roll.y(note.pitch) + player.roll.row / 2, note.pitch];
    }""")
    own.page.mouse.move(x, y)
    tip = box.locator(".tip")
    expect(tip).to_be_visible()
    expect(tip).to_have_text(re.compile(rf"^{pitch_name(pitch)} · measure \d+, beat [\d.]+$"))
    own.page.mouse.move(x, y - 400)
    expect(tip).to_be_hidden()


def test_again_and_again_at_another_speed(visitor):
    visitor.open("Latent space")
    box = visitor.player("latent")
    visitor.press("latent", "loop")
    box.locator(".speed").select_option("2")
    place = box.locator(".window").bounding_box()
    visitor.page.mouse.click(place["x"] + 0.9 * place["width"], place["y"] + 50)
    visitor.press("latent")
    wait_until(visitor, box, "!player.audio.paused && player.tick() > 0.9 * player.data.n_ticks")
    wait_until(visitor, box, "!player.audio.paused && player.tick() < 0.5 * player.data.n_ticks")
    assert (state(box)["rate"], state(box)["keeps_pitch"]) == (2, True)


def test_volume_is_all_players_own(own):
    box, other = own.player("your"), own.player("your-segment")
    box.locator(".volume").fill("0.35")
    assert (state(box)["volume"], state(other)["volume"]) == (0.35, 0.35)
    own.press("your-segment", "mute")
    assert state(box)["muted"]
    expect(box.locator(".mute")).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def phone(new_visitor, app_url):
    return new_visitor(app_url, **{**SCREENS["phone"], "viewport": {"width": 360, "height": 740}})


def swipe(visitor, x: float, y: float, across: float, down: float) -> None:
    """Move a finger over the screen and give what it pushed a moment to come to rest."""
    touch = visitor.context.new_cdp_session(visitor.page)
    for part in range(11):
        point = {"x": x + across * part / 10, "y": y + down * part / 10}
        kind = "touchMove" if part else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        visitor.page.wait_for_timeout(16)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visitor.page.wait_for_timeout(600)


def test_a_tap_seeks_and_a_swipe_scrolls_the_page(phone):
    phone.open("Latent space")
    box = phone.player("latent")
    scrolls = "document.querySelector('[data-testid=stMain]').scrollTop"
    window = box.locator(".window")
    window.scroll_into_view_if_needed()
    place = window.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    phone.page.touchscreen.tap(x, y)
    seen = state(box)
    assert seen["tick"] > 0
    before = phone.page.evaluate(scrolls)
    # A swipe downwards is the page's.
    swipe(phone, x, y, 0, -150)
    phone.page.wait_for_function(f"{scrolls} > {before + 50}")
    assert state(box)["tick"] == seen["tick"]
    # To the side a finger takes the cursor along,
    place = window.bounding_box()
    swipe(phone, x, place["y"] + place["height"] / 2, -100, 0)
    assert state(box)["tick"] == pytest.approx(seen["tick"] - 100 / place["width"] * 384, abs=6)
    # and where there is more music than the screen shows, it goes there.
    show(box, n_ticks=1536, measures=list(range(0, 1536, 96)))
    before = state(box)
    swipe(phone, x, place["y"] + place["height"] / 2, -100, 0)
    wait_until(phone, box, f"player.el.window.scrollLeft > {before['left'] + 50}")
    assert state(box)["tick"] == before["tick"]
    assert not phone.faults()


def test_the_segment_starts_where_the_visitor_says(own):
    box = own.player("your")
    box.locator(".window").focus()
    for _ in range(4):
        own.page.keyboard.press("Shift+ArrowRight")
    own.press("your", "pick")
    expect(own.slider("your-measure")).to_have_value("5", timeout=PATIENCE_MS)
    wait_until(own, box, "player.data.segment[0] === 288")
    expect(own.page.get_by_text("measures 5 to 10")).to_be_visible()


def test_a_long_piece_is_drawn_at_once_and_heard_when_asked_for(visitor, record_property):
    rng = np.random.default_rng(1)
    notes = tuple(note_at_step(2 * place, int(pitch), 3) for place, pitch in enumerate(rng.integers(30, 90, 3998)))
    visitor.open("Your piece")
    visitor.upload("long.mid", write_midi(Piece.on_steps(notes, 8000, 240.0, title="Five Hundred Measures")))
    expect(visitor.page.get_by_role("heading", name="Five Hundred Measures")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    box = visitor.player("your")
    assert len(visitor.notes("your")) == 3998
    expect(box.locator(".overview")).to_be_visible()
    draw_ms = box.evaluate("""(box) => {
      const { roll, el } = box.player;
      const times = [];
      for (let i = 0; i < 50; i += 1) {
        el.window.scrollLeft = (i * roll.long) / 50;
        const start = performance.now();
        roll.draw();
        roll.el.roll.getContext("2d").getImageData(0, 0, 1, 1); // which waits for the picture
        times.push(performance.now() - start);
      }
      el.window.scrollLeft = 0;
      return times.sort((a, b) => a - b)[25];
    }""")
    record_property("draw_ms", draw_ms)
    print(f"a window of 500 measures: {draw_ms:.1f} ms")
    assert not visitor.faults()

    # Nothing is rendered unasked: it takes minutes of sound.
    assert not state(box)["src"]
    visitor.press("your")
    expect(box.locator(".status")).to_have_text("The sound is being made…")
    wait_until(visitor, box, "!player.audio.paused && player.audio.currentTime > 0.1")
    expect(box.locator(".status")).to_be_empty()
    sky = box.locator(".overview").bounding_box()
    visitor.page.mouse.click(sky["x"] + sky["width"] / 2, sky["y"] + 10)
    assert state(box)["tick"] == pytest.approx(24_000, abs=120)
    assert state(box)["left"] > 0

    # A piece that takes its place is seen from its beginning.
    visitor.upload("other.mid", write_midi(Piece.on_steps(notes[:700], 1408, 240.0, title="Another")))
    expect(visitor.page.get_by_role("heading", name="Another")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    assert (state(box)["tick"], state(box)["left"]) == (0, 0)


def test_pieces_of_nothing_and_of_one_step(visitor):
    visitor.open("Latent space")
    box = visitor.player("latent")
    empty = {"onset": [], "pitch": [], "length": [], "kind": ""}
    show(box, n_ticks=0, notes=empty, measures=[0], music="nothing")
    expect(box.locator(".play")).to_be_disabled()
    box.locator(".window").focus()
    visitor.page.keyboard.press("ArrowRight")
    assert state(box)["tick"] == 0
    show(box, n_ticks=1, notes={"onset": [0], "pitch": [60], "length": [1], "kind": "m"}, music="one")
    assert box.evaluate("(box) => [box.player.roll.scale, box.player.roll.notes.length]") == [8, 1]
    expect(box.locator(".overview")).to_be_hidden()
    assert not visitor.complaints


def test_a_browser_that_refuses_to_sound_unasked_leaves_a_button(visitor):
    visitor.page.add_init_script("""HTMLMediaElement.prototype.play = function () {
      window.refused = (window.refused ?? 0) + 1;
      return Promise.reject(new DOMException("not allowed", "NotAllowedError"));
    };""")
    visitor.page.goto(visitor.url)
    visitor.click("Compose a new piece")
    box = visitor.player("home")
    visitor.page.wait_for_function("() => window.refused === 1")
    visitor.settle()
    expect(box.locator(".play")).to_have_attribute("aria-label", "Play")
    expect(box.locator(".play")).to_be_enabled()
    expect(box.locator(".status")).to_be_empty()
    assert not visitor.faults()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_theme_and_a_change_of_it(new_visitor, app_url, theme):
    visitor = new_visitor(app_url, color_scheme=theme)
    visitor.open("Latent space")
    box = visitor.player("latent")
    ground = "(box, theme) => box.player.roll.colors.paper === box.player.data.palettes[theme].paper"
    assert box.evaluate(ground, theme)
    other = "dark" if theme == "light" else "light"
    visitor.page.emulate_media(color_scheme=other)
    wait_until(visitor, box, f"player.roll.colors.paper === player.data.palettes.{other}.paper")


def test_a_sound_that_is_lost_or_refused_is_asked_for_again(own):
    """The server begins anew, or has all hands full: the visitor is told, and hears it all the same."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=404, json={"error": ""})  # as by a server that has been started since
        elif len(asked) == 2:
            route.fulfill(status=503, json={"error": "All hands are full."})
        else:
            route.continue_()

    own.page.route(re.compile(r"/sound/[^?]*$"), answer)
    own.press("your")
    box = own.player("your")
    expect(box.locator(".status")).to_have_text("All hands are full.")
    assert state(box)["paused"]
    own.press("your")
    own.hear(own.audio("your"))
    expect(box.locator(".status")).to_be_empty()
    assert len(set(asked)) == 1
    assert len(own.complaints) == 2  # the browser notes what it was answered
    own.complaints.clear()


def test_nothing_is_made_that_nobody_wants_to_hear(own):
    """A page names its sounds; whoever stops waiting for one is not kept waiting by it."""
    asked = []
    own.page.route(re.compile(r"/sound/[^?]*$"), lambda route: asked.append(route))
    own.go("Reconstruct")
    own.settle()
    assert not asked
    own.press("reconstruct-ae1")
    box = own.player("reconstruct-ae1")
    expect(box.locator(".status")).to_have_text("The sound is being made…")
    with own.page.expect_event("requestfailed") as given_up:
        own.press("reconstruct-ae1")
    assert "/sound/" in given_up.value.url
    expect(box.locator(".status")).to_be_empty()
    assert len(asked) == 1


def test_the_form_is_seen_and_a_section_plays_from_there(visitor):
    visitor.open("Your piece")
    visitor.keyed("demo").locator("input").fill("Waltz")
    visitor.page.get_by_role("option").first.click()
    expect(visitor.page.get_by_role("heading", name="Waltz")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    box = visitor.player("your")
    form = box.get_by_role("group", name="Form: A A B A'")
    again = form.get_by_role("button", name="A again, measures 9 to 16")
    again.hover()
    expect(box.locator(".told")).to_have_text("A again, measures 9 to 16")
    left, right = again.bounding_box(), box.locator(".roll").bounding_box()
    first = box.evaluate("(box) => { const { roll, data } = box.player; return roll.x(data.measures[8]); }")
    assert abs(left["x"] - right["x"] - first) <= 2  # it stands under its notes
    again.click()
    wait_until(visitor, box, "!player.audio.paused && player.tick() > player.data.measures[8]")
    expect(again).to_have_attribute("aria-current", "true")
    again.press("ArrowRight")
    expect(form.get_by_role("button", name="B, measures 17 to 22")).to_be_focused()
    assert state(box)["tick"] < box.evaluate("(box) => box.player.data.measures[16]")


def test_a_piece_that_is_written_further_goes_on_where_it_is(own):
    box = start(own, "your")
    show(box, work="one", growing=True)
    n_ticks = state(box)["n_ticks"]
    show(box, work="one", music="the same, longer", n_ticks=n_ticks + 96)
    wait_until(own, box, "!player.audio.paused && player.audio.currentTime > 0.5")
    assert state(box)["n_ticks"] == n_ticks + 96
    show(box, work="another", music="something else", n_ticks=n_ticks)
    wait_until(own, box, "player.audio.paused && player.tick() === 0")
