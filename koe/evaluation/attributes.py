"""Finding where attributes grow in a latent space, and whether music does as a slider asks.

Where they grow is found on ``train``. Over segments of another split each
attribute is asked to change by so many spreads, drawn evenly, and what was
written is measured: the rank correlation of what was asked for with what came,
and how far the other attributes moved meanwhile.
"""

import numpy as np
from scipy.stats import spearmanr

from koe.corpus.segments import window_starts
from koe.corpus.store import Corpus
from koe.evaluation.writing import states_at
from koe.generation.attributes import MOST_ASKED, Attributes, fit_attributes, steered
from koe.models.interfaces import LatentModel, encode_once
from koe.music.attributes import ATTRIBUTES, attributes_of_all
from koe.music.grid import SEGMENT_STEPS
from koe.progress import Progress

N_FITTED = 8000
N_PIECES = 200


def find_attributes(
    model: LatentModel, weights_sha256: str, corpus: Corpus, *, n_segments: int = N_FITTED, seed: int = 0
) -> Attributes:
    """Find where attributes grow, on segments of the training split.

    Raises
    ------
    InputError
        If no piece of the split is long enough.
    """
    states = _segments(corpus, "train", n_segments, seed)
    encode = encode_once(model)
    latents = np.concatenate([encode(states[first : first + 256]) for first in range(0, len(states), 256)])
    return fit_attributes(latents, attributes_of_all(states), weights_sha256)


def measure_attributes(
    model: LatentModel,
    found: Attributes,
    threshold: float,
    corpus: Corpus,
    split: str = "test",
    *,
    n_pieces: int = N_PIECES,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict:
    """Ask for changes, and measure what came.

    Returns
    -------
    report : dict
        Ready for JSON. For each of `koe.music.attributes.ATTRIBUTES`:
        ``spearman`` of asked and measured change; ``others``: the mean
        absolute change of each other attribute, in its spreads; ``n``.

    Raises
    ------
    InputError
        If no piece of the split is long enough.
    """
    states = _segments(corpus, split, n_pieces, seed)
    latents = model.encode(states)
    before = (attributes_of_all(model.decode_states(latents, threshold)) - found.means) / found.spreads
    report: dict = {}
    for number, name in enumerate(ATTRIBUTES):
        asked = np.random.default_rng((seed, number)).uniform(-MOST_ASKED, MOST_ASKED, len(latents))
        moved = np.stack(
            [
                steered(model, found, one, {name: float(change)}, threshold)
                for one, change in zip(latents, asked, strict=True)
            ]
        )
        after = (attributes_of_all(model.decode_states(moved, threshold)) - found.means) / found.spreads
        came = after - before
        kept = np.isfinite(came).all(axis=1)
        others = {
            other: float(np.abs(came[kept, place]).mean()) for place, other in enumerate(ATTRIBUTES) if other != name
        }
        rank = spearmanr(asked[kept], came[kept, number]).statistic
        report[name] = {"spearman": float(rank), "others": others, "n": int(kept.sum())}
        if progress:
            progress(number + 1, len(ATTRIBUTES))
    return report


def _segments(corpus: Corpus, split: str, n: int, seed: int) -> np.ndarray:
    starts = window_starts(corpus.split(split), SEGMENT_STEPS, SEGMENT_STEPS)
    chosen = np.random.default_rng((seed, 0xA7)).permutation(starts)
    states = states_at(corpus, np.sort(chosen[: n + n // 4]), SEGMENT_STEPS)
    return states[states.any(axis=(1, 2))][:n]
