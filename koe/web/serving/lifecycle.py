"""The life of the server: settings read, log set up, temporary files, networks, an end in order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import streamlit as st

from koe.children import end_all
from koe.errors import InputError
from koe.version import __version__
from koe.web.gallery import house
from koe.web.kiosk.routes import begin_kiosk, check_kiosk
from koe.web.serving import logs
from koe.web.serving.ending import end_gracefully
from koe.web.serving.queue import shared_limiter
from koe.web.serving.settings import grace_sec, max_sessions, metrics_are_open, pieces_ahead, public_url
from koe.web.serving.temporary_files import process_folder

DOWNLOAD_THREADS = 128

_log = logging.getLogger(__name__)


def set_up() -> None:
    """Read the settings and take over the log; a setting that cannot be ends the start with a sentence."""
    try:
        logs.set_up()
        shared_limiter()
        grace_sec()
        pieces_ahead()
        public_url()
        check_kiosk()
        house.check()
        max_sessions()
        metrics_are_open()
    except InputError as error:
        raise SystemExit(f"koe: {error}") from None


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to load the networks while the server starts to listen; take temporary files away at the end."""
    from koe.web.serving.warmup import warm_up  # not before there is a runtime, which its caches belong to

    limiter = shared_limiter()
    # Whoever waits for a download has a thread of its own meanwhile; Python's own few would be taken by one page.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(DOWNLOAD_THREADS, "koe-download"))
    with process_folder():
        end_gracefully(limiter, grace_sec())
        warm_up()
        begin_kiosk()
        facts = {
            "version": __version__,
            "workers": limiter.n_places,
            "queue": limiter.max_waiting,
            "sessions": max_sessions(),
        }
        _log.info("Koe starts", extra={"facts": facts})
        try:
            yield
        finally:
            end_all()
        _log.info("Koe ends")
