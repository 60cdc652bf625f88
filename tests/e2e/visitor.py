"""What a visitor does in a browser, and what they see and hear."""

import io
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import numpy as np
import soundfile
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from koe.music.grid import TICKS_PER_STEP

PATIENCE_MS = 300_000  # for a busy machine; whoever waits goes on as soon as what they wait for is there
expect.set_options(timeout=PATIENCE_MS)  # five seconds otherwise

# By its name in the navigation, the address and the title of every page.
PAGES = {
    "Home": ("", "Press the button. A network writes you a piano piece."),
    "Your piece": ("your_piece", "Your piece"),
    "Reconstruct": ("reconstruct", "Reconstruct"),
    "Latent space": ("latent_space", "Latent space"),
    "Interpolate": ("interpolate", "Interpolate"),
    "Continue": ("continue", "Continue"),
    "Fill": ("fill", "Fill"),
    "One neuron": ("neuron", "One neuron, one layer"),
    "Downhill": ("downhill", "Downhill"),
    "Squeezing music": ("squeezing", "Squeezing music"),
    "Memory": ("memory", "Memory"),
    "A tour": ("tour", "A tour in half an hour"),
    "For teachers": ("teachers", "For teachers"),
    "Person or network?": ("quiz", "Person or network?"),
    "Gallery": ("gallery", "Gallery"),
    "Models": ("models", "Models"),
    "About": ("about", "About Koe"),
}
# Where the menu has them, unless it shows them itself.
SECTIONS = {
    **dict.fromkeys(("Continue", "Fill"), "Write"),
    **dict.fromkeys(("Reconstruct", "Latent space", "Interpolate"), "Blend"),
    **dict.fromkeys(
        ("One neuron", "Downhill", "Squeezing music", "Memory", "Person or network?", "A tour", "For teachers"), "Learn"
    ),
    **dict.fromkeys(("Gallery", "Models", "About"), "More"),
}
DOWNLOADS = {"mid": "MIDI", "mp3": "MP3", "ogg": "OGG", "wav": "WAV", "txt": "Text"}
SCREENS: dict[str, dict[str, Any]] = {
    "laptop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        # Streamlit closes its menu after a choice on what calls itself a phone.
        "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Mobile Safari/537.36",
    },
    "large": {"viewport": {"width": 1920, "height": 1080}},
}

# Between the page's wish that its script be run and the first word of that run, all looks settled. So both are
# noted, from the first field of each message from the page and the fields of each to it (Streamlit's BackMsg and
# ForwardMsg): a run has begun a moment after its `new_session` came, when the page has read that, too.
_NOTE_RUNS = """() => {
  const RERUN_SCRIPT = 11, NEW_SESSION = 4, READ_MS = 50;
  const runs = (globalThis.koeRuns = { asked: 0, begun: 0 });
  const varint = (bytes, at) => {
    let value = 0, shift = 1;
    for (; bytes[at] > 127; at += 1, shift *= 128) value += (bytes[at] & 127) * shift;
    return [value + bytes[at] * shift, at + 1];
  };
  function* fields(bytes) {
    for (let at = 0, tag, size; at < bytes.length; at += size) {
      [tag, at] = varint(bytes, at);
      if (tag % 8 !== 2) return; // all that matters here comes before whatever is no message or string
      yield Math.floor(tag / 8);
      [size, at] = varint(bytes, at);
    }
  }
  const heard = new WeakSet();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", ({ data, timeStamp }) => {
        if (data instanceof ArrayBuffer && [...fields(new Uint8Array(data))].includes(NEW_SESSION))
          setTimeout(() => (runs.begun = timeStamp), READ_MS);
      });
    }
    const [first] = typeof data === "string" ? [] : fields(new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0));
    if (first === RERUN_SCRIPT) runs.asked = performance.now();
    return send.call(this, data);
  };
}"""
# The script has run, nothing of an earlier run is left, and every plot and every player is drawn.
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === "notRunning" && koeRuns.begun >= koeRuns.asked
    && !document.querySelector(
      ':is([data-stale="true"], [data-testid="stProgress"], [data-testid="stSpinner"], [data-testid="stSkeleton"])')
    && !document.querySelector("audio[data-left]")
    && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
      .every((chart) => chart.querySelector(".js-plotly-plot .main-svg"))
    && [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
      .map((host) => host.shadowRoot && host.shadowRoot.querySelector(".player"))
      .every((box) => !box || !box.clientWidth || (box.player && box.dataset.drawn === box.player.data.music));
}"""
_STREAMLITS_SEARCH = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")
# Column by column, as it was sent; what only the original of a comparison has is not this piece's.
_NOTES = """(box) => box.player.roll.notes.filter((note) => note.kind !== "o")
  .map((note) => [note.onset, note.pitch, Math.round(100 * (note.end - note.onset)) / 100, "mn".includes(note.kind)])"""
_OVERFLOW = """() => {
  const wide = [document.documentElement, document.body,
                ...document.querySelectorAll('[data-testid="stAppViewContainer"], [data-testid="stMain"]')]
    .filter((box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== "hidden")
    .map((box) => `${box.tagName} ${box.dataset.testid || ""} scrolls: ${box.scrollWidth} > ${box.clientWidth}`);
  const screen = document.documentElement.clientWidth;
  const seen = 'button, audio, h1, h2, h3, p, svg, td, th, [data-testid="stSlider"]';
  // What a box of its own scrolls, or a roll's frame clips, is where it should be.
  const inside = (element) => {
    for (let box = element.parentElement; box && box.dataset.testid !== "stMain"; box = box.parentElement) {
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
      if (scrolls && box.clientWidth < box.scrollWidth) return true;
    }
    return element.closest(".js-plotly-plot");
  };
  const shadows = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .map((host) => host.shadowRoot).filter((root) => root && root.querySelector(".player"))
    .flatMap((root) => [...root.querySelectorAll(".player, .stage, .bar > *")]);
  const out = [...document.querySelectorAll(`[data-testid="stMain"] :is(${seen})`), ...shadows]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width && (box.right > screen + 1 || box.left < -1) && !inside(element);
    })
    .map((element) => `${element.outerHTML.slice(0, 160)} lies outside the screen`);
  return [...wide, ...out];
}"""


@dataclass(frozen=True, order=True)
class SeenNote:
    """One bar of a roll; ``onset`` and ``duration`` in ticks, as it sounds."""

    onset: float
    pitch: int
    duration: float
    made: bool  # by a network, as its colour says

    @property
    def step(self) -> float:
        """Where it begins in sixteenths."""
        return self.onset / TICKS_PER_STEP

    @property
    def n_steps(self) -> float:
        """Its length in sixteenths."""
        return self.duration / TICKS_PER_STEP


@dataclass(frozen=True)
class Sound:
    """A decoded sound file; ``samples`` has the shape ``(frames, channels)``."""

    samples: np.ndarray
    sample_rate: int

    @property
    def duration_sec(self) -> float:
        return len(self.samples) / self.sample_rate

    @property
    def rms(self) -> float:
        return float(np.sqrt(np.mean(np.square(self.samples))))


def decode(data: bytes) -> Sound:
    """Decode WAV, OGG or MP3."""
    samples, sample_rate = soundfile.read(io.BytesIO(data), always_2d=True)
    return Sound(samples, sample_rate)


class Visitor:
    """A browser window of one visitor, with a session of their own."""

    def __init__(self, browser: Browser, url: str, **window: Any) -> None:
        window = {"viewport": {"width": 1366, "height": 768}, **window}
        self.url = url
        self.context = browser.new_context(accept_downloads=True, **window)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(f"({_NOTE_RUNS})()")
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = self.context.new_page()
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("crash", self._fall)

    def close(self) -> None:
        self.context.close()

    def _listen(self, line: ConsoleMessage) -> None:
        # Opened at the address of a page, Streamlit looks for its server below it first, in vain.
        if line.type == "error" and not _STREAMLITS_SEARCH.search(line.location["url"]):
            self.complaints.append(f"{line.text} ({line.location['url']})")

    def _fall(self, _: Page) -> None:
        """A page that is gone answers to nothing; whatever waits for it ends now."""
        self.complaints.append("the browser's page crashed")
        self.close()

    @property
    def foreign_requests(self) -> list[str]:
        """Requests that left the app's server."""
        home = urlsplit(self.url).netloc
        parts = [(request, urlsplit(request)) for request in self.requests]
        return [request for request, part in parts if part.scheme not in ("data", "blob") and part.netloc != home]

    # -- going ----------------------------------------------------------

    def open(self, name: str = "Home") -> None:
        """Type the page's address."""
        path, title = PAGES[name]
        self.page.goto(f"{self.url}/{path}")
        self._arrive(title)

    def go(self, name: str) -> None:
        """Choose a page in the navigation."""
        links = self.page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"{re.escape(name)}$"))
        section = self.page.get_by_test_id("stTopNavSection").filter(has_text=SECTIONS.get(name, name))
        if name in SECTIONS and section.count():
            section.click()
            links = self.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile(f"{re.escape(name)}$"))
        elif not links.count():  # a narrow screen has them behind a button
            self.page.get_by_test_id("stExpandSidebarButton").click()
            links = self.page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(f"{re.escape(name)}$"))
        links.first.click()
        self._arrive(PAGES[name][1])

    def _arrive(self, title: str) -> None:
        expect(self.page.locator("h1")).to_have_text(title, timeout=PATIENCE_MS)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is as it will stay."""
        self.page.wait_for_function(_SETTLED)

    # -- doing ----------------------------------------------------------

    def click(self, label: str) -> None:
        """Click the button, or the choice of several, with exactly this label."""
        name = re.compile(f"(^| ){re.escape(label)}$")  # an icon's name may stand before it
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("radio", name=name)).first.click()

    def slider(self, key: str) -> Locator:
        """The slider of the widget with this key."""
        return self.keyed(key).locator("input[type=range]")

    def keyed(self, key: str) -> Locator:
        """The widget or container with this key in the app."""
        return self.page.locator(f".st-key-{key}").first

    def upload(self, name: str, data: bytes, key: str = "your-upload") -> None:
        """Choose a file in an uploader."""
        self.keyed(key).locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "audio/midi", "buffer": data}
        )

    def as_written(self, key: str) -> None:
        """Have this result, and all others of its kind, shown and heard as it is written, not played."""
        before = self.notes(key)
        self.keyed(f"{key}-playing").get_by_role("radio", name="As written").click()
        assert self.other_notes(key, before) != before

    def as_in_the_paper(self, page: str) -> None:
        """Take the paper's networks on this page."""
        self.keyed(f"{page}-paper").locator("label").first.click()
        self.settle()

    def open_more(self, key: str) -> None:
        """Open what few people need, behind the button with this key; `close_menu` closes it."""
        if not self.page.get_by_test_id("stPopoverBody").count():
            self.keyed(key).get_by_role("button").first.click()
        expect(self.page.get_by_test_id("stPopoverBody")).to_be_visible()

    def download(self, ending: str, key: str) -> bytes:
        """Take the result with this key home in one format; MIDI as it is written."""
        menu = self.page.get_by_test_id("stPopoverBody")
        if not menu.count():
            self.keyed(f"{key}-take").get_by_role("button").click()
        with self.page.expect_download() as download:
            menu.get_by_role("button", name=re.compile(rf"\b{DOWNLOADS[ending]},(?! as it is played)")).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        return Path(download.value.path()).read_bytes()

    def close_menu(self) -> None:
        """Close the menu of downloads."""
        menu = self.page.get_by_test_id("stPopoverBody")
        end = time.monotonic() + PATIENCE_MS / 1000
        while menu.count() and time.monotonic() < end:
            self.page.keyboard.press("Escape")
            with suppress(AssertionError):  # a key that comes while the page is drawn anew is lost
                expect(menu).to_have_count(0, timeout=1000)
        expect(menu).to_have_count(0)

    # -- seeing and hearing ---------------------------------------------

    def notes(self, key: str) -> list[SeenNote]:
        """The bars in the roll with this key, in order."""
        return sorted(SeenNote(*bar) for bar in self.player(key).evaluate(_NOTES))

    def other_notes(self, key: str, before: list[SeenNote]) -> list[SeenNote]:
        """The bars once they are others than ``before``."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while self.notes(key) == before and time.monotonic() < end:  # the player may be another one each time
            self.page.wait_for_timeout(50)
        self.settle()
        return self.notes(key)

    def await_notes(self, key: str, expected: list[SeenNote]) -> None:
        """Wait until the bars are these; answers to earlier moves may be seen on the way."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while self.notes(key) != expected and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        assert self.notes(key) == expected

    def player(self, key: str) -> Locator:
        """The player with this key, drawn; as an element it has its parts under ``player``."""
        box = self.keyed(f"{key}-roll").locator(".player")
        expect(box).to_have_attribute("data-drawn", re.compile("."), timeout=PATIENCE_MS)
        return box

    def press(self, key: str, button: str = "play") -> None:
        """Touch a button of the player with this key."""
        self.player(key).locator(f".{button}").click()

    def audio(self, key: str) -> Locator:
        """The sound of the player with this key, which the page keeps apart from its picture."""
        return self.page.locator(f'audio[data-player="{key}"]')

    def players(self) -> Locator:
        """The sounds of all players on the page, but for those of rolls to choose on."""
        return self.page.locator('audio[data-player]:not([data-player$="-choose"])')

    def address(self, player: Locator, before: str = "") -> str:
        """Where a player's sound is, once it is another than ``before``."""
        where = "(audio) => audio.getAttribute('src') || globalThis.koeSounds?.get(audio.dataset.player)?.src"
        condition = f"([audio, before]) => (({where})(audio) || before) !== before"
        self.page.wait_for_function(condition, arg=[player.element_handle(), before])
        return player.evaluate(where)

    def sound_of(self, player: Locator) -> Sound:
        """What a player plays: its bytes as the server sends them, decoded."""
        source = urljoin(self.page.url, self.address(player))
        answer = self.context.request.get(source)
        assert answer.ok, f"{source} was answered with {answer.status}"
        return decode(answer.body())

    def position(self, player: Locator) -> float:
        """Seconds that a player has played."""
        return player.evaluate("(audio) => audio.currentTime")

    def hear(self, player: Locator, from_sec: float = 0.0) -> None:
        """Wait until a player has played on for a little while."""
        self.page.wait_for_function(
            "([audio, end]) => audio.currentTime > end", arg=[player.element_handle(), from_sec + 0.2]
        )

    def faults(self) -> list[str]:
        """Whatever a visitor should never see on a page."""
        page = self.page
        boxes = page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]')
        found = [f"error box: {text}" for text in boxes.all_inner_texts()]
        if "Traceback" in page.locator("body").inner_text():
            found.append("a traceback")
        return found + self.overflow()

    def overflow(self) -> list[str]:
        """What makes the page scroll sideways, or lies outside the screen."""
        return self.page.evaluate(_OVERFLOW)
