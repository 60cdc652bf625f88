"""So many lines of one kind a minute in the log, and then how many more there were.

Without this, whoever can cause an error can fill a disk.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LINES, WINDOW_SEC = 60, 60.0
MAX_KINDS = 500


@dataclass
class _Kind:
    until: float
    n_lines: int = 0
    n_left_out: int = 0


class RateLimit(logging.Filter):
    """Lets `LINES` records of a logger and a message pass in each `WINDOW_SEC`.

    The first one after that carries the number of those that were left out as a
    field, ``left_out``.

    Parameters
    ----------
    clock : callable, optional
        Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[str, object], _Kind] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        now = self._clock()
        name = (record.name, str(record.msg)[:200])
        with self._lock:
            kind = self._kinds.get(name)
            if kind is None or now >= kind.until:
                left_out = kind.n_left_out if kind else 0
                if kind is None and len(self._kinds) >= MAX_KINDS:
                    self._kinds = {known: one for known, one in self._kinds.items() if now < one.until}
                if kind is None and len(self._kinds) >= MAX_KINDS:
                    name = ("", "")  # what says something else each time
                    kind = self._kinds.get(name)
                if kind is None or now >= kind.until:
                    kind = self._kinds[name] = _Kind(now + WINDOW_SEC)
                if left_out:
                    record.facts = {**getattr(record, "facts", {}), "left_out": left_out}
            kind.n_lines += 1
            if kind.n_lines <= LINES:
                return True
            kind.n_left_out += 1
            return False
