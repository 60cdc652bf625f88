"""What runs in the browser, by itself: the base that all scripts share, and the square, as Streamlit calls them."""

from pathlib import Path

import pytest

from koe.web.browser import component

STEP = 0.05
# A component as Streamlit has it: its page, its module, and what it tells.
SETTING = """
async ([html, css, js]) => {
  document.body.innerHTML = `<style>${css ?? ""}</style><div id="root">${html ?? ""}</div>`;
  const address = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
  const main = (await import(address)).default;
  window.told = [];
  window.show = (data) =>
    main({
      data,
      parentElement: document.getElementById("root"),
      setStateValue: (...one) => told.push(one),
      setTriggerValue: (...one) => told.push(one),
    });
}
"""
LIFE = """
class Thing {
  constructor(root) {
    this.box = root.querySelector("div");
    this.parts = Object.keys(partsOf(this.box));
    told.push(["built", this.parts]);
  }
  show(data) {
    say(this.box, data.labels);
    told.push(["shown", this.box.innerText.trim(), clamp(data.number)]);
  }
  leave() {
    told.push(["left"]);
  }
}
export default mount(Thing, GRACE);
"""


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 500, "height": 500})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    page.close()
    assert not page.faults


@pytest.fixture
def declared(monkeypatch):
    """What components are declared with, instead of to Streamlit: their page, style and script."""
    found = {}

    def take(name, *, html=None, css=None, js=None):
        found[name] = (html, css, js)
        return name

    monkeypatch.setattr(component.st.components.v2, "component", take)
    return found


@pytest.mark.parametrize("grace", ["null", "0"])
def test_an_element_is_built_once_and_leaves_when_its_last_turn_ends(page, declared, tmp_path, grace):
    (tmp_path / "thing.js").write_text(LIFE.replace("GRACE", grace))
    html = '<div><p class="a b" data-text="word"></p><i class="c" data-label="word"></i></div>'
    (tmp_path / "thing.html").write_text(html)
    component.component("thing", tmp_path, ("thing.js",), html="thing.html")
    page.evaluate(SETTING, declared["thing"])
    page.evaluate(
        """async () => {
          const first = show({ labels: { word: "one" }, number: 3 });
          const second = show({ labels: { word: "two" }, number: -1 });
          first();  // after the later one has begun, as Streamlit may
          await new Promise((go) => setTimeout(go, 50));
          told.push(["still there"]);
          second();
          await new Promise((go) => setTimeout(go, 50));
        }"""
    )
    assert page.evaluate("told") == [
        ["built", ["a", "c"]],
        ["shown", "one", 1],
        ["shown", "two", 0],
        ["still there"],
        ["left"],
    ]
    assert page.get_attribute(".c", "aria-label") == page.get_attribute(".c", "title") == "two"


def test_the_puck_goes_where_it_is_dragged_and_by_keys(page, declared):
    from koe.web.square import component as square

    square._component.__wrapped__()
    page.evaluate(SETTING, declared[square.COMPONENT])
    data = {"point": [0.5, 0.5], "corners": ["a", "b", "c", "d"], "label": "Point"}
    page.evaluate("(data) => show(data)", data)
    field = page.locator(".field")
    assert field.get_attribute("aria-label") == "Point"
    assert field.get_attribute("aria-valuetext") == "a 25 %, b 25 %, c 25 %, d 25 %"
    field.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("told.length === 1")
    assert page.evaluate("told") == [["point", [0.5 + STEP, 0.5]]]

    box = field.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 2 * box["width"], box["y"] + box["height"] / 4)
    # While it is held, an answer from the server must not pull it away.
    page.evaluate("(data) => show(data)", data)
    assert page.evaluate("document.querySelector('.puck').style.left") == "100%"
    page.mouse.up()
    name, (x, y) = page.evaluate("told.at(-1)")
    assert (name, x) == ("point", 1)
    assert y == pytest.approx(0.25, abs=0.01)
    page.evaluate("(data) => show(data)", data)
    assert page.evaluate("document.querySelector('.puck').style.left") == "50%"


@pytest.fixture
def chooser(page, declared, monkeypatch):
    """Put a roll on the page on which something is chosen; gives a function that drags a part of it by some pixels."""
    from koe.music.library import load_piece
    from koe.web.player import Choose, score
    from koe.web.player import component as player

    player._roll_component.__wrapped__()
    page.evaluate(SETTING, declared[player.ROLL])
    piece = load_piece("petzold-minuet-g-major")

    def put(kind, first, n_measures, begin=0, **others):
        sent = {}
        monkeypatch.setattr(player, "_roll_component", lambda: lambda **given: sent.update(given))
        choose = Choose(kind, first, n_measures, lambda *_: None, **others)
        bare = kind == "move"
        notes = score.by_origin(piece, None)
        player.mount_roll(piece, "a-choose", notes, first_measure=1, height=150, begin=begin, choose=choose, bare=bare)
        page.evaluate("(data) => show(data)", sent["data"])
        page.wait_for_function("document.querySelector('.player').dataset.drawn")

    def drag(part, measures):
        box = page.locator(f".chosen .{part}").bounding_box()
        scale = page.evaluate("document.querySelector('.player').player.roll.scale")
        x, y = box["x"] + box["width"] / 2, box["y"] + 6
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + measures * 72 * scale, y, steps=5)  # of 3/4
        page.mouse.up()

    return put, drag


def test_a_gap_is_dragged_and_made_longer_on_the_roll(page, chooser):
    put, drag = chooser
    put("stretch", 15, 2, most=8)
    drag("hold", 1)
    drag("to", 1)
    drag("from", -1)
    assert page.evaluate("told") == [["choose", [16, 2]], ["choose", [16, 3]], ["choose", [15, 4]]]
    drag("from", -9)  # not more than a network fills
    assert page.evaluate("told.at(-1)") == ["choose", [11, 8]]
    assert page.evaluate("document.querySelector('.player').player.data.segment") == [720, 1296]


def test_where_a_network_goes_on_is_dragged_from_the_end_in_sight(page, chooser):
    put, drag = chooser
    put("end", 1, 32)
    drag("to", -2)
    assert page.evaluate("told") == [["choose", [1, 30]]]


def test_a_segment_is_moved_and_comes_to_a_place_that_is_touched(page, chooser):
    put, drag = chooser
    put("move", 1, 1, length=384)
    drag("hold", 6)
    window = page.locator(".window").bounding_box()
    assert page.evaluate("document.querySelector('.player').player.roll.wide") is False
    page.mouse.click(window["x"] + window["width"] * 0.5, window["y"] + 90)
    assert page.evaluate("told") == [["choose", [7, 1]], ["choose", [17, 1]]]


def test_a_piece_begins_to_play_where_the_page_says_and_goes_back_there(page, chooser):
    put, _ = chooser
    put("stretch", 15, 2, begin=936, most=8)
    tick = "document.querySelector('.player').player.tick()"
    assert page.evaluate(tick) == 936
    page.evaluate("document.querySelector('.player').player.go(100)")
    page.evaluate("document.querySelector('.player').player.on('ended')")
    assert page.evaluate(tick) == 936


def test_the_browser_keeps_what_can_be_undone_for_its_tab_and_forgets_all_when_asked(page):
    page.route("http://koe.test/", lambda route: route.fulfill(body="<html><body></body></html>"))
    page.goto("http://koe.test/")
    script = (Path(component.__file__).parents[1] / "session" / "browser.js").read_text()
    page.evaluate(SETTING, [None, None, script])
    data = {"session": "a", "untouched": False, "project": "P1", "line": "L1", "language": "en", "cookies": {}}
    page.evaluate("(data) => show(data)", data)
    # The page is loaded anew: what led to the project comes with it.
    page.goto("http://koe.test/")
    page.evaluate(SETTING, [None, None, script])
    fresh = {**data, "session": "b", "untouched": True, "project": "", "line": ""}
    page.evaluate("(data) => show(data)", fresh)
    assert page.evaluate("told") == [["found", {"project": "P1", "line": "L1"}]]
    # What led to another project does not count.
    page.evaluate("localStorage.setItem('koe-project', 'P0'); sessionStorage.setItem('koe-project', 'P0')")
    page.evaluate("(data) => show(data)", {**fresh, "session": "c"})
    assert page.evaluate("told.at(-1)") == ["found", {"project": "P0", "line": ""}]

    page.evaluate("(data) => show(data)", {**fresh, "session": "c", "cleared": "1"})
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.evaluate("(data) => show(data)", {**data, "session": "c", "project": "P2", "line": "L2", "cleared": "1"})
    assert page.evaluate("localStorage.getItem('koe-project')") == "P2", "what is made afterwards is kept"
