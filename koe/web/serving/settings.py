"""What those who run the server choose by its environment."""

import os
from pathlib import Path

from koe.settings import address, one_of, whole_number

GRACE_SEC = 5
MAX_GRACE_SEC = 600
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
    return one_of("KOE_KIOSK", ("0", "1"), "0") == "1"


def kiosk_file() -> Path | None:
    """Where the operator's choices for the kiosk outlast the server; None where they do not."""
    named = os.environ.get("KOE_KIOSK_FILE", "").strip()
    return Path(named).expanduser().absolute() if named else None
