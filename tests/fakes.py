"""Fakes that know what they stand for: a method that is renamed or gets other parameters breaks them."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar
from unittest.mock import create_autospec

from koe.studio.work import marked, work_of

Fake = TypeVar("Fake", bound=type)


def as_declared(real: Callable, fake: Callable) -> Any:
    """``fake`` in place of ``real``, to be called as that is and not otherwise."""
    return create_autospec(real, side_effect=fake)


def stands_for(real: type) -> Callable[[Fake], Fake]:
    """Decorate a class whose public methods, each of which ``real`` must have, are called as those of ``real`` are.

    Derived from ``real``, they are marked as the same work, too.
    """

    def decorate(fake: Fake) -> Fake:
        for name, function in list(vars(fake).items()):
            if inspect.isfunction(function) and not name.startswith("_"):
                declared = getattr(real, name)
                method, work = as_declared(declared, function), work_of(declared)
                setattr(fake, name, marked(work)(method) if work and issubclass(fake, real) else method)
        return fake

    return decorate
