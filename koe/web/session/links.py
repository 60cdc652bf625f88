"""The link of a result: asked for by a button, tried out, shown with its QR code."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from koe.errors import BusyError, LinkError
from koe.music.piece import Piece
from koe.projects.links import MAX_LINK_CHARS, decode, shortened
from koe.projects.opening import make_link
from koe.projects.qr import is_readable, qr_png, qr_svg
from koe.projects.recipes import Given, Recipe
from koe.studio.exports import file_stem
from koe.web.browser.component import component
from koe.web.serving import cached_studio
from koe.web.serving.queued_studio import once
from koe.web.serving.settings import public_url
from koe.web.session import as_project, state
from koe.web.texts import pages as shared_texts
from koe.web.texts import session as texts
from koe.web.texts.errors import told
from koe.web.texts.titles import titled

PARAMETER = "k"

_HERE = Path(__file__).parent


@cache
def _component() -> Callable[..., Any]:
    return component("koe_link", _HERE, ("link.js",), html="link.html", style="link.css")


def link_button(piece: Piece, key: str, made_from: int | None, recipe: Recipe | None, label: str | None = None) -> None:
    """A button that makes the link, and the link once it is made.

    Parameters
    ----------
    piece : Piece
    key : str
        Unlike that of every other result on the page.
    made_from : int, optional
        Step from which on a network wrote it.
    recipe : Recipe, optional
        How it was made, where that is known better than the piece knows it.
    label : str, optional
        What the button says.
    """
    if recipe is not None:
        as_project.remember_recipe(piece, recipe)
    st.button(
        label or texts.LINK,
        key=f"{key}-link",
        icon=":material/link:",
        type="secondary" if label else "tertiary",
        on_click=lambda: state.keep(f"{key}-link-asked", cached_studio.fingerprint(piece)),
    )
    asked = state.kept(f"{key}-link-asked", b"")
    if asked and asked == cached_studio.fingerprint(piece):
        with st.container(key=f"{key}-link-box", gap="small"):
            _show(piece, key, made_from, recipe or as_project.recipe_for(piece))


def _show(piece: Piece, key: str, made_from: int | None, recipe: Recipe | None) -> None:
    try:
        with st.spinner(texts.LINK_MAKING):
            text = _made(cached_studio.fingerprint(piece), repr(piece.made_by), made_from, repr(recipe), piece, recipe)
    except BusyError as error:
        st.info(told(error), icon=":material/hourglass_top:")
        return
    except LinkError as error:
        st.info(told(error), icon=":material/link_off:")
        project_file(piece, key)
        return
    link = decode(text)
    address = address_of(text)
    short = address if is_readable(address) else address_of(shortened(text))
    svg = qr_svg(short) if is_readable(short) else ""
    stem = file_stem(titled(piece.title))
    _component()(
        key=f"{key}-link-made",
        data={
            "address": address,
            "svg": svg,
            "title": titled(piece.title) or shared_texts.UNTITLED,
            "file": {"name": f"{stem}.mid", "data": b64encode(cached_studio.midi(piece)).decode()},
            "labels": {
                "share": texts.SHARE_LINK,
                "send": texts.SHARE_MIDI,
                "copy": texts.COPY,
                "copied": texts.COPIED,
                "address": texts.ADDRESS,
                "code": texts.QR_ALT,
            },
        },
    )
    if isinstance(link.recipe, Given):
        how = texts.LINK_GIVEN
    else:
        how = texts.LINK_ANEW_ALONE.format(most=MAX_LINK_CHARS) if link.notes is None else texts.LINK_ANEW
    if is_only_here(address):
        st.warning(texts.LINK_ONLY_HERE, icon=":material/link_off:")
    st.caption(f"{how} {texts.LINK_LENGTH.format(length=len(text), most=MAX_LINK_CHARS)}")
    if not svg:
        st.caption(texts.QR_NONE)
        return
    if short != address:
        st.caption(texts.QR_SHORT)
    with st.container(horizontal=True, gap="small"):
        for label, data, ending, mime in (
            (texts.QR_PNG, partial(qr_png, short), "png", "image/png"),
            (texts.QR_SVG, svg, "svg", "image/svg+xml"),
        ):
            st.download_button(
                label, data, f"{stem}-link.{ending}", mime, key=f"{key}-qr-{ending}", on_click="ignore", type="tertiary"
            )


def project_file(piece: Piece, key: str) -> None:
    """The project as a file with this piece as the current one, where a link is too short for it."""
    st.download_button(
        texts.PROJECT_FILE,
        partial(as_project.file_of, as_project.project(piece)),
        f"{file_stem(titled(piece.title))}.koe.json",
        "application/json",
        key=f"{key}-project",
        icon=":material/folder:",
        on_click="ignore",
        type="tertiary",
    )


@once
@st.cache_data(show_spinner=False, max_entries=64)
def _made(digest: bytes, making: str, made_from: int | None, way: str, _piece: Piece, _recipe: Recipe | None) -> str:
    return make_link(cached_studio.studio(), _piece, made_from, _recipe)


def is_only_here(address: str) -> bool:
    """Whether an address works on this computer alone, so that nobody else can open it.

    Examples
    --------
    >>> is_only_here("http://localhost:8501/?k=A"), is_only_here("http://192.168.1.7:8501/?k=A")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False


def address_of(text: str) -> str:
    """The whole address of a link: where `KOE_PUBLIC_URL` says, or else on the server where the visitor is."""
    return f"{home_address()}/?{PARAMETER}={text}"


def home_address() -> str:
    """The first page's address as others reach it, without a slash at its end."""
    if base := public_url():
        return base
    parts = urlsplit(st.context.url or "")
    path, page = parts.path.rstrip("/"), state.address()
    if page and path.endswith(f"/{page}"):
        path = path.removesuffix(f"/{page}")
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))
