"""How fast a visitor may go: so much at once, and so much a second from then on."""

import time
from collections.abc import Callable


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

    @property
    def is_full(self) -> bool:
        """Whether nobody has taken anything for so long that it need not be remembered."""
        return self._left + (self._clock() - self._at) * self.per_sec >= self.burst
