"""What kind of work a use case is, said where it is defined: whether others wait for it, and for how long.

A studio does its work at once. One that many people share is given a `Do` that
lets them wait for their turn; it learns from the mark how much it is asked for.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

MOMENT_STEPS = 512  # that a network writes in about a second

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Work:
    """What a use case costs.

    Attributes
    ----------
    kind : str
        Its name where work is counted.
    heavy : bool
        Whether it takes a place at work; the rest is done in milliseconds.
    long : bool or callable
        Whether it takes seconds; may depend on what it is asked for, which is
        given by the names of its parameters.
    apart : callable, optional
        Whether it is better done in a process of its own where others wait
        (`koe.studio.apart`), likewise.
    """

    kind: str
    heavy: bool = True
    long: bool | Callable[[Mapping[str, Any]], bool] = False
    apart: Callable[[Mapping[str, Any]], bool] | None = None

    def is_long(self, function: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> bool:
        """Whether this call takes seconds."""
        return self.long(_given(function, *args, **kwargs)) if callable(self.long) else self.long

    def is_apart(self, function: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> bool:
        """Whether this call is better done in a process of its own."""
        return self.apart is not None and self.apart(_given(function, *args, **kwargs))


def _given(function: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> Mapping[str, Any]:
    """What a function is given, by name."""
    given = inspect.signature(function).bind(*args, **kwargs)
    given.apply_defaults()
    return given.arguments


class Do(Protocol):
    """Does work: at once, or when it is its turn."""

    def __call__(self, work: Work, function: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What ``function`` answers."""


def at_once(work: Work, function: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do work without waiting for anybody; see `Do`."""
    return function(*args, **kwargs)


class Worker(Protocol):
    """What has methods that are marked as work."""

    @property
    def do(self) -> Do:
        """Does them."""


_W = TypeVar("_W", bound=Worker)
_Method = Callable[Concatenate[_W, _P], _T]


def marked(work: Work) -> Callable[[_Method[_W, _P, _T]], _Method[_W, _P, _T]]:
    """Mark a method as work, which its object's ``do`` does; `work_of` finds the mark."""

    def mark(method: _Method[_W, _P, _T]) -> _Method[_W, _P, _T]:
        @wraps(method)
        def done(self: _W, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
            return self.do(work, method, self, *args, **kwargs)

        done.work = work  # type: ignore[attr-defined]
        return done

    return mark


def heavy(
    kind: str,
    *,
    long: bool | Callable[[Mapping[str, Any]], bool] = False,
    apart: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Callable[[_Method[_W, _P, _T]], _Method[_W, _P, _T]]:
    """Mark a method as work that waits for its turn; see `Work`."""
    return marked(Work(kind, long=long, apart=apart))


def light(kind: str) -> Callable[[_Method[_W, _P, _T]], _Method[_W, _P, _T]]:
    """Mark a method as work of milliseconds, which is only counted."""
    return marked(Work(kind, heavy=False))


def work_of(method: Callable[..., Any]) -> Work | None:
    """The mark of a method; None where it is no work to speak of."""
    return getattr(method, "work", None)
