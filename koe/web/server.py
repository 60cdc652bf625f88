"""The app as a server: what `make run` starts, with the networks awake before the first visitor.

Besides the pages it answers ``/healthz``, ``/readyz`` and ``/metrics``, logs a
line of JSON each, and ends in order (`koe.web.operations`). ``streamlit run
app.py`` serves the same pages without all this; there the networks wake up
behind the first page.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from koe.web import sounds
from koe.web.operations import serving
from koe.web.operations.faults import say_in_one_sentence
from koe.web.operations.headers import SecureHeaders
from koe.web.operations.routes import ROUTES

SCRIPT = Path(__file__).resolve().parents[2] / "app.py"

# Here and not in the lifespan: before it begins the server has written its first lines.
serving.set_up()

app = st.App(
    SCRIPT,
    lifespan=serving.lifespan,
    routes=[*ROUTES, *sounds.routes()],
    middleware=[Middleware(SecureHeaders)],
    on_script_error=say_in_one_sentence,
)
