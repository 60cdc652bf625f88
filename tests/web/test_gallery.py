"""What is passed on of the gallery: pages for messengers, pictures, sounds, likes, the feed; and who may do what."""

import asyncio
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from PIL import Image
from starlette.routing import Router

from koe.errors import GalleryError, InputError, ModelError
from koe.music.library import load_piece
from koe.music.midi import read_midi
from koe.settings import gallery_url
from koe.studio import Studio
from koe.web.gallery import house, limits, routes
from koe.web.gallery.limits import Limits
from koe.web.serving import cached_studio, sounds
from koe.web.serving.guard import gate
from koe.web.serving.guard.pace import Bucket, Paces
from koe.web.session import playing
from koe.web.session.liking import COOKIE

HOST = "koe.example.org"


class Tags(HTMLParser):
    """Names and values of meta elements, links, and all elements by name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.names: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.names.append(tag)
        if tag == "meta" and (name := found.get("property") or found.get("name")):
            self.meta[name] = found["content"]
        if tag == "link":
            self.links[found["rel"]] = found["href"]


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The gallery's addresses behind the gate; ask for one."""
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "gallery.db"))
    monkeypatch.delenv("KOE_PUBLIC_URL", raising=False)
    house.forget()
    monkeypatch.setattr(cached_studio, "studio", Studio)
    monkeypatch.setattr(cached_studio, "can_perform", lambda: False)
    app = gate.Gate(Router(routes.gallery_routes()))

    def ask(path: str, sent: object = None, *, client: str = "192.0.2.1", data: bytes | None = None, **fields: str):
        body = data if data is not None else b"" if sent is None else json.dumps(sent).encode()
        headers = {
            "host": HOST,
            "content-type": "application/json",
            **{k.replace("_", "-"): v for k, v in fields.items()},
        }
        got: list[dict] = []
        asked = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive():
            return next(asked)

        async def send(message):
            got.append(message)

        scope = {
            "type": "http", "method": "GET" if sent is None and data is None else "POST", "path": path,
            "raw_path": path.encode(), "query_string": b"", "scheme": "https", "server": (HOST, 443),
            "client": (client, 1234), "root_path": "", "http_version": "1.1",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        asyncio.run(app(scope, receive, send))
        begun, *parts = got
        answered = {name.decode(): value.decode() for name, value in begun["headers"]}
        return begun["status"], answered, b"".join(part.get("body", b"") for part in parts)

    yield ask
    house.gallery().close()
    house.forget()


def kept(title: str = "Für Elise"):
    return house.keep(load_piece("bach-musette"), None, title).entry


def test_a_page_says_what_messengers_show(server, monkeypatch):
    monkeypatch.setenv("KOE_PUBLIC_URL", "https://koe.example.org/musik/")
    entry = kept()
    status, headers, body = server(f"/g/{entry.id}")
    tags = Tags(body.decode())
    address = f"https://koe.example.org/musik/g/{entry.id}"
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert tags.links["canonical"] == tags.meta["og:url"] == address
    assert tags.links["alternate"] == "https://koe.example.org/musik/gallery.atom"
    assert tags.meta["og:title"] == "Für Elise"
    assert tags.meta["og:image"] == f"{address}.png"
    assert (tags.meta["og:image:width"], tags.meta["og:image:height"]) == ("1200", "630")
    assert tags.meta["og:description"].startswith("A piano piece of")
    assert tags.meta["twitter:card"] == "summary_large_image"
    assert {"h1", "svg", "button", "nav"} <= set(tags.names)
    status, headers, picture = server(f"/g/{entry.id}.png")
    assert (status, headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(picture)).size == (1200, 630)
    assert len(picture) < 300_000  # the largest that some messengers take
    _, _, german = server(f"/g/{entry.id}", accept_language="de-DE,de;q=0.9")
    assert "Ein Klavierstück von" in german.decode()


def test_titles_are_letters_on_the_page_and_in_the_feed(server):
    entry = kept("\"Quoted\" & 'so' $title")
    text = server(f"/g/{entry.id}")[2].decode()
    assert Tags(text).meta["og:title"] == "\"Quoted\" & 'so' $title"
    assert "&quot;Quoted&quot; &amp; &#x27;so&#x27; $title" in text
    assert text.count("<script>") == 1
    feed = ElementTree.fromstring(server("/gallery.atom")[2])
    assert feed.findtext("{*}entry/{*}title") == "\"Quoted\" & 'so' $title"


def test_a_host_that_somebody_made_up_is_no_markup(server):
    text = server(f"/g/{kept().id}", host='"><script>alert(1)</script>')[2].decode()
    assert "<script>alert" not in text


def test_the_feed_has_the_newest_first(server):
    entries = [kept(f"Piece {number}") for number in range(3)]
    house.gallery().hide(entries[1].id)
    status, headers, body = server("/gallery.atom")
    feed = ElementTree.fromstring(body)
    assert (status, headers["content-type"].partition(";")[0]) == (200, "application/atom+xml")
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert [one.text for one in feed.iterfind("{*}entry/{*}title")] == ["Piece 2", "Piece 0"]
    assert feed.findtext("{*}entry/{*}id") == f"https://{HOST}/g/{entries[2].id}"
    for moment in feed.iter("{*}updated"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text)
    house.gallery().hide(entries[0].id)
    house.gallery().hide(entries[2].id)
    assert ElementTree.fromstring(server("/gallery.atom")[2]).findtext("{*}updated") == "1970-01-01T00:00:00Z"


def test_its_notes_and_its_sound_are_where_the_page_says(server):
    entry = kept()
    status, headers, data = server(f"/g/{entry.id}.mid")
    assert status == 200
    assert headers["content-disposition"] == f'attachment; filename="koe-{entry.id}.mid"'
    assert read_midi(data).title == "Für Elise"
    status, headers, _ = server(f"/g/{entry.id}/sound")
    assert status == 307
    name = headers["location"].removeprefix("/sound/")
    assert sounds.shelf.get(name) is not None


def test_what_is_hidden_or_gone_is_not_found_however_one_asks(server):
    hidden, gone = kept("Rude"), house.keep(load_piece("bach-musette"), None, "Gone")
    server(f"/g/{hidden.id}.png")  # drawn once, and kept in memory
    server(f"/g/{gone.entry.id}.png")
    house.gallery().hide(hidden.id)
    house.gallery().remove(gone.entry.id, gone.deletion)
    for id in (hidden.id, gone.entry.id, "x" * 12, "nonsense", "%3Cscript%3E", "..", "a" * 3000):
        for path in (f"/g/{id}", f"/g/{id}.png", f"/g/{id}.mid", f"/g/{id}/sound"):
            status, _, body = server(path)
            assert status == 404
            assert b"Rude" not in body
            assert b"<script>" not in body
    assert b"Rude" not in server("/gallery.atom")[2]


def test_a_gallery_that_is_away_is_said(server, monkeypatch):
    entry = kept()
    house.gallery().close()
    monkeypatch.setattr(house, "opened", lambda id: (_ for _ in ()).throw(ModelError("x")))
    status, headers, body = server(f"/g/{entry.id}")
    assert (status, json.loads(body)["error"], headers["retry-after"]) == (503, "x", "60")


# -- likes -----------------------------------------------------------------------


def test_a_like_counts_once_for_each_cookie(server):
    id = kept().id
    status, headers, body = server(f"/g/{id}/like", {"likes": True})
    assert (status, json.loads(body)) == (200, {"likes": 1})
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert {"SameSite=lax", "Secure", "Path=/"} <= set(attributes)
    for _ in range(3):
        status, headers, body = server(f"/g/{id}/like", {"likes": True}, cookie=cookie)
        assert json.loads(body) == {"likes": 1}
        assert "set-cookie" not in headers
    assert 'aria-pressed="true"' in server(f"/g/{id}", cookie=cookie)[2].decode()
    assert 'aria-pressed="false"' in server(f"/g/{id}")[2].decode()
    assert json.loads(server(f"/g/{id}/like", {"likes": False}, cookie=cookie)[2]) == {"likes": 0}


def test_who_drops_the_cookie_again_and_again_soon_counts_no_more(server, monkeypatch):
    monkeypatch.setattr(limits, "MAX_LIKES_OF_ADDRESS", 3)
    id = kept().id
    answers = [server(f"/g/{id}/like", {"likes": True}, cookie=f"{COOKIE}=made.up{number}") for number in range(6)]
    assert [status for status, _, _ in answers] == [200, 200, 200, 429, 429, 429]
    assert "in a few minutes" in json.loads(answers[-1][2])["error"]
    assert house.gallery().entry(id).n_likes == 3
    assert server(f"/g/{id}/like", {"likes": True}, client="192.0.2.2")[0] == 200


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"data": b"likes=true"}, {"content_type": "application/x-www-form-urlencoded"}),
        ({"data": b'{"likes": true}'}, {"content_type": "text/plain"}),
        ({"sent": {"likes": True}}, {"origin": "https://evil.example"}),
        ({"sent": {"likes": True}}, {"origin": "null://"}),
        ({"sent": {"likes": 1}}, {}),
        ({"sent": [True]}, {}),
        ({"data": b"{"}, {}),
        ({"data": b"[" * 100_000}, {}),
        ({"data": b'{"likes": true, "x": "' + b"x" * 1000 + b'"}'}, {}),
        ({"data": b"\xff"}, {}),
    ],
)
def test_likes_that_another_site_or_nobody_sends_do_not_count(server, sent, fields):
    id = kept().id
    if fields.get("origin") == "null://":
        fields = {"origin": "https://koe.example.org.evil.example"}
    status, _, body = server(f"/g/{id}/like", **sent, **fields)
    assert status == 400
    assert json.loads(body)["error"]
    assert house.gallery().entry(id).n_likes == 0


def test_opening_an_address_likes_and_removes_nothing(server):
    id = kept().id
    assert server(f"/g/{id}/like")[0] == 405
    for path in (f"/g/{id}", "/gallery.atom", f"/g/{id}.png", "/g/x/unlike"):
        assert server(path, {"likes": True})[0] == 405


def test_the_gate_counts_what_an_address_asks_for(server, monkeypatch):
    entry = kept()
    asked = gate.Gate(Router(routes.gallery_routes()))
    assert asked._shared._made[:2] == (gate.SHARED_PER_SEC, gate.SHARED_BURST)
    answers = [server(f"/g/{entry.id}.mid", client="192.0.2.9")[0] for _ in range(int(gate.SHARED_BURST) + 40)]
    assert answers[0] == 200
    assert 429 in answers
    assert server(f"/g/{entry.id}.mid", client="192.0.2.10")[0] == 200


# -- limits ------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.sec = 0.0

    def __call__(self) -> float:
        return self.sec


def test_a_bucket_that_is_empty_gives_nothing_and_lends_nothing():
    clock = Clock()
    bucket = Bucket(1.0, 2.0, clock)
    assert [bucket.has() for _ in range(5)] == [True, True, False, False, False]
    clock.sec = 1.0
    assert [bucket.has() for _ in range(2)] == [True, False]


def test_addresses_are_forgotten_when_they_may_do_all_again(monkeypatch):
    monkeypatch.setattr("koe.web.serving.guard.pace.MAX_ADDRESSES", 3)
    clock = Clock()
    paces = Paces(1.0, 1.0, clock)
    for number in range(3):
        assert paces.has(str(number))
    clock.sec = 10.0
    assert paces.has("new")
    assert len(paces._of) == 1


def test_an_address_keeps_and_likes_only_so_much():
    clock = Clock()
    bounds = Limits(clock)
    for _ in range(int(limits.KEPT_BURST)):
        bounds.keep("a")
    with pytest.raises(GalleryError, match="a lot at once"):
        bounds.keep("a")
    bounds.keep("b")
    clock.sec = 1 / limits.KEPT_PER_SEC + 1
    bounds.keep("a")
    for _ in range(limits.MAX_LIKES_OF_ADDRESS):
        bounds.like("a", "piece")
    with pytest.raises(GalleryError):
        bounds.like("a", "piece")
    bounds.like("a", "other")
    clock.sec += limits.DAY_SEC + 1
    bounds.like("a", "piece")


# -- settings ------------------------------------------------------------------------


def test_where_the_gallery_is(monkeypatch, tmp_path):
    for name in ("KOE_GALLERY", "KOE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert gallery_url() == f"sqlite:///{tmp_path}/koe/gallery.db"
    monkeypatch.setenv("KOE_GALLERY", "~/pieces.db")
    assert gallery_url().endswith("/pieces.db")
    assert "~" not in gallery_url()
    monkeypatch.setenv("KOE_DATABASE_URL", "postgresql://koe@db/koe")
    assert gallery_url() == "postgresql://koe@db/koe"
    monkeypatch.setenv("KOE_GALLERY", "off")
    with pytest.raises(InputError, match="leave one of them out"):
        gallery_url()
    monkeypatch.delenv("KOE_DATABASE_URL")
    assert gallery_url() == ""
    assert routes.gallery_routes() == []


def test_an_exhibition_that_is_no_name_ends_the_start_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "x.db"))
    monkeypatch.setenv("KOE_EXHIBITION", "<b>")
    with pytest.raises(InputError, match="KOE_EXHIBITION cannot be"):
        house.check()
    monkeypatch.setenv("KOE_EXHIBITION", "Lange Nacht")
    house.check()
    assert house.exhibition() == "Lange Nacht"


def test_what_is_heard_there_is_what_pages_play_at_first(monkeypatch):
    piece = load_piece("bach-musette")
    monkeypatch.setattr(cached_studio, "can_perform", lambda: True)
    monkeypatch.setattr(cached_studio, "performed", lambda *given: given)
    assert house.heard(piece, None) is piece
    assert house.heard(piece, 0) == (piece, 0, 1.0, playing.begins_at(piece, 0))
