"""How long a move of a latent slider takes to be seen and to be heard, in a headless browser.

A hand takes the first slider of the Latent space page and moves it. Picture:
from the time that the browser gives the move's event to the frame after the
roll has been drawn with what the network decodes there. Sound: from the same
time until the preview, which loops the four measures, has let go of keys that
are gone and struck those that are new, with what the browser says that its
sound is late. Moves come 150 ms apart. Where the machine has other work to do,
all of it shows in the figures.

    python -m benchmarks.latent_sliders [--moves 50] [--model AE1]
"""

import argparse
import json
import os

import numpy as np

from tests.e2e.running import running_app, running_browser
from tests.e2e.visitor import Visitor

PICTURE_MS, SOUND_MS = 100, 300  # what is aimed at
APART_MS = 150

_WATCH = """(box) => {
  const { panel } = box;
  const { stage } = panel;
  box.times = [];
  const draw = panel.draw.bind(panel);
  panel.draw = () => {
    const time = { moved: panel.movedAt, began: performance.now() };
    box.times.push(time);
    draw();
    time.drawn = performance.now();
    time.frame = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  };
  const hear = stage.hear.bind(stage);
  stage.hear = () => {
    const before = stage.heardAt;
    hear();
    if (stage.heardAt !== before) for (const time of box.times) time.heard ??= stage.heardAt;
  };
}"""
_TIMES = """async (box) => Promise.all(box.times.map(async ({ moved, began, drawn, heard, frame }) => (
  { moved, began, drawn, heard, seen: await frame })))"""


def measure(visitor: Visitor, model: str, n_moves: int) -> list[dict]:
    visitor.open("Latent space")
    visitor.click(model)
    visitor.settle()
    box = visitor.keyed("latent-panel").locator(f'.latents[data-decoder="{model.lower()}"][data-space]')
    box.wait_for(timeout=90_000)
    visitor.page.wait_for_timeout(1500)
    slider = box.locator(".main input").first
    slider.scroll_into_view_if_needed()
    place = slider.bounding_box()
    assert place  # it is in sight
    left, width, y = place["x"] + 12, place["width"] - 24, place["y"] + place["height"] / 2
    visitor.page.mouse.move(left + width / 2, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(left + width / 2 + 3, y)  # the preview begins to sound
    visitor.page.wait_for_timeout(1000)
    box.evaluate(_WATCH)
    for move in range(n_moves):
        share = 0.5 + 0.4 * np.sin(2 * np.pi * (move + 1) / 17)
        visitor.page.mouse.move(left + width * share, y)
        visitor.page.wait_for_timeout(APART_MS)
    visitor.page.wait_for_timeout(500)
    times = box.evaluate(_TIMES)
    visitor.page.mouse.up()
    visitor.settle()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=50)
    parser.add_argument("--model", default="AE1", help="by its title")
    arguments = parser.parse_args()
    with running_browser() as browser, running_app() as url:
        visitor = Visitor(browser, url)
        times = measure(visitor, arguments.model, arguments.moves)
        visitor.close()
    rows = {
        "decoding and drawing": [time["drawn"] - time["began"] for time in times],
        "move to picture": [time["seen"] - time["moved"] for time in times],
        "move to sound": [time["heard"] - time["moved"] for time in times if time["heard"]],
    }
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{arguments.model}, {len(times)} moves seen of {arguments.moves}; {machine}")
    print(f"{'ms':<24}{'median':>8}{'95 %':>8}{'aim':>8}")
    for (name, values), aim in zip(rows.items(), ("", PICTURE_MS, SOUND_MS), strict=True):
        print(f"{name:<24}{np.median(values):>8.0f}{np.percentile(values, 95):>8.0f}{aim:>8}")
    print(json.dumps({name: [round(value, 1) for value in values] for name, values in rows.items()}))


if __name__ == "__main__":
    main()
