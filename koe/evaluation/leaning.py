"""How much a network of rolls writes on its own, and how near it comes to bursts.

A network that was trained to find its way back from slips of its own rather
leaves a key out than plays one too many, and fed with its own music it grows
sparser than any piece. A small number added to the log-odds of all keys makes up
for that; a larger one ends in noise. It is found on ``valid``: the largest with
which bursts stay rare, unless the music is as dense as real music before that.
"""

from collections.abc import Callable

from koe.corpus.store import Corpus
from koe.evaluation.comparison import fault_shares
from koe.evaluation.generated import split_density
from koe.evaluation.writing import PROMPT_STEPS, continuations, openings
from koe.models.interfaces import Continuer
from koe.models.sampling import Sampling
from koe.progress import Progress

STEP, MOST = 0.005, 0.2
MOST_BURSTS = 0.02  # of the continuations; fewer than that
N_CONTINUATIONS, N_STEPS = 300, 512


def calibrate_leaning(
    with_leaning: Callable[[float], Continuer],
    corpus: Corpus,
    split: str = "valid",
    *,
    n_continuations: int = N_CONTINUATIONS,
    n_steps: int = N_STEPS,
    seed: int = 1,
    progress: Progress | None = None,
) -> float:
    """Find what is to be added, step by step from zero.

    Parameters
    ----------
    with_leaning : callable
        Gives the model with such a number added.
    corpus : Corpus
    split : str
    n_continuations, n_steps, seed : int
        Continuations of the openings of pieces, as tossed, without a guard.
    progress : callable, optional
        Called with steps tried and the most there can be.
    """
    if not any(entry.n_steps >= PROMPT_STEPS for entry in corpus.split(split)):
        return 0.0
    wanted = split_density(corpus, split)
    prompts, clocks = openings(corpus, split, n_continuations, seed)
    found, n_tries = 0.0, round(MOST / STEP)
    for number in range(1, n_tries + 1):
        added = round(number * STEP, 3)
        written = continuations(with_leaning(added), prompts, n_steps, Sampling(), seed, clocks=clocks)
        if fault_shares(written)["bursts_over_12_keys"] >= MOST_BURSTS or written.mean() > wanted:
            break
        found = added
        if progress:
            progress(number, n_tries)
    return found
