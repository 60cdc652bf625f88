"""What is told of a model: its figures beside the baselines', with intervals, and composer by composer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from koe.corpus.store import Corpus, Entry
from koe.errors import InputError
from koe.evaluation.generated import evaluate_generation
from koe.evaluation.intervals import LEVEL, grouped, interval, labelled, over_groups, resampled
from koe.evaluation.markov import SMOOTHING
from koe.evaluation.metrics import EPSILON, MEASURES, measures
from koe.evaluation.windows import Task
from koe.models.registry import Registry
from koe.music.grid import STEPS_PER_MEASURE
from koe.progress import Progress

DIGITS = 6  # of a number in a file
UNKNOWN = "unknown"  # composer
# The latent numbers that have sliders; of a model with more, these are also measured alone.
N_FIRST = 16


@dataclass(frozen=True)
class Measured:
    """Counts of a model and its baselines on a split, piece by piece.

    Attributes
    ----------
    corpus_sha256 : str
    task : Task
    entries : tuple of Entry
        All pieces of the split.
    n_windows : int
    baselines : tuple of str
        Their names.
    thresholds : tuple of float
        The model's, then each baseline's.
    sums : np.ndarray, shape=(n_pieces, 1 + n_baselines, len(COLUMNS))
        See `koe.evaluation.metrics.count`; zeros for pieces too short.
    state_nats : np.ndarray, shape=(n_pieces,), or None
        Negative log-likelihood of the states, of a model that hears them.
    """

    corpus_sha256: str
    task: Task
    entries: tuple[Entry, ...]
    n_windows: int
    baselines: tuple[str, ...]
    thresholds: tuple[float, ...]
    sums: np.ndarray
    state_nats: np.ndarray | None = None


def report_of(measured: Measured, main: str, n_resamples: int, seed: int) -> dict:
    """Turn counts into figures.

    Parameters
    ----------
    measured : Measured
    main : str
        The baseline that the composers' table shows.
    n_resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    report : dict
        ``corpus_sha256``; ``windows``: ``n_steps``, ``hop``, ``n_given``,
        ``n``; ``n_pieces``, ``n_works``, ``n_measures`` (of 16 predicted
        steps) and ``n_pieces_too_short``. The model's figures: all
        `MEASURES`, ``threshold``, and ``intervals`` with ``[low, high]`` for
        each measure, or None where there are fewer than two works. Of a model
        that hears states ``states_nll``: ``value`` and ``interval``, in nats a
        step, see `koe.evaluation.likelihood`.
        ``baselines``: the same figures for each. ``main_baseline``;
        ``mse_ratio``: the model's MSE over each baseline's, ``value`` and
        ``interval``. ``composers``: from much music to little, ``composer``,
        ``n_pieces``, ``n_works``, ``n_measures``, all `MEASURES`, and
        ``baseline_mse``, the main baseline's. ``bootstrap``: ``over``,
        ``n_resamples``, ``seed``, ``level``. ``clipped_at``. ``notes``:
        sentences that say how it was measured.
    """
    kept = measured.sums[:, 0, 0] > 0
    entries = [entry for entry, keep in zip(measured.entries, kept, strict=True) if keep]
    sums = measured.sums[kept]
    labels, works = labelled([entry.work for entry in entries])
    by_work = grouped(sums, labels, len(works))
    draws = measures(resampled(by_work, n_resamples, seed)) if len(works) > 1 else None
    whole = measures(by_work.sum(axis=0))
    figures = [_figures(whole, draws, index, threshold) for index, threshold in enumerate(measured.thresholds)]
    return {
        "corpus_sha256": measured.corpus_sha256,
        "windows": {
            "n_steps": measured.task.n_steps,
            "hop": measured.task.hop,
            "n_given": measured.task.n_given,
            "n": measured.n_windows,
        },
        "n_pieces": len(entries),
        "n_works": len(works),
        "n_measures": _n_measures(sums),
        "n_pieces_too_short": len(measured.entries) - len(entries),
        **figures[0],
        **_states_nll(measured, kept, n_resamples, seed),
        "baselines": dict(zip(measured.baselines, figures[1:], strict=True)),
        "main_baseline": main,
        "mse_ratio": {
            name: _ratio(whole["mse"], None if draws is None else draws["mse"], index)
            for index, name in enumerate(measured.baselines, 1)
        },
        "composers": _composers(entries, sums, 1 + measured.baselines.index(main)),
        "bootstrap": {"over": "works", "n_resamples": n_resamples, "seed": seed, "level": LEVEL},
        "clipped_at": EPSILON,
        "notes": _notes(measured, n_resamples),
    }


def add_first_numbers(report: dict[str, Any], figures: Mapping[str, Any]) -> None:
    """Put in what a model reaches with the first of its latent numbers, and how that was measured."""
    report["first_numbers"] = {"n": N_FIRST, **figures}
    report["notes"].append(
        f"Of the latent numbers only the first {N_FIRST} are kept where that is said; the others are 0. The threshold "
        "is the best for these."
    )


def add_encoder_alone(report: dict[str, Any], figures: Mapping[str, Any]) -> None:
    """Put in what a model reaches with the latent numbers that its encoder says, and how that was measured."""
    report["encoder_alone"] = dict(figures)
    report["notes"].append(
        "The latent numbers are the encoder's, refined by a few steps of gradient descent on these numbers alone; "
        "where it says so they are the encoder's as they are, with the threshold that is the best for these."
    )


def add_note_scores(report: dict[str, Any], scores: Mapping[str, Any]) -> None:
    """Put in how many notes a model gives back, and how that was measured."""
    report["note_scores"] = dict(scores)
    report["notes"].append(
        "A note is right if the piece has one of the same key that begins at most one step away and, where durations "
        "count, ends at most one step or a fifth of its length away, whichever is more; each note answers for one "
        "other (mir_eval's definition, a step for its 50 ms). A note that a segment begins in the middle of begins "
        "with the segment. Notes are added up over all segments."
    )


def flat(figures: Mapping[str, Any]) -> dict[str, float]:
    """The measures and the threshold alone, as a card keeps them."""
    return {name: figures[name] for name in (*MEASURES, "threshold")}


def add_generation(
    report: dict,
    registry: Registry,
    corpus: Corpus,
    progress: Progress | None = None,
    **sizes: Any,
) -> None:
    """Let the model of a report write music, and add ``generation``: how that compares with the split.

    Where the split has no piece that is long enough, ``generation`` is None
    and a note says so. ``sizes`` are those of `evaluate_generation`.
    """
    seed = report["bootstrap"]["seed"]
    try:
        report["generation"] = evaluate_generation(
            report["model"], registry, corpus, report["split"], seed=seed, progress=progress, **sizes
        )
    except InputError as error:
        report["generation"] = None
        report["notes"].append(f"What the model writes on its own was not measured. {error}")


def json_of(report: Mapping[str, Any]) -> str:
    """A report as the text of a file; the same report gives the same text."""
    return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def rounded(value: Any) -> Any:
    """The same report with six digits a number."""
    if isinstance(value, Mapping):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _figures(
    whole: Mapping[str, np.ndarray], draws: Mapping[str, np.ndarray] | None, index: int, threshold: float
) -> dict[str, Any]:
    """Measures, threshold and intervals of one prediction."""
    return {
        **{name: float(whole[name][index]) for name in MEASURES},
        "threshold": threshold,
        "intervals": {name: None if draws is None else list(interval(draws[name][:, index])) for name in MEASURES},
    }


def _states_nll(measured: Measured, kept: np.ndarray, n_resamples: int, seed: int) -> dict[str, Any]:
    if measured.state_nats is None:
        return {}
    sums = np.stack([measured.state_nats, measured.sums[:, 0, 0]], axis=1)[kept]
    works = [entry.work for entry, keep in zip(measured.entries, kept, strict=True) if keep]
    return over_groups(sums, works, lambda totals: {"states_nll": totals[..., 0] / totals[..., 1]}, n_resamples, seed)


def _ratio(whole: np.ndarray, draws: np.ndarray | None, index: int) -> dict[str, Any]:
    """The model's MSE over that of another prediction; both of the same draws."""
    if not whole[index]:
        return {"value": None, "interval": None}
    value = float(whole[0] / whole[index])
    if draws is None or not draws[:, index].all():
        return {"value": value, "interval": None}
    return {"value": value, "interval": list(interval(draws[:, 0] / draws[:, index]))}


def _composers(entries: list[Entry], sums: np.ndarray, main: int) -> list[dict[str, Any]]:
    labels, names = labelled([entry.composer or UNKNOWN for entry in entries])
    by_composer = grouped(sums, labels, len(names))
    measured = measures(by_composer)
    works: list[set[str]] = [set() for _ in names]
    for label, entry in zip(labels, entries, strict=True):
        works[label].add(entry.work)
    rows = [
        {
            "composer": name,
            "n_pieces": int(np.count_nonzero(labels == label)),
            "n_works": len(works[label]),
            "n_measures": _n_measures(by_composer[label : label + 1]),
            **{measure: float(measured[measure][label, 0]) for measure in MEASURES},
            "baseline_mse": float(measured["mse"][label, main]),
        }
        for label, name in enumerate(names)
    ]
    return sorted(rows, key=lambda row: (-row["n_measures"], row["composer"]))


def _n_measures(sums: np.ndarray) -> float:
    """Measures of 16 steps that were predicted; whole ones unless windows have an odd length."""
    n_steps = int(sums[:, 0, 0].sum())
    return n_steps // STEPS_PER_MEASURE if n_steps % STEPS_PER_MEASURE == 0 else n_steps / STEPS_PER_MEASURE


def _notes(measured: Measured, n_resamples: int) -> list[str]:
    task, clip = measured.task, f"{EPSILON:g}".replace("e-0", "e-")
    notes = [
        f"Every piece is cut into segments of {task.n_steps} steps from its start, and each is reconstructed."
        if not task.n_given
        else f"Every piece is cut into sequences of {task.n_steps - task.n_given} steps; each step is predicted from "
        "those before it in its sequence, beginning with one that is given.",
        "Each threshold is the one with the best F1 on the valid split, for every prediction its own.",
        "Keys that sound at a step are counted: precision is the share of those predicted that are right, recall the "
        "share of those played that are found.",
        f"Probabilities are clipped at {clip} before their logarithm is taken. Predictions that are certain (all "
        "zeros, repeating the last step, PCA where it is cut off at 0) owe their likelihood and cross-entropy to that "
        "number.",
        f"Intervals hold 95 % of {n_resamples} figures, each from as many works as there are, drawn with "
        "replacement; thresholds and weights stay as they are.",
    ]
    if measured.state_nats is not None:
        notes.append(
            "The likelihood of the states (silent, held or struck) is exact: each key of a step is drawn after the "
            "lower ones. It is an upper bound in nats for the roll of sounding keys, which the states tell and more; "
            "the first step of each sequence and the place in the measure are given. All other figures judge each "
            "key by its probability to sound once the past and the lower keys of its own step are known, struck or "
            "held: they are neither the roll's exact likelihood nor a bound of it."
        )
    if "markov" in measured.baselines:
        notes.append(
            "The Markov chain knows for each key how probably it sounds after a step at which it did, "
            f"(n11 + {SMOOTHING:g}) / (n10 + n11 + {2 * SMOOTHING:g}), and likewise after one at which it did not; the "
            "n are counts of neighbouring steps in the train split, n11 sounding at both, n10 falling silent."
        )
    return notes
