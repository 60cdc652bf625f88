"""axe-core, which looks for what shuts people out, on every page in both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.visitor import PAGES, PATIENCE_MS, Visitor

GRAVE = ["serious", "critical", "heading-order"]  # by headings a page is read with the ears
# On the page as it is, once nothing fades any more: half faded, no colour stands out.
_LOOK = """async ([rules, grave]) => {
  const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
  await Promise.allSettled(fading.map((animation) => animation.finished));
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    ...(rules && { runOnly: { type: "rule", values: rules } }),
  });
  return violations.filter(({ id, impact }) => grave.includes(impact) || grave.includes(id))
    .flatMap((fault) => fault.nodes.map((node) =>
    [fault.id, node.target.flat(9).join(" >> "), node.html.slice(0, 160), node.failureSummary].join("\\n  ")));
}"""


def faults(visitor: Visitor, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds on the page, all of it or by some of its rules; what it is sure of and calls grave."""
    if not visitor.page.evaluate("() => Boolean(window.axe)"):
        visitor.page.evaluate(Axe().axe_script)
    found = visitor.page.evaluate(_LOOK, [rules, GRAVE])
    if found:  # what is there only until a component has its words shuts nobody out
        visitor.page.wait_for_timeout(1000)
        found = visitor.page.evaluate(_LOOK, [rules, GRAVE])
    return found


def wait_for_sliders(visitor: Visitor) -> None:
    """The sliders of the latent space stand in their panel."""
    expect(visitor.keyed("latent-panel").locator("[data-space]")).to_have_count(1, timeout=PATIENCE_MS)


def open_all_sliders(visitor: Visitor) -> None:
    wait_for_sliders(visitor)
    panel = visitor.keyed("latent-panel")
    panel.locator("button.more").click()
    expect(panel.locator(".rest input").first).to_be_visible()


def retell(visitor: Visitor) -> None:
    visitor.open_more("interpolate-more")
    visitor.click("AE3")  # what AE4 writes in time is not retold
    visitor.close_menu()
    visitor.click("Retold by LSTM2")
    visitor.player("retold-path")
    visitor.settle()


MORE = {"light": {"Latent space": open_all_sliders, "Interpolate": retell}, "dark": {"Latent space": open_all_sliders}}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(new_visitor, app_url, theme):
    visitor = new_visitor(app_url, color_scheme=theme)
    # What the elements are called is the same in the dark; only the colours differ.
    rules = ["color-contrast"] if theme == "dark" else None
    found = []
    for name in PAGES:
        visitor.open(name) if name == "Home" else visitor.go(name)
        if name == "Latent space":
            wait_for_sliders(visitor)
        found += [f"{name}: {fault}" for fault in faults(visitor, rules)]
        if name in MORE[theme]:
            MORE[theme][name](visitor)
            found += [f"{name}, with more in sight: {fault}" for fault in faults(visitor, rules)]
    assert not found, "\n".join(found)


def test_axe_finds_no_serious_fault_in_german(new_visitor, app_url):
    visitor = new_visitor(app_url)
    visitor.page.goto(f"{app_url}/latent_space?lang=de")
    wait_for_sliders(visitor)
    visitor.settle()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")  # by which the page is read aloud
    assert not (found := faults(visitor)), "\n".join(found)
