"""Middleware that answers for what a browser needs first: the page, Streamlit's files packed, and small fonts.

Everything else goes on to Streamlit, and so does what it knows better: files
of which a part is asked for, and browsers that unpack nothing.
"""

import asyncio
import hashlib
import re
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from koe.web.gallery.previews import base_address, link_tags
from koe.web.serving.front.packing import ENDINGS, pack, packed
from koe.web.serving.front.page import FONTS, addresses, font_names, front_page
from koe.web.texts.language import LANGUAGES, PARAMETER, USUAL, in_language, spoken

_FILE = re.compile(r"/static/((?:js|css)/[\w.-]+\.(js|css))")
_FONT = re.compile(rf"/static/{FONTS}/([\w.-]+)")
_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # names change with what is in the files
_ASK = {"Cache-Control": "no-cache"}
_VARY = {"Vary": "Accept-Encoding"}


class Door:
    """Middleware before Streamlit.

    Parameters
    ----------
    app : ASGI application
    base : str
        What all addresses begin with, without a slash at its end; empty where nothing.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app = app
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            request = Request(scope)
            path = scope["path"].removeprefix(self._base)
            answer = await self._file(path, request) or self._font(path) or self._page(path, request)
        await (answer or self.app)(scope, receive, send)

    async def _file(self, path: str, request: Request) -> Response | None:
        found = _FILE.fullmatch(path)
        coding = coding_for(request.headers.get("accept-encoding", ""))
        if not found or not coding or "range" in request.headers:
            return None
        try:
            data = await asyncio.to_thread(packed, found[1], coding)
        except OSError:
            return None  # Streamlit says so
        return Response(data, headers={**_FOR_EVER, **_VARY, "Content-Encoding": coding}, media_type=_TYPES[found[2]])

    def _font(self, path: str) -> Response | None:
        found = _FONT.fullmatch(path)
        if not found or found[1] not in font_names():
            return None
        return Response(font_names()[found[1]].read_bytes(), headers=_FOR_EVER, media_type="font/woff2")

    def _page(self, path: str, request: Request) -> Response | None:
        name = path.removeprefix("/")
        accepts = request.headers.get("accept", "*/*")
        # Messengers look at links without saying that they want a page.
        if not name and "k" in request.query_params and ("text/html" in accepts or "*/*" in accepts):
            of_link = _with_tags(request, coding_for(request.headers.get("accept-encoding", "")))
            if of_link is not None:
                return of_link
        if name not in addresses() or "text/html" not in accepts:
            return None
        is_home = not name and "k" not in request.query_params  # a link's piece is on its way otherwise
        coding = coding_for(request.headers.get("accept-encoding", ""))
        data, tag = _made(language_of(request), is_home, coding)
        if not data:
            return None
        headers = {**_ASK, "Vary": "Accept-Encoding, Accept-Language, Cookie", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
        return Response(data, headers=headers, media_type="text/html")


def _with_tags(request: Request, coding: str) -> Response | None:
    """The page of a link with what messengers show of it; None where it is no link."""
    language = language_of(request)
    with in_language(language):
        tags = link_tags(request.query_params["k"], base_address(request))
    page = front_page(language, False)
    if not tags or "</head>" not in page:
        return None
    data = page.replace("</head>", f"{tags}</head>", 1).encode()
    headers = {**_ASK, "Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if coding:
        data, headers["Content-Encoding"] = pack(data, coding, 4), coding
    return Response(data, headers=headers, media_type="text/html")


def coding_for(accepted: str) -> str:
    """The best way of packing that a browser unpacks; empty where there is none.

    Examples
    --------
    >>> coding_for("gzip, deflate, br"), coding_for("gzip;q=1.0, br;q=0"), coding_for("identity")
    ('br', 'gzip', '')
    """
    known = {name.strip().lower(): weight for name, _, weight in (one.partition(";") for one in accepted.split(","))}
    takes = (coding for coding in ENDINGS if coding in known)
    return next((one for one in takes if not re.fullmatch(r"\s*q=0(\.0*)?\s*", known[one])), "")


def language_of(request: Request) -> str:
    """The language in which the page will come: of the address, of the cookie, of the browser."""
    wished = (request.query_params.get(PARAMETER, ""), spoken(request))
    return next((name for name in wished if name in LANGUAGES), USUAL)


@lru_cache(maxsize=64)
def _made(language: str, is_home: bool, coding: str) -> tuple[bytes, str]:
    """The page as it is sent, and the tag by which a browser asks whether it is another."""
    data = front_page(language, is_home).encode()
    sent = pack(data, coding, 11) if coding and data else data
    return sent, f'"{hashlib.blake2b(sent, digest_size=12).hexdigest()}"'
