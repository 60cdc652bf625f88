"""Who may change a kiosk: whoever knows the operator's password, and nobody who guesses often."""

import hashlib
import hmac
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from koe.errors import InputError

PASSWORD = "KOE_OPERATOR_PASSWORD"
MIN_CHARS = 8
MOST_TRIES, WITHIN_SEC = 5, 60.0
MAX_FAULTS, MAX_FAULT_CHARS = 30, 160


def operator_password() -> str:
    """What is set; empty where the operator's page is off.

    Raises
    ------
    InputError
        If it is too short to keep anybody out.
    """
    password = os.environ.get(PASSWORD, "")
    if password and len(password) < MIN_CHARS:
        raise InputError(f"{PASSWORD} has {len(password)} characters; set one of {MIN_CHARS} or more, or none.")
    return password


class Door:
    """Compares passwords in the same time whatever comes, and after some wrong ones no more for a while.

    All guesses count together: a hall has one operator, and whoever guesses
    may have many addresses.

    Parameters
    ----------
    password : str
    now_sec : callable, optional
    """

    def __init__(self, password: str, now_sec: Callable[[], float] = time.monotonic) -> None:
        self._digest = _digest(password)
        self._now_sec = now_sec
        self._wrong: deque[float] = deque(maxlen=MOST_TRIES)
        self._lock = threading.Lock()

    @property
    def is_closed(self) -> bool:
        """Whether there were too many wrong ones."""
        return len(self._wrong) == MOST_TRIES and self._now_sec() - self._wrong[0] < WITHIN_SEC

    def lets_in(self, password: object) -> bool:
        """Whether this is it; while it `is_closed`, nothing is."""
        with self._lock:
            if self.is_closed:
                return False
            if isinstance(password, str) and hmac.compare_digest(_digest(password), self._digest):
                return True
            self._wrong.append(self._now_sec())
            return False


@cache
def door() -> Door:
    """The process's one: whoever guesses at one page counts at the other."""
    return Door(operator_password())


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()


class Tally:
    """What has happened since the server started: counts, and the last faults; nothing of who or what."""

    KINDS = ("visits", "listen", "play", "mix", "home", "reset", "lost")

    def __init__(self) -> None:
        self.since = datetime.now(UTC)
        self.counts: Counter[str] = Counter(dict.fromkeys(self.KINDS, 0))
        self.faults: deque[tuple[str, str]] = deque(maxlen=MAX_FAULTS)

    def count(self, kind: object) -> bool:
        """Count one; False where there is no such kind."""
        if kind not in self.KINDS:
            return False
        self.counts[str(kind)] += 1
        return True

    def fault(self, what: str) -> None:
        """Keep a fault among the last ones, with the time."""
        line = " ".join(what.split())[:MAX_FAULT_CHARS]
        self.faults.append((datetime.now(UTC).isoformat(timespec="seconds"), line))
