"""The studio as visitors get it: heavy work in its turn, all work counted and timed.

Pages call the studio as they would without; whoever has to wait sees their
place in the queue. Whose page is gone gives theirs up, and work that has begun
for them is dropped where it can be.
"""

import contextvars
import inspect
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils import script_run_context

from koe.errors import BusyError, Cancelled, KoeError
from koe.studio.apart import apart
from koe.studio.work import Work
from koe.web.serving import metrics, visits
from koe.web.serving.queue import Limiter, Together, shared_limiter
from koe.web.texts import pages as texts

SHOWN_AFTER_SEC = 0.8  # who waits for less need not know

_P = ParamSpec("_P")
_T = TypeVar("_T")

_log = logging.getLogger(__name__)
_together = Together()
_told: contextvars.ContextVar[Callable[[int], None] | None] = contextvars.ContextVar("koe_told", default=None)


class InTurn:
    """Does a studio's work when it is its turn, and counts it; see `koe.studio.work.Do`.

    Parameters
    ----------
    limiter : Limiter, optional
        The process's one unless given.
    """

    def __init__(self, limiter: Limiter | None = None) -> None:
        self._limiter = limiter or shared_limiter()

    def __call__(self, work: Work, function: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call a function when it is its turn."""
        return _in_turn(self._limiter, work, function, *args, **kwargs)


def in_turn(kind: str, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do work that is no method of the studio when it is its turn; ``kind`` is its name in the metrics."""
    return _in_turn(shared_limiter(), Work(kind), function, *args, **kwargs)


def once(cached: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a cached function make for one visitor what several ask for at once.

    Streamlit's own lock would let the others wait where they see nothing and
    cannot leave. Arguments must be hashable; as there, those whose names begin
    with ``_`` do not count. With ``_should_stop`` who waits says when to give up.
    """
    signature = inspect.signature(cached)

    @wraps(cached)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        given = signature.bind(*args, **kwargs).arguments
        stop = given.get("_should_stop")
        key = (
            cached.__module__,
            cached.__qualname__,
            *(value for name, value in given.items() if not name.startswith("_")),
        )
        queue = _Queue()
        try:
            with _together.alone(key, on_wait=queue.show, should_stop=stop or queue.has_left):
                queue.close()
                return cached(*args, **kwargs)
        except BusyError as error:
            queue.close()
            raise _in_words(error) from None

    return asked


def _in_turn(limiter: Limiter, work: Work, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    if limiter.has_place:  # part of other work
        if work.is_apart(method, *args, **kwargs):
            return apart(method.__name__, args[1:], kwargs, _Queue().has_left)
        return method(*args, **kwargs)
    if not work.heavy:
        with limiter.exempt():  # what it is made of neither waits nor counts
            return _counted(work, method, *args, **kwargs)
    long = work.is_long(method, *args, **kwargs)
    queue = _Queue()
    stop = kwargs.get("should_stop") or queue.has_left
    if queue.has_visitor and "should_stop" in inspect.signature(method).parameters:
        kwargs["should_stop"] = stop
    try:
        with limiter.place(long=long, on_wait=queue.show, should_stop=stop, owner=visits.owner()) as waited_sec:
            metrics.QUEUE_SECONDS.observe(waited_sec)
            queue.close()
            if work.is_apart(method, *args, **kwargs):
                return _counted(work, apart, method.__name__, args[1:], kwargs, stop)
            return _counted(work, method, *args, **kwargs)
    except BusyError as error:
        queue.close()
        metrics.WORK.labels(work.kind, "busy").inc()
        _log.warning("Too much is asked for", extra={"facts": {"kind": work.kind}})
        said = _in_words(error)
        metrics.count_fault(said)
        raise said from None


def _in_words(error: BusyError) -> BusyError:
    """The same in the visitor's language."""
    if error.reason not in texts.BUSY:
        return error
    return BusyError(texts.BUSY[error.reason].format(n=error.n), error.reason, error.n)


def _counted(work: Work, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do the work; note how long it took and how it ended."""
    started = time.monotonic()
    outcome = "stopped"  # by what Streamlit raises where a visitor has clicked elsewhere or left
    try:
        result = method(*args, **kwargs)
        outcome = "done"
    except Exception as error:
        if not isinstance(error, Cancelled):
            outcome = "refused" if isinstance(error, KoeError) else "failed"
            metrics.count_fault(error)
        raise
    finally:
        seconds = time.monotonic() - started
        metrics.WORK.labels(work.kind, outcome).inc()
        metrics.WORK_SECONDS.labels(work.kind).observe(seconds)
        _log.debug("Work", extra={"facts": {"kind": work.kind, "outcome": outcome, "seconds": round(seconds, 4)}})
    if work.kind == "render":
        metrics.SOUNDS.labels(result.engine).inc()
    return result


@contextmanager
def telling(told: Callable[[int], None]) -> Iterator[None]:
    """Have the place in the queue told where no page is being made."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


class _Queue:
    """What a visitor sees of the queue; nothing where nobody looks, as while a download is made."""

    def __init__(self) -> None:
        self._still_there = script_run_context.get_run_yield_check()
        self._connection = visits.connection()
        self._told = _told.get()
        self._toast: DeltaGenerator | None = None
        self._shown = 0

    @property
    def has_visitor(self) -> bool:
        """Whether a page or a download is being made, whose visitor can leave."""
        return self._still_there is not None or self._connection is not None

    def has_left(self) -> bool:
        """Whether the visitor has left; raises what ends the run of a page if they have, or clicked elsewhere."""
        if self._still_there is not None:
            self._still_there()
        return self._connection is not None and self._connection.gone.is_set()

    def show(self, place: int, waited_sec: float) -> None:
        """Say the place, once somebody has waited a moment, and whenever it changes."""
        _together.told(place)
        if self._told:
            self._told(place)
        if self._still_there is None or waited_sec < SHOWN_AFTER_SEC or place == self._shown:
            return
        self._shown = place
        self._say(texts.YOUR_PLACE.format(place=place), "infinite")

    def close(self) -> None:
        """Let the note about the place go away."""
        _together.told(1)
        if self._toast is not None:
            self._say(texts.YOUR_TURN, 1)

    def _say(self, sentence: str, duration: Any) -> None:
        def say() -> DeltaGenerator:
            # What is shown inside a cached function is kept, and shown again to others who get its answer.
            script_run_context.in_cached_function.set(False)
            return (self._toast or st).toast(sentence, icon=":material/hourglass_top:", duration=duration)  # type: ignore[attr-defined]

        self._toast = contextvars.copy_context().run(say)
