"""What there is one of in a process, and what nothing clears: neither Streamlit's caches nor who asks for that."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Lasting(Generic[_T]):
    """Makes its one thing when it is first called, and gives it from then on.

    Parameters
    ----------
    make : callable
    """

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: list[_T] = []
        self._lock = threading.RLock()
        self.__doc__ = make.__doc__

    def __call__(self) -> _T:
        """The one thing."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def clear(self) -> None:
        """Forget it, so that the next one is made anew; for tests."""
        self._made.clear()


def lasting(make: Callable[[], _T]) -> Lasting[_T]:
    """Make a function one that makes its result once; see `Lasting`."""
    return Lasting(make)
