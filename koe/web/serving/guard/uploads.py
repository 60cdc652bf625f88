"""Uploads: only what a page has asked an address for, and so much a visitor and in all.

Streamlit takes any number of files for a session that is there, under any
names. Here a file may come only under a name that the session was given for it,
and only while its quota lasts.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable
from pathlib import PurePosixPath

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from koe.music.grid import MAX_FILE_BYTES

FOLDER = "/_stcore/upload_file"
MAX_SESSION_BYTES = 6 * MAX_FILE_BYTES  # no page has more fields for files
MAX_ALL_BYTES = 64 * MAX_FILE_BYTES
MAX_NAMES = 64  # given to a session and not yet used up
BODY_SEC = 120.0  # for the whole of a file
PAUSE_SEC = 20.0  # between two parts of it


class Uploads:
    """Names that were given for files, and what may still come under them."""

    def __init__(self) -> None:
        self._given: dict[str, OrderedDict[str, None]] = {}
        self._coming: Counter[str] = Counter()  # bytes that a session is sending

    def give(self, addresses: Iterable[str]) -> None:
        """Note the addresses that a page was given for its files, the oldest of which are forgotten."""
        for address in addresses:
            session, file = PurePosixPath(address).parts[-2:]
            names = self._given.setdefault(session, OrderedDict())
            names[file] = None
            while len(names) > MAX_NAMES:
                names.popitem(last=False)

    def forget(self, session: str) -> None:
        """Drop what was noted of a session that has ended."""
        self._given.pop(session, None)

    async def take(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on if it may come, or the removal of one."""
        session, file = PurePosixPath(scope["path"]).parts[-2:]
        n_bytes = _announced(scope)
        refused = self._judge(session, file, n_bytes, scope["method"])
        if refused is not None:
            await refused(scope, receive, send)
            return
        self._coming[session] += n_bytes
        body = _TimedBody(receive)
        try:
            await app(scope, body.receive, send)
        except ClientDisconnect:
            if body.was_late:
                await PlainTextResponse("Too slow", 408, {"Connection": "close"})(scope, receive, send)
        finally:
            self._coming[session] -= n_bytes
            if not self._coming[session]:
                del self._coming[session]

    def _judge(self, session: str, file: str, n_bytes: int, method: str) -> Response | None:
        if file not in self._given.get(session, ()):
            return PlainTextResponse("No page asked for this file", 403)
        if method == "DELETE":
            return None
        if n_bytes <= 0:
            return PlainTextResponse("A length is needed", 411)
        kept = {owner: sum(len(one.data) for one in files.values()) for owner, files in _files().items()}
        if kept.get(session, 0) + self._coming[session] + n_bytes > MAX_SESSION_BYTES:
            return PlainTextResponse("So many files are not kept for one visitor", 413)
        if sum(kept.values()) + self._coming.total() + n_bytes > MAX_ALL_BYTES:
            return PlainTextResponse("So many files are not kept at once", 507)
        return None


class _TimedBody:
    """A body that must come within `BODY_SEC`, and without long pauses."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._end = time.monotonic() + BODY_SEC
        self._is_whole = False
        self.was_late = False

    async def receive(self) -> Message:
        """The next part; an end where it is late."""
        if self._is_whole:  # now it only tells when the browser leaves
            return await self._receive()
        try:
            part = await asyncio.wait_for(self._receive(), min(PAUSE_SEC, max(0.0, self._end - time.monotonic())))
        except TimeoutError:
            self.was_late = True
            return {"type": "http.disconnect"}
        self._is_whole = not part.get("more_body", False)
        return part


def _announced(scope: Scope) -> int:
    """How many bytes will come; 0 where it is not said."""
    try:
        return int(Headers(scope=scope).get("content-length", "0"))
    except ValueError:
        return 0


def _files() -> dict[str, dict]:
    """What is kept now, by session."""
    manager = Runtime.instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return dict(manager.file_storage)
