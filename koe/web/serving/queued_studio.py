"""The studio as visitors get it: heavy work in its turn, all work counted and timed.

Pages call the studio as they would without; whoever has to wait sees their
place in the queue. Whose page is gone gives theirs up, and work that has begun
for them is dropped where it can be.
"""

import contextvars
import inspect
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils import script_run_context

from koe.errors import BusyError, Cancelled, KoeError
from koe.music.grid import SEGMENT_STEPS
from koe.studio import Studio
from koe.web.serving import metrics
from koe.web.serving.queue import Limiter, Together, shared_limiter
from koe.web.texts import pages as texts

SHOWN_AFTER_SEC = 0.8  # who waits for less need not know
MOMENT_STEPS = 512  # that a network writes in about a second

_P = ParamSpec("_P")
_T = TypeVar("_T")

_log = logging.getLogger(__name__)
_together = Together()
_told: contextvars.ContextVar[Callable[[int], None] | None] = contextvars.ContextVar("koe_told", default=None)


@dataclass(frozen=True)
class Work:
    """What a method of the studio does, for limits and metrics.

    Attributes
    ----------
    kind : str
        Name in the metrics.
    heavy : bool
        Whether it takes a place at work; the rest is done in milliseconds.
    long : bool or callable
        Whether it takes seconds; may depend on what it is called with, which
        is given by the names of the method's parameters.
    """

    kind: str
    heavy: bool = True
    long: bool | Callable[[Mapping[str, Any]], bool] = False

    def is_long(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Whether this call of it takes seconds."""
        if not callable(self.long):
            return self.long
        given = inspect.signature(method).bind(*args, **kwargs)
        given.apply_defaults()
        return self.long(given.arguments)


def _continues_far(given: Mapping[str, Any]) -> bool:
    return given["n_steps"] * given["n_variations"] > MOMENT_STEPS


def _retells_much(given: Mapping[str, Any]) -> bool:
    n_segments = given["n_segments"] if "n_segments" in given else np.size(given["weights"])
    return n_segments * SEGMENT_STEPS > MOMENT_STEPS


WORK = {
    "open_piece": Work("read"),
    "transcribe": Work("transcribe", long=True),
    "compose": Work("compose"),  # two seconds, but what most visitors come for: it may have all places
    "compose_piece": Work("compose", long=True),
    "continue_piece": Work("continue", long=_continues_far),
    "fill_gap": Work("fill", long=True),
    "harmonise": Work("fill", long=True),
    "repair": Work("fill", long=True),
    "reconstruct": Work("reconstruct", heavy=False),
    "reconstruct_piece": Work("reconstruct"),
    "decode": Work("decode", heavy=False),
    "piece_from_latents": Work("decode", heavy=False),
    "blend": Work("blend", heavy=False),
    "blend_piece": Work("blend", heavy=False),
    "blend_square": Work("blend", heavy=False),
    "morph": Work("blend"),
    "retell": Work("blend", long=_retells_much),
    "retell_path": Work("blend", long=_retells_much),
    "render": Work("render"),
    "score": Work("engrave"),
    "musicxml": Work("engrave"),
    "score_svg": Work("engrave"),
    "score_sheet": Work("engrave"),
    "score_on_screen": Work("engrave"),
    "score_pdf": Work("engrave", long=True),
    "pianoroll_svg": Work("draw"),
    "pianoroll_png": Work("draw"),
    "originality": Work("compare"),
    "bundle": Work("bundle", long=True),
}


class QueuedStudio:
    """A studio whose methods wait for their turn, and are counted.

    Parameters
    ----------
    studio : Studio
    limiter : Limiter, optional
        The process's one unless given.
    """

    def __init__(self, studio: Studio, limiter: Limiter | None = None) -> None:
        self._studio = studio
        self._limiter = limiter or shared_limiter()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # its own, not there yet where a copy is made
            raise AttributeError(name)
        found = getattr(self._studio, name)
        return partial(self._do, WORK[name], found) if name in WORK else found

    def _do(self, work: Work, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a method of the studio when it is its turn."""
        return _in_turn(self._limiter, work, method, *args, **kwargs)


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
            raise _in_words(error, _together.max_wait_sec) from None

    return asked


def _in_turn(limiter: Limiter, work: Work, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    if limiter.has_place:  # part of other work
        return method(*args, **kwargs)
    if not work.heavy:
        return _counted(work, method, *args, **kwargs)
    long = work.is_long(method, *args, **kwargs)
    queue = _Queue()
    if queue.has_visitor and "should_stop" in inspect.signature(method).parameters:
        kwargs.setdefault("should_stop", queue.has_left)
    try:
        stop = kwargs.get("should_stop", queue.has_left)
        with limiter.place(long=long, on_wait=queue.show, should_stop=stop) as waited_sec:
            metrics.QUEUE_SECONDS.observe(waited_sec)
            queue.close()
            return _counted(work, method, *args, **kwargs)
    except BusyError as error:
        queue.close()
        metrics.WORK.labels(work.kind, "busy").inc()
        _log.warning("Too much is asked for", extra={"facts": {"kind": work.kind}})
        said = _in_words(error, limiter.max_waiting if error.reason == "full" else limiter.max_wait_sec)
        metrics.count_fault(said)
        raise said from None


def _in_words(error: BusyError, n: float) -> BusyError:
    """The same in the visitor's language."""
    return BusyError(texts.BUSY[error.reason].format(n=n), error.reason) if error.reason in texts.BUSY else error


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
        self._told = _told.get()
        self._toast: DeltaGenerator | None = None
        self._shown = 0

    @property
    def has_visitor(self) -> bool:
        """Whether a page is being made, whose visitor can leave."""
        return self._still_there is not None

    def has_left(self) -> bool:
        """Raise what ends the run if its visitor has clicked elsewhere or left."""
        if self._still_there is not None:
            self._still_there()
        return False

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
