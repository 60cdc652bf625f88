"""Real segments and written ones, for a classifier that is to tell them apart.

Each piece of the corpus that takes part gives its opening of two measures as a
prompt. A model goes on from it, and what it wrote is cut into segments of 64
steps, or 256; the piece itself is cut at the same steps. So for every written segment
there is a real one of the same piece and the same place, none of them has an
opening in it that both share, and none is filled up. Pieces are those of the
corpus's splits, so nothing that follows from one piece is on two sides.

A model with a latent space has no prompts: it decodes vectors drawn near the
training data, as many as there are real segments.

The score is the classifier's error: 0.5 where it can only guess, 0 where it
always knows. It is a lower bound of how much the written music differs: a
better classifier may see more.
"""

from dataclasses import dataclass, field

import numpy as np

from koe.corpus.segments import clock_of
from koe.corpus.store import SPLITS, Corpus
from koe.errors import InputError
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.writing import (
    PROMPT_STEPS,
    Progress,
    continuations,
    decoded_samples,
    seed_of,
    states_at,
)
from koe.models.interfaces import Composer, Continuer, LatentModel
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import sounding

MOST_STEPS = 8 * SEGMENT_STEPS  # of a piece that are cut into segments


@dataclass(frozen=True)
class Sides:
    """Real segments and written ones of a split, side by side.

    Attributes
    ----------
    real, written : np.ndarray, shape=(n, steps, 88)
        Rolls, bool; or states, uint8. Number ``k`` of both is of one piece
        and of one place in it.
    works : list of str
        The work of each pair.
    pieces : list of int
        The number of each pair's piece, whose pairs follow one another; empty
        where segments do not go on from one another, as those that were drawn.
    """

    real: np.ndarray
    written: np.ndarray
    works: list[str]
    pieces: list[int] = field(default_factory=list)

    @property
    def segments(self) -> np.ndarray:
        """All of them, the real ones first."""
        return np.concatenate([self.real, self.written])

    @property
    def labels(self) -> np.ndarray:
        """1 for what was written, 0 for what is real, float32."""
        return np.repeat(np.array([0, 1], np.float32), len(self.works))


@dataclass(frozen=True)
class Places:
    """The pieces of a split that take part, and how many segments each gives.

    Attributes
    ----------
    starts : np.ndarray, shape=(n,), dtype=int
        First steps of the pieces, those with most segments first.
    n_segments : np.ndarray, shape=(n,), dtype=int
    works : list of str
    n_steps : int
        Of a segment.
    """

    starts: np.ndarray
    n_segments: np.ndarray
    works: list[str]
    n_steps: int = SEGMENT_STEPS

    def cut_at(self, corpus: Corpus) -> np.ndarray:
        """The real segments after the openings: states ``(n_segments.sum(), n_steps, 88)``."""
        first = np.repeat(self.starts + PROMPT_STEPS, self.n_segments)
        return states_at(corpus, first + self.n_steps * self._numbers(), self.n_steps)

    def gathered(self, written: np.ndarray) -> np.ndarray:
        """From continuations ``(n, steps, 88)`` the segments of the same places."""
        cut = written.reshape(len(written), -1, self.n_steps, N_KEYS)
        return cut[np.repeat(np.arange(len(cut)), self.n_segments), self._numbers()]

    def _numbers(self) -> np.ndarray:
        return np.concatenate([np.arange(n) for n in self.n_segments])


def places_in(corpus: Corpus, split: str, most_pieces: int, seed: int, segment_steps: int = SEGMENT_STEPS) -> Places:
    """Draw pieces of a split that go on for a segment at least after an opening that sounds.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    entries = corpus.split(split)
    able = [entry for entry in entries if entry.n_steps >= PROMPT_STEPS + segment_steps]
    starts = np.array([entry.start for entry in able], dtype=np.int64)
    sounds = states_at(corpus, starts, PROMPT_STEPS).any(axis=(1, 2)) if len(able) else np.zeros(0, bool)
    chosen = np.random.default_rng((seed, 0x2A)).permutation(np.flatnonzero(sounds))[:most_pieces]
    if len(chosen) < 2:
        raise InputError(
            f"The {split} split has fewer than two pieces of {PROMPT_STEPS + segment_steps} steps or more that take "
            "part; take a larger corpus, or more pieces."
        )
    most = MOST_STEPS // segment_steps
    counts = np.array([min((able[n].n_steps - PROMPT_STEPS) // segment_steps, most) for n in chosen])
    # Those of a length stand together, so that few are written longer than is needed.
    order = np.argsort(-counts, kind="stable")
    return Places(starts[chosen[order]], counts[order], [able[n].work for n in chosen[order]], segment_steps)


def continued_sides(
    model: Continuer | Composer,
    corpus: Corpus,
    split: str,
    most_pieces: int,
    seed: int,
    sampling: Sampling,
    guard: bool = False,
    progress: Progress | None = None,
    segment_steps: int = SEGMENT_STEPS,
) -> Sides:
    """Real segments of a split, and what a model wrote in their places."""
    places = places_in(corpus, split, most_pieces, seed, segment_steps)
    prompts = states_at(corpus, places.starts, PROMPT_STEPS)
    clocks = clock_of(corpus.split(split), places.starts, PROMPT_STEPS)
    longest = segment_steps * int(places.n_segments.max())
    written = np.zeros((len(prompts), longest, N_KEYS), np.uint8 if _in_states(model) else bool)
    done, luck = 0, seed_of(seed, SPLITS.index(split))
    for n in sorted(set(places.n_segments.tolist()), reverse=True):
        part = np.flatnonzero(places.n_segments == n)
        written[part, : n * segment_steps] = continuations(
            model,
            prompts[part],
            n * segment_steps,
            sampling,
            seed_of(luck, n),
            guard=guard,
            clocks=clocks[part],
        )
        done += len(part)
        if progress:
            progress(done, len(prompts))
    works = [work for work, n in zip(places.works, places.n_segments, strict=True) for _ in range(n)]
    pieces = np.repeat(np.arange(len(places.works)), places.n_segments).tolist()
    return Sides(_alike(places.cut_at(corpus), model), places.gathered(written), works, pieces)


def joined(sides: Sides, n: int) -> Sides:
    """Segments ``n`` times as long, each of ``n`` of one piece; what is left over of a piece falls away.

    Raises
    ------
    InputError
        If no piece has as many.
    """
    pieces = np.asarray(sides.pieces)
    starts = [k for k in range(len(pieces) - n + 1) if pieces[k] == pieces[k + n - 1]]
    # Of each piece the first, and each that begins where the one before has ended.
    firsts: list[int] = []
    for start in starts:
        if not firsts or pieces[firsts[-1]] != pieces[start] or start >= firsts[-1] + n:
            firsts.append(start)
    if not firsts:
        raise InputError(f"No piece has {n} segments that follow one another; take a larger corpus.")

    def longer(segments: np.ndarray) -> np.ndarray:
        return np.stack([np.concatenate(segments[first : first + n]) for first in firsts])

    chosen = [int(pieces[first]) for first in firsts]
    return Sides(longer(sides.real), longer(sides.written), [sides.works[first] for first in firsts], chosen)


def decoded_sides(
    model: LatentModel,
    threshold: float,
    corpus: Corpus,
    split: str,
    most_pieces: int,
    seed: int,
    progress: Progress | None = None,
) -> Sides:
    """Real segments of a split, and as many that a model decoded from vectors near the training data."""
    places = places_in(corpus, split, most_pieces, seed)
    works = [work for work, n in zip(places.works, places.n_segments, strict=True) for _ in range(n)]
    # A seed for each split, so that no vector is on two sides.
    written = decoded_samples(model, threshold, len(works), seed_of(seed, SPLITS.index(split)), progress)
    return Sides(_alike(places.cut_at(corpus), model), written, works)


def error_of(probabilities: np.ndarray, sides: Sides, n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict:
    """How often a classifier was wrong.

    Parameters
    ----------
    probabilities : np.ndarray, shape=(2 * n,)
        That each of ``sides.segments`` was written; from one half on it is
        said to be.
    sides : Sides
    n_resamples, seed : int
        Of the bootstrap over works: the real segments of a work and those
        written in their place are drawn together.

    Returns
    -------
    score : dict
        ``error`` and ``interval``; ``real_taken_for_written`` and
        ``written_taken_for_real``, its two halves, shares of their kind;
        ``auc``, the chance that a written segment looks more written than a
        real one; ``n_segments`` of both kinds together, ``n_works``.
    """
    n = len(sides.works)
    said = np.asarray(probabilities).reshape(2, n) >= 0.5
    wrong = np.stack([said[0], ~said[1]], axis=1).astype(np.float64)
    sums = np.concatenate([wrong, np.ones((n, 1))], axis=1)

    def shares(totals: np.ndarray) -> dict[str, np.ndarray]:
        real, written, count = np.moveaxis(totals, -1, 0)
        return {
            "error": (real + written) / (2 * count),
            "real_taken_for_written": real / count,
            "written_taken_for_real": written / count,
        }

    found = over_groups(sums, sides.works, shares, n_resamples, seed)
    return {
        **{name: figure["value"] for name, figure in found.items()},
        "interval": found["error"]["interval"],
        "auc": _auc(*np.asarray(probabilities, np.float64).reshape(2, n)),
        "n_segments": 2 * n,
        "n_works": len(set(sides.works)),
    }


def _auc(real: np.ndarray, written: np.ndarray) -> float:
    """Share of all pairs in which the written one has the higher value; equal ones count half."""
    ordered = np.sort(real)
    below, upto = np.searchsorted(ordered, written, "left"), np.searchsorted(ordered, written, "right")
    return float((below + upto).mean() / 2 / len(real))


def _in_states(model: Continuer | Composer | LatentModel) -> bool:
    return isinstance(model, Composer) or model.hears_onsets


def _alike(states: np.ndarray, model: Continuer | Composer | LatentModel) -> np.ndarray:
    """Real segments in the form in which a model writes: states, or rolls."""
    return states if _in_states(model) else sounding(states)
