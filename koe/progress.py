"""How long work says how far it is, and hears that it is no longer wanted."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # (done, total)
ShouldStop = Callable[[], bool]
