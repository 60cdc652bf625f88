"""What pieces share by chance: the corpus's own held-out pieces say it.

Passages of the valid split, which share no work with the training split, are
searched like any result. `Limits` are such that one of a hundred of them is
above, by its share or its run, each being given half of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koe.corpus.segments import window_starts
from koe.corpus.store import Corpus, Entry
from koe.evaluation.copying import MIN_NOTES
from koe.music.grid import MAX_NOTES
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Index, Limits
from koe.originality.search import Found, search

LENGTHS = (64, 128, 256, 512, 1024)
ABOVE = 0.005  # of passages, by share and by run each
FEWEST = 100  # passages of a length that are needed
MOST = 1500
# Less than this is nobody's, however little the held-out pieces share.
LEAST_SHARE = 0.25
LEAST_RUN = MIN_NOTES


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a piece of a corpus: ``start`` is counted in the piece."""

    entry: Entry
    start: int
    n_steps: int


def passages(corpus: Corpus, split: str, n_steps: int, most: int | None = None, seed: int = 0) -> list[Passage]:
    """Stretches of a split, a quarter of their length apart; ``most`` of them, drawn by ``seed``, if there are more."""
    entries = corpus.split(split)
    found = [
        Passage(entry, int(start) - entry.start, n_steps)
        for entry in entries
        for start in window_starts([entry], n_steps, n_steps // 4)
    ]
    if most is None or len(found) <= most:
        return found
    chosen = np.random.default_rng((seed, n_steps)).permutation(len(found))[:most]
    return [found[one] for one in np.sort(chosen)]


def searched(corpus: Corpus, passage: Passage, index: Index) -> Found:
    """Search a stretch of a piece."""
    onsets = onsets_of(corpus.pianoroll(passage.entry))
    return search(onsets, passage.start, passage.start + passage.n_steps, index)


def strongest(found: Found) -> tuple[float, int] | None:
    """The highest share of the windows that tell, and the longest run in notes; None where there are too few notes."""
    if not any(window.counts for window in found.windows):
        return None
    shares = [window.share for window in found.windows if window.tells]
    return max(shares, default=0.0), found.run.n_notes if found.run else 0


def measured_limits(corpus: Corpus, index: Index, split: str = "valid", seed: int = 0) -> tuple[Limits, ...]:
    """Limits for every length of which the split has passages enough; at least for the shortest."""
    limits: list[Limits] = []
    for n_steps in LENGTHS:
        stretches = passages(corpus, split, n_steps, MOST, seed)
        if limits and len(stretches) < FEWEST:
            break
        seen = [one for passage in stretches if (one := strongest(searched(corpus, passage, index)))]
        shares, runs = np.array(seen, dtype=float).reshape(-1, 2).T
        share = max(float(np.quantile(shares, 1 - ABOVE)), LEAST_SHARE) if len(shares) else 1.0
        run = max(int(np.ceil(np.quantile(runs, 1 - ABOVE))), LEAST_RUN) if len(runs) else MAX_NOTES
        if limits:  # what is longer cannot be allowed less
            share, run = max(share, limits[-1].share), max(run, limits[-1].run)
        limits.append(Limits(n_steps, round(share, 4), run))
    return tuple(limits)


def limits_for(n_steps: int, limits: Sequence[Limits]) -> Limits:
    """Limits of any length, interpolated over the logarithm of it; beyond those measured, the nearest hold."""
    if not limits:
        return Limits(n_steps, 1.0, MAX_NOTES)  # without a measure of chance nothing is called a copy
    lengths = np.log2([one.n_steps for one in limits])
    at = np.log2(max(n_steps, 1))
    share = float(np.interp(at, lengths, [one.share for one in limits]))
    run = int(np.ceil(np.interp(at, lengths, [one.run for one in limits])))
    return Limits(n_steps, share, run)
