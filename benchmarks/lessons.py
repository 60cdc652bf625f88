"""How soon a lesson of *Learn* can be seen, how smoothly it moves, and how long its network takes to learn by heart.

First picture: from when the address is sent until the first lesson of the page
has been drawn. Frames: a hand drags over the picture for some seconds; the
time from one frame to the next, and of that what drawing takes. Training: the
small network of Downhill from its first weights until the error of what is
kept secret has been rising while that of what it knows is a fifth of it.
Where the machine has other work to do, all of it shows in the figures.

    python -m benchmarks.lessons [--seconds 3] [--repeats 3]
"""

import argparse
import os
import time

import numpy as np

from tests.e2e.running import running_app, running_browser
from tests.e2e.visitor import Visitor

PICTURE_SEC, FRAME_MS, OVERFIT_SEC = 2.0, 17.0, 30.0  # what is aimed at
# By the page's name in the menu: its lessons, from the top.
LESSONS = {
    "One neuron": ("neuron", "layers"),
    "Downhill": ("downhill", "training"),
    "Squeezing music": ("text", "number", "squeeze"),
    "Memory": ("memory", "lookback", "beginnings"),
}

_FIRST = """(() => {
  const look = () => {
    const hosts = document.querySelectorAll('[data-testid="stBidiComponentIsolated"]');
    const drawn = [...hosts].some((host) => host.shadowRoot?.querySelector(".lesson[data-drawn]"));
    if (drawn) window.koeFirst = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_WATCH = """(box) => {
  const { lesson } = box;
  lesson.run(true);
  Object.assign(box, { frames: [], drawing: [] });
  const drawn = lesson.drawn.bind(lesson);
  lesson.drawn = () => {
    const began = performance.now();
    drawn();
    box.drawing?.push(performance.now() - began);
  };
  let before = 0;
  const frame = (now) => {
    if (!box.frames) return;
    if (before) box.frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
_OVERFIT = """(box) => {
  const { lesson } = box;
  lesson.preset("fails");
  box.began = performance.now();
  const look = () => {
    const [known, secret] = [lesson.losses.at(-1), lesson.secrets.at(-1)];
    if (secret > 1.05 * lesson.least && secret > 5 * known) {
      box.overfit = [(performance.now() - box.began) / 1000, lesson.epoch];
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def first_pictures(visitor: Visitor, repeats: int) -> None:
    """Print how soon the first lesson of each page was drawn."""
    visitor.page.add_init_script(_FIRST)
    for page in LESSONS:
        seconds = []
        for _ in range(repeats):
            visitor.open(page)
            visitor.page.wait_for_function("() => window.koeFirst")
            seconds.append(visitor.page.evaluate("() => window.koeFirst") / 1000)
        row(f"{page}: first picture", seconds, "s", PICTURE_SEC)


def frames(visitor: Visitor, seconds: float) -> None:
    """Print how smoothly each lesson moves while a hand drags over it."""
    for page, lessons in LESSONS.items():
        visitor.open(page)
        for name in lessons:
            box = visitor.keyed(f"learn-{name}").locator(".lesson[data-drawn]")
            picture = box.locator(".picture")
            picture.scroll_into_view_if_needed()
            place = picture.bounding_box()
            assert place  # it is in sight
            box.evaluate(_WATCH)
            mouse, end = visitor.page.mouse, time.monotonic() + seconds
            middle = place["y"] + min(place["height"] / 2, 200)
            mouse.move(place["x"] + place["width"] / 2, middle)
            mouse.down()
            turn = 0
            while time.monotonic() < end:
                turn += 1
                mouse.move(place["x"] + place["width"] * (0.4 + 0.25 * np.sin(turn / 12)), middle)
                visitor.page.wait_for_timeout(16)
            mouse.up()
            moved, drawing = box.evaluate("(box) => [box.frames, box.drawing]")
            box.evaluate("(box) => (box.frames = box.drawing = null)")
            row(f"{name}: frame", moved, "ms", FRAME_MS)
            row(f"{name}: of that drawing", drawing, "ms", FRAME_MS)


def overfitting(visitor: Visitor) -> None:
    """Print how long the small network takes to know its measures by heart."""
    visitor.open("Downhill")
    box = visitor.keyed("learn-training").locator(".lesson[data-drawn]")
    box.scroll_into_view_if_needed()
    box.evaluate(_OVERFIT)
    visitor.page.wait_for_function("(box) => box.overfit", arg=box.element_handle())
    seconds, epochs = box.evaluate("(box) => box.overfit")
    row(f"training: by heart after {epochs} epochs", [seconds], "s", OVERFIT_SEC)


def row(name: str, values: list[float], unit: str, aim: float) -> None:
    """Print a figure's median and 95 % beside what is aimed at."""
    median, most = np.median(values), np.percentile(values, 95)
    print(f"{name:<40}{median:>9.2f}{most:>9.2f} {unit:<4}{aim:>6.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of dragging, a lesson (default: 3)")
    parser.add_argument("--repeats", type=int, default=3, help="of opening each page (default: 3)")
    arguments = parser.parse_args()
    with running_browser() as browser, running_app() as url:
        visitor = Visitor(browser, url)
        for page in LESSONS:  # once, so that all has been loaded
            visitor.open(page)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"{'':<40}{'median':>9}{'95 %':>9}{'aim':>11}")
        first_pictures(visitor, arguments.repeats)
        frames(visitor, arguments.seconds)
        overfitting(visitor)
        visitor.close()
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
