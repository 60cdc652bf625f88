"""Undo and redo: a bounded line of moments, and where on it one stands."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 60


@dataclass(frozen=True)
class History(Generic[T]):
    """What was, what is, and what was taken back.

    Attributes
    ----------
    past : tuple
        The latest last.
    present : object
    future : tuple
        What was taken back, the next to be done again first.
    """

    present: T
    past: tuple[T, ...] = ()
    future: tuple[T, ...] = ()

    def step(self, moment: T) -> "History[T]":
        """Something was done; what had been taken back is gone."""
        return History(moment, (*self.past, self.present)[-MOST:])

    def amended(self, moment: T) -> "History[T]":
        """The present is seen more fully; nobody did anything."""
        return History(moment, self.past, self.future)

    def undone(self) -> "History[T]":
        """One step back, where there is one."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redone(self) -> "History[T]":
        """One step forth again, where there is one."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])
