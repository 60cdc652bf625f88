"""By what a visitor's likes are told from others': a token that the browser keeps once something was liked, not before.

It says nothing of the visitor, and leads nowhere but to the pieces that they
liked; "Start over" takes it away.
"""

from typing import Any

import streamlit as st

COOKIE = "koe_visitor"
_TOKEN = "koe_visitor_token"


def token() -> str:
    """What this browser has brought, or got on this visit; empty for none. It may be anything."""
    brought = st.session_state.get(_TOKEN, st.context.cookies.get(COOKIE, ""))
    return brought if isinstance(brought, str) else ""  # a test has no browser


def take(given: str) -> None:
    """Let the browser keep a token."""
    st.session_state[_TOKEN] = given


def forget() -> None:
    """Let the browser forget it."""
    if token():
        st.session_state[_TOKEN] = ""


def cookie() -> dict[str, Any]:
    """What the browser is to keep, if anything has changed: a name with its value, an empty one to forget."""
    return {COOKIE: st.session_state[_TOKEN]} if _TOKEN in st.session_state else {}
