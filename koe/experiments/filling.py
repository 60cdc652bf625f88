"""How likely what fills a gap is, beside what really stands there.

Gaps of two measures are drawn from a split, of pieces in one metre there, with
music before and after. A model fills each once, without choice. A network of
states then says how likely the gap is, and how likely what follows, after what
was filled in and after what really stood there: each step after those before
it. The seed decides which gaps, and the luck.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from koe.corpus.segments import clock_of
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.intervals import LEVEL, N_RESAMPLES, over_groups
from koe.evaluation.likelihood import log_odds, step_nats
from koe.evaluation.writing import seed_of, states_at
from koe.generation.event_writing import fill_states
from koe.generation.filling import Filler, fill
from koe.models.interfaces import Composer
from koe.progress import Progress

if TYPE_CHECKING:
    from koe.models.lstm2 import LSTM2

N_GAPS = 200
BEFORE_STEPS, AFTER_STEPS = 96, 32
GAP_MEASURES = 2


@dataclass(frozen=True)
class Gap:
    """A stretch of a corpus with two measures to be filled.

    Attributes
    ----------
    start : int
        First step of the stretch, counted over the whole corpus.
    n_gap : int
        Length of the gap, which begins `BEFORE_STEPS` steps into the stretch.
    work : str
    qpm : float
    """

    start: int
    n_gap: int
    work: str
    qpm: float = 100.0

    @property
    def n_steps(self) -> int:
        """Length of the stretch."""
        return BEFORE_STEPS + self.n_gap + AFTER_STEPS


def draw_gaps(corpus: Corpus, split: str, n_gaps: int, seed: int) -> list[Gap]:
    """Gaps that begin with a measure and have music in them; none is drawn twice.

    Raises
    ------
    InputError
        If the split has fewer.
    """
    found = []
    for entry in corpus.split(split):
        length = entry.measure_steps
        n_steps = BEFORE_STEPS + GAP_MEASURES * length + AFTER_STEPS
        first = -(-BEFORE_STEPS // length) * length - BEFORE_STEPS
        starts = np.arange(first, entry.n_steps - n_steps + 1, GAP_MEASURES * length)
        if len(starts):
            states = states_at(corpus, entry.start + starts, n_steps)
            gaps = states[:, BEFORE_STEPS : n_steps - AFTER_STEPS]
            found += [
                Gap(int(entry.start + start), GAP_MEASURES * length, entry.work, float(entry.qpm))
                for start, gap in zip(starts, gaps, strict=True)
                if gap.any()
            ]
    if len(found) < n_gaps:
        raise InputError(f"The {split} split has {len(found)} gaps of two measures, but {n_gaps} were asked for.")
    order = np.random.default_rng((seed, 0x6A)).permutation(len(found))[:n_gaps]
    return [found[number] for number in order]


def evaluate_filling(
    model: Filler | Composer,
    network: "LSTM2",
    corpus: Corpus,
    split: str = "test",
    *,
    n_gaps: int = N_GAPS,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> dict:
    """Fill gaps and ask how likely that is.

    Parameters
    ----------
    model : Filler or Composer
    network : LSTM2
        Says how likely states are; another model than the one that fills is the more impartial.
    corpus : Corpus
    split : str
    n_gaps, seed : int
    n_resamples : int
        Of the bootstrap over works.
    progress : callable, optional
        Called with gaps filled and gaps in all.

    Returns
    -------
    report : dict
        Ready for JSON. ``gap`` and ``after``: ``filled`` and ``original``, in
        nats a step, and their ``ratio`` with its ``interval``. ``kept``: the
        share of gaps around which everything stayed as it was.
        ``seconds``: the median time for one filling.
    """
    gaps = draw_gaps(corpus, split, n_gaps, seed)
    sums, works, kept, seconds = np.zeros((n_gaps, 6)), [], 0, []
    for number, gap in enumerate(gaps):
        states = states_at(corpus, np.array([gap.start]), gap.n_steps)[0]
        clock = clock_of(corpus.entries, np.array([gap.start]), gap.n_steps)[0]
        locked = np.ones(states.shape, dtype=bool)
        locked[BEFORE_STEPS : BEFORE_STEPS + gap.n_gap] = False
        began = time.perf_counter()
        filled = _filled(model, states, locked, clock, seed_of(seed, number), gap)
        seconds.append(time.perf_counter() - began)
        kept += bool((filled[locked] == states[locked]).all())
        both = np.stack([filled, states])
        nats = step_nats(network, both, log_odds(network, both, np.stack([clock, clock])))
        # Number t tells of step t + 1.
        inside = nats[:, BEFORE_STEPS - 1 : BEFORE_STEPS - 1 + gap.n_gap].sum(axis=1)
        after = nats[:, BEFORE_STEPS - 1 + gap.n_gap :].sum(axis=1)
        sums[number] = (*inside, gap.n_gap, *after, AFTER_STEPS)
        works.append(gap.work)
        if progress:
            progress(number + 1, n_gaps)
    figures = over_groups(sums, works, _figures, n_resamples, seed)
    return {
        "split": split,
        "n_gaps": n_gaps,
        "n_works": len(set(works)),
        "seed": seed,
        "before_steps": BEFORE_STEPS,
        **{
            part: {
                "filled": figures[f"{part}_filled"]["value"],
                "original": figures[f"{part}_original"]["value"],
                "ratio": figures[f"{part}_ratio"]["value"],
                "interval": figures[f"{part}_ratio"]["interval"],
            }
            for part in ("gap", "after")
        },
        "kept": kept / n_gaps,
        "seconds": float(np.median(seconds)),
        "bootstrap": {"over": "works", "n_resamples": n_resamples, "seed": seed, "level": LEVEL},
    }


def _filled(
    model: Filler | Composer, states: np.ndarray, locked: np.ndarray, clock: np.ndarray, seed: int, gap: Gap
) -> np.ndarray:
    if isinstance(model, Composer):
        return fill_states(model, states, (BEFORE_STEPS, BEFORE_STEPS + gap.n_gap), clock, seed, gap.qpm)
    return fill(model, states, locked, clock, seed, 1)[0]


def _figures(sums: np.ndarray) -> dict[str, np.ndarray]:
    figures = {}
    for part, first in (("gap", 0), ("after", 3)):
        filled, original, n_steps = (sums[..., first + place] for place in range(3))
        figures[f"{part}_filled"], figures[f"{part}_original"] = filled / n_steps, original / n_steps
        figures[f"{part}_ratio"] = filled / original
    return figures
