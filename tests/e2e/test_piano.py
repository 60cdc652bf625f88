"""The piano in a real browser: every way to press a key plays, what is played is recorded, and a network goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS, SCREENS

# A MIDI keyboard with the interface of the browser's own.
_MIDI_STUB = """
  window.midiInput = { id: "one", name: "Stub 88", state: "connected", onmidimessage: null };
  window.midi = { inputs: new Map([["one", midiInput]]), onstatechange: null };
  window.midiAsked = 0;
  navigator.requestMIDIAccess = async () => { midiAsked += 1; return midi; };
"""
# Keys of the MIDI keyboard, [status, pitch, velocity, sixteenth], with the times of the beat as the player hears it.
_PLAY_MIDI = """(box, messages) => {
  const { recorder } = box.piano;
  for (const [status, pitch, velocity, step] of messages) {
    const timeStamp = performance.now() - recorder.since(performance.now()) + (step * recorder.beatMs) / 4;
    midiInput.onmidimessage({ data: new Uint8Array([status, pitch, velocity]), timeStamp });
  }
}"""
# Click, and count the milliseconds until notes of the network are in sight, and until its player has drawn all.
_GO = """async (box, key) => {
  const growing = () => [...document.querySelectorAll('[data-testid="stMain"] img[src^="data:image/svg"]')]
    .some((one) => one.complete && atob(one.src.split(",")[1]).split("<rect").length > 2);
  const drawn = () => {
    const host = document.querySelector(`.st-key-${key}-roll [data-testid="stBidiComponentIsolated"]`);
    const one = host?.shadowRoot?.querySelector(".player");
    return one?.dataset.drawn && one.player.roll.notes.some((note) => note.kind === "m");
  };
  const start = performance.now();
  let first = 0;
  box.querySelector(".go").click();
  while (!drawn()) {
    if (!first && growing()) first = performance.now() - start;
    await new Promise((done) => setTimeout(done, 20));
  }
  const whole = performance.now() - start;
  return [Math.round(first || whole), Math.round(whole)];
}"""


def open_piano(visitor):
    """The piano on the Continue page, set to one fast measure."""
    visitor.open("Continue")
    visitor.click("Play something")
    box = visitor.keyed("piano").locator(".piano")
    expect(box).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    box.locator(".tempo").select_option("160")
    box.locator(".measures").select_option("1")
    return box


def wait_until(visitor, box, condition: str) -> None:
    holds = f"(box) => {{ const piano = box.piano; return {condition}; }}"
    visitor.page.wait_for_function(holds, arg=box.element_handle(), timeout=PATIENCE_MS)


def taken(visitor, box) -> list[tuple[int, int, int]]:
    """The take, when the server has put it on the grid, as ``(onset, pitch, length)`` in ticks."""
    wait_until(visitor, box, "piano.state === 'idle' && piano.data.take")
    expect(box.locator(".go")).to_be_enabled()
    take = box.evaluate("(box) => box.piano.data.take")
    notes = list(zip(take["onset"], take["pitch"], take["length"], strict=True))
    expect(box.locator(".notes i")).to_have_count(len(notes))
    return notes


def loudness(box) -> dict[int, list[int]]:
    """Velocities of the take by pitch, in order."""
    take = box.evaluate("(box) => box.piano.data.take")
    found: dict[int, list[int]] = {}
    for pitch, velocity in zip(take["pitch"], take["velocity"], strict=True):
        found.setdefault(pitch, []).append(velocity)
    return found


def test_a_midi_keyboard_plays_in_and_the_network_goes_on_at_once(new_visitor, app_url, record_property):
    visitor = new_visitor(app_url)
    visitor.page.add_init_script(_MIDI_STUB)
    box = open_piano(visitor)
    assert visitor.page.evaluate("midiAsked") == 0  # not before the visitor wishes
    box.locator(".midi").click()
    expect(box.locator(".midi")).to_have_text("Stub 88 plays here.")

    # A key sounds and shows at once, recorded or not.
    visitor.page.evaluate("midiInput.onmidimessage({ data: [0x90, 62, 70], timeStamp: performance.now() })")
    key = box.get_by_role("button", name="D4", exact=True)
    expect(key).to_contain_class("down")
    visitor.page.evaluate("midiInput.onmidimessage({ data: [0x90, 62, 0], timeStamp: performance.now() })")
    expect(key).not_to_contain_class("down")

    box.locator(".record").click()
    wait_until(visitor, box, "piano.recorder?.origin && piano.el.count.textContent === '3'")  # the third of four clicks
    expect(box.locator(".beats .on")).to_have_count(1)
    # C a little early, E and G late, A held beyond the end; an A of the count-in is not meant.
    box.evaluate(
        _PLAY_MIDI,
        [
            *([0x90, 57, 90, -6.0], [0x80, 57, 0, -5.0]),
            *([0x90, 60, 90, -0.8], [0x80, 60, 64, 3.9]),
            *([0x90, 64, 60, 4.3], [0x90, 64, 0, 7.6], [0x90, 67, 100, 4.4], [0x80, 67, 0, 8.2]),
            [0x90, 69, 100, 12.1],
        ],
    )
    assert taken(visitor, box) == [(0, 60, 24), (24, 64, 24), (24, 67, 24), (72, 69, 24)]
    assert loudness(box) == {60: [90], 64: [60], 67: [100], 69: [100]}  # as the keyboard said
    expect(box.locator(".sheet")).to_have_attribute("aria-label", re.compile("from C4 to A4"))

    box.evaluate(_GO, "continued-1-1")  # and wait until the networks are awake
    visitor.settle()
    notes = visitor.notes("continued-1-1")
    assert [(note.onset, note.pitch, note.duration) for note in notes if not note.made] == taken(visitor, box)
    assert any(note.made for note in notes)
    visitor.hear(visitor.players().first)
    # The page goes to what was asked for.
    visitor.page.wait_for_function(
        "(box) => { const place = box.getBoundingClientRect(); return place.top > 0 && place.bottom < innerHeight; }",
        arg=visitor.player("continued-1-1").locator(".stage").element_handle(),
    )
    waited_ms = []
    for number in (2, 3):
        visitor.open_more("continue-more")
        visitor.keyed("continue-seed-another").get_by_role("button").click()
        visitor.settle()
        visitor.close_menu()
        waited_ms.append(box.evaluate(_GO, f"continued-{number}-1"))
        visitor.settle()
    record_property("ms_to_first_notes", waited_ms)
    print(f"from the click to the first notes of the network, and to all of them in the player: {waited_ms} ms")
    assert not visitor.faults()


def touch(session, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


def test_fingers_play_chords_on_a_phone(new_visitor, app_url):
    visitor = new_visitor(app_url, **SCREENS["phone"])
    box = open_piano(visitor)
    board = box.locator(".board")
    white_px = board.evaluate("(board) => board.offsetWidth / 52")
    assert 13 <= box.locator(".window").evaluate("(window) => window.clientWidth") / white_px <= 16  # two octaves
    assert box.evaluate("(box) => box.scrollWidth <= box.clientWidth")

    def middle(name: str, share: float = 0.8) -> tuple[float, float]:
        place = box.get_by_role("button", name=name, exact=True).bounding_box()
        return place["x"] + place["width"] / 2, place["y"] + place["height"] * share

    down = "[...piano.keyboard.held.values()].sort((a, b) => a - b).join() === "
    box.locator(".window").scroll_into_view_if_needed()
    fingers = visitor.context.new_cdp_session(visitor.page)
    box.locator(".record").tap()
    wait_until(visitor, box, "piano.state === 'recording'")
    board.scroll_into_view_if_needed()
    touch(fingers, "Start", middle("C4"), middle("E4", 0.95))  # the latter nearer to its front
    wait_until(visitor, box, f"{down}'60,64'")
    scrolled = visitor.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch(fingers, "Move", middle("C4"), middle("F4"))  # one finger slides on
    wait_until(visitor, box, f"{down}'60,65'")
    touch(fingers, "End")
    wait_until(visitor, box, f"{down}''")
    assert visitor.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    notes = taken(visitor, box)
    assert {pitch for _, pitch, _ in notes} == {60, 64, 65}
    onset_of = {pitch: onset for onset, pitch, _ in notes}
    assert onset_of[60] == onset_of[64]
    loud = loudness(box)
    assert 90 <= loud[60][0] <= 105 < loud[64][0] <= 112

    # Keys out of sight are an octave's button away.
    box.locator(".higher").tap()
    box.locator(".higher").tap()
    wait_until(visitor, box, "piano.keyboard.base === 84")
    expect(box.get_by_role("button", name="C6", exact=True)).to_be_in_viewport()
    assert not visitor.faults()


@pytest.fixture
def without_midi(visitor):
    visitor.page.add_init_script("delete Navigator.prototype.requestMIDIAccess;")
    return visitor


def test_mouse_and_letters_play_and_the_take_goes_along(without_midi):
    visitor = without_midi
    box = open_piano(visitor)
    box.locator(".midi").click()
    expect(box.locator(".status")).to_contain_text("cannot talk to MIDI keyboards")

    box.locator(".record").click()
    # A rerun of the page, here by a slider, leaves the recording alone; and so does a look at other keys.
    visitor.open_more("continue-more")
    visitor.slider("variations").press("ArrowRight")
    expect(visitor.slider("variations")).to_have_value("2")
    visitor.close_menu()
    box.locator(".record").focus()
    keys = visitor.page.keyboard
    keys.press("x")  # an octave higher
    wait_until(visitor, box, "piano.state === 'recording'")
    keys.down("a")
    keys.down("e")
    wait_until(visitor, box, "[...piano.keyboard.held.values()].join() === '72,75'")
    keys.up("a")
    keys.up("e")
    # Each goes to the nearest sixteenth, so one press may come a sixteenth before the other.
    place = box.get_by_role("button", name="G4", exact=True).bounding_box()
    visitor.page.mouse.move(place["x"] + 6, place["y"] + place["height"] - 20)
    visitor.page.mouse.down()
    visitor.page.mouse.up()
    notes = taken(visitor, box)
    assert {pitch for _, pitch, _ in notes} == {67, 72, 75}

    box.locator(".replay").click()
    wait_until(visitor, box, "piano.state === 'replaying' && box.querySelector('.board .down')")
    wait_until(visitor, box, "piano.state === 'idle' && !box.querySelector('.board .down')")

    box.get_by_role("button", name="G4", exact=True).focus()
    # Arrow keys lead along the keys, which are one stop of the tabulator; a key can be pressed where one stands.
    expect(box.locator('.board [tabindex="0"]')).to_have_count(1)
    keys.press("ArrowRight")
    keys.down("Enter")
    wait_until(visitor, box, "[...piano.keyboard.held.values()].join() === '68'")
    keys.up("Enter")
    wait_until(visitor, box, "piano.keyboard.held.size === 0")

    # Other pages, and back: the take is there; and it can be taken to all pages.
    visitor.go("About")
    visitor.go("Continue")
    box = visitor.keyed("piano").locator(".piano")
    assert taken(visitor, box) == notes
    visitor.click("Use as my piece")
    visitor.go("Reconstruct")
    expect(visitor.page.get_by_text("Played at the piano").first).to_be_visible()
    visitor.go("Continue")
    box = visitor.keyed("piano").locator(".piano")
    box.locator(".clear").click()
    wait_until(visitor, box, "!piano.data.take")
    expect(box.locator(".go")).to_be_disabled()

    # Silence is no take, and said so.
    box.locator(".tempo").select_option("160")
    box.locator(".measures").select_option("1")
    box.locator(".record").click()
    expect(box.locator(".status")).to_contain_text("No key was pressed", timeout=PATIENCE_MS)
    assert not visitor.faults()
