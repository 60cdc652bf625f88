"""The app as a server: what `make run` starts, with the networks awake before the first visitor.

Besides the pages it answers ``/healthz``, ``/readyz`` and ``/metrics``, logs a
line of JSON each, and ends in order (`koe.web.serving`). ``streamlit run
app.py`` serves the same pages without all this; there the networks wake up
behind the first page.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from koe.web.gallery.previews import preview_routes
from koe.web.gallery.routes import gallery_routes
from koe.web.kiosk.routes import kiosk_routes
from koe.web.page_errors import say_in_one_sentence
from koe.web.serving import lifecycle, sounds
from koe.web.serving.front.door import Door
from koe.web.serving.guard.gate import Gate
from koe.web.serving.headers import SecureHeaders
from koe.web.serving.routes import ROUTES

SCRIPT = Path(__file__).resolve().parents[3] / "app.py"

# Here and not in the lifespan: before it begins the server has written its first lines.
lifecycle.set_up()

app = st.App(
    SCRIPT,
    lifespan=lifecycle.lifespan,
    routes=[*ROUTES, *sounds.routes(), *gallery_routes(), *preview_routes(), *kiosk_routes()],
    middleware=[Middleware(SecureHeaders), Middleware(Gate, base=sounds.base()), Middleware(Door, base=sounds.base())],
    on_script_error=say_in_one_sentence,
)
