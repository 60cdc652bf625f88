"""The app as a server: what `make run` starts, with the networks awake before the first visitor.

``streamlit run app.py`` serves the same pages; there the networks wake up
behind the first page.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).resolve().parents[2] / "app.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to load the networks while the server starts to listen."""
    from koe.web.warmup import warm_up  # not before there is a runtime, which its caches belong to

    warm_up()
    yield


app = st.App(SCRIPT, lifespan=lifespan)
