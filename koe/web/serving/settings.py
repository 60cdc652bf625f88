"""What those who run the server choose by its environment."""

import os
from functools import lru_cache
from pathlib import Path

from koe.settings import address, one_of, whole_number
from koe.web.serving.descriptors import raise_limit, sessions_for

GRACE_SEC = 5
MAX_GRACE_SEC = 600
DEFAULT_SESSIONS, MAX_SESSIONS = 1000, 20_000
DEFAULT_AHEAD, MAX_AHEAD = 48, 64  # of the 128 sounds and pieces that the caches hold


def grace_sec() -> int:
    """How long running work may go on when the server is told to end."""
    return whole_number("KOE_GRACE_SEC", GRACE_SEC, 0, MAX_GRACE_SEC)


def pieces_ahead() -> int:
    """How many pieces are made ahead for the first page while nobody works."""
    return whole_number("KOE_AHEAD", DEFAULT_AHEAD, 0, MAX_AHEAD)


def public_url() -> str:
    """Where links point, without a slash at its end; empty where they point to the address that the visitor used."""
    return address("KOE_PUBLIC_URL")


def kiosk_on() -> bool:
    """Whether the page for exhibitions is there."""
    return one_of("KOE_KIOSK", ("1", "on", "0", "off"), "off") in ("1", "on")


def kiosk_file() -> Path | None:
    """Where the operator's choices for the kiosk outlast the server; None where they do not."""
    named = os.environ.get("KOE_KIOSK_FILE", "").strip()
    return Path(named).expanduser().absolute() if named else None


@lru_cache(maxsize=1)
def max_sessions() -> int:
    """How many pages may be open at once, but no more than there are file descriptors for."""
    return min(whole_number("KOE_SESSIONS", DEFAULT_SESSIONS, 1, MAX_SESSIONS), sessions_for(raise_limit()))


@lru_cache(maxsize=1)
def metrics_are_open() -> bool:
    """Whether ``/metrics`` answers."""
    return one_of("KOE_METRICS", ("on", "off"), "off") == "on"
