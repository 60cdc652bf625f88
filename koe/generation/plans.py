"""Models of real pieces, to draw one from where little is wished: what each measure brings back, and in what manner.

A piece that is told nothing is a mean of all; one that is told a real piece's
plan, mode, tempo, density, register and composer, but not a note of it, has a
character of its own, and many such pieces differ as real ones do.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from koe.errors import ModelError
from koe.music.repetition import SAME, UNKNOWN, Plan, no_plan

FILE = "plans.npz"  # beside the weights
# Drawn from: pieces with so much of the length that is asked for, and of these so many, the next in length.
LEAST_LENGTH, NEAREST = 0.9, 160
FEWEST = 8  # of a composer, to be drawn from alone


@dataclass(frozen=True)
class Manner:
    """What is told of a real piece beside its plan.

    Attributes
    ----------
    composer : str
    minor : bool
    tempo, density, register : int
        Classes, from 1: see `koe.models.tr1_interface`.
    """

    composer: str
    minor: bool
    tempo: int
    density: int
    register: int


@dataclass(frozen=True)
class Plans:
    """Plans, end to end, and the manner of each.

    Attributes
    ----------
    first : np.ndarray, shape=(n + 1,)
        Where each begins, and the end.
    kind, lag, shift : np.ndarray, shape=(n_measures_of_all,)
        See `koe.music.repetition.Plan`.
    composer : np.ndarray of str, shape=(n,)
    manner : np.ndarray, shape=(n, 4)
        ``minor``, ``tempo``, ``density`` and ``register`` of `Manner`.
    """

    first: np.ndarray
    kind: np.ndarray
    lag: np.ndarray
    shift: np.ndarray
    composer: np.ndarray
    manner: np.ndarray

    @classmethod
    def of(cls, plans: Sequence[Plan], manners: Sequence[Manner]) -> "Plans":
        """Several plans in one table."""
        first = np.cumsum([0, *(len(plan.kind) for plan in plans)])
        kind, lag, shift = (np.concatenate([getattr(plan, name) for plan in plans]) for name in _FIELDS)
        numbers = [(manner.minor, manner.tempo, manner.density, manner.register) for manner in manners]
        composers = np.array([manner.composer for manner in manners])
        return cls(first, kind, lag, shift, composers, np.array(numbers, np.int64))

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, number: int) -> Plan:
        part = slice(int(self.first[number]), int(self.first[number + 1]))
        return Plan(*(getattr(self, name)[part].astype(np.int64) for name in _FIELDS))

    def manner_of(self, number: int) -> Manner:
        """The manner of one of the pieces."""
        minor, tempo, density, register = self.manner[number].tolist()
        return Manner(str(self.composer[number]), bool(minor), tempo, density, register)

    def draw(self, n_measures: int, seed: Sequence[int], composer: str | None = None) -> tuple[Plan, Manner]:
        """A plan of so many measures, cut to them or open at its end, and the manner of its piece.

        Parameters
        ----------
        n_measures : int
        seed : sequence of ints
        composer : str, optional
            Whose pieces are drawn from, where there are `FEWEST` at least.
        """
        able = np.arange(len(self))
        own = able[self.composer == composer]
        able = own if len(own) >= FEWEST else able
        lengths = np.diff(self.first)[able]
        is_long = lengths >= LEAST_LENGTH * n_measures
        if is_long.sum() >= FEWEST:
            able, lengths = able[is_long], lengths[is_long]
        nearest = able[np.argsort(np.abs(lengths - n_measures), kind="stable")[:NEAREST]]
        number = int(np.random.default_rng(tuple(seed)).choice(nearest))
        plan, whole = self[number], no_plan(n_measures)
        known = min(n_measures, len(plan.kind))
        for name in _FIELDS:
            getattr(whole, name)[:known] = getattr(plan, name)[:known]
        return from_nearest(whole), self.manner_of(number)

    def save(self, path: Path) -> None:
        """Write the table; the same one gives the same bytes."""
        buffer = io.BytesIO()
        kinds = {"kind": np.uint8, "lag": np.uint8, "shift": np.int8, "manner": np.uint8}
        arrays = {name: getattr(self, name).astype(kind) for name, kind in kinds.items()}
        arrays |= {"first": self.first.astype(np.int32), "composer": self.composer}
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> "Plans | None":
        """Read a table; None where there is none.

        Raises
        ------
        ModelError
            If it is damaged.
        """
        if not path.exists():
            return None
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
                kind, lag, shift, manner = (archive[name].astype(np.int64) for name in (*_FIELDS, "manner"))
                plans = cls(archive["first"], kind, lag, shift, archive["composer"], manner)
            fits = len({len(getattr(plans, name)) for name in _FIELDS} | {int(plans.first[-1])}) == 1
            if not (fits and len(plans) == len(plans.composer) == len(plans.manner) > 0):
                raise ValueError("its arrays do not fit together")
        except Exception as error:  # whatever a damaged archive makes NumPy and zlib raise
            raise ModelError(f"The plans {path.name} are damaged; restore them from the repository.") from error
        return plans


def from_nearest(plan: Plan) -> Plan:
    """The same, each measure brought back from the nearest of those that it equals.

    A plan names the first measure of several that are the same; real pieces are
    measured by the nearest one, and a copy of a copy should not drift from both.

    Examples
    --------
    >>> plan = Plan(np.array([1, 1, 3, 3, 3]), np.array([0, 0, 2, 2, 4]), np.zeros(5, dtype=int))
    >>> from_nearest(plan).lag.tolist()
    [0, 0, 2, 2, 2]
    """
    lag, origin = plan.lag.copy(), np.arange(len(plan.lag))
    last: dict[int, int] = {}
    for measure in range(len(lag)):
        if plan.kind[measure] == SAME and plan.shift[measure] == 0:
            origin[measure] = origin[measure - lag[measure]]
            lag[measure] = measure - last[int(origin[measure])]
        last[int(origin[measure])] = measure
    return Plan(plan.kind, lag, plan.shift)


_FIELDS = ("kind", "lag", "shift")

assert UNKNOWN == 0  # what `no_plan` is full of
