"""Plans of real pieces, what each of their measures brings back, to draw one from where no form is wished."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from koe.errors import ModelError
from koe.music.repetition import UNKNOWN, Plan, no_plan

FILE = "plans.npz"  # beside the weights
NEAREST = 24  # so many plans of about the length that is asked for are drawn from


@dataclass(frozen=True)
class Plans:
    """Plans, end to end.

    Attributes
    ----------
    first : np.ndarray, shape=(n + 1,)
        Where each begins, and the end.
    kind, lag, shift : np.ndarray, shape=(n_measures_of_all,)
        See `koe.music.repetition.Plan`.
    """

    first: np.ndarray
    kind: np.ndarray
    lag: np.ndarray
    shift: np.ndarray

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> "Plans":
        """Several plans in one table."""
        first = np.cumsum([0, *(len(plan.kind) for plan in plans)])
        return cls(first, *(np.concatenate([getattr(plan, name) for plan in plans]) for name in _FIELDS))

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, number: int) -> Plan:
        part = slice(int(self.first[number]), int(self.first[number + 1]))
        return Plan(*(getattr(self, name)[part].astype(np.int64) for name in _FIELDS))

    def draw(self, n_measures: int, seed: Sequence[int]) -> Plan:
        """A plan of about so many measures: cut to them, or open at its end."""
        lengths = np.diff(self.first)
        nearest = np.argsort(np.abs(lengths - n_measures), kind="stable")[:NEAREST]
        plan = self[int(np.random.default_rng(tuple(seed)).choice(nearest))]
        whole = no_plan(n_measures)
        known = min(n_measures, len(plan.kind))
        for name in _FIELDS:
            getattr(whole, name)[:known] = getattr(plan, name)[:known]
        return whole

    def save(self, path: Path) -> None:
        """Write the table; the same one gives the same bytes."""
        buffer = io.BytesIO()
        kinds = {"kind": np.uint8, "lag": np.uint8, "shift": np.int8}
        arrays = {name: getattr(self, name).astype(kind) for name, kind in kinds.items()}
        np.savez_compressed(buffer, first=self.first.astype(np.int32), **arrays)  # type: ignore[arg-type]
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
                plans = cls(archive["first"], *(archive[name].astype(np.int64) for name in _FIELDS))
            if not (len(plans) and len({len(getattr(plans, name)) for name in _FIELDS} | {int(plans.first[-1])}) == 1):
                raise ValueError("its arrays do not fit together")
        except Exception as error:  # whatever a damaged archive makes NumPy and zlib raise
            raise ModelError(f"The plans {path.name} are damaged; restore them from the repository.") from error
        return plans


_FIELDS = ("kind", "lag", "shift")

assert UNKNOWN == 0  # what `no_plan` is full of
