"""A file in the making: it grows in a thread of its own, and all who wait for it read along.

Whoever asks while it is made joins in. Where nobody listens any more, the work
is given up after a moment; a moment, since players ask for one byte first and
for the rest then.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from koe.errors import Cancelled, KoeError
from koe.progress import ShouldStop

OnPart = Callable[[bytes, int], None]
Make = Callable[[ShouldStop, OnPart], bytes]
GRACE_SEC = 2.0  # in which somebody may come back


class Making:
    """One file in the making.

    Parameters
    ----------
    make : callable
        Gives the whole file. Asked now and then whether to stop; may hand over
        parts before, each with the number of bytes that there will be.
    keep_sec : float
        How long it is made though nobody listens.
    """

    def __init__(self, make: Make, keep_sec: float = GRACE_SEC) -> None:
        self.n_bytes: int | None = None  # in all, as soon as that is known
        self.data = bytearray()
        self.error: BaseException | None = None
        self.is_over = False
        self._make = make
        self._keep_until = time.monotonic() + keep_sec
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    def start(self, around: Callable[[Callable[[], None]], None], on_end: Callable[[], None]) -> None:
        """Begin, in a thread; ``around`` is called there with the work, ``on_end`` after it."""

        def work() -> None:
            try:
                around(self._work)
            finally:
                on_end()

        threading.Thread(target=work, name="koe-sound", daemon=True).start()

    def _work(self) -> None:
        try:
            data = self._make(self._should_stop, self._take)
        except BaseException as error:
            self.error = error
        else:
            self.data[len(self.data) :] = data[len(self.data) :]
            self.n_bytes = len(data)
        self.is_over = True
        self._tell()
        if self.error is not None and not isinstance(self.error, KoeError):
            raise self.error

    def _take(self, part: bytes, n_bytes: int) -> None:
        self.n_bytes = n_bytes
        self.data += part
        self._tell()

    def _should_stop(self) -> bool:
        return not self._listeners and time.monotonic() > self._keep_until

    def _tell(self) -> None:
        with self._lock:
            for news, loop in self._listeners.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(news.set)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Listen; the event is set whenever there is more, or all."""
        news = asyncio.Event()
        with self._lock:
            self._listeners[news] = asyncio.get_running_loop()
        try:
            yield news
        finally:
            with self._lock:
                del self._listeners[news]
                self._keep_until = max(self._keep_until, time.monotonic() + GRACE_SEC)

    def has(self, n_bytes: int) -> bool:
        """Whether so many bytes are there, or no more will come."""
        return self.is_over or len(self.data) >= n_bytes

    @property
    def was_given_up(self) -> bool:
        """Whether it ended because nobody listened."""
        return isinstance(self.error, Cancelled)
