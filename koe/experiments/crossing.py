"""Whether a segment can be given another's harmony, or another's rhythm, and keeps the rest.

Pairs are those of `koe.experiments.interpolation`. For each, a model finds a
vector with the rhythm of one end and the harmony of the other
(`koe.models.latent_crossing`), and writes it. Two likenesses are measured:

``rhythm``
    Correlation of how many keys are struck at each of the 64 steps.
``harmony``
    Cosine of how long each pitch class sounds in each measure of sixteen
    steps, on average over four.

Each with the end that it should be like and with the other one, which says
what any two segments have in common; and beside them, how like the ends what
the model makes of their own vectors is, the most that can be hoped for.
"""

import numpy as np

from koe.corpus.segments import clock_of
from koe.corpus.store import Corpus
from koe.evaluation.intervals import N_RESAMPLES, interval, resampled
from koe.evaluation.likelihood import Likelihood
from koe.evaluation.writing import states_at
from koe.experiments.interpolation import draw_pairs
from koe.models.latent_crossing import harmony_of, rhythm_of
from koe.models.network_latent import StatesLatentModel
from koe.music.grid import SEGMENT_STEPS
from koe.music.states import STRUCK
from koe.progress import Progress

N_PAIRS = 200


def evaluate_crossing(
    model: StatesLatentModel,
    threshold: float,
    likelihood: Likelihood,
    corpus: Corpus,
    split: str = "test",
    *,
    n_pairs: int = N_PAIRS,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> dict:
    """Find the first end's rhythm with the second's harmony for each pair, and measure what is written.

    Returns
    -------
    report : dict
        Ready for JSON. For ``crossed``: ``rhythm_with_its`` (the end that
        gave the rhythm), ``rhythm_with_other``, ``harmony_with_its`` and
        ``harmony_with_other``, each ``mean`` and ``interval`` over pairs; for
        ``reconstructed``: ``rhythm_with_its`` and ``harmony_with_its`` of the
        ends themselves; ``nll`` in nats a step and ``notes`` in a segment, of
        both and of the ``ends``.

    Raises
    ------
    InputError
        If the split has no two segments that can be paired.
    """
    first, second, works = draw_pairs(corpus, split, n_pairs, seed)
    clock = clock_of(corpus.split(split), first, SEGMENT_STEPS)
    ends = states_at(corpus, first, SEGMENT_STEPS), states_at(corpus, second, SEGMENT_STEPS)
    found = []
    for number, (rhythm, harmony) in enumerate(zip(*ends, strict=True)):
        found.append(model.cross(rhythm, harmony))
        if progress:
            progress(number + 1, n_pairs)
    crossed = model.decode_states(np.stack(found), threshold)
    rebuilt = [model.decode_states(model.encode(end), threshold) for end in ends]

    def mean(values: np.ndarray) -> dict:
        span = interval(resampled(values, n_resamples, seed) / len(values)) if len(values) > 1 else None
        return {"mean": float(values.mean()), "interval": None if span is None else list(span)}

    nats = {
        "ends": np.mean([likelihood(end, clock) for end in ends], axis=0),
        "reconstructed": np.mean([likelihood(each, clock) for each in rebuilt], axis=0),
        "crossed": likelihood(crossed, clock),
    }
    made = {"ends": np.concatenate(ends), "reconstructed": np.concatenate(rebuilt), "crossed": crossed}
    return {
        "split": split,
        "n_pairs": n_pairs,
        "n_works": len(set(works)),
        "seed": seed,
        "crossed": {
            "rhythm_with_its": mean(_rhythms(crossed, ends[0])),
            "rhythm_with_other": mean(_rhythms(crossed, ends[1])),
            "harmony_with_its": mean(_harmonies(crossed, ends[1])),
            "harmony_with_other": mean(_harmonies(crossed, ends[0])),
        },
        "reconstructed": {
            "rhythm_with_its": mean(_rhythms(rebuilt[0], ends[0])),
            "harmony_with_its": mean(_harmonies(rebuilt[1], ends[1])),
        },
        "nll": {name: mean(values) for name, values in nats.items()},
        "notes": {name: float((states == STRUCK).sum(axis=(1, 2)).mean()) for name, states in made.items()},
    }


def _rhythms(made: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Likeness of the rhythms of segments ``(n, 64, 88)``, pair by pair: ``(n,)``."""
    ours, others = (np.stack([rhythm_of(each) for each in side]) for side in (made, ends))
    ours, others = (side - side.mean(axis=1, keepdims=True) for side in (ours, others))
    sizes = np.linalg.norm(ours, axis=1) * np.linalg.norm(others, axis=1)
    return (ours * others).sum(axis=1) / np.maximum(sizes, 1e-9)


def _harmonies(made: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Likeness of their harmonies; of measures in which the end is silent, 0."""
    ours, others = (np.stack([harmony_of(each) for each in side]) for side in (made, ends))
    return (ours * others).sum(axis=2).mean(axis=1)
