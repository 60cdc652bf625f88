"""The gate before Streamlit: who may come in, what may be said, and how fast.

Whatever a visitor sends that no page sends ends their connection with a code
and a reason, and reaches Streamlit as an ordinary end. Whoever says too much at
once waits; who goes on is sent away.
"""

from ipaddress import IPv6Address, ip_address, ip_network

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime

from koe.web.serving import metrics
from koe.web.serving.guard.pace import Bucket, Paces
from koe.web.serving.guard.talk import Talk, uploads
from koe.web.serving.guard.turned_away import full_page
from koe.web.serving.guard.uploads import FOLDER
from koe.web.serving.leaving import EARLY, Left
from koe.web.serving.settings import kiosk_on, max_sessions, metrics_are_open
from koe.web.serving.visits import visits

ADDRESS_PER_SEC, ADDRESS_BURST = 100.0, 1000.0  # a school has one address

# Of the gallery's pages, pictures and likes; a page of Koe's own asks for none of them.
SHARED_PER_SEC, SHARED_BURST = 10.0, 200.0

_SEEN, _FILED = ("GET", "HEAD", "OPTIONS"), ("PUT", "DELETE")
_KIOSK, _KIOSK_ASKS = "/kiosk", "/kiosk/api/"  # it is no page of Streamlit's, and judges itself what is sent to it
# So are what the gallery passes on, and likes.
_SHARED, _LIKE, _DRAWN = "/g/", "/like", ("/g/", "/gallery.atom", "/preview.png")
_METRICS = ("/metrics", "/_stcore/metrics")
_SHUT = ("/_stcore/agent",)  # Streamlit's interface for programs


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
        self._shared = Paces(SHARED_PER_SEC, SHARED_BURST)
        self.uploads = uploads
        self._noted: Left | None = None

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
        if path == _KIOSK and kiosk_on():
            return None
        may_send = (path.startswith(_KIOSK_ASKS) and kiosk_on()) or (
            scope["method"] == "POST" and path.startswith(_SHARED) and path.endswith(_LIKE)
        )
        if scope["method"] not in _SEEN and not may_send:
            return PlainTextResponse("Not allowed", 405)
        if path.startswith(_DRAWN) and not self._shared.has(address_of(scope)):
            _refused("pace")
            return PlainTextResponse("Too many requests", 429, {"Retry-After": "30"})
        request = Request(scope)
        if _is_page(path, request) and not _has_place(address_of(scope)):
            _refused("full")
            return HTMLResponse(full_page(request), 503, {"Retry-After": "30", "Cache-Control": "no-store"})
        return None

    # -- connections ----------------------------------------------------------

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = address_of(scope)
        if not _has_place(address):
            _refused("full")
            await receive()
            await send({"type": "websocket.http.response.start", "status": 503, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})
            return
        try:
            with visits.visit(address) as visit:
                talk = Talk(visit, self._pace(address), receive, send)
                try:
                    await self.app(scope, talk.receive, talk.send)
                finally:
                    talk.close()
                    self._note(visit.owner.session, _wished_session(scope), address)
        finally:
            for known in [known for known, pace in self._paces.items() if pace.is_full]:
                if not visits.of_address[known]:
                    del self._paces[known]

    def _note(self, session: str, wished: str, address: str) -> None:
        """Note whose connection has ended; a page that came back and said nothing is known by what it wished for."""
        left = self._left()
        if session or left.knows(wished):
            left.note(session or wished, address)

    def _left(self) -> Left:
        if self._noted is None:
            runtime = Runtime.instance()

            def close(session: str) -> None:
                runtime.close_session(session)
                self.uploads.forget(session)

            keep_sec = EARLY * st.get_option("server.disconnectedSessionTTL")
            self._noted = Left(keep_sec, runtime.is_active_session, close)
        return self._noted

    def _pace(self, address: str) -> Bucket:
        return self._paces.setdefault(address, Bucket(ADDRESS_PER_SEC, ADDRESS_BURST))


def address_of(scope: Scope) -> str:
    """Where somebody comes from; of IPv6 the part that one customer of a network gets."""
    client = scope.get("client")
    try:
        host = ip_address(client[0]) if client else None
    except ValueError:
        return client[0] if client else ""
    if isinstance(host, IPv6Address):
        return str(host.ipv4_mapped or ip_network((host, 64), strict=False))
    return str(host or "")


def _wished_session(scope: Scope) -> str:
    """The session that a page asks to go on with; it names it third among its protocols."""
    named: list[str] = scope.get("subprotocols", [])
    return named[2] if len(named) > 2 else ""


def _has_place(address: str) -> bool:
    """Whether one more may come; nobody's address gets more than half of all places."""
    most = max_sessions()
    return len(visits) < most and visits.of_address[address] < max(1, most // 2)


def _is_page(path: str, request: Request) -> bool:
    """Whether a browser asks for a page, and not for something on it."""
    return "text/html" in request.headers.get("accept", "") and "." not in path and not path.startswith("/_stcore")


def _refused(why: str) -> None:
    metrics.TURNED_AWAY.labels(why).inc()
