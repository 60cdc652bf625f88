"""Pieces made ahead, so that the one button of the first page answers at once, also to a crowd.

While nobody is at work a thread composes the piece of a number that nobody has
had and renders it; both answers then lie in the caches. It leaves off as soon
as somebody comes. (A low priority would not do instead: a thread that is kept
waiting may hold Python's lock or a network's, and visitors wait with it.) Who presses the button
gets such a number, and nobody gets it after them. When none is left the music
is made while the visitor waits, as for any number; what a number sounds like
does not depend on any of this. After an error it tries again, after a while.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from koe.errors import Cancelled
from koe.progress import ShouldStop
from koe.web.serving import cached_studio, metrics
from koe.web.serving.lasting import lasting
from koe.web.serving.queue import shared_limiter
from koe.web.serving.settings import pieces_ahead
from koe.web.session import state

LOOK_SEC = 0.5  # between two looks at whether anybody is at work
RETRY_SEC, MAX_RETRY_SEC = 1.0, 600.0  # after an error; twice as long after each one that follows

Make = Callable[[int, ShouldStop], object]

_log = logging.getLogger(__name__)


class ComposedAhead:
    """Seeds whose pieces are ready.

    Parameters
    ----------
    make : callable
        Makes the piece of a seed, so that asking for it again costs nothing;
        raises `Cancelled` where its second argument says so.
    is_quiet : callable
        Whether nobody is at work.
    size : int
        How many to keep; with 0 none are made ahead.
    """

    def __init__(self, make: Make, is_quiet: Callable[[], bool], size: int) -> None:
        self._make, self._is_quiet, self._size = make, is_quiet, size
        self._ready: deque[int] = deque()
        self._taken = threading.Event()
        if size:
            threading.Thread(target=self._stock, name="koe-composed-ahead", daemon=True).start()

    def __len__(self) -> int:
        return len(self._ready)

    def take(self) -> int | None:
        """A seed whose piece is ready, for one visitor; None if there is none."""
        try:
            seed = self._ready.popleft()
        except IndexError:
            return None
        self._taken.set()
        metrics.AHEAD.set(len(self))
        return seed

    def _stock(self) -> None:
        seed, failures = state.new_seed(), 0
        while True:
            self._taken.clear()
            if len(self._ready) >= self._size:
                self._taken.wait()
            elif not self._is_quiet():
                self._taken.wait(LOOK_SEC)
            else:
                try:
                    self._make(seed, lambda: not self._is_quiet())
                except Cancelled:
                    continue
                except Exception:
                    # It may pass, as a full disk does, or belong to this number. Visitors are told meanwhile.
                    failures += 1
                    if failures == 1:  # once, not at each try
                        _log.exception("No piece can be made ahead")
                    time.sleep(min(RETRY_SEC * 2 ** (failures - 1), MAX_RETRY_SEC))
                else:
                    failures = 0
                    self._ready.append(seed)
                    metrics.AHEAD.set(len(self))
                seed = state.new_seed()


@lasting
def composed_ahead() -> ComposedAhead:
    """The process's one, which begins to fill when somebody first asks for it."""
    limiter = shared_limiter()
    return ComposedAhead(_make, lambda: not limiter.n_running and not limiter.n_waiting, pieces_ahead())


def _make(seed: int, should_stop: ShouldStop) -> None:
    with shared_limiter().exempt():  # it takes nobody's turn
        piece = cached_studio.compose(seed, should_stop)
        # As visitors hear it who choose nothing else.
        if cached_studio.can_perform():
            piece = cached_studio.performed(piece, 0, 1.0)
        cached_studio.sound(piece, should_stop)


def ready_seed() -> int:
    """A seed nobody chose, if there is one whose piece is ready."""
    return composed_ahead().take() or state.new_seed()
