"""The gallery's addresses that are passed on: ``/g/ID`` with its picture, sound and MIDI, and ``/gallery.atom``."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from koe.errors import GalleryError, KoeError
from koe.gallery.tokens import ID
from koe.web.gallery import house
from koe.web.gallery.previews import base_address
from koe.web.gallery.sharing import entry_page, feed, missing_page
from koe.web.serving import sounds
from koe.web.serving.guard.gate import address_of
from koe.web.serving.settings import public_url
from koe.web.session.liking import COOKIE
from koe.web.texts import gallery as texts
from koe.web.texts.language import LANGUAGES, USUAL, in_language, spoken

FEED_ENTRIES = 30
MAX_BODY_BYTES = 200
_FRESH = {"Cache-Control": "no-store"}
# Not for long, so that what is taken away is gone.
_SHORT = {"Cache-Control": "public, max-age=300"}
_YEAR_SEC = 31_536_000


def gallery_routes() -> list[Route]:
    """The addresses, of a server that has a gallery; of any other none."""
    if not house.is_there():
        return []
    base = sounds.base()
    one = f"{base}/g/{{id}}"
    return [
        Route(f"{base}/gallery.atom", _feed),
        Route(f"{one}.png", _answering(_card)),
        Route(f"{one}.mid", _answering(_midi)),
        Route(f"{one}/sound", _answering(_sound)),
        Route(f"{one}/like", _like, methods=["POST"]),
        Route(one, _entry),
    ]


def _language(request: Request) -> str:
    wished = spoken(request)
    return wished if wished in LANGUAGES else USUAL


def _id(request: Request) -> str:
    id: str = request.path_params["id"]
    if not ID.fullmatch(id):
        raise GalleryError("There is no such piece in the gallery; it may have been taken away.", "missing")
    return id


async def _entry(request: Request) -> Response:
    language, visitor = _language(request), request.cookies.get(COOKIE, "")
    base = base_address(request)

    def made() -> str:
        id = _id(request)
        entry, _, _ = house.opened(id)
        liked = bool(house.gallery().liked(visitor, [id]))
        with in_language(language):
            return entry_page(entry, house.thumbnail(id), base, sounds.base(), language, liked)

    try:
        # What it says of likes is for one visitor.
        return HTMLResponse(await run_in_threadpool(made), headers={"Cache-Control": "private, no-cache"})
    except GalleryError:
        with in_language(language):
            return HTMLResponse(missing_page(sounds.base(), language), 404, _FRESH)
    except KoeError as error:
        return _refused(error, language)


def _answering(make: Callable[[str], Response]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            return await run_in_threadpool(lambda: make(_id(request)))
        except KoeError as error:
            return _refused(error, _language(request))

    return answer


def _card(id: str) -> Response:
    entry, _, _ = house.opened(id)
    return Response(house.card(id, entry.title), media_type="image/png", headers=_SHORT)


def _midi(id: str) -> Response:
    fields = _SHORT | {"Content-Disposition": f'attachment; filename="koe-{id}.mid"'}
    return Response(house.gallery().music(id)[1], media_type="audio/midi", headers=fields)


def _sound(id: str) -> Response:
    """Where the sound is; it is made when somebody asks there."""
    _, piece, made_from = house.opened(id)
    return RedirectResponse(sounds.sound_address(house.heard(piece, made_from)), 307, _FRESH)


async def _feed(request: Request) -> Response:
    language, base = _language(request), base_address(request)

    def made() -> bytes:
        with in_language(language):
            return feed(house.gallery().page("newest", size=FEED_ENTRIES).entries, base, language)

    try:
        return Response(await run_in_threadpool(made), media_type="application/atom+xml", headers=_SHORT)
    except KoeError as error:
        return _refused(error, language)


async def _like(request: Request) -> Response:
    """Like an entry, or no longer; whoever has no token gets one."""
    language = _language(request)
    try:
        likes = await _wish(request)
        id, visitor = _id(request), request.cookies.get(COOKIE, "")
        given, n_likes = await run_in_threadpool(_liked, id, visitor, likes, address_of(request.scope))
    except KoeError as error:
        return _refused(error, language)
    answer = JSONResponse({"likes": n_likes}, headers=_FRESH)
    if given != visitor:
        secure = base_address(request).startswith("https:")
        answer.set_cookie(COOKIE, given, max_age=_YEAR_SEC, path="/", samesite="lax", secure=secure)
    return answer


def _liked(id: str, visitor: str, likes: bool, address: str) -> tuple[str, int]:
    gallery = house.gallery()
    house.limits().like(address, id)
    if not gallery.knows(visitor):
        visitor = gallery.new_visitor()
    return visitor, gallery.like(id, visitor, likes)


async def _wish(request: Request) -> bool:
    """What a page of this server sent; no other site's page can.

    Raises
    ------
    GalleryError
        If it is something else.
    """
    fields = request.headers
    own = urlsplit(fields.get("origin", "")).netloc in ("", fields.get("host", ""), urlsplit(public_url()).netloc)
    if not own or not fields.get("content-type", "").startswith("application/json"):
        raise GalleryError("Likes come from the pages of this gallery alone.", "visitor")
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BODY_BYTES:
            break
    try:
        sent = json.loads(bytes(data[: MAX_BODY_BYTES + 1]))
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("likes"), bool):
        raise GalleryError("Likes come from the pages of this gallery alone.", "visitor")
    return sent["likes"]


def _refused(error: KoeError, language: str) -> Response:
    """The sentence, in the language of who asked."""
    status = 503
    if isinstance(error, GalleryError):
        status = {"missing": 404, "fast": 429}.get(error.reason, 400)
    with in_language(language):
        return JSONResponse(
            {"error": texts.refused(error)}, status, _FRESH | ({"Retry-After": "60"} if status > 404 else {})
        )
