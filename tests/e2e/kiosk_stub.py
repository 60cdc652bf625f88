"""A kiosk's page whose server is the test: it can be cut off, start anew, and says what it gave to whom."""

import itertools
import json
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

PAGE = Path(__file__).resolve().parents[2] / "koe/web/kiosk/page"
HOME = "http://kiosk.test"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
CHOICES = {
    **{"loudness": 70, "quiet": 40, "languages": ["de", "en", "fr", "it"], "rest_from": "", "rest_to": ""},
    **{"idle_sec": 60, "countdown_sec": 20},
}
CODE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'


def piece(number: str, mood: str = "") -> dict:
    """Thirty seconds of broken chords."""
    notes = [[250 * n, 250 * n + 240, 250 * n + 240, 48 + (0, 4, 7, 12, 16)[n % 5], 80] for n in range(120)]
    return {
        "id": number,
        "mood": mood,
        "ms": 30_000,
        "notes": notes,
        "scale": [0, 2, 4, 5, 7, 9, 11],
        "minor": False,
        "chords": [[0, 0, 4, 7], [15_000, 7, 11, 2]],
    }


class StubbedKiosk:
    """A page and its server.

    Attributes
    ----------
    cut : bool
        Whether nothing is answered.
    visit : str
        What numbers of pieces begin with that are given while it is set.
    """

    def __init__(self, browser: Browser, width: int = 800, height: int = 450, **window) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, **window)
        self.page: Page = self.context.new_page()
        self.cut, self.boot, self.visit, self.choices = False, 0, "", dict(CHOICES)
        self.given: list[str] = []
        self.counted: list[str] = []
        self.faults: list[str] = []
        self.answered: list[list] = []  # what was played, as it was sent
        self._numbers = itertools.count()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.route(f"{HOME}/**", self._answer)

    def open(self, path: str = "/kiosk") -> None:
        self.page.goto(HOME + path)

    def _answer(self, route: Route) -> None:
        path, query = urlsplit(route.request.url)[2:4]
        if path.startswith("/kiosk/api/"):
            if self.cut:
                route.abort("connectionrefused")
                return
            self._api(route, path.removeprefix("/kiosk/api/"), query)
            return
        name = "kiosk.html" if path == "/kiosk" else path.removeprefix("/kiosk/")
        if path == "/empty":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        elif (PAGE / name).is_file():
            route.fulfill(body=(PAGE / name).read_text("utf-8"), content_type=TYPES[Path(name).suffix])
        else:
            route.fulfill(status=404)

    def _api(self, route: Route, name: str, query: str) -> None:
        if name == "answer":
            self.answered.append(json.loads(route.request.post_data or "{}")["presses"])
        if name == "state":
            told: object = {"boot": str(self.boot), "version": "1", "choices": self.choices}
        elif name in ("piece", "answer"):
            told = self._piece(for_nobody=name == "piece" and not query)
        elif name == "mix":
            ends = [{"title": "One", "composer": "A"}, {"title": "Other", "composer": "B"}]
            told = {"number": 0, "n_pairs": 1, "ends": ends, "stops": [self._piece() for _ in range(7)]}
        elif name == "home":
            told = {"kind": "link", "svg": CODE}
        elif name == "count":
            sent = json.loads(route.request.post_data or "{}")
            if "fault" in sent:
                self.faults.append(sent["fault"])
            self.counted.append(sent.get("kind", ""))
            told = {}
        else:  # the piano: it stays silent, which a test of the page need not mind
            route.fulfill(status=503, json={"error": ""})
            return
        route.fulfill(json=told)

    def _piece(self, *, for_nobody: bool = False) -> dict:
        number = f"{'nobody' if for_nobody else self.visit or 'nobody'}-{next(self._numbers)}"
        self.given.append(number)
        return piece(number)

    def body(self, name: str) -> str | None:
        """What the page says of itself."""
        return self.page.get_attribute("body", f"data-{name}")
