"""At most so much heavy work at once in this process; the rest stands in a queue and knows its place.

A `Limiter` counts places at work, not threads. Whoever wants one waits in its
own thread, is told its place in the queue, and may go at any time. Long work
never takes all places, so that a short piece of work is not kept waiting by
minutes of it. `Together` is for those who ask for the same thing: it is made
once, and they wait for it as others wait for their turn.

The queue is fair between those who ask, not between what they ask for: the more
somebody has asked for, the later comes the rest of it (start-time fair queueing:
Goyal, Vin and Cheng 1996). What comes from one address counts together, though
less, since a school has one.
"""

import os
import threading
import time
from bisect import insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from koe.errors import BusyError, Cancelled
from koe.progress import ShouldStop
from koe.settings import whole_number
from koe.web.serving.visits import Owner

OnWait = Callable[[int, float], None]  # (place from 1, seconds waited so far)

MAX_WORKERS = 256
MAX_QUEUE = 10_000
DEFAULT_QUEUE = 40
MAX_WAIT_SEC = 120.0
MAX_RUNNING_OF_ONE = 2  # a piece, say, and its sound
MAX_WAITING_OF_ONE = 6  # all the players of a page
KEPT_FOR_OTHERS = 0.25  # of the queue, for who has nothing in it yet
LONG_COST = 4.0  # of long work, where short work costs 1
ADDRESS_WEIGHT = 1 / 8  # of what others at the same address have asked for, beside one's own
POLL_SEC = 0.1  # between two looks at whether the one who waits is still there

# Why somebody is sent away; {n} is how many wait, or how many seconds it took.
SENTENCES = {
    "full": "Koe has all hands full: {n:.0f} others are waiting for their music already, the most that may. "
    "Please try again in a minute.",
    "yours": "You have asked for {n:.0f} things already that are not there yet, the most that one may. They come one "
    "after the other.",
    "late": "Your turn did not come within {n:.0f} seconds, so much is being asked for. Please try again later.",
    "closed": "Koe is being restarted. This page comes back by itself in a moment; then please try again.",
}


@dataclass(eq=False)
class _Ticket:
    """Somebody's place in the queue.

    Attributes
    ----------
    long : bool
    owner : Owner or None
    start : float
        When its turn is, on a clock that runs with the work that is done.
    was_sent_away : bool
        For somebody who has nothing in the queue.
    """

    long: bool
    owner: Owner | None = None
    start: float = 0.0
    was_sent_away: bool = False

    @property
    def session(self) -> str:
        return self.owner.session if self.owner else ""


class Limiter:
    """Places for heavy work, and the queue for them.

    Of those who have asked for as much, who came first goes first. Short work
    goes past long work only where all places for long work are taken.

    Parameters
    ----------
    n_places : int
        How many may work at once; all but one of them, and at least one, for
        long work.
    max_waiting : int
        How many more may wait.
    max_wait_sec : float
        How long anybody waits.
    """

    def __init__(self, n_places: int, max_waiting: int = DEFAULT_QUEUE, max_wait_sec: float = MAX_WAIT_SEC) -> None:
        self.n_places = n_places
        self.max_waiting = max_waiting
        self.max_wait_sec = max_wait_sec
        self._changed = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._running = 0
        self._running_long = 0
        self._closed = False
        self._now = 0.0  # the start of what began last
        self._ends: dict[str, float] = {}  # of all that a session or an address has asked for, on the same clock
        self._running_of: Counter[str] = Counter()  # by session
        self._mine = threading.local()

    @property
    def n_running(self) -> int:
        """How many are at work."""
        return self._running

    @property
    def n_waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    @contextmanager
    def place(
        self,
        *,
        long: bool = False,
        on_wait: OnWait | None = None,
        should_stop: ShouldStop | None = None,
        owner: Owner | None = None,
    ) -> Iterator[float]:
        """Wait for a place and hold it inside the ``with``, which gets the seconds waited.

        Work within work has its place already.

        Parameters
        ----------
        long : bool
            Whether it takes seconds rather than a moment.
        on_wait : callable, optional
            Told the place in the queue, ten times a second. What it raises
            ends the waiting.
        should_stop : callable, optional
            Asked as often; where it says yes the waiting ends.
        owner : Owner, optional
            For whom it is; nobody's work has no limits but those of all.

        Raises
        ------
        BusyError
            If too many wait already, or too much of this owner's, if it takes too long, or after `close`.
        Cancelled
            If ``should_stop`` said so.
        """
        if self.has_place:
            yield 0.0
            return
        ticket = _Ticket(long, owner)
        waited_sec = self._wait(ticket, on_wait, should_stop)
        self._mine.has_place = True
        try:
            yield waited_sec
        finally:
            self._mine.has_place = False
            with self._changed:
                self._running -= 1
                self._running_long -= long
                self._running_of[ticket.session] -= 1
                if not self._running and not self._waiting:  # nobody has asked for more than another
                    self._ends.clear()
                    self._running_of.clear()
                self._changed.notify_all()

    @contextmanager
    def exempt(self) -> Iterator[None]:
        """Let what this thread does inside the ``with`` neither wait nor count, such as loading the models."""
        before = self.has_place
        self._mine.has_place = True
        try:
            yield
        finally:
            self._mine.has_place = before

    @property
    def has_place(self) -> bool:
        """Whether this thread is at work, or exempt."""
        return getattr(self._mine, "has_place", False)

    def close(self) -> None:
        """Turn away all who wait and whoever comes; work that runs goes on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self, ticket: _Ticket, on_wait: OnWait | None, should_stop: ShouldStop | None) -> float:
        """Stand in the queue until it is this ticket's turn; the seconds that it took."""
        started = time.monotonic()
        with self._changed:
            self._line_up(ticket)
            if self._let_in(ticket):
                return 0.0
            refusal = busy("closed") if self._closed else self._no_room_for(ticket)
            if refusal is not None:
                self._waiting.remove(ticket)
                raise refusal
        try:
            while True:
                with self._changed:
                    if self._changed.wait_for(
                        lambda: self._closed or ticket.was_sent_away or self._let_in(ticket), POLL_SEC
                    ):
                        if ticket.was_sent_away:
                            raise busy("full", self.max_waiting)
                        if ticket in self._waiting:
                            raise busy("closed")
                        return time.monotonic() - started
                    place = self._waiting.index(ticket) + 1
                _go_on_waiting(place, started, self.max_wait_sec, on_wait, should_stop)
        finally:
            with self._changed:
                if ticket in self._waiting:  # it goes without having had its turn
                    self._waiting.remove(ticket)
                    self._changed.notify_all()

    def _let_in(self, ticket: _Ticket) -> bool:
        """Give the ticket a place, if it is the first one that may have it; needs the lock."""
        if self._closed or self._running >= self.n_places:
            return False
        first = next((other for other in self._waiting if self._may_begin(other)), None)
        if first is not ticket:
            return False
        self._waiting.remove(ticket)
        self._running += 1
        self._running_long += ticket.long
        self._running_of[ticket.session] += 1
        self._now = max(self._now, ticket.start)
        return True

    def _may_begin(self, ticket: _Ticket) -> bool:
        if ticket.long and self._running_long >= max(1, self.n_places - 1):
            return False
        return not ticket.session or self._running_of[ticket.session] < MAX_RUNNING_OF_ONE

    def _line_up(self, ticket: _Ticket) -> None:
        """Put a ticket where it belongs in the queue; needs the lock."""
        cost = LONG_COST if ticket.long else 1.0
        ticket.start = self._now
        if ticket.owner is not None:
            names = [(f"at {ticket.owner.address}", cost * ADDRESS_WEIGHT)]
            if ticket.session:
                names.append((ticket.session, cost))
            ticket.start = max([self._now, *(self._ends.get(name, 0.0) for name, _ in names)])
            for name, share in names:
                self._ends[name] = max(self._now, self._ends.get(name, 0.0)) + share
        insort(self._waiting, ticket, key=lambda other: other.start)

    def _no_room_for(self, ticket: _Ticket) -> BusyError | None:
        """Why a ticket may not stay in the queue, if so; may send away somebody who has more in it; needs the lock."""
        waiting = Counter(other.session for other in self._waiting if other.session)
        mine = waiting[ticket.session] if ticket.session else 1
        if mine > MAX_WAITING_OF_ONE:
            return busy("yours", MAX_WAITING_OF_ONE)
        room = self.max_waiting - (int(KEPT_FOR_OTHERS * self.max_waiting) if mine > 1 else 0)
        if len(self._waiting) <= room:
            return None
        greediest, most = max(waiting.items(), key=lambda item: item[1], default=("", 0))
        if most <= mine:
            return busy("full", self.max_waiting)
        last = [other for other in self._waiting if other.session == greediest][-1]
        self._waiting.remove(last)
        last.was_sent_away = True
        self._changed.notify_all()
        return None


def _go_on_waiting(
    place: int, started: float, max_wait_sec: float, on_wait: OnWait | None, should_stop: ShouldStop | None
) -> None:
    """Tell who waits where they stand, or send them away; without a lock, since what is called may take its time."""
    waited_sec = time.monotonic() - started
    if should_stop is not None and should_stop():
        raise Cancelled("Stopped while waiting for its turn.")
    if waited_sec > max_wait_sec:
        raise busy("late", max_wait_sec)
    if on_wait is not None:
        on_wait(place, waited_sec)


@dataclass(eq=False)
class _Making:
    """Something that is being made, and who waits for it."""

    askers: list[object] = field(default_factory=list)  # the first one makes it
    place: int = 1  # of that one in the queue


class Together:
    """What several ask for at once is made by one of them; the others wait for it and see that one's place."""

    def __init__(self, max_wait_sec: float = 2 * MAX_WAIT_SEC) -> None:
        self.max_wait_sec = max_wait_sec
        self._changed = threading.Condition()
        self._making: dict[Hashable, _Making] = {}
        self._mine = threading.local()

    @contextmanager
    def alone(
        self, key: Hashable, *, on_wait: OnWait | None = None, should_stop: ShouldStop | None = None
    ) -> Iterator[float]:
        """Be the only one inside the ``with`` for this key, which gets the seconds waited; who came first goes first.

        Parameters
        ----------
        key : hashable
        on_wait, should_stop : callable, optional
            As for `Limiter.place`.

        Raises
        ------
        BusyError
            If it takes too long.
        Cancelled
            If ``should_stop`` said so.
        """
        started, me = time.monotonic(), object()
        with self._changed:
            making = self._making.setdefault(key, _Making())
            making.askers.append(me)
        before = getattr(self._mine, "making", None)
        try:
            while True:
                with self._changed:
                    if self._changed.wait_for(lambda: making.askers[0] is me, POLL_SEC):
                        making.place = 1
                        break
                    place = making.place
                _go_on_waiting(place, started, self.max_wait_sec, on_wait, should_stop)
            self._mine.making = making
            yield time.monotonic() - started
        finally:
            self._mine.making = before
            with self._changed:
                making.askers.remove(me)
                if not making.askers:
                    del self._making[key]
                self._changed.notify_all()

    def told(self, place: int) -> None:
        """Note the place in the queue of this thread, which makes something that others may be waiting for."""
        making = getattr(self._mine, "making", None)
        if making is not None:
            making.place = place


def busy(reason: str, n: float = 0) -> BusyError:
    """The error for who is sent away; a reason of `SENTENCES`."""
    return BusyError(SENTENCES[reason].format(n=n), reason, n)


def n_cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


@lru_cache(maxsize=1)
def shared_limiter() -> Limiter:
    """The process's one limiter, as the environment sets it (`koe.settings`).

    Raises
    ------
    InputError
        If a setting is no number that can be.
    """
    return Limiter(
        whole_number("KOE_WORKERS", n_cores(), 1, MAX_WORKERS), whole_number("KOE_QUEUE", DEFAULT_QUEUE, 0, MAX_QUEUE)
    )
