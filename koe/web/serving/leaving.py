"""Sessions whose visitors have left, and do not come back.

Streamlit keeps them for a while, so that a line that breaks loses nothing, but
looks at them only when somebody else leaves. Until then, uploads stay in memory
and three file descriptors of each open. Here each is closed when its time is
over, and some before that where there are many.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable

MAX_LEFT = 100  # Streamlit keeps 128, and forgets the others without closing them
EARLY = 0.8  # of the time that Streamlit keeps them, after which it does not know them any more

Close = Callable[[str], None]


class Left:
    """Sessions that nobody is connected to.

    Parameters
    ----------
    keep_sec : float
        How long their visitors may take to come back.
    is_here : callable
        Whether a session is connected.
    close : callable
        Closes a session.
    """

    def __init__(self, keep_sec: float, is_here: Callable[[str], bool], close: Close) -> None:
        self._keep_sec, self._is_here, self._close = keep_sec, is_here, close
        self._timers: OrderedDict[str, asyncio.TimerHandle] = OrderedDict()
        self._addresses: dict[str, str] = {}  # of all that have left once, and were not closed

    def note(self, session: str, address: str) -> None:
        """Note that the connection of a session has ended; to be called in the server's event loop."""
        if session in self._timers:
            self._timers.pop(session).cancel()
        self._addresses[session] = address
        self._timers[session] = asyncio.get_running_loop().call_later(self._keep_sec, self._end, session)
        if len(self._timers) > MAX_LEFT:
            # Of the address that most have left from, so that nobody drives others out.
            most, _ = Counter(self._addresses[one] for one in self._timers).most_common(1)[0]
            oldest = next(one for one in self._timers if self._addresses[one] == most)
            self._timers[oldest].cancel()
            self._end(oldest)

    def knows(self, session: str) -> bool:
        """Whether a session has left once, and was not closed."""
        return session in self._addresses

    def _end(self, session: str) -> None:
        self._timers.pop(session, None)
        if not self._is_here(session):
            self._addresses.pop(session, None)
            self._close(session)
