"""What runs in the browser, by itself: the base that all scripts share, and the square, as Streamlit calls them."""

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
