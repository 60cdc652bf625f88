"""What a model writes on its own, beside the real music of a split.

A model that continues is given the first two measures of pieces of the split
and goes on by coin toss; what it wrote is compared with equally long
stretches of the same split, which also begin after two measures. A model with
a latent space decodes vectors drawn near the training data; what sounds at
its card's threshold is compared with the split's segments of four measures.

Models that hear onsets write states (`koe.music.states`); these are compared
with the states of real music: a key that is struck again is not stuck. All
descriptors are those of the rolls of sounding keys.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from koe.corpus.segments import clock_of, window_starts
from koe.corpus.store import Corpus
from koe.evaluation import endings
from koe.evaluation.comparison import compare, fault_shares, restruck_notes, summed_copying
from koe.evaluation.copying import MIN_NOTES, MIN_PITCHES, NGRAM_STEPS, copying
from koe.evaluation.form import OF_STRETCHES
from koe.evaluation.form import evaluate as evaluate_form
from koe.evaluation.noted import noted_entries, noted_stretches
from koe.evaluation.writing import (
    PROMPT_STEPS,
    Progress,
    continuations,
    decoded_samples,
    long_enough,
    openings,
    states_at,
    works_at,
    writer_of,
)
from koe.models.cards import LATENT
from koe.models.interfaces import Composer
from koe.models.registry import Registry
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import sounding


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
            stretches drawn again: ``"guarded"``, ``density_ratio_guarded``.
        ``mean_overlap``
            The mean of the descriptors' overlaps.
        ``form``
            Of models that continue, see `koe.evaluation.form.evaluate`: what
            returns, keys and faults of what was written, of what was written
            with faulty stretches drawn again (under ``guarded``), and of the
            real stretches; None of others. Measures are those of each piece's
            own metre. ``real_endings``: how whole real pieces end; a model
            that continues comes to no end of its own.
        ``restruck_notes``
            Of models that hear onsets: ``generated``, ``real`` and, where
            there is a guard, ``guarded``, see `restruck_notes`; None of others.
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
        latent_model = registry.latent(name)
        hears_onsets, n_steps, offset = latent_model.hears_onsets, SEGMENT_STEPS, 0
        generated = decoded_samples(latent_model, card.threshold, n_latents, seed, progress)
        way = {"way": "near", "threshold": card.threshold}
    else:
        continuer = writer_of(registry, name)
        hears_onsets, offset = isinstance(continuer, Composer) or continuer.hears_onsets, PROMPT_STEPS
        prompts, clocks = openings(corpus, split, n_continuations, seed)
    starts = window_starts(corpus.split(split), n_steps, n_steps, offset)
    real = long_enough(states_at(corpus, starts, n_steps), split, offset + n_steps)
    real = real if hears_onsets else sounding(real)
    if card.kind != LATENT:
        generated = continuations(continuer, prompts, n_steps, sampling, seed, progress, clocks=clocks)
        if isinstance(continuer, Composer):  # always guarded
            guarded, way = generated, {"way": "toss", **asdict(continuer.temperatures)}
        else:
            guarded = continuations(continuer, prompts, n_steps, sampling, seed, guard=True, clocks=clocks)
            way = asdict(sampling)
    compared = compare(generated, real)
    usual = split_density(corpus, split)
    compared["rates"]["density_ratio"] = float(sounding(generated).mean()) / usual
    if card.kind != LATENT:
        for fault, share in fault_shares(guarded).items():
            compared["rates"][fault]["guarded"] = share
        compared["rates"]["density_ratio_guarded"] = float(sounding(guarded).mean()) / usual
    form = None
    if card.kind != LATENT:
        form = _form(generated, guarded, clocks, real, starts, corpus, split, seed)
    restruck = None
    if hears_onsets:
        restruck = {
            "generated": restruck_notes(generated, _numbers(generated), seed=seed),
            "real": restruck_notes(real, works_at(corpus, split, starts), seed=seed),
        }
        if card.kind != LATENT:
            restruck["guarded"] = restruck_notes(guarded, _numbers(guarded), seed=seed)
    return {
        "model": name,
        "split": split,
        "seed": seed,
        "n_pieces": len(generated),
        "n_real": len(real),
        "n_steps": n_steps,
        "sampling": way,
        **compared,
        "mean_overlap": mean_overlap(compared["descriptors"]),
        "form": form,
        "restruck_notes": restruck,
        "copying": compare_copying(sounding(generated), sounding(real), corpus),
    }


def mean_overlap(descriptors: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The mean of the overlaps of all descriptors that have one."""
    overlaps = [compared["overlap"] for compared in descriptors.values() if compared["overlap"] is not None]
    return float(np.mean(overlaps)) if overlaps else None


def _form(
    generated: np.ndarray,
    guarded: np.ndarray,
    clocks: np.ndarray,
    real: np.ndarray,
    starts: np.ndarray,
    corpus: Corpus,
    split: str,
    seed: int,
) -> dict:
    """The ``form`` of `evaluate_generation`."""
    entries = corpus.split(split)
    # What was written goes on in the measure after the prompt's last step.
    went_on = clocks[:, -1] + [1, 0]
    beside = noted_stretches(real, clock_of(entries, starts, 1)[:, 0], works_at(corpus, split, starts))
    reports = [
        evaluate_form(noted_stretches(states, went_on, _numbers(states)), beside, OF_STRETCHES, seed=seed)
        for states in (generated, guarded)
    ]
    for part, figures in reports[0].items():
        for name, figure in figures.items():
            again = reports[1][part][name]
            figure |= {"guarded": again["written"], "guarded_ratio": again["ratio"]}
    whole = noted_entries(corpus, [entry for entry in entries if entry.n_notes])
    return {**reports[0], "real_endings": endings.evaluate(whole, seed=seed) if whole else None}


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


def _numbers(pieces: np.ndarray) -> list[str]:
    """A name for each piece, all different."""
    return [str(number) for number in range(len(pieces))]
