"""What messengers show of a link, ``/?k=...``: title, a sentence, and a picture of the notes that travel in it.

Nothing is made anew for that: where the notes did not fit into the link, the
picture is an empty roll under the title.
"""

from functools import lru_cache, partial
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from koe.errors import KoeError, LinkError
from koe.music.piece import Piece
from koe.projects.links import Link, decode
from koe.web.gallery.sharing import CARD, sentence
from koe.web.serving import sounds
from koe.web.serving.settings import public_url
from koe.web.texts import pages

PICTURE = "/preview.png"
MAX_TITLE_CHARS = 120
CARDS = 64
_SHORT = {"Cache-Control": "public, max-age=86400"}  # the link says all that is in it


def base_address(request: Request) -> str:
    """Where the app is for everybody, without a slash at its end."""
    return public_url() or f"{request.url.scheme}://{request.url.netloc}{sounds.base()}"


def link_tags(text: str, base: str) -> str:
    """Open Graph's tags of a link's page, in the language that is spoken; empty where it is no link.

    Parameters
    ----------
    text : str
        The value of ``?k=``, from whoever asks.
    base : str
        From `base_address`.
    """
    try:
        link = decode(text)
    except LinkError:
        return ""
    piece = _piece(link)
    title = _title(link) or pages.UNTITLED
    words = {
        "og:site_name": "Koe",
        "og:type": "music.song",
        "og:title": title,
        "og:description": sentence(piece.duration_sec, link.recipe.model),
        "og:url": f"{base}/?k={text}",
        "og:image": f"{base}{PICTURE}?k={text}",
        "og:image:type": "image/png",
        "og:image:width": str(CARD[0]),
        "og:image:height": str(CARD[1]),
        "og:image:alt": pages.ROLL_ALT.format(title=title),
    }
    tags = "".join(f'<meta property="{name}" content="{escape(word)}">' for name, word in words.items())
    return f'{tags}<meta name="twitter:card" content="summary_large_image">'


def preview_routes() -> list[Route]:
    """The address of the pictures."""
    return [Route(f"{sounds.base()}{PICTURE}", _picture)]


async def _picture(request: Request) -> Response:
    try:
        data = await run_in_threadpool(partial(_drawn, request.query_params.get("k", "")))
    except KoeError as error:
        return PlainTextResponse(str(error), 404)
    return Response(data, media_type="image/png", headers=_SHORT)


@lru_cache(maxsize=CARDS)
def _drawn(text: str) -> bytes:
    from koe.web.serving import cached_studio  # not before there is a runtime, which its caches belong to

    link = decode(text)
    return cached_studio.studio().card_png(_piece(link), link.frame.made_from, _title(link))


def _piece(link: Link) -> Piece:
    """The notes that came along, or as long a silence."""
    return link.frame.around(Piece(link.notes or (), link.n_ticks))


def _title(link: Link) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in link.frame.title).strip()[:MAX_TITLE_CHARS]
