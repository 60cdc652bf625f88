"""The gate before Streamlit: who may come in, what may be said, and how fast.

Whatever a visitor sends that no page sends ends their connection with a code
and a reason, and reaches Streamlit as an ordinary end. Whoever says too much at
once waits; who goes on is sent away.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from koe.web.serving import metrics
from koe.web.serving.guard.messages import MAX_BYTES, NOT_OURS, TEXT_FRAME, Refused, read_message
from koe.web.serving.guard.pace import Bucket
from koe.web.serving.guard.turned_away import full_page
from koe.web.serving.guard.uploads import FOLDER, Uploads
from koe.web.serving.settings import max_sessions, metrics_are_open
from koe.web.serving.visits import Visit, visits

# A hand that drags sends three messages a second, and nothing that a page does for itself more than two.
MESSAGES_PER_SEC, MESSAGES_BURST = 10.0, 80.0
BYTES_PER_SEC, BYTES_BURST = 512 * 1024.0, 4.0 * MAX_BYTES
ADDRESS_PER_SEC, ADDRESS_BURST = 100.0, 1000.0  # a school has one address
FLOOD_SEC = 15.0  # of sending faster than that, without a rest
LOST = 1006  # RFC 6455, section 7.4.1

_SEEN, _FILED = ("GET", "HEAD", "OPTIONS"), ("PUT", "DELETE")
_METRICS = ("/metrics", "/_stcore/metrics")
_SHUT = ("/_stcore/agent",)  # Streamlit's interface for programs

uploads = Uploads()
_log = logging.getLogger(__name__)


class Gate:
    """Middleware that lets through what Koe's pages send.

    Parameters
    ----------
    app : ASGI application
    base : str
        What all addresses begin with, without a slash at its end; empty where nothing.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app = app
        self._base = base
        self._paces: dict[str, Bucket] = {}
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge a request or a connection, and what is said on it."""
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    # -- requests -------------------------------------------------------------

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removeprefix(self._base)
        if scope["method"] in _FILED and path.startswith(f"{FOLDER}/"):
            await self.uploads.take(self.app, scope, receive, send)
        else:
            await (self._judge(path, scope) or self.app)(scope, receive, send)

    def _judge(self, path: str, scope: Scope) -> Response | None:
        """What to answer instead of Streamlit, if anything."""
        if path.rstrip("/") in _METRICS and not metrics_are_open():
            return PlainTextResponse("Not found", 404)
        if path.startswith(_SHUT):
            return PlainTextResponse("Not found", 404)
        if scope["method"] not in _SEEN:
            return PlainTextResponse("Not allowed", 405)
        request = Request(scope)
        if _is_page(path, request) and not _has_place(_address(scope)):
            _refused("full")
            return HTMLResponse(full_page(request), 503, {"Retry-After": "30", "Cache-Control": "no-store"})
        return None

    # -- connections ----------------------------------------------------------

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope)
        if not _has_place(address):
            _refused("full")
            await receive()
            await send({"type": "websocket.http.response.start", "status": 503, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})
            return
        try:
            with visits.visit(address) as visit:
                talk = _Talk(visit, self._pace(address), receive, send)
                await self.app(scope, talk.receive, talk.send)
        finally:
            for known in [known for known, pace in self._paces.items() if pace.is_full]:
                if not visits.of_address[known]:
                    del self._paces[known]

    def _pace(self, address: str) -> Bucket:
        return self._paces.setdefault(address, Bucket(ADDRESS_PER_SEC, ADDRESS_BURST))


class _Talk:
    """What is said on one connection."""

    def __init__(
        self,
        visit: Visit,
        all_of_address: Bucket,
        receive: Receive,
        send: Send,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._visit = visit
        self._receive, self._send = receive, send
        self._clock = clock
        self._messages = Bucket(MESSAGES_PER_SEC, MESSAGES_BURST, clock)
        self._bytes = Bucket(BYTES_PER_SEC, BYTES_BURST, clock)
        self._all_of_address = all_of_address
        self._hurried_since: float | None = None
        self._n_names_asked = 0  # times that a page has asked for names for files, and not yet got them
        self._is_over = False

    async def receive(self) -> Message:
        """The next message that a page may have sent; an end where it is none."""
        while not self._is_over:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_over = True
                self._visit.gone.set()
            if message["type"] != "websocket.receive":
                return message
            try:
                data = message.get("bytes")
                if data is None:
                    raise Refused(TEXT_FRAME, "pages send no text")
                await self._keep_pace(len(data))
                said = read_message(data)
            except Refused as refused:
                await self._end(refused)
                return {"type": "websocket.disconnect", "code": refused.code, "reason": refused.reason}
            if said is not None and await self._may_pass(said):
                return message
        return {"type": "websocket.disconnect", "code": LOST}

    async def send(self, message: Message) -> None:
        """Pass on what Streamlit says, unless the connection has ended.

        Streamlit would go on reading what a browser said before it left, and log an error a browser.
        """
        if self._is_over:
            return
        if message["type"] == "websocket.send" and (self._n_names_asked or not self._visit.owner.session):
            self._learn(message.get("bytes") or b"")
        try:
            await self._send(message)
        except OSError:
            self._is_over = True
            self._visit.gone.set()

    async def _may_pass(self, said: BackMsg) -> bool:
        """Whether Streamlit is to get this now."""
        self._n_names_asked += said.WhichOneof("type") == "file_urls_request"
        return True

    async def _keep_pace(self, n_bytes: int) -> None:
        """Wait where too much comes at once.

        Raises
        ------
        Refused
            If it goes on.
        """
        wait = max(self._messages.take(), self._bytes.take(n_bytes), self._all_of_address.take())
        if not wait:
            self._hurried_since = None
            return
        now = self._clock()
        self._hurried_since = self._hurried_since or now
        if now - self._hurried_since > FLOOD_SEC:
            raise Refused(NOT_OURS, "too many messages")
        await asyncio.sleep(wait)

    async def _end(self, refused: Refused) -> None:
        self._is_over = True
        _refused("message")
        _log.warning("A connection was ended", extra={"facts": {"code": refused.code, "reason": refused.reason}})
        self._visit.gone.set()
        with suppress(OSError):
            await self._send({"type": "websocket.close", "code": refused.code, "reason": refused.reason})

    def _learn(self, data: bytes) -> None:
        """Note the session that the first messages of a page name, and the names that it is given for files."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session" and message.new_session.initialize.session_id:
            visits.name(self._visit, message.new_session.initialize.session_id)
        elif kind == "file_urls_response":
            self._n_names_asked -= 1
            uploads.give(one.upload_url for one in message.file_urls_response.file_urls)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _has_place(address: str) -> bool:
    """Whether one more may come; nobody's address gets more than half of all places."""
    most = max_sessions()
    return len(visits) < most and visits.of_address[address] < max(1, most // 2)


def _is_page(path: str, request: Request) -> bool:
    """Whether a browser asks for a page, and not for something on it."""
    return "text/html" in request.headers.get("accept", "") and "." not in path and not path.startswith("/_stcore")


def _refused(why: str) -> None:
    metrics.TURNED_AWAY.labels(why).inc()
