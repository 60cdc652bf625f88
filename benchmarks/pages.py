"""From a click to sound in a real browser, on each page, and from the server's start to the first page.

The browser's own clock counts: from the event of the click or the key until
the new sound plays (the ``playing`` event of its audio element). Where music
changes while it is played, the player plays on with the new sound, so that
what is measured is what a visitor hears. A page is painted when its title is
there, counted from when the address was sent.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from benchmarks.options import Options
from benchmarks.server import wait_ready, wait_stocked
from koe.web.serving.settings import DEFAULT_AHEAD
from tests.e2e.running import running_app, running_browser
from tests.e2e.visitor import PATIENCE_MS, Visitor

COLD_STARTS = 2
REPEATS = 5
CONTINUED = "continued-"  # each continuation has a player of its own
SOUND_SEC, PAINT_SEC = 1.0, 2.0  # what is aimed at, for one visitor

_WATCH = """(() => {
  window.koeHeard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const heard = () => window.koeHeard.push([performance.now(), this.dataset.player || "", this.currentSrc]);
    this.addEventListener("playing", heard, { once: true });
    return play.call(this);
  };
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => (window.koeTouched = performance.now()), true);
  }
  const look = () => {
    if (document.querySelector("h1")) window.koeTitle ??= performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_NEW = """([player, before]) =>
  window.koeHeard.some(([, name, src]) => name.startsWith(player) && !before.includes(src))"""
_WHEN = """([player, before]) =>
  window.koeHeard.find(([, name, src]) => name.startsWith(player) && !before.includes(src))[0] - window.koeTouched"""
_SOURCES = """() => window.koeHeard.map(([, , src]) => src)"""


class Listener(Visitor):
    """A visitor who times what they hear."""

    def __init__(self, browser: Any, url: str) -> None:
        super().__init__(browser, url)
        self.page.add_init_script(_WATCH)

    def painted_sec(self) -> float:
        """From the address to the page's title."""
        self.page.goto(self.url)
        self.page.wait_for_function("() => window.koeTitle", timeout=PATIENCE_MS)
        return self.page.evaluate("() => window.koeTitle") / 1000

    def heard_sec(self, player: str, act: Callable[[], object]) -> float:
        """From what ``act`` clicks to a sound that was not heard before; ``player`` is its key, or how that begins."""
        before = self.page.evaluate(_SOURCES)
        act()
        self.page.wait_for_function(_NEW, arg=[player, before], timeout=PATIENCE_MS)
        return self.page.evaluate(_WHEN, [player, before]) / 1000

    def play(self, key: str) -> None:
        """Let a player play from the beginning, so that it does not end before the new sound is there."""
        self.player(key).evaluate("(box) => box.player.go(0)")
        if not self.player(key).evaluate("(box) => box.player.voice.on"):
            self.press(key, "play")
            self.hear(self.audio(key))


def home(visitor: Listener) -> float:
    """Compose a new piece."""
    button = visitor.keyed("compose").get_by_role("button")
    return visitor.heard_sec("home", button.click)


def reconstruct(visitor: Listener) -> float:
    """Choose the next segment while AE1's version of this one plays."""
    visitor.play("reconstruct-ae1")
    slider = visitor.slider("reconstruct-measure")
    return visitor.heard_sec("reconstruct-ae1", lambda: slider.press("ArrowRight"))


def latent(visitor: Listener) -> float:
    """Draw a point near the training data while the one before plays."""
    visitor.play("latent")
    button = visitor.keyed("latent-set-1").get_by_role("button")
    return visitor.heard_sec("latent", button.click)


def interpolate(visitor: Listener) -> float:
    """Move on by a tenth while the mixture plays; from the end back to near the beginning, which does not count."""
    slider = visitor.slider("blend")
    if float(slider.input_value()) > 0.95:
        slider.press("Home")
        for _ in range(5):  # other places than those on the way before
            slider.press("ArrowRight")
        visitor.settle()
    visitor.play("blend")
    return visitor.heard_sec("blend", lambda: slider.press("PageUp"))


def continue_(visitor: Listener) -> float:
    """Take another seed and let the network write 256 steps, which play when they are there."""
    visitor.keyed("continue-seed-another").get_by_role("button").click()
    visitor.settle()
    button = visitor.keyed("continue-go").get_by_role("button")
    return visitor.heard_sec(CONTINUED, button.click)


ACTS: dict[str, Callable[[Listener], float]] = {
    "Home": home,
    "Reconstruct": reconstruct,
    "Latent space": latent,
    "Interpolate": interpolate,
    "Continue": continue_,
}


def figures(_: Options) -> tuple[list[Figure], list[str]]:
    """Cold starts, then one visitor on each page of a server that is awake."""
    found = []
    with running_browser() as browser:
        starts, paints = [], []
        for number in range(COLD_STARTS):
            began = time.perf_counter()
            last = number == COLD_STARTS - 1
            with running_app(str(DEFAULT_AHEAD if last else 0)) as url:
                starts.append(time.perf_counter() - began)
                visitor = Listener(browser, url)
                paints.append(visitor.painted_sec())
                wait_ready(url)
                visitor.settle()
                if last:
                    wait_stocked(url)
                    warm = [visitor.painted_sec() for _ in range(5)]
                    times = {page: times_of(visitor, page, act) for page, act in ACTS.items()}
                else:
                    unprepared = times_of(visitor, "Home", home)
                assert not visitor.complaints, visitor.complaints
                visitor.close()
    found += [
        Figure("start of the server, until it answers", float(np.median(starts)), "s"),
        Figure("first page painted, networks still loading", float(np.median(paints)), "s", target=PAINT_SEC),
        Figure("first page painted, networks awake", float(np.median(warm)), "s", target=PAINT_SEC),
    ]
    for page, sounds in times.items():
        found += [
            Figure(f"{page}: click to sound, median", float(np.median(sounds)), "s", target=SOUND_SEC),
            Figure(f"{page}: click to sound, 95 %", float(np.percentile(sounds, 95)), "s", target=SOUND_SEC),
        ]
    found.append(Figure("Home, with nothing made ahead: click to sound, median", float(np.median(unprepared)), "s"))
    remarks = (
        f"Headless Chromium on the same machine, {REPEATS} times each page; {COLD_STARTS} cold starts, median. What is",
        f"done: Home, compose a new piece, with {DEFAULT_AHEAD} made ahead at the beginning;",
        "Reconstruct, choose the next segment while AE1's version plays; Latent",
        "space, draw a new point while the one before plays; Interpolate, move on by a tenth while the mixture plays;",
        "Continue, another seed, and 256 steps are written. There is no baseline, and no limit but the times of the",
        "networks, the synthesizer and the encoder above.",
    )
    return found, [" ".join(remarks)]


def times_of(visitor: Listener, page: str, act: Callable[[Listener], float]) -> list[float]:
    """Seconds to sound, several times, after one that does not count."""
    visitor.open(page)
    times = []
    for _ in range(REPEATS + 1):
        times.append(act(visitor))
        print(f"{page}: {times[-1]:.2f} s", file=sys.stderr, flush=True)
        visitor.settle()
        visitor.page.wait_for_timeout(300)
    return times[1:]
