"""How far a long command is, and when it will be done."""

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

BAR_CHARACTERS = 24
WINDOW_SEC = 60.0  # the time left is estimated by what was done in the last minute
FIRST_ESTIMATE_SEC = 2.0
TERMINAL_SEC = 0.1  # between two looks of the line
LOG_SEC = 20.0  # between two lines where nobody watches


class Progress:
    """Called with what is done and what there is in all, shows both on standard error.

    A terminal gets one line with a bar; anything else, such as a log file, a
    line now and then.

    Parameters
    ----------
    what : str
        What is counted, in the plural.
    stream : text file, optional
        Standard error unless given.
    clock : callable
        Seconds from any fixed moment.
    """

    def __init__(
        self, what: str = "files", stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.what = what
        self._stream = stream or sys.stderr
        self._clock = clock
        self._start = clock()
        # What was done when, about once a second; from the first call on, since it can take long to get going.
        self._marks: deque[tuple[float, int]] = deque()
        self._shown_sec = float("-inf")
        self._width = 0

    def __call__(self, done: int, total: int) -> None:
        """Show it, unless something was shown just now."""
        now = self._clock()
        if not self._marks or now - self._marks[-1][0] >= 1:
            self._marks.append((now, done))
            while now - self._marks[0][0] > WINDOW_SEC and len(self._marks) > 2:
                self._marks.popleft()
        watched = self._stream.isatty()
        if done < total and now - self._shown_sec < (TERMINAL_SEC if watched else LOG_SEC):
            return
        self._shown_sec = now
        text = f"koe: {self._bar(done, total) if watched else ''}{done} of {total} {self.what}"
        text += f", {_time(now - self._start)} in all" if done >= total else self._time_left(done, total, now)
        # Blanks over what is left of a longer line.
        line = f"\r{text:<{self._width}}" if watched else text
        self._width = len(text)
        print(line, end="" if watched and done < total else "\n", file=self._stream, flush=True)

    @staticmethod
    def _bar(done: int, total: int) -> str:
        full = BAR_CHARACTERS * done // max(total, 1)
        return f"[{'#' * full}{'.' * (BAR_CHARACTERS - full)}] {100 * done // max(total, 1)} % "

    def _time_left(self, done: int, total: int, now: float) -> str:
        since, before = self._marks[0]
        if now - since < FIRST_ESTIMATE_SEC or done <= before:
            return ""
        return f", about {_time((total - done) * (now - since) / (done - before))} left"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
