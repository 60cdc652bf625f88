"""Whether what lies half way between two segments is music: latent midpoints beside cross-fades.

Segments are drawn in pairs from a split: of two works, and alike in where
their measures begin and how long these are, so that the midpoint has a metre.
The latent midpoint is what a model decodes half way between the two latent
vectors. A cross-fade blends the rolls themselves, which gives shades of grey
where one of the ends sounds and the other does not. It is cut back to zeros
and ones in two ways:

``crossfade``
    Note by note, by dithering: each note's mean value gets a random number
    from 0 to 1 added, and the notes with the highest sums are kept until
    there are as many ones as the ends have on average. Whole notes stay
    whole, what both ends share comes first, and the density is right: the
    best chance that a cross-fade has.
``union``
    At one half: whatever sounds in either end.

``retold``, if there is a writer, is the latent midpoint as that network writes
it, see `koe.generation.retelling`. A judge that is the writer itself is
partial to it; one that is not tells more.

Music with few notes is likely, whatever it is like, so ``matched`` is the
latent midpoint cut where it too has as many ones as the ends have on average,
and the densities of all are reported. Blurred music is likely too, so it is
also asked which comes nearer to the likelihood of the ends. How likely each is says a network that
continues: each step after those before it, the first after silence.
"""

import numpy as np

from koe.corpus.segments import clock_of, window_starts
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.intervals import LEVEL, N_RESAMPLES, interval, resampled, share_interval
from koe.evaluation.likelihood import Likelihood
from koe.evaluation.writing import states_at
from koe.experiments.in_common import N_STOPS, evenness, in_common
from koe.generation.between import states_between
from koe.generation.crossfade import crossfade, union
from koe.generation.filling import Filler
from koe.generation.retelling import retell
from koe.models.interfaces import LatentModel
from koe.models.latent import interpolate
from koe.music.grid import SEGMENT_STEPS
from koe.progress import Progress

N_PAIRS = 200
WEIGHTS = np.linspace(0, 1, 9)
MIDDLE = np.array([0.5])
CANDIDATES = ("midpoint", "matched", "crossfade", "union")


def evaluate_interpolation(
    model: LatentModel,
    threshold: float,
    likelihood: Likelihood,
    corpus: Corpus,
    split: str = "test",
    *,
    writer: Filler | None = None,
    n_pairs: int = N_PAIRS,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> dict:
    """Compare latent midpoints with cross-fades, and follow both from one end to the other.

    Parameters
    ----------
    model : LatentModel
    threshold : float
        From which a key sounds.
    likelihood : callable
        See `koe.evaluation.likelihood.segment_likelihood`.
    corpus : Corpus
    split : str
    writer : Filler, optional
        Retells the latent midpoints.
    n_pairs, seed : int
        The pairs, the dithering and the writer's luck depend on both.
    n_resamples : int
        Of the bootstrap over pairs.
    progress : callable, optional
        Called with pairs done and pairs in all.

    Returns
    -------
    report : dict
        Ready for JSON. ``n_pairs``, ``n_works``, ``seed``, ``threshold``;
        ``nll``: for the ``ends``, the ``reconstructions`` of the ends, and
        each of `CANDIDATES` and ``retold``, in nats a step, ``mean`` and
        ``interval`` over pairs; ``density``: of the same, the mean share of
        ones; ``likelier``: for ``midpoint``, ``matched`` and ``retold``,
        against ``crossfade`` and ``union``, ``share`` of pairs in which it has the higher
        likelihood, with ``interval``; ``nearer_share``, of those in which its
        nats lie nearer to the mean of the two ends', with
        ``nearer_interval``; and ``difference``, the mean of its nats a step
        less the other's, with ``difference_interval``. ``shared``: of
        the same but the ends, the mean F1 of keys at steps with the latent
        midpoint and with the ends. ``path``:
        ``weights`` from 0 to 1, and for ``latent`` and ``crossfade`` the mean
        ``hamming_from_first`` and ``hamming_from_second``, keys at steps in
        which the roll differs from each end, and ``latent_from_first`` and
        ``latent_from_second``, the distance of its latent vector from each
        end's. ``in_common``: of the same as ``likelier``, and ``even``, of
        the latent way: see `koe.experiments.in_common`. ``notes``: how it was
        measured.

    Raises
    ------
    InputError
        If the split has no two segments that can be paired.
    """
    first, second, works = draw_pairs(corpus, split, n_pairs, seed)
    clock = clock_of(corpus.split(split), first, SEGMENT_STEPS)
    ends = states_at(corpus, first, SEGMENT_STEPS), states_at(corpus, second, SEGMENT_STEPS)
    latents = [model.encode(end) for end in ends]
    rng = np.random.default_rng((seed, 0x1F))
    made = {name: np.zeros_like(ends[0]) for name in CANDIDATES}
    middle = np.concatenate([interpolate(one, other, MIDDLE) for one, other in zip(*latents, strict=True)])
    made["midpoint"] = states_between(model, middle, np.full((len(middle), 2), 0.5), threshold)
    densities = (ends[0] > 0).mean(axis=(1, 2)) / 2 + (ends[1] > 0).mean(axis=(1, 2)) / 2
    made["matched"] = decode_at_density(model, middle, densities)
    ours = ["midpoint", "matched"]
    if writer:
        made["retold"] = retell(writer, model, middle, clock, seed)
        ours.append("retold")
    path = _Path(model, latents, ends)
    stops = []
    for number, pair in enumerate(zip(*ends, strict=True)):
        made["union"][number] = union(*pair)
        made["crossfade"][number] = crossfade(*pair, float(MIDDLE[0]), rng)
        faded = [crossfade(*pair, float(weight), rng) for weight in WEIGHTS]
        way = interpolate(latents[0][number], latents[1][number], WEIGHTS)
        walked = states_between(model, way, np.stack([1 - WEIGHTS, WEIGHTS], axis=-1), threshold)
        path.add(number, walked, np.stack(faded))
        stops.append(walked[:: (len(WEIGHTS) - 1) // (N_STOPS - 1)])
        if progress:
            progress(number + 1, n_pairs)
    rebuilt = [model.decode_states(each, threshold) for each in latents]
    nats = {
        "ends": np.mean([likelihood(end, clock) for end in ends], axis=0),
        "reconstructions": np.mean([likelihood(each, clock) for each in rebuilt], axis=0),
        **{name: likelihood(states, clock) for name, states in made.items()},
    }
    ones = {"ends": np.stack(ends), "reconstructions": np.stack(rebuilt), **made}
    return {
        "split": split,
        "n_pairs": n_pairs,
        "n_works": len(set(works)),
        "seed": seed,
        "threshold": threshold,
        "nll": {name: _mean(values, n_resamples, seed) for name, values in nats.items()},
        "density": {name: float((states > 0).mean()) for name, states in ones.items()},
        "likelier": {
            name: {other: _likelier(nats, name, other, n_resamples, seed) for other in ("crossfade", "union")}
            for name in ours
        },
        "shared": {name: _shared(states, made["midpoint"], ends) for name, states in made.items()},
        "in_common": {name: in_common(made[name], ends, n_resamples, seed) for name in (*ours, "crossfade")},
        "even": evenness(np.stack(stops), np.stack([model.encode(each) for each in stops])),
        "path": path.report(),
        "bootstrap": {"over": "pairs", "n_resamples": n_resamples, "seed": seed, "level": LEVEL},
        "notes": _NOTES,
    }


def draw_pairs(corpus: Corpus, split: str, n_pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """First steps of pairs of segments that sound, of two works and of one metre and place within it.

    Segments are those of `koe.corpus.segments.evaluation_segments`; none is
    drawn twice as a first one before all were.

    Returns
    -------
    first, second : np.ndarray, shape=(n_pairs,), dtype=int
    works : list of str
        All works that take part, with repetitions.
    """
    if n_pairs < 1:
        raise InputError(f"{n_pairs} pairs were asked for; there must be one or more to be measured.")
    entries = corpus.split(split)
    starts = window_starts(entries, SEGMENT_STEPS, SEGMENT_STEPS)
    starts = starts[states_at(corpus, starts, SEGMENT_STEPS).any(axis=(1, 2))]
    firsts = np.array([entry.start for entry in entries])
    pieces = np.searchsorted(firsts, starts, side="right") - 1
    works = np.array([entries[piece].work for piece in pieces])
    clocks = clock_of(entries, starts, 1)[:, 0]
    rng = np.random.default_rng((seed, 0x1E))
    order = rng.permutation(len(starts))
    chosen: list[tuple[int, int]] = []
    while len(chosen) < n_pairs:
        before = len(chosen)
        for one in order:
            able = np.flatnonzero((works != works[one]) & (clocks == clocks[one]).all(axis=1))
            if len(able):
                chosen.append((int(one), int(rng.choice(able))))
            if len(chosen) == n_pairs:
                break
        if len(chosen) == before:
            raise InputError(
                f"The {split} split has no two segments of {SEGMENT_STEPS} steps, of two works and one metre, to blend."
            )
    first, second = np.array(chosen).T
    return starts[first], starts[second], [*works[first], *works[second]]


def decode_at_density(model: LatentModel, latents: np.ndarray, densities: np.ndarray) -> np.ndarray:
    """Decode each vector at the threshold that gives it a share of ones: states ``(n, 64, 88)``."""
    made = []
    for latent, probabilities, density in zip(latents[:, None], model.decode(latents), densities, strict=True):
        ranked = np.sort(probabilities, axis=None)[::-1]
        n_ones = max(round(float(density) * ranked.size), 1)
        made.append(model.decode_states(latent, float(ranked[n_ones - 1]))[0])
    return np.stack(made)


class _Path:
    """Distances from both ends on the way from one to the other, summed over pairs."""

    def __init__(self, model: LatentModel, latents: list[np.ndarray], ends: tuple[np.ndarray, np.ndarray]) -> None:
        self.model, self.latents, self.ends, self.n = model, latents, ends, 0
        self.sums: dict[str, dict[str, np.ndarray]] = {}

    def add(self, number: int, walked: np.ndarray, faded: np.ndarray) -> None:
        """What one pair's two ways pass through, states ``(len(WEIGHTS), 64, 88)``."""
        self.n += 1
        for way, states in (("latent", walked), ("crossfade", faded)):
            vectors = self.model.encode(states)
            sums = self.sums.setdefault(way, {})
            for name, end, latent in zip(("first", "second"), self.ends, self.latents, strict=True):
                differing = np.count_nonzero((states > 0) != (end[number] > 0), axis=(1, 2))
                far = np.linalg.norm(vectors - latent[number], axis=1)
                for kind, values in (("hamming", differing), ("latent", far)):
                    sums[f"{kind}_from_{name}"] = sums.get(f"{kind}_from_{name}", 0.0) + values

    def report(self) -> dict:
        return {
            "weights": WEIGHTS.tolist(),
            **{way: {name: (v / self.n).tolist() for name, v in sums.items()} for way, sums in self.sums.items()},
        }


def _shared(states: np.ndarray, midpoint: np.ndarray, ends: tuple[np.ndarray, np.ndarray]) -> dict[str, float]:
    """Mean share of keys at steps in common with the midpoint and with the ends."""
    with_ends = np.mean([_f1(states > 0, end > 0).mean() for end in ends])
    return {"with_midpoint": float(_f1(states > 0, midpoint > 0).mean()), "with_ends": float(with_ends)}


def _f1(rolls: np.ndarray, others: np.ndarray) -> np.ndarray:
    ones = rolls.sum(axis=(1, 2)) + others.sum(axis=(1, 2))
    return 2 * (rolls & others).sum(axis=(1, 2)) / np.maximum(ones, 1)


def _mean(values: np.ndarray, n_resamples: int, seed: int) -> dict:
    ends = interval(resampled(values, n_resamples, seed) / len(values)) if len(values) > 1 else None
    return {"mean": float(values.mean()), "interval": None if ends is None else list(ends)}


def _likelier(nats: dict[str, np.ndarray], ours: str, other: str, n_resamples: int, seed: int) -> dict:
    n = len(nats[ours])
    n_likelier = int(np.count_nonzero(nats[ours] < nats[other]))
    far, other_far = (np.abs(nats[name] - nats["ends"]) for name in (ours, other))
    n_nearer = int(np.count_nonzero(far < other_far))
    difference = _mean(nats[ours] - nats[other], n_resamples, seed)
    return {
        "share": n_likelier / n,
        "interval": list(share_interval(n_likelier, n)),
        "nearer_share": n_nearer / n,
        "nearer_interval": list(share_interval(n_nearer, n)),
        "difference": difference["mean"],
        "difference_interval": difference["interval"],
    }


_NOTES = [
    "Pairs of segments of 64 steps of two works, with measures of one length that begin at the same steps.",
    "The cross-fade is the mean of both rolls, dithered note by note to the mean number of ones of the two ends; the "
    "union keeps all that is at least one half. The matched midpoint is cut to that number of ones as well.",
    "Nats a step, each step after those before it, the first after one of silence. Segments with fewer notes are "
    "likelier, so the densities belong to the figures.",
    "What is blurred is likely as well: held notes in place of struck ones cost little. Where reconstructions or "
    "midpoints are far likelier than the ends, being likelier than a cross-fade says little; the share of pairs in "
    "which the midpoint is nearer to the ends' likelihood than the cross-fade is does not reward blur.",
    "Intervals of shares are Wilson's, those of means by bootstrap; both take pairs as independent.",
]
