"""How often a network that tells struck from held keys strikes a key again that sounds.

Written by itself, a network hears its own notes instead of a composer's, and
holds on too long or too short. One number, added to the log-odds of striking a
key that sounds, is found on ``valid`` so that as many of its notes begin on a
sounding key as of the real ones.
"""

from collections.abc import Callable

import numpy as np

from koe.corpus.segments import window_starts
from koe.corpus.store import Corpus
from koe.evaluation.comparison import restruck_notes
from koe.evaluation.writing import continuations, openings, states_at
from koe.models.interfaces import Continuer
from koe.models.sampling import Sampling
from koe.music.grid import SEGMENT_STEPS
from koe.progress import Progress

MOST = 1.0  # a key three times as likely, or a third
N_HALVINGS = 7
# As much as the app lets a network write: what is struck again once is so the more often afterwards.
N_CONTINUATIONS, N_STEPS = 96, 1024


def calibrate_restriking(
    with_restriking: Callable[[float], Continuer],
    corpus: Corpus,
    split: str = "valid",
    *,
    n_continuations: int = N_CONTINUATIONS,
    n_steps: int = N_STEPS,
    seed: int = 0,
    progress: Progress | None = None,
) -> float:
    """Find what is to be added, by halving an interval from -1 to 1; to two decimals.

    Parameters
    ----------
    with_restriking : callable
        Gives the model with such a number added.
    corpus : Corpus
    split : str
    n_continuations, n_steps, seed : int
        Guarded continuations of the openings of pieces, as the app plays them.
    progress : callable, optional
        Called with halvings done and halvings in all.
    """
    starts = window_starts(corpus.split(split), SEGMENT_STEPS, SEGMENT_STEPS)
    if not len(starts):  # no piece is long enough to go by
        return 0.0
    wanted = _share(states_at(corpus, starts, SEGMENT_STEPS))
    prompts, clocks = openings(corpus, split, n_continuations, seed)
    low, high = -MOST, MOST
    for number in range(N_HALVINGS):
        middle = (low + high) / 2
        written = continuations(with_restriking(middle), prompts, n_steps, Sampling(), seed, guard=True, clocks=clocks)
        low, high = (middle, high) if _share(written) < wanted else (low, middle)
        if progress:
            progress(number + 1, N_HALVINGS)
    return round((low + high) / 2, 2)


def _share(states: np.ndarray) -> float:
    return restruck_notes(states, [""] * len(states))["share"] or 0.0
