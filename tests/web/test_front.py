"""What a browser gets first: the page with its first picture, packed files, small fonts; all else is Streamlit's."""

import asyncio
import gzip
import re
from dataclasses import dataclass
from itertools import pairwise

import brotli
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from koe.web.serving.front import packing, page
from koe.web.serving.front.door import Door, coding_for
from koe.web.texts import home as texts
from koe.web.texts.german import home as german
from tools.make_web_fonts import OUT, icons

HTML = {"Accept": "text/html,*/*"}
SCRIPT = next(packing.STATIC.glob("js/index.*.js"))
STYLE = next(packing.STATIC.glob("css/index.*.css"))


@dataclass
class Answer:
    status: int
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@pytest.fixture(params=["", "/koe"])
def get(request):
    """Ask for a path below the base; what is not answered is Streamlit's."""

    def ask(path: str, **headers: str) -> Answer:
        path, _, query = path.partition("?")
        said = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            said.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": request.param + path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(Door(PlainTextResponse("Streamlit's own"), base=request.param)(scope, receive, send))
        body = b"".join(one.get("body", b"") for one in said)
        return Answer(said[0]["status"], Headers(raw=said[0]["headers"]), body)

    return ask


def test_the_first_picture_is_in_the_page_in_the_visitors_language(get):
    home = get("/", **HTML)
    assert texts.HOME_TITLE in home.text
    assert "<svg" in home.text
    assert f"./static/js/{SCRIPT.name}" in home.text
    assert home.headers["cache-control"] == "no-cache"
    assert get("/", **HTML, **{"If-None-Match": home.headers["etag"]}).status == 304
    for path, headers in (
        ("/?lang=de", {}),
        ("/", {"Accept-Language": "de-AT,de"}),
        ("/", {"Cookie": "koe_language=de"}),
    ):
        asked = get(path, **HTML, **headers)
        assert german.HOME_TITLE in asked.text
        assert '<html lang="de">' in asked.text
    # A roll without words where the page will say something else.
    for path in ("/continue", "/?k=ABC"):
        assert texts.HOME_TITLE not in get(path, **HTML).text
        assert "<svg" in get(path, **HTML).text
    packed = get("/", **HTML, **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "br"
    assert int(packed.headers["content-length"]) < 6000  # before anything is seen
    assert brotli.decompress(packed.content) == home.content


def test_scripts_are_sent_packed_for_ever_and_the_same(get):
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = get(f"/static/js/{SCRIPT.name}", **{"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert "immutable" in answer.headers["cache-control"]
        assert unpack(answer.content) == SCRIPT.read_bytes()
    for headers in ({}, {"Accept-Encoding": "br", "Range": "bytes=0-3"}):
        assert get(f"/static/js/{SCRIPT.name}", **headers).text == "Streamlit's own"


def test_fonts_are_small_and_every_letter_has_one(get):
    style = packing.read(f"css/{STYLE.name}").decode()
    rules = page._faces()
    for family in packing.FAMILIES:
        assert not re.search(rf"@font-face{{font-family:{family};[^}}]*font-style:normal", style)
        assert f"font-family:{family};" in rules
    assert "KaTeX_Main" in style
    for address in re.findall(r"\./static/koe/[\w.-]+", get("/", **HTML).text):
        font = get(address.removeprefix("."))
        assert font.content.startswith(b"wOF2")
        assert len(font.content) < 60_000
    ranges = re.findall(r"font-family:Source Sans;[^}]*unicode-range:([^;}]+)", rules)
    covered = sorted(
        (int(first, 16), int(last or first, 16))
        for one in ranges
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", one)
    )
    assert covered[0][0] == 0
    assert all(after[0] == before[1] + 1 for before, after in pairwise(covered))
    assert covered[-1][1] == 0x10FFFF


def test_the_small_font_has_every_icon_that_pages_use():
    drawn = set((OUT / "icons.txt").read_text().split())
    assert {"favorite", "play_arrow", "undo"} <= drawn
    assert not (icons() & set(ALL_MATERIAL_ICONS)) - drawn


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/js/nothing.js", "/static/koe/nothing.woff2", "/nothing"])
def test_what_is_not_known_here_is_streamlits(get, path):
    assert get(path, **HTML, **{"Accept-Encoding": "br"}).text == "Streamlit's own"


def test_a_browser_that_refuses_a_packing_does_not_get_it():
    assert coding_for("br;q=0, gzip;q=0.5") == "gzip"
    assert coding_for("") == ""


def test_a_streamlit_whose_page_is_another_one_is_sent_as_it_is(monkeypatch, tmp_path):
    (tmp_path / "index.html").write_text("<html>new</html>")
    monkeypatch.setattr(page, "STATIC", tmp_path / "static")
    assert page.front_page.__wrapped__("en", True) == ""
