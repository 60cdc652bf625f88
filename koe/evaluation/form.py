"""What pieces do as a whole, beside real ones: what returns, where they go, how they end, what goes wrong.

Conventions: `koe.evaluation.noted`. Each part is a module of its own:
`repetition`, `key_plan`, `endings`, `whole_faults`. Written and real pieces
should be about equally long, since what lies far back can return only in
pieces that reach so far.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from koe.errors import InputError
from koe.evaluation import endings, key_plan, repetition, whole_faults
from koe.evaluation.intervals import N_RESAMPLES, grouped, interval, labelled, resampled
from koe.evaluation.noted import Noted, sums_of

Counts = Callable[[Noted], np.ndarray]
Measures = Callable[[np.ndarray], Mapping[str, np.ndarray]]
# Each part: what is counted in a piece, and the figures that follow from sums of that.
PARTS: Mapping[str, tuple[Counts, Measures]] = {
    "repetition": (repetition.counts, repetition.measures),
    "keys": (key_plan.counts, key_plan.measures),
    "endings": (endings.counts, endings.measures),
    "faults": (whole_faults.counts, whole_faults.measures),
}
# Of stretches that were cut, the end says nothing.
OF_STRETCHES = ("repetition", "keys", "faults")


def validate(pieces: Sequence[Noted]) -> None:
    """Refuse to say something of no piece.

    Raises
    ------
    InputError
    """
    if not len(pieces):
        raise InputError("There is no piece to be measured; write one at least.")


def evaluate(
    written: Sequence[Noted],
    real: Sequence[Noted],
    parts: Sequence[str] = tuple(PARTS),
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, dict[str, dict]]:
    """Measure written pieces beside real ones.

    Parameters
    ----------
    written, real : sequences of Noted
    parts : sequence of str
        Of `PARTS`.
    n_resamples, seed : int
        Of the bootstrap over groups.

    Returns
    -------
    report : dict
        By part and figure: ``written`` and ``real``, ``{"value", "interval"}``
        each, and ``ratio``, the first over the second, whose interval knows
        how much both vary; None where the real figure is 0, or the interval
        where there are fewer than two groups.
    """
    validate(written)
    validate(real)
    return {part: _beside(*PARTS[part], written, real, n_resamples, seed) for part in parts}


def _beside(
    counts: Counts, measures: Measures, written: Sequence[Noted], real: Sequence[Noted], n_resamples: int, seed: int
) -> dict[str, dict]:
    values, draws = [], []
    for number, pieces in enumerate((written, real)):
        sums, groups = sums_of(counts, pieces)
        labels, names = labelled(groups)
        by_group = grouped(sums, labels, len(names))
        values.append(measures(by_group.sum(axis=0)))
        # Luck of their own: the two sets have nothing to do with each other.
        drawn = resampled(by_group, n_resamples, 2 * seed + number) if len(names) > 1 else None
        draws.append(None if drawn is None else measures(drawn))
    return {
        name: {
            **{
                side: {"value": float(value[name]), "interval": _interval(None if draw is None else draw[name])}
                for side, value, draw in zip(("written", "real"), values, draws, strict=True)
            },
            "ratio": _ratio(
                values[0][name], values[1][name], *(None if draw is None else draw[name] for draw in draws)
            ),
        }
        for name in values[0]
    }


def _interval(draws: np.ndarray | None) -> list[float] | None:
    return None if draws is None else list(interval(draws))


def _ratio(
    written: np.ndarray, real: np.ndarray, of_written: np.ndarray | None, of_real: np.ndarray | None
) -> dict | None:
    if not real:
        return None
    known = of_written is not None and of_real is not None and bool(of_real.all())
    return {
        "value": float(written / real),
        "interval": _interval(of_written / of_real if known else None),  # type: ignore[operator]
    }
