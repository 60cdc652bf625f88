"""The one gallery of the process, with what is drawn and read of it kept for a while.

The server reads this before there is a runtime, which the studio's caches
belong to; so the studio is imported where it is needed.
"""

import os
from dataclasses import replace
from functools import lru_cache

from koe.errors import GalleryError, ModelError
from koe.gallery import Gallery, Kept, Shown
from koe.gallery.music import packed, unpacked
from koe.gallery.titles import clean_exhibition, clean_title
from koe.music.piece import Piece
from koe.projects.schema import weights_of
from koe.settings import gallery_url
from koe.web.gallery.limits import Limits
from koe.web.kiosk.operator import operator_password
from koe.web.serving.lasting import lasting
from koe.web.serving.visits import owner

PIECES, PICTURES, CARDS = 256, 1024, 64


def is_there() -> bool:
    """Whether this Koe has a gallery; also where its database cannot be reached just now."""
    return bool(gallery_url())


@lasting
def gallery() -> Gallery:
    """The gallery.

    Raises
    ------
    StoreError
        If its database cannot be reached.
    """
    return Gallery.open(gallery_url())


@lasting
def limits() -> Limits:
    """What addresses have done."""
    return Limits()


def exhibition() -> str:
    """What entries are marked with; empty for nothing.

    Raises
    ------
    GalleryError
        If what is set is no name.
    """
    return clean_exhibition(os.environ.get("KOE_EXHIBITION", ""))


def check() -> None:
    """Read the settings, before visitors come.

    Raises
    ------
    InputError
        If one cannot be; a database that is away for the moment is said to visitors instead.
    """
    if is_there():
        operator_password()
        try:
            exhibition()
        except GalleryError as error:
            raise GalleryError(f"KOE_EXHIBITION cannot be: {error}", error.reason, error.n) from error


def here() -> str:
    """Address of whom this thread works for."""
    found = owner()
    return found.address if found else ""


def keep(piece: Piece, made_from: int | None, title: str, parent: str = "") -> Kept:
    """Keep a piece under a title.

    Raises
    ------
    GalleryError
        If the title or the piece is not taken, or too many came from this address.
    StoreError
        If the database cannot be reached.
    """
    from koe.web.serving import cached_studio

    named = replace(piece, title=clean_title(title))
    studio = cached_studio.studio()
    weights = {}
    if piece.made_by:
        try:
            weights = weights_of((piece.made_by.model,), studio.registry)
        except ModelError:  # a damaged folder of models; the notes are worth keeping all the same
            pass
    making = packed(named, made_from, weights)
    limits().keep(here())
    return gallery().keep(
        named.title,
        making,
        studio.midi(named),
        seconds=named.duration_sec,
        model=piece.made_by.model if piece.made_by else "",
        parent=parent,
        exhibition=exhibition(),
    )


def opened(id: str) -> tuple[Shown, Piece, int | None]:
    """An entry, its piece, and the step from which on a network wrote it.

    Raises
    ------
    GalleryError
        If there is no such entry in sight.
    """
    entry = gallery().entry(id)
    return (entry, *_music(id))


@lru_cache(maxsize=PIECES)
def _music(id: str) -> tuple[Piece, int | None]:
    return unpacked(gallery().music(id)[0])


@lru_cache(maxsize=PICTURES)
def thumbnail(id: str) -> str:
    """Its pianoroll as SVG; of an entry that was found in sight just now."""
    from koe.web.serving import cached_studio

    return cached_studio.studio().thumbnail(*_music(id))


@lru_cache(maxsize=CARDS)
def card(id: str, title: str) -> bytes:
    """The picture beside its link, PNG."""
    from koe.web.serving import cached_studio

    return cached_studio.studio().card_png(*_music(id), title)


def heard(piece: Piece, made_from: int | None) -> Piece:
    """A piece as it sounds where nobody has chosen anything: as pages play it at first."""
    from koe.web.serving import cached_studio
    from koe.web.session import playing

    if not cached_studio.can_perform() or playing.own_way(piece, made_from):
        return piece
    return cached_studio.performed(piece, 0, 1.0, playing.begins_at(piece, made_from))


def forget() -> None:
    """Forget everything that was read, for tests."""
    for one in (gallery, limits):
        one.clear()
    for kept in (_music, thumbnail, card):
        kept.cache_clear()
