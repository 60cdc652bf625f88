"""What a model writes on its own, beside the real music of a split.

A model that continues is given the first two measures of pieces of the split
and goes on by coin toss; what it wrote is compared with equally long
stretches of the same split, which also begin after two measures. A model with
a latent space decodes vectors drawn near the training data; what sounds at
its card's threshold is compared with the split's segments of four measures.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np

from koe.corpus.segments import cut, evaluation_segments, window_starts
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.comparison import compare, fault_shares, summed_copying
from koe.evaluation.copying import MIN_NOTES, MIN_PITCHES, NGRAM_STEPS, copying
from koe.generation.continuation import continue_pianoroll
from koe.generation.latent import sample_near
from koe.generation.sampling import Sampling
from koe.models.cards import LATENT
from koe.models.interfaces import Continuer, LatentModel
from koe.models.registry import Registry
from koe.music.grid import N_KEYS, SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.music.pianoroll import binarize

PROMPT_STEPS = 2 * STEPS_PER_MEASURE

Progress = Callable[[int, int], None]  # (done, total)


def evaluate_generation(
    name: str,
    registry: Registry,
    corpus: Corpus,
    split: str = "test",
    *,
    seed: int = 0,
    n_continuations: int = 100,
    n_steps: int = 512,
    n_latents: int = 1000,
    sampling: Sampling | None = None,
    progress: Progress | None = None,
) -> dict:
    """Let a model write, and compare what it wrote with a split of a corpus.

    Parameters
    ----------
    name : str
        Any model of the registry; its card's kind decides how it writes.
    registry : Registry
    corpus : Corpus
        Holds the split and the training pieces.
    split : str
    seed : int
        The same seed gives the same report on the same machine.
    n_continuations, n_steps : int
        How much a model that continues writes.
    n_latents : int
        How many segments of 64 steps a model with a latent space decodes.
    sampling : Sampling, optional
        By coin toss at temperature 1 unless given; for models that continue.
    progress : callable, optional
        Called with pieces made and pieces in all.

    Returns
    -------
    report : dict
        Ready for JSON. Numbers that have no meaning, such as the mean note
        length of pieces without a note, are None.

        ``model``, ``split``, ``seed``
            As given.
        ``n_pieces``, ``n_real``, ``n_steps``
            Pieces written and real pieces compared with; steps of each.
        ``sampling``
            ``{"way", "temperature", "threshold"}`` of a model that continues,
            ``{"way": "near", "threshold"}`` of one with a latent space.
        ``descriptors``
            For each of `koe.evaluation.descriptors.DESCRIPTORS`: ``unit``;
            ``overlap``, the overlapping area of the distributions over
            pieces; ``distances``, see `compare_sets`; ``generated`` and
            ``real``: ``mean``, ``std`` and ``n``, the pieces for which the
            number has a meaning; ``edges``, ``generated_histogram`` and
            ``real_histogram``, in pieces.
        ``histograms``
            For ``pitch``, ``pitch_class`` and ``note_length``: ``unit``;
            ``values``, one for each bin; ``generated_histogram`` and
            ``real_histogram``, in notes of all pieces; ``overlap``, their
            intersection; ``distances`` between the pieces' histograms, each
            scaled to sum 1.
        ``rates``
            ``silence_over_2_measures`` (over 32 steps on end without a key),
            ``bursts_over_12_keys`` (any step with more than 12) and
            ``stuck_notes_over_4_measures`` (a key held for more than 64
            steps, which a segment of 64 cannot have): ``{"generated",
            "real"}``, the share of pieces with one. ``any_fault``: the share
            with one of them at least. ``density_ratio``: share of ones in
            what was written, over that of the whole split. Models that
            continue have them also for the same continuations with faulty
            stretches tossed again: ``"guarded"``, ``density_ratio_guarded``.
        ``copying``
            What was written, and real pieces as the yardstick, beside the
            training split, see `koe.evaluation.copying`: ``min_notes``,
            ``min_pitches``, ``ngram_steps``; and for ``generated`` and
            ``real``: ``longest_steps`` and ``most_notes`` (``mean``,
            ``median``, ``p90`` and ``max`` over pieces of the longest shared
            passage, 0 where there is none); ``ngram_share``, the share of
            stretches of 16 steps that occur in a training piece;
            ``longest`` and ``fullest``, the passages with the most steps and
            with the most notes of all pieces: ``piece`` (its number),
            ``step``, ``n_steps``, ``n_notes``, ``source_path``,
            ``source_composer``, ``source_title``, ``source_step`` and
            ``semitones``, or None.

    Raises
    ------
    InputError
        If there is no such model, or the split has no piece that is long enough.
    """
    card = registry.card(name)
    sampling = sampling or Sampling()
    if card.kind == LATENT:
        real = _long_enough(evaluation_segments(corpus, split)[0], split, SEGMENT_STEPS)
        generated = decoded_samples(registry.latent(name), card.threshold, n_latents, seed, progress)
        way = {"way": "near", "threshold": card.threshold}
    else:
        starts = window_starts(corpus.split(split), n_steps, n_steps, PROMPT_STEPS)
        real = _long_enough(cut(corpus.packed, starts, n_steps), split, PROMPT_STEPS + n_steps)
        prompts = openings(corpus, split, n_continuations, seed)
        generated = continuations(registry.continuer(name), prompts, n_steps, sampling, seed, progress)
        way = asdict(sampling)
    compared = compare(generated, real)
    usual = split_density(corpus, split)
    compared["rates"]["density_ratio"] = float(generated.mean()) / usual
    if card.kind != LATENT:
        guarded = continuations(registry.continuer(name), prompts, n_steps, sampling, seed, guard=True)
        for fault, share in fault_shares(guarded).items():
            compared["rates"][fault]["guarded"] = share
        compared["rates"]["density_ratio_guarded"] = float(guarded.mean()) / usual
    return {
        "model": name,
        "split": split,
        "seed": seed,
        "n_pieces": len(generated),
        "n_real": len(real),
        "n_steps": real.shape[1],
        "sampling": way,
        **compared,
        "copying": compare_copying(generated, real, corpus),
    }


def continuations(
    model: Continuer,
    prompts: Sequence[np.ndarray],
    n_steps: int,
    sampling: Sampling,
    seed: int,
    progress: Progress | None = None,
    guard: bool = False,
) -> np.ndarray:
    """Let a model go on from each prompt, each time with luck of its own, guarded or not.

    Returns
    -------
    pianorolls : np.ndarray, shape=(len(prompts), n_steps, 88), dtype=bool
        Without the prompts.
    """
    rolls = np.zeros((len(prompts), n_steps, N_KEYS), dtype=bool)
    for number, prompt in enumerate(prompts):
        # A model hears one prompt for all variations, so each prompt is a call of its own.
        rolls[number] = continue_pianoroll(model, prompt, n_steps, sampling, _seed_of(seed, number), guard=guard)[0]
        if progress:
            progress(number + 1, len(prompts))
    return rolls


def openings(corpus: Corpus, split: str, n_prompts: int, seed: int) -> list[np.ndarray]:
    """The first two measures, shape ``(32, 88)``, of ``n_prompts`` pieces of a split, drawn by ``seed``.

    Pieces that are shorter or begin with two silent measures are passed over.
    Each is taken once before one is taken twice.
    """
    _needed(n_prompts, "continuations")
    starts = np.array([entry.start for entry in corpus.split(split) if entry.n_steps >= PROMPT_STEPS], dtype=np.int64)
    rolls = cut(corpus.packed, starts, PROMPT_STEPS)
    rolls = _long_enough(rolls[np.any(rolls, axis=(1, 2))], split, PROMPT_STEPS)
    order = np.random.default_rng((seed, 0x0B)).permutation(len(rolls))
    return [rolls[number] for number in np.resize(order, n_prompts)]


def decoded_samples(
    model: LatentModel, threshold: float, n_latents: int, seed: int, progress: Progress | None = None
) -> np.ndarray:
    """Decode vectors drawn near the training data.

    Returns
    -------
    pianorolls : np.ndarray, shape=(n_latents, 64, 88), dtype=bool
        Keys whose probability reaches ``threshold``.
    """
    _needed(n_latents, "latent vectors")
    latents = np.stack(
        [sample_near(model.statistics, model.latent_range, _seed_of(seed, number)) for number in range(n_latents)]
    )
    rolls = binarize(model.decode(latents), threshold)
    if progress:
        progress(n_latents, n_latents)
    return rolls


def compare_copying(generated: np.ndarray, real: np.ndarray, corpus: Corpus) -> dict:
    """The ``copying`` of `evaluate_generation`: both sets of pieces beside the training split."""
    labels = [
        {"source_path": entry.path, "source_composer": entry.composer, "source_title": entry.title}
        for entry in corpus.split("train")
    ]
    # Both at once: sorting the training split is most of the work.
    copied = copying([*generated, *real], corpus.pianorolls("train"))
    return {
        "min_notes": MIN_NOTES,
        "min_pitches": MIN_PITCHES,
        "ngram_steps": NGRAM_STEPS,
        "generated": summed_copying(copied[: len(generated)], labels),
        "real": summed_copying(copied[len(generated) :], labels),
    }


def split_density(corpus: Corpus, split: str) -> float:
    """Share of ones in all rolls of a split."""
    entries = corpus.split(split)
    ones = sum(
        int(np.bitwise_count(corpus.packed[entry.start : entry.start + entry.n_steps]).sum()) for entry in entries
    )
    return ones / (N_KEYS * sum(entry.n_steps for entry in entries))


def _seed_of(seed: int, number: int) -> int:
    """A seed for each piece, so that no two share their luck."""
    return int(np.random.SeedSequence((seed, number)).generate_state(1)[0])


def _needed(number: int, what: str) -> None:
    if number < 1:
        raise InputError(f"{number} {what} were asked for; there must be one or more to be measured.")


def _long_enough(rolls: np.ndarray, split: str, n_steps: int) -> np.ndarray:
    if not len(rolls):
        raise InputError(f"The {split} split has no piece of {n_steps} steps to compare with; ask for fewer steps.")
    return rolls
