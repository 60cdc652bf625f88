"""How fast a visitor may go: so much at once, and so much a second from then on."""

import threading
import time
from collections.abc import Callable

MAX_ADDRESSES = 2000  # above which those that need not be remembered are dropped


class Bucket:
    """Tokens that come back at a steady rate; whoever takes more than there are waits.

    Parameters
    ----------
    per_sec : float
        How many come back a second.
    burst : float
        How many there are at most.
    clock : callable, optional
        Gives seconds.
    """

    def __init__(self, per_sec: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_sec, self.burst = per_sec, burst
        self._clock = clock
        self._left, self._at = burst, clock()

    def take(self, n: float = 1.0) -> float:
        """Take tokens, lent if need be; the seconds until they will have come back."""
        now = self._clock()
        self._left = min(self.burst, self._left + (now - self._at) * self.per_sec) - n
        self._at = now
        return max(0.0, -self._left / self.per_sec)

    def has(self, n: float = 1.0) -> bool:
        """Take tokens if there are as many now; else none, and False."""
        now = self._clock()
        self._left, self._at = min(self.burst, self._left + (now - self._at) * self.per_sec), now
        if self._left < n:
            return False
        self._left -= n
        return True

    @property
    def is_full(self) -> bool:
        """Whether nobody has taken anything for so long that it need not be remembered."""
        return self._left + (self._clock() - self._at) * self.per_sec >= self.burst


class Paces:
    """A bucket for each address; those that are full again are forgotten.

    Safe to share between threads.

    Parameters
    ----------
    per_sec, burst, clock
        As for `Bucket`.
    """

    def __init__(self, per_sec: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._made = (per_sec, burst, clock)
        self._of: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def has(self, address: str) -> bool:
        """Whether this address may do it once more now."""
        with self._lock:
            if address not in self._of:
                if len(self._of) >= MAX_ADDRESSES:
                    self._of = {known: bucket for known, bucket in self._of.items() if not bucket.is_full}
                self._of[address] = Bucket(*self._made)
            return self._of[address].has()
