"""Sounds are made when a browser asks for them, and given up when it no longer does."""

import asyncio
import gc
import json
import threading
import time
import weakref
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route, Router

from koe.errors import AudioError, BusyError, Cancelled
from koe.music.library import load_piece
from koe.web.serving import cached_studio, making, sounds
from koe.web.serving.queued_studio import _Queue
from koe.web.serving.sounds import File, Shelf
from koe.web.texts.language import COOKIE, language

DATA = bytes(range(200))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(path: str, stays_sec: float = 60.0, **headers: str) -> Answer:
    """Ask as a browser that goes away after a while."""
    sent = []
    path, _, query = path.partition("?")
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": fields, "query_string": query.encode()}

    async def ask() -> None:
        left_at = time.monotonic() + stays_sec

        async def receive():
            if left_at > time.monotonic():
                await asyncio.sleep(left_at - time.monotonic())
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        await Router([Route("/sound/{name}", sounds.hand_out)])(scope, receive, send)

    asyncio.run(ask())
    if not sent:  # it had gone
        return Answer(0, {}, b"")
    begun, *parts = sent
    fields = {name.decode(): value.decode() for name, value in begun["headers"]}
    return Answer(begun["status"], fields, b"".join(part.get("body", b"") for part in parts))


@pytest.fixture
def shelf(monkeypatch):
    shelf = Shelf(size=3)
    monkeypatch.setattr(sounds, "shelf", shelf)
    monkeypatch.setattr(sounds, "LOOK_SEC", 0.05)
    monkeypatch.setattr(making, "GRACE_SEC", 0.05)
    monkeypatch.setattr(sounds, "GRACE_SEC", 0.05)
    return shelf


def test_a_sound_is_made_only_when_it_is_asked_for(shelf):
    made = []
    shelf.put("a.mp3", File(lambda stop, _: made.append(stop()) or DATA, "audio/mpeg"))
    assert not made
    answer = get("/sound/a.mp3")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, DATA, "audio/mpeg")
    assert made == [False]


@given(st.integers(0, 250), st.integers(0, 250) | st.none())
def test_a_player_gets_the_part_that_it_asks_for(first, last):
    start, stop, told = sounds._span(200, f"bytes={first}-{'' if last is None else last}")
    part = DATA[first : len(DATA) if last is None else last + 1]
    assert DATA[start:stop] == part
    assert told["Content-Range"] == (f"bytes {first}-{first + len(part) - 1}/200" if part else "bytes */200")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=-3", 206, DATA[-3:]),
        ("bytes=-999", 206, DATA),
        ("bytes=-0", 416, b""),
        # What is not understood is as if it had not been asked.
        ("", 200, DATA),
        ("bytes=0-1,4-5", 200, DATA),
        ("lines=1-2", 200, DATA),
        ("bytes=x-y", 206, DATA),
    ],
)
def test_odd_ranges(shelf, asked, status, part):
    shelf.put("a.mp3", File(lambda *_: DATA, "audio/mpeg"))
    answer = get("/sound/a.mp3", range=asked)
    assert (answer.status, answer.body) == (status, part)
    if status != 416:
        assert answer.headers["content-length"] == str(len(part))


def test_what_nobody_named_or_read_goes_first(shelf):
    for name in "abc":
        shelf.put(name, File(lambda *_: DATA, "audio/mpeg"))
    shelf.get("a")
    shelf.put("d", File(lambda *_: DATA, "audio/mpeg"))
    assert [bool(shelf.get(name)) for name in "abcd"] == [True, False, True, True]


def test_an_unknown_name_is_not_found(shelf):
    answer = get("/sound/other.mp3")
    assert (answer.status, json.loads(answer.body)) == (404, {"error": ""})


@pytest.mark.parametrize("error", [AudioError("No piano here."), BusyError("All hands are full.", "full")])
def test_the_player_is_told_in_one_sentence_why_there_is_no_sound(shelf, error):
    def fail(*_):
        raise error

    shelf.put("a.mp3", File(fail, "audio/mpeg"))
    answer = get("/sound/a.mp3")
    assert (answer.status, json.loads(answer.body)) == (503, {"error": str(error)})
    assert answer.headers["cache-control"] == "no-store"  # it may be there the next time


@pytest.mark.parametrize(
    ("cookie", "accepted", "spoken"),
    [("", "de-CH,de;q=0.9", "de"), ("en", "de", "en"), ("de", "en-GB", "de"), ("", "fr", "en"), ("xx", "", "en")],
)
def test_it_speaks_the_visitors_language(shelf, cookie, accepted, spoken):
    shelf.put("a.mp3", File(lambda *_: language().encode(), "audio/mpeg"))
    answer = get("/sound/a.mp3", accept_language=accepted, cookie=f"{COOKIE}={cookie}" if cookie else "")
    assert answer.body.decode() == spoken
    assert language() == "en"


def test_who_waits_can_see_their_place(shelf):
    asked, may_end = threading.Event(), threading.Event()

    def make(*_):
        _Queue().show(4, 0.1)
        asked.set()
        may_end.wait(300)
        return DATA

    shelf.put("a.mp3", File(make, "audio/mpeg"))
    waiting = threading.Thread(target=get, args=("/sound/a.mp3",))
    waiting.start()
    assert asked.wait(300)
    assert json.loads(get("/sound/a.mp3?place").body) == {"place": 4}
    may_end.set()
    waiting.join(10)
    assert json.loads(get("/sound/a.mp3?place").body) == {"place": 0}


def test_what_is_ready_is_sent_while_the_rest_is_made(shelf):
    """All who ask read the same work; each gets the range that it asked for, of a length that is known at once."""
    may_end, made = threading.Event(), []

    def make(_, on_part):
        made.append(0)
        on_part(DATA[:50], len(DATA))
        assert may_end.wait(300)
        on_part(DATA[50:150], len(DATA))
        return DATA

    shelf.put("a.mp3", File(make, "audio/mpeg"))
    first = get("/sound/a.mp3", range="bytes=0-0")
    assert (first.status, first.body, first.headers["content-range"]) == (206, DATA[:1], "bytes 0-0/200")
    assert not may_end.is_set()
    answers = []
    asks = [threading.Thread(target=lambda span=span: answers.append((span, get("/sound/a.mp3", range=span))))
            for span in ("bytes=0-", "bytes=40-60", "bytes=190-")]  # fmt: skip
    for one in asks:
        one.start()
    time.sleep(0.1)
    assert not answers
    may_end.set()
    for one in asks:
        one.join(10)
    assert {span: answer.body for span, answer in answers} == {
        "bytes=0-": DATA,
        "bytes=40-60": DATA[40:61],
        "bytes=190-": DATA[190:],
    }
    assert len(made) == 1


def test_a_sound_that_breaks_off_is_no_whole_sound(shelf):
    def make(_, on_part):
        on_part(DATA[:50], len(DATA))
        raise AudioError("The strings broke.")

    shelf.put("a.mp3", File(make, "audio/mpeg"))
    with pytest.raises(AudioError, match="strings"):
        get("/sound/a.mp3")


def test_what_nobody_waits_for_any_more_is_given_up(shelf):
    ended = threading.Event()

    def make(stop, on_part):
        on_part(DATA[:50], len(DATA))
        while not stop():
            time.sleep(0.01)
        ended.set()
        raise Cancelled("Nobody waits.")

    shelf.put("a.mp3", File(make, "audio/mpeg"))
    begun_at = time.monotonic()
    get("/sound/a.mp3", stays_sec=0.3)
    assert ended.wait(300)
    assert time.monotonic() - begun_at > 0.3
    shelf.put("b.mp3", File(lambda *_: DATA, "audio/mpeg"))
    assert get("/sound/b.mp3").body == DATA


def test_who_comes_as_it_is_given_up_has_it_made_anew(shelf):
    tries = []

    def make(stop, _):
        tries.append(stop)
        if len(tries) == 1:
            raise Cancelled("Nobody waits.")
        return DATA

    shelf.put("a.mp3", File(make, "audio/mpeg"))
    assert get("/sound/a.mp3").body == DATA
    assert len(tries) == 2


@pytest.mark.parametrize("asked_sec", [0.0, 1.0])
def test_what_was_begun_is_given_up_when_nobody_asks_for_it(shelf, monkeypatch, asked_sec):
    ended, begun_at = threading.Event(), time.monotonic()

    def make(_, stop, on_part):
        while not stop():
            time.sleep(0.01)
        ended.set()
        raise Cancelled("Nobody waits.")

    monkeypatch.setattr(cached_studio, "sound", make)
    monkeypatch.setattr(sounds, "UNASKED_SEC", 0.1)
    shelf.served = True
    piece = load_piece("petzold-minuet-g-major")
    sounds.begin(piece)
    if asked_sec:
        get(sounds.sound_address(piece), stays_sec=asked_sec)
    assert ended.wait(300)
    assert time.monotonic() - begun_at > asked_sec


def test_of_a_sound_only_its_notes_are_kept(shelf, monkeypatch):
    seen = []

    def play(piece, *_):
        seen.append(weakref.ref(piece.pianoroll))
        return SimpleNamespace(data=bytes([len(piece.notes)]))

    streamlit.cache_data.clear()
    monkeypatch.setattr(cached_studio, "_render", play)
    piece = replace(load_piece("petzold-minuet-g-major"), title="Kept by none else", warnings=("Read with care.",))
    n_notes, shown = len(piece.notes), weakref.ref(piece.states)
    address = sounds.sound_address(piece)
    del piece
    gc.collect()
    assert shown() is None  # what was drawn of it went with its page
    assert get(address).body == bytes([n_notes])
    gc.collect()
    assert [roll() for roll in seen] == [None]


def test_a_title_in_another_language_is_no_other_sound(shelf, monkeypatch):
    played = []
    streamlit.cache_data.clear()
    monkeypatch.setattr(cached_studio, "_render", lambda piece, *_: played.append(piece) or SimpleNamespace(data=DATA))
    piece = load_piece("satie-gymnopedie-1").slice(0, 240)
    assert sounds.sound_address(replace(piece, title="One")) == sounds.sound_address(replace(piece, title="Eins"))
    for title in ("One", "Eins"):
        cached_studio.sound(replace(piece, title=title))
    assert len(played) == 1
    cached_studio.sound(piece.at_qpm(61.0))
    assert len(played) == 2


def test_whoever_sees_a_byte_knows_how_many_there_will_be():
    """A reader in another thread comes at any moment."""
    seen = []

    class Watched(bytearray):
        def __iadd__(self, more):
            seen.append(one.n_bytes)
            return super().__iadd__(more)

        def __setitem__(self, *_):
            raise AssertionError("bytes are added in sight of the test")

    for make in (lambda *_: DATA, lambda _, on_part: on_part(DATA[:9], len(DATA)) or DATA):
        one = making.Making(make)
        one.data = Watched()
        one._work()
        assert one.data == DATA
    assert seen == [len(DATA)] * 3
