"""The app as a server: what `make run` starts, with the networks awake before the first visitor.

Besides the pages it answers ``/healthz``, ``/readyz`` and ``/metrics``, logs a
line of JSON each, and ends in order (`koe.web.operations`). ``streamlit run
app.py`` serves the same pages without all this; there the networks wake up
behind the first page.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from koe import __version__
from koe.errors import InputError
from koe.limits import shared_limiter
from koe.settings import whole_number
from koe.temporary import process_folder
from koe.web.operations import logs, routes
from koe.web.operations.ending import end_gracefully
from koe.web.operations.faults import say_in_one_sentence
from koe.web.operations.headers import SecureHeaders

SCRIPT = Path(__file__).resolve().parents[2] / "app.py"
MAX_GRACE_SEC = 600

_log = logging.getLogger("koe.web.server")  # Streamlit imports this file under another name


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to load the networks while the server starts to listen; take temporary files away at the end."""
    from koe.web.warmup import warm_up  # not before there is a runtime, which its caches belong to

    try:
        logs.set_up()
        limiter = shared_limiter()
        grace_sec = whole_number("KOE_GRACE_SEC", 5, 0, MAX_GRACE_SEC)
    except InputError as error:
        raise SystemExit(f"koe: {error}") from None
    with process_folder():
        end_gracefully(limiter, grace_sec)
        warm_up()
        places = {"version": __version__, "workers": limiter.n_places, "queue": limiter.max_waiting}
        _log.info("Koe starts", extra={"facts": places})
        yield
        _log.info("Koe ends")


app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=routes.ROUTES,
    middleware=[Middleware(SecureHeaders)],
    on_script_error=say_in_one_sentence,
)
