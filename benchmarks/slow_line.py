"""What a phone gets on a slow line, and when: the first picture, the page, and the first sound.

Chromium in the size of a phone, its line throttled by its own tools; to 1.6
Mbit/s with 150 ms there and back, as on a poor mobile network, and to 20 Mbit/s
with 40 ms. Cold is a browser that was never here, warm one that was. Times are
the browser's own, from the address: the first picture is its first paint with
contents; the page is there when its button can be pressed; the sound, when its
audio element plays after a press on that button, as soon as it is there. Bytes
are those on the line, with headers, up to then; what a WebSocket brings counts
as it is. Where the machine has other work to do, all of it shows in the figures.

    python -m benchmarks.slow_line [--tries 3] [--no-sound]
"""

import argparse
import os
import statistics
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.server import metric, wait_ready
from tests.e2e.running import running_app, running_browser
from tests.e2e.visitor import PATIENCE_MS, SCREENS

# Mbit/s down and up, and milliseconds there and back.
LINES = {"1.6 Mbit/s": (1.6, 0.75, 150), "20 Mbit/s": (20.0, 5.0, 40)}
PICTURE_SEC, PAGE_SEC = 1.5, 6.0  # what is aimed at, at 1.6 Mbit/s
AHEAD = 8

_WATCH = """(() => {
  const look = () => {
    const button = document.querySelector(".st-key-compose button");
    if (button && !button.disabled && !document.getElementById("koe-shell")) window.koeThere ??= performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.addEventListener("playing", () => (window.koeHeard ??= performance.now()), { once: true });
    return play.call(this);
  };
})()"""
_PICTURE = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@dataclass
class Visit:
    """One visit: seconds and kilobytes."""

    picture_sec: float
    page_sec: float
    page_kb: float
    sound_sec: float | None = None
    sound_kb: float | None = None


class Line:
    """Counts what comes over a page's line, which is as slow as is asked for."""

    def __init__(self, page: Page, down: float, up: float, latency_ms: float) -> None:
        self.n_bytes = 0.0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        speed = {"downloadThroughput": down * 125_000, "uploadThroughput": up * 125_000}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency_ms, **speed})
        session.on("Network.loadingFinished", lambda told: self._add(told["encodedDataLength"]))
        session.on("Network.webSocketFrameReceived", lambda told: self._add(_length(told["response"])))

    def _add(self, n_bytes: float) -> None:
        self.n_bytes += n_bytes


def _length(frame: dict[str, Any]) -> float:
    data = len(frame["payloadData"])
    return data if frame["opcode"] == 1 else data * 3 / 4  # what is not text is told in base64


def visit(page: Page, url: str, line: Line, sound: bool) -> Visit:
    """Open Home and press its button."""
    line.n_bytes = 0
    page.goto(url, wait_until="commit", timeout=PATIENCE_MS)
    page.wait_for_function("() => window.koeThere", timeout=PATIENCE_MS)
    there = page.evaluate("window.koeThere") / 1000
    found = Visit(page.evaluate(_PICTURE) / 1000, there, line.n_bytes / 1000)
    if sound:
        page.locator(".st-key-compose button").click()
        page.wait_for_function("() => window.koeHeard", timeout=PATIENCE_MS)
        found.sound_sec, found.sound_kb = page.evaluate("window.koeHeard") / 1000, line.n_bytes / 1000
    return found


def measure(browser: Browser, url: str, speeds: tuple[float, float, float], tries: int, sound: bool) -> list[Visit]:
    """Median of a first visit, and of one in the same browser after it."""
    kinds: tuple[list[Visit], list[Visit]] = ([], [])
    for _ in range(tries):
        context = browser.new_context(**SCREENS["phone"])
        for found in kinds:
            page = context.new_page()
            page.add_init_script(_WATCH)
            found.append(visit(page, url, Line(page, *speeds), sound))
            # What a first visit leaves to the browser's idle time is there by the second.
            page.wait_for_timeout(1000)
            page.close()
        context.close()
    return [_median(found) for found in kinds]


def _median(visits: list[Visit]) -> Visit:
    def middle(name: str) -> Any:
        values = [getattr(one, name) for one in visits]
        return None if None in values else statistics.median(values)

    return Visit(*map(middle, Visit.__dataclass_fields__))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--no-sound", action="store_true", help="only until the page is there")
    parser.add_argument("--url", help="of a server that is there already; else one is started")
    arguments = parser.parse_args()
    sound = not arguments.no_sound
    print("| line | visit | first picture | page | bytes until then | first sound | bytes until then |")
    print("|---|---|---:|---:|---:|---:|---:|")
    started = nullcontext(arguments.url) if arguments.url else running_app(ahead=str(AHEAD if sound else 0))
    with running_browser() as browser, started as url:
        wait_ready(url, PATIENCE_MS / 1000)
        browser.new_page().goto(url)  # nobody's first visit is the server's
        while sound and not arguments.url and metric(url, "koe_pieces_ahead") < AHEAD:
            browser.contexts[0].pages[0].wait_for_timeout(1000)
        load = os.getloadavg()[0]
        for name, speeds in LINES.items():
            for kind, found in zip(
                ("cold", "warm"), measure(browser, url, speeds, arguments.tries, sound), strict=True
            ):
                heard = f"{found.sound_sec:.1f} s | {found.sound_kb:.0f} kB" if found.sound_sec else " | "
                print(
                    f"| {name} | {kind} | {found.picture_sec:.1f} s | {found.page_sec:.1f} s | {found.page_kb:.0f} kB "
                    f"| {heard} |",
                    flush=True,
                )
    print(f"\nLoad of the machine before: {load:.1f} on {os.cpu_count()} cores; median of {arguments.tries}.")


if __name__ == "__main__":
    main()
