"""Files that a page names and this server hands out: sounds, which are made when somebody wants to hear them.

A page says where a piece's sound is, and a browser that plays it asks there.
Only then it is rendered, so that a page with five players costs no more than
what its visitor listens to; whoever goes away while it is made gives it up.
What is ready is sent while the rest is made. How long the file will be is known
by then, so that a browser can go to any place in it: it waits there until that
is made.

Streamlit's own media files are not used where Koe's server runs: they are
dropped at the beginning of each run of a page and named again later in it,
and if another visitor's run ends in between, a browser that asks at that
moment is told that there is no such file.
"""

import asyncio
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from streamlit import runtime

from koe.errors import AudioError, KoeError
from koe.music.piece import Piece
from koe.web.serving.making import GRACE_SEC, Make, Making
from koe.web.serving.queued_studio import telling
from koe.web.serving.visits import Owner, owner, working_for
from koe.web.texts.errors import told
from koe.web.texts.language import in_language, language, spoken

if TYPE_CHECKING:
    from koe.audio import Audio

FORMAT, MIME = "mp3", "audio/mpeg"
MAX_FILES = 1024  # named at once; of a sound only its notes are kept here
TRIES = 3
PART_BYTES = 1 << 16  # sent at once
UNASKED_SEC = 10.0  # after which a sound that was begun, and that nobody waits for, is given up
LOOK_SEC = 0.5  # between two looks at whether a browser still waits
_KEEP = {"Cache-Control": "private, max-age=86400, immutable"}  # the name is made of the content
_FRESH = {"Cache-Control": "no-store"}


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """What a name stands for.

    Attributes
    ----------
    make : callable
        Gives the bytes; see `koe.web.serving.making.Making`.
    mime : str
    owner : Owner or None
        Whose page named it first.
    """

    make: Make
    mime: str
    owner: Owner | None = field(default_factory=owner)


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
        self.makings: dict[str, Making] = {}
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

    def making(self, name: str, file: File, spoken: str, keep_sec: float = 0.0) -> Making:
        """The file in the making: what others wait for already, or a beginning."""
        with self._lock:
            found = self.makings.get(name)
            if found is not None and not found.is_over:
                return found
            making = self.makings[name] = Making(file.make, keep_sec or GRACE_SEC)

        def around(work: Callable[[], None]) -> None:
            with in_language(spoken), telling(partial(self.places.__setitem__, name)), working_for(file.owner):
                work()

        def end() -> None:
            with self._lock:
                self.places.pop(name, None)
                if self.makings.get(name) is making:
                    del self.makings[name]

        making.start(around, end)
        return making


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
    return name, shelf.put(name, File(lambda stop, on_part: cached_studio.sound(played, stop, on_part).data, MIME))


def begin(piece: Piece) -> None:
    """Begin to make a sound that its page is going to play at once; the browser will ask for it in a moment."""
    if not shelf.served:
        return
    name, is_new = _named(piece)
    file = shelf.get(name)
    if is_new and file is not None:  # at the first run of the page only
        shelf.making(name, file, language(), UNASKED_SEC)


def made_address(audio: "Audio", key: str) -> str:
    """Where it finds a sound that is made already, among Streamlit's files; ``key`` is its place on the page."""
    return _among_streamlits(audio.data, audio.mime, key)


def data_address(data: bytes, mime: str, key: str) -> str:
    """Where it finds bytes that a page has at hand."""
    if not shelf.served:
        return _among_streamlits(data, mime, key)
    name = _name(data)
    shelf.put(name, File(lambda *_: data, mime))
    return _address(name)


@lru_cache(maxsize=32)
def _name(data: bytes) -> str:
    # Kept, since a network's weights are named again at each run; bytes know their hash.
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _address(name: str) -> str:
    return _under_base(f"/sound/{name}")


def _among_streamlits(data: bytes, mime: str, key: str) -> str:
    return _under_base(runtime.get_instance().media_file_mgr.add(data, mime, key))


def base() -> str:
    """What the addresses of this server begin with, such as ``/koe``; usually nothing."""
    folder = st.get_option("server.baseUrlPath").strip("/")
    return f"/{folder}" if folder else ""


def _under_base(path: str) -> str:
    return f"{base()}{path}"


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
    for _ in range(TRIES):
        making = shelf.making(name, file, spoken(request))
        with making.listening() as news:
            here = await _until(partial(making.has, 1), news, request)
        if not (here and making.was_given_up):  # else it was given up as we came
            break
    if making.n_bytes is None:
        if here:
            _log.warning("A sound was not made", extra={"facts": {"error": repr(making.error)}})
        with in_language(spoken(request)):
            said = told(making.error) if isinstance(making.error, KoeError) else ""
        return JSONResponse({"error": said}, 503, _FRESH)
    start, stop, answer = _span(making.n_bytes, request.headers.get("range", ""))
    if start >= stop and making.n_bytes:
        return Response(None, 416, answer)
    answer["Content-Length"] = str(stop - start)
    status = 206 if "Content-Range" in answer else 200
    return StreamingResponse(_bytes_of(making, start, stop, request), status, answer, file.mime)


async def _bytes_of(making: Making, start: int, stop: int, request: Request) -> AsyncIterator[bytes]:
    """Bytes as they are made; it breaks off where no more can be made, which a browser notices by their number."""
    with making.listening() as news:
        while start < stop:
            if not await _until(partial(making.has, start + 1), news, request):
                return
            part = bytes(making.data[start : min(stop, start + PART_BYTES)])
            if not part:
                raise making.error or AudioError("The sound breaks off.")
            yield part
            start += len(part)


async def _until(holds: Callable[[], bool], news: asyncio.Event, request: Request) -> bool:
    """Wait until something holds; False where the browser has gone before that."""
    while True:
        news.clear()
        if holds():
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), LOOK_SEC)
        if not holds() and await request.is_disconnected():
            return False


def routes() -> list[Route]:
    """The addresses; from now on pages may count on them."""
    shelf.served = True
    return [Route(_address("{name}"), hand_out)]


def _span(n_bytes: int, asked: str) -> tuple[int, int, dict[str, str]]:
    """The one range that a browser wants (RFC 9110, section 14), as players do to go to a place, and what it is told.

    Returns
    -------
    start, stop : int
        All bytes where no range is asked for; none where there are no such ones.
    headers : dict
    """
    headers = {**_KEEP, "Accept-Ranges": "bytes", "X-Accel-Buffering": "no"}
    unit, _, span = asked.partition("=")
    first, _, last = span.partition("-")
    if unit.strip() != "bytes" or "," in span:
        return 0, n_bytes, headers
    start, stop = 0, n_bytes
    with suppress(ValueError):
        if first:
            start, stop = int(first), min(int(last) + 1, stop) if last else stop
        elif last:
            start = max(stop - int(last), 0)
    if not 0 <= start < stop:
        return 0, 0, {**_FRESH, "Content-Range": f"bytes */{n_bytes}"}
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{n_bytes}"
    return start, stop, headers
