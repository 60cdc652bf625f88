"""What needs no network: the predictions that a model has to beat.

Each function makes a `Predictor`; those that learn something learn it from
the training split.
"""

from collections.abc import Callable

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.markov import fit_markov
from koe.evaluation.windows import TASKS, Predictor, SplitWindows
from koe.models.cards import CONTINUATION, LATENT
from koe.models.registry import Registry

# By kind of model: each baseline's name and its maker.
Maker = Callable[[Registry, Corpus], Predictor | None]


def zeros(registry: Registry, corpus: Corpus) -> Predictor:
    """Certain that no key sounds, ever."""
    return lambda windows: np.zeros(windows.target.shape, np.float32)


def mean_roll(registry: Registry, corpus: Corpus) -> Predictor:
    """The average training segment, whatever was to be reconstructed."""
    windows = SplitWindows(corpus, "train", TASKS[LATENT])
    total = sum(np.count_nonzero(batch.target, axis=0) for batch in windows)
    mean = (total / len(windows.starts)).astype(np.float32)
    return lambda windows: np.broadcast_to(mean, windows.target.shape)


def pca(registry: Registry, corpus: Corpus) -> Predictor | None:
    """The registry's PCA, if it has one."""
    if "pca" not in (card.name for card in registry.cards()):
        return None
    model = registry.latent("pca")
    return lambda windows: model.decode(model.encode(windows.rolls))


def repeat(registry: Registry, corpus: Corpus) -> Predictor:
    """Certain that each step is like the one before."""
    return lambda windows: windows.rolls[:, :-1].astype(np.float32)


def markov(registry: Registry, corpus: Corpus) -> Predictor:
    """A Markov chain for each key."""
    chain = fit_markov(corpus.pianorolls("train"))
    return lambda windows: chain.next_steps(windows.rolls[:, :-1])


BASELINES: dict[str, dict[str, Maker]] = {
    LATENT: {"zeros": zeros, "mean": mean_roll, "pca": pca},
    CONTINUATION: {"zeros": zeros, "repeat": repeat, "markov": markov},
}
# Which one a model is held against first; the next, where that is missing or the model itself.
MAIN: dict[str, tuple[str, ...]] = {LATENT: ("pca", "mean"), CONTINUATION: ("repeat",)}


def baselines(kind: str, registry: Registry, corpus: Corpus) -> dict[str, Predictor]:
    """All baselines for a kind of model that there are, by name."""
    made = {name: make(registry, corpus) for name, make in BASELINES[kind].items()}
    return {name: predict for name, predict in made.items() if predict is not None}


def main_baseline(kind: str, model: str, names: list[str]) -> str:
    """The baseline that a model is held against first."""
    return next(name for name in MAIN[kind] if name in names and name != model)
