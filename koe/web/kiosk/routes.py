"""The kiosk's addresses: its page, what that asks for, and the operator's page. None of them are there unless wanted.

Whatever takes long runs in a thread of the server's pool and waits for its
turn like everybody's work. Answers are JSON; an error has a sentence under
``error``, for the operator's eyes.
"""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from koe.errors import BusyError, InputError, KoeError
from koe.version import __version__
from koe.web.kiosk import piano
from koe.web.kiosk.choices import LANGUAGES, Kept, choices_from
from koe.web.kiosk.hall import PAIRS, Hall
from koe.web.kiosk.operator import Tally, door, operator_password
from koe.web.serving.queue import shared_limiter
from koe.web.serving.settings import kiosk_file, kiosk_on, pieces_ahead, public_url

MAX_BODY_BYTES = 200_000  # of what a page sends: two thousand keys
PAGE = Path(__file__).parent / "page"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_FRESH = {"Cache-Control": "no-store"}
# The page keeps what it needs in memory; the browser asks at each start whether a file is still the same.
_ASK = {"Cache-Control": "no-cache"}
_BOOT = os.urandom(6).hex()  # another one after each start of the server


def check_kiosk() -> None:
    """Read all settings.

    Raises
    ------
    InputError
        If one cannot be.
    """
    if kiosk_on():
        operator_password()
        _kept()


def begin_kiosk() -> None:
    """Begin to compose for the kiosk, where there is one."""
    if kiosk_on():
        hall().stock.begin()


@cache
def hall() -> Hall:
    """The process's one."""
    from koe.web.serving import cached_studio  # not before there is a runtime, which its caches belong to
    from koe.web.serving.warmup import warm_up

    limiter = shared_limiter()

    def is_quiet() -> bool:
        return warm_up().done and not limiter.n_running and not limiter.n_waiting

    def aside(work: Callable[[], Any]) -> Any:
        with limiter.exempt():
            return work()

    made = {"ahead": 0} if not pieces_ahead() else {}
    return Hall(cached_studio.studio(), is_quiet, is_awake=lambda: warm_up().done, aside=aside, **made)


@cache
def _kept() -> Kept:
    return Kept(kiosk_file())


@cache
def _tally() -> Tally:
    return Tally()


def kiosk_routes() -> list[Route]:
    """The addresses, of a server that has a kiosk; of any other none."""
    if not kiosk_on():
        return []
    base = st.get_option("server.baseUrlPath").strip("/")
    here = f"/{base}/kiosk" if base else "/kiosk"
    routes = [
        Route(here, _page("kiosk.html")),
        *(Route(f"{here}/{path.name}", _page(path.name)) for path in PAGE.iterdir() if path.suffix in (".js", ".css")),
        Route(f"{here}/api/state", _state),
        Route(f"{here}/api/piano", _piano),
        Route(f"{here}/api/layout", _layout),
        Route(f"{here}/api/piece", _piece),
        Route(f"{here}/api/mix", _mix),
        Route(f"{here}/api/answer", _answer, methods=["POST"]),
        Route(f"{here}/api/home", _home, methods=["POST"]),
        Route(f"{here}/api/count", _count, methods=["POST"]),
    ]
    if operator_password():
        routes += [
            Route(f"{here}/operator", _page("operator.html")),
            Route(f"{here}/api/operator", _operator, methods=["POST"]),
        ]
    return routes


def _page(name: str) -> Callable[[Request], Any]:
    path = PAGE / name

    async def page(_: Request) -> Response:
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=_ASK)

    return page


async def _state(_: Request) -> Response:
    """What the page looks at every few seconds: whether Koe is there, and how it is to be."""
    return JSONResponse({"boot": _BOOT, "version": __version__, "choices": asdict(_kept().now)}, headers=_FRESH)


async def _piano(_: Request) -> Response:
    return await _told(lambda: hall().piano(), lambda data: Response(data, media_type=piano.MIME, headers=_FRESH))


async def _layout(_: Request) -> Response:
    return JSONResponse(piano.layout(), headers=_FRESH)


async def _piece(request: Request) -> Response:
    mood = request.query_params.get("mood", "")
    return await _told(lambda: hall().piece(mood))


async def _mix(request: Request) -> Response:
    """The next pair after the last one is the first."""
    number = request.query_params.get("pair", "0")
    if not (number.isascii() and number.isdecimal() and len(number) < 7):
        return _refused(InputError("A pair is named by its number."))
    return await _told(lambda: hall().mix(int(number) % len(PAIRS)))


async def _answer(request: Request) -> Response:
    try:
        sent = await _sent(request)
    except InputError as error:
        return _refused(error)
    return await _told(lambda: hall().answer(sent))


async def _home(request: Request) -> Response:
    try:
        sent = await _sent(request)
    except InputError as error:
        return _refused(error)
    number = sent.get("id") if isinstance(sent, dict) else None
    return await _told(lambda: hall().home(number, public_url()))


async def _count(request: Request) -> Response:
    """Count what a visitor did, or a fault that the page met; nothing else is read of it."""
    try:
        sent = await _sent(request)
    except InputError as error:
        return _refused(error)
    if not isinstance(sent, dict):
        return _refused(InputError("What is counted has a name."))
    if isinstance(sent.get("fault"), str):
        _tally().fault(f"page: {sent['fault']}")
    elif not _tally().count(sent.get("kind")):
        return _refused(InputError("What is counted has another name."))
    return JSONResponse({}, headers=_FRESH)


async def _operator(request: Request) -> Response:
    """Whoever sends the password sees how the kiosk fares, changes what is chosen, or starts Koe anew."""
    try:
        sent = await _sent(request)
    except InputError as error:
        return _refused(error)
    sent = sent if isinstance(sent, dict) else {}
    if not door().lets_in(sent.get("password")):
        return JSONResponse({"error": "closed" if door().is_closed else "wrong"}, 403, _FRESH)
    kept = None
    if "choices" in sent:
        try:
            kept = await run_in_threadpool(_kept().change, choices_from(sent["choices"]))
        except InputError as error:
            return _refused(error)
    if sent.get("restart") is True and _can_restart():
        os.kill(os.getpid(), signal.SIGTERM)
    tally, limiter = _tally(), shared_limiter()
    return JSONResponse(
        {
            "version": __version__,
            "languages": LANGUAGES,
            "choices": asdict(_kept().now),
            "kept": kept,
            "since": tally.since.isoformat(timespec="seconds"),
            "counts": dict(tally.counts),
            "faults": [list(one) for one in reversed(tally.faults)],
            "ready": hall().stock.n_ready(),
            "waiting": limiter.n_waiting,
            "can_restart": _can_restart(),
        },
        headers=_FRESH,
    )


def _can_restart() -> bool:
    """Whether something starts the server again once it has ended, as systemd does."""
    return "INVOCATION_ID" in os.environ


async def _sent(request: Request) -> Any:
    """What a page sent as JSON.

    Raises
    ------
    InputError
        If it is too long, or no JSON.
    """
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BODY_BYTES:
            raise InputError(f"At most {MAX_BODY_BYTES:,} bytes are read.")
    try:
        return json.loads(bytes(data))
    except (ValueError, RecursionError):
        raise InputError("What was sent is no JSON.") from None


async def _told(make: Callable[[], Any], answer: Callable[[Any], Response] | None = None) -> Response:
    """Do work in a thread and answer with what it gives, or with the sentence why it gives nothing."""
    try:
        made = await run_in_threadpool(make)
    except KoeError as error:
        return _refused(error)
    except Exception as error:
        _tally().fault(f"server: {type(error).__name__}")
        raise
    return (answer or partial(JSONResponse, headers=_FRESH))(made)


def _refused(error: KoeError) -> Response:
    """400 for what cannot be, 503 for what may be later."""
    is_input = isinstance(error, InputError)
    if not is_input and not isinstance(error, BusyError):
        _tally().fault(f"server: {type(error).__name__}")
    return JSONResponse({"error": str(error)}, 400 if is_input else 503, _FRESH)
