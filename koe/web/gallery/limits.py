"""How often an address may keep, like and take away; nothing of this is written down.

Visitors have no account, and a token costs nothing, so what bounds likes is where
they come from. A class at school has one address, and so has a hall.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable

from koe.errors import GalleryError
from koe.web.serving.guard.pace import Paces

KEPT_PER_SEC, KEPT_BURST = 1 / 60, 30.0
LIKES_PER_SEC, LIKES_BURST = 1 / 5, 60.0
REMOVALS_PER_SEC, REMOVALS_BURST = 1 / 10, 10.0
MAX_LIKES_OF_ADDRESS = 40  # of one piece, a day
DAY_SEC = 86_400.0
MAX_REMEMBERED = 200_000


class Limits:
    """What addresses have done since the server started.

    Parameters
    ----------
    clock : callable, optional
        Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._keeping = Paces(KEPT_PER_SEC, KEPT_BURST, clock)
        self._likes = Paces(LIKES_PER_SEC, LIKES_BURST, clock)
        self._removals = Paces(REMOVALS_PER_SEC, REMOVALS_BURST, clock)
        self._liked: Counter[tuple[str, str]] = Counter()
        self._since = clock()
        self._lock = threading.Lock()

    def keep(self, address: str) -> None:
        """Count a piece that is kept.

        Raises
        ------
        GalleryError
            If there were too many; so for the others.
        """
        _check(self._keeping.has(address))

    def remove(self, address: str) -> None:
        """Count a try to take one away."""
        _check(self._removals.has(address))

    def like(self, address: str, id: str) -> None:
        """Count a like; one that is taken back counts as well, so that nobody starts anew."""
        _check(self._likes.has(address))
        with self._lock:
            if self._clock() - self._since > DAY_SEC or len(self._liked) > MAX_REMEMBERED:
                self._liked.clear()
                self._since = self._clock()
            _check(self._liked[address, id] < MAX_LIKES_OF_ADDRESS)
            self._liked[address, id] += 1


def _check(may: bool) -> None:
    if not may:
        raise GalleryError("That was a lot at once; try again in a few minutes.", "fast")
