"""Pieces in every mood that are composed before anybody asks, so that a picture that is touched sounds at once.

One thread fills the moods in turn while nobody is at work (as
`koe.web.serving.composed_ahead` does for the first page). A piece is handed
out once. When a mood has run out, it is composed while the visitor waits.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from koe.errors import Cancelled
from koe.progress import ShouldStop

LOOK_SEC = 0.5  # between two looks at whether anybody is at work
RETRY_SEC, MAX_RETRY_SEC = 2.0, 300.0  # after an error; twice as long after each one that follows

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stock(Generic[T]):
    """So many of each kind, ready.

    Parameters
    ----------
    kinds : tuple of str
    make : callable
        Makes one of a kind; raises `Cancelled` where its second argument says so.
    is_quiet : callable
        Whether nobody is at work.
    size : int
        Of each kind; with 0 none are made ahead.
    """

    def __init__(
        self, kinds: tuple[str, ...], make: Callable[[str, ShouldStop], T], is_quiet: Callable[[], bool], size: int
    ) -> None:
        self._make, self._is_quiet, self._size = make, is_quiet, size
        self._ready: dict[str, deque[T]] = {kind: deque() for kind in kinds}
        self._taken = threading.Event()
        self._begun = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Begin to fill, once; whoever asks again changes nothing."""
        with self._lock:
            if self._begun or not self._size:
                return
            self._begun = True
        threading.Thread(target=self._fill, name="koe-kiosk-stock", daemon=True).start()

    def n_ready(self) -> dict[str, int]:
        """How many of each kind are ready."""
        return {kind: len(ready) for kind, ready in self._ready.items()}

    def take(self, kind: str = "") -> T | None:
        """One of a kind, or without one of what there is most of; None where there is none."""
        try:
            one = self._ready[kind or max(self._ready, key=lambda name: len(self._ready[name]))].popleft()
        except IndexError:
            return None
        self._taken.set()
        return one

    def _fill(self) -> None:
        failures = 0
        while True:
            self._taken.clear()
            kind = min(self._ready, key=lambda name: len(self._ready[name]))
            if len(self._ready[kind]) >= self._size:
                self._taken.wait()
            elif not self._is_quiet():
                self._taken.wait(LOOK_SEC)
            else:
                try:
                    self._ready[kind].append(self._make(kind, lambda: not self._is_quiet()))
                    failures = 0
                except Cancelled:
                    continue
                except Exception:
                    failures += 1
                    if failures == 1:  # once, not at each try
                        _log.exception("No piece can be made ahead for the kiosk")
                    time.sleep(min(RETRY_SEC * 2 ** (failures - 1), MAX_RETRY_SEC))
