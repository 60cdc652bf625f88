"""Files that a page names and this server hands out: sounds, which are made when somebody wants to hear them.

A page says where a piece's sound is, and a browser that plays it asks there.
Only then it is rendered, so that a page with five players costs no more than
what its visitor listens to; whoever goes away while it is made gives it up.

Streamlit's own media files are not used where Koe's server runs: they are
dropped at the beginning of each run of a page and named again later in it,
and if another visitor's run ends in between, a browser that asks at that
moment is told that there is no such file.
"""

import asyncio
import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import anyio.to_thread
import streamlit as st
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit import runtime

from koe.errors import KoeError
from koe.music.piece import Piece
from koe.progress import ShouldStop
from koe.web.serving.queued_studio import telling
from koe.web.texts.language import COOKIE, in_language

if TYPE_CHECKING:
    from koe.audio import Audio

FORMAT, MIME = "mp3", "audio/mpeg"
MAX_FILES = 1024  # named at once; of a sound only its notes are kept here
MAX_THREADS = 64  # that wait for sounds: all that may stand in the queue, and some
UNASKED_SEC = 10.0  # after which a sound that was begun, and that nobody waits for, is given up
LOOK_SEC = 0.5  # between two looks at whether a browser still waits
_KEEP = {"Cache-Control": "private, max-age=86400, immutable"}  # the name is made of the content
_FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class File:
    """What a name stands for.

    Attributes
    ----------
    make : callable
        Gives the bytes; asks now and then whether to stop.
    mime : str
    """

    make: Callable[[ShouldStop], bytes]
    mime: str


class Shelf:
    """The files that pages have named; the oldest that nobody named or read since goes first.

    Parameters
    ----------
    size : int
        How many are kept.
    """

    def __init__(self, size: int = MAX_FILES) -> None:
        self.size = size
        self.served = False  # whether there is a server that hands them out
        self.places: dict[str, int] = {}  # in the queue, of what is being made
        self.waiting: Counter[str] = Counter()  # browsers, by what they wait for
        self._files: OrderedDict[str, File] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: str, file: File) -> bool:
        """Keep a file, or keep it longer; gives whether it was not there."""
        with self._lock:
            is_new = name not in self._files
            self._files.setdefault(name, file)
            self._files.move_to_end(name)
            while len(self._files) > self.size:
                self._files.popitem(last=False)
        return is_new

    def get(self, name: str) -> File | None:
        """The file of that name."""
        with self._lock:
            if name in self._files:
                self._files.move_to_end(name)
            return self._files.get(name)


shelf = Shelf()


def sound_address(piece: Piece) -> str:
    """Where a browser will find the sound of a piece; it is made when it asks."""
    return _address(_named(piece)[0])


def _named(piece: Piece) -> tuple[str, bool]:
    """The name of a piece's sound, and whether nobody has named it before."""
    from koe.web.serving import cached_studio  # not before there is a runtime, which its caches belong to

    # The piece itself would keep the rolls that were drawn of it, for as long as the name is kept.
    played = cached_studio.heard(piece)
    name = f"{cached_studio.fingerprint(played).hex()}.{FORMAT}"
    return name, shelf.put(name, File(lambda stop: cached_studio.sound(played, stop).data, MIME))


def begin(piece: Piece) -> None:
    """Begin to make a sound that its page is going to play at once; the browser will ask for it in a moment."""
    if not shelf.served:
        return
    name, is_new = _named(piece)
    if not is_new:  # at the first run of the page only
        return
    from koe.web.serving import cached_studio

    asked_by = time.monotonic() + UNASKED_SEC

    def make() -> None:
        with suppress(KoeError):  # the browser is told when it asks
            cached_studio.sound(piece, lambda: time.monotonic() > asked_by and not shelf.waiting[name])

    threading.Thread(target=make, name="koe-sound", daemon=True).start()


def made_address(audio: "Audio", key: str) -> str:
    """Where it finds a sound that is made already, among Streamlit's files; ``key`` is its place on the page."""
    return _among_streamlits(audio.data, audio.mime, key)


def data_address(data: bytes, mime: str, key: str) -> str:
    """Where it finds bytes that a page has at hand."""
    if not shelf.served:
        return _among_streamlits(data, mime, key)
    name = _name(data)
    shelf.put(name, File(lambda _: data, mime))
    return _address(name)


@lru_cache(maxsize=32)
def _name(data: bytes) -> str:
    # Kept, since a network's weights are named again at each run; bytes know their hash.
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _address(name: str) -> str:
    return _under_base(f"/sound/{name}")


def _among_streamlits(data: bytes, mime: str, key: str) -> str:
    return _under_base(runtime.get_instance().media_file_mgr.add(data, mime, key))


def _under_base(path: str) -> str:
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{path}" if base else path


async def hand_out(request: Request) -> Response:
    """Answer with a file, or the part that is asked for; 503 with a sentence where it cannot be made.

    With ``?place`` only say, at once, how many stand in the queue up to whoever has it made.
    """
    name = request.path_params["name"]
    if "place" in request.query_params:
        return JSONResponse({"place": shelf.places.get(name, 0)}, headers=_FRESH)
    file = shelf.get(name)
    if file is None:
        return JSONResponse({"error": ""}, 404, _FRESH)
    left = threading.Event()
    watcher = asyncio.create_task(_tell_when_left(request, left))
    shelf.waiting[name] += 1
    try:
        with in_language(_language(request)), telling(partial(shelf.places.__setitem__, name)):
            make = partial(file.make, left.is_set)
            data = await anyio.to_thread.run_sync(make, limiter=_threads())
    except KoeError as error:
        return JSONResponse({"error": str(error)}, 503, _FRESH)
    finally:
        watcher.cancel()
        shelf.waiting[name] -= 1
        if not shelf.waiting[name]:
            del shelf.waiting[name]
        shelf.places.pop(name, None)
    return _part(data, file.mime, request.headers.get("range", ""))


def routes() -> list[Route]:
    """The addresses; from now on pages may count on them."""
    shelf.served = True
    return [Route(_address("{name}"), hand_out)]


async def _tell_when_left(request: Request, left: threading.Event) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(LOOK_SEC)
    left.set()


def _language(request: Request) -> str:
    """What was chosen in this browser, else what it prefers."""
    browsers = request.headers.get("accept-language", "").lower()
    return request.cookies.get(COOKIE, "") or browsers.partition(",")[0].partition("-")[0]


_limiter: CapacityLimiter | None = None


def _threads() -> CapacityLimiter:
    """Threads apart from those that answer everything else: a queue for sound must not hold those up."""
    global _limiter
    _limiter = _limiter or CapacityLimiter(MAX_THREADS)
    return _limiter


def _part(data: bytes, mime: str, asked: str) -> Response:
    """All of a file, or the one range that a browser wants (RFC 9110, section 14), as players do to go to a place."""
    headers = {**_KEEP, "Accept-Ranges": "bytes"}
    unit, _, span = asked.partition("=")
    first, _, last = span.partition("-")
    if unit.strip() != "bytes" or "," in span:
        return Response(data, media_type=mime, headers=headers)
    start, stop = 0, len(data)
    with suppress(ValueError):
        if first:
            start, stop = int(first), min(int(last) + 1, stop) if last else stop
        elif last:
            start = max(stop - int(last), 0)
    if not 0 <= start < stop:
        return Response(None, 416, {**_FRESH, "Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return Response(data[start:stop], 206, headers, mime)
