"""A link in a messenger: the page has its title and picture, whoever looks; and nothing of a link is markup."""

import asyncio
import gzip
import html
import io

import brotli
import pytest
from PIL import Image
from starlette.responses import PlainTextResponse
from starlette.routing import Router

from koe.music.library import load_piece
from koe.projects.links import Link, encode
from koe.projects.recipes import Composed, Frame, Given
from koe.studio import Studio
from koe.web.gallery import previews
from koe.web.serving import cached_studio
from koe.web.serving.front.door import Door
from tests.web.test_gallery import Tags

PIECE = load_piece("bach-musette")
BOT = {"accept": "*/*", "user-agent": "WhatsApp/2.23"}
BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-encoding": "gzip, br"}


def link(title: str, notes: bool = True) -> str:
    frame = Frame(title, PIECE.tempos, PIECE.time_signatures, 16)
    recipe = Given(None) if notes else Composed("lstm2", 7)
    weights = b"" if notes else bytes(4)
    return encode(Link(frame, recipe, weights, bytes(6), PIECE.n_ticks, tuple(sorted(PIECE.notes)) if notes else None))


@pytest.fixture
def get(monkeypatch):
    """Ask the door for a path; what it does not answer is Streamlit's."""
    monkeypatch.delenv("KOE_PUBLIC_URL", raising=False)
    monkeypatch.setattr(cached_studio, "studio", Studio)
    router = Router(previews.preview_routes(), default=PlainTextResponse("Streamlit's own"))

    def ask(path: str, query: str = "", **headers: str):
        said: list[dict] = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            said.append(message)

        fields = {"host": "koe.example.org", **headers}
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "scheme": "https",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
        }  # fmt: skip
        asyncio.run(Door(router)(scope, receive, send))
        body = b"".join(one.get("body", b"") for one in said)
        answered = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(answered.get("content-encoding", ""), bytes)
        return said[0]["status"], unpack(body)

    return ask


@pytest.mark.parametrize("who", [BOT, BROWSER, {"accept_encoding": "gzip"}])
def test_a_link_has_a_title_and_a_picture_for_whoever_looks(get, who):
    text = link("Für Elise")
    meta = Tags(get("/", f"k={text}", **who)[1].decode()).meta
    assert meta["og:title"] == "Für Elise"
    assert meta["og:url"] == f"https://koe.example.org/?k={text}"
    assert meta["og:description"].startswith("A piano piece of")
    address = meta["og:image"].removeprefix("https://koe.example.org")
    path, _, query = address.partition("?")
    status, data = get(path, query)
    assert status == 200
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert picture.size == (1200, 630)
    colors = {color for _, color in picture.getcolors(100_000)}
    assert {(0x2B, 0x3A, 0x55), (0xC2, 0x49, 0x2F)} <= colors  # a person's notes, and a network's


def test_where_the_notes_stayed_behind_nothing_is_made_anew(get, monkeypatch):
    monkeypatch.setattr(Studio, "compose", None)
    text = link("By chance", notes=False)
    meta = Tags(get("/", f"k={text}", **BOT)[1].decode()).meta
    assert meta["og:description"].endswith("LSTM2.")
    assert get("/preview.png", f"k={text}")[0] == 200


def test_the_title_of_a_link_is_no_markup(get):
    title = '"><script>alert(1)</script>'
    page = get("/", "k=" + link(title + "\n" + "x" * 300), **BOT)[1].decode()
    assert "<script>alert" not in page
    assert html.escape(title) in page
    assert len(Tags(page).meta["og:title"]) <= previews.MAX_TITLE_CHARS


@pytest.mark.parametrize("text", ["", "x", "A" * 3000, "%3Cscript%3E", "../..", "B" * 9000])
def test_what_is_no_link_gets_the_page_as_it_is(get, text):
    assert b"og:title" not in get("/", f"k={text}", **BROWSER)[1]
    assert get("/preview.png", f"k={text}")[0] == 404


def test_other_pages_are_as_they_were(get):
    assert get("/", **BOT)[1] == b"Streamlit's own"
    assert b"og:title" not in get("/", **BROWSER)[1]
    assert get("/continue", f"k={link('A')}", **BOT)[1] == b"Streamlit's own"
