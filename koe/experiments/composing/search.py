"""Which temperatures and share of probability (top-p) write what is most like real music, on ``valid``.

One setting after the other is varied, the others staying at the best so far,
so that a dozen short trials say more than a coarse grid of as many. A trial
composes pieces of one length and is judged by the mean overlap of all
descriptors with real pieces of that length, less a tenth of how far
repetition is from real music's, in doublings, on average over the classes of
lags that can occur.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from koe.evaluation.noted import Noted
from koe.evaluation.repetition import LAG_CLASSES
from koe.experiments.composing.pieces import jobs_of, write_pieces
from koe.experiments.composing.whole import measure_whole
from koe.generation.plans import Plans
from koe.generation.wishes import Wishes
from koe.models.interfaces import Composer
from koe.models.tr1_interface import Temperatures

CANDIDATES = {
    "top_p": (1.0, 0.98, 0.95, 0.9),
    "which": (1.0, 0.95, 0.9, 1.05),
    "when": (1.0, 0.95, 0.9, 1.05),
    "long": (1.0, 0.9),
}
PENALTY = 0.1
FEWEST_REPEATED = 0.001  # in place of none at all, whose doublings could not be counted


def score_of(report: dict) -> float:
    """How good a trial is, from `koe.experiments.composing.whole.measure_whole`."""
    return float(report["overlaps"]["mean"]) - PENALTY * repetition_distance(report)


def repetition_distance(report: dict) -> float:
    """How many doublings repetition is from real music's, on average over the classes of lags that real music has."""
    figures = [report["form"]["repetition"][f"alike {lags}"] for lags in LAG_CLASSES]
    known = [figure for figure in figures if figure["real"]["value"] > FEWEST_REPEATED]
    apart = [
        abs(np.log2(max(figure["written"]["value"], FEWEST_REPEATED) / figure["real"]["value"])) for figure in known
    ]
    return float(np.mean(apart)) if apart else 0.0


def search_settings(
    model: Composer,
    weights_sha256: str,
    real: Sequence[Noted],
    folder: Path,
    *,
    n_pieces: int = 24,
    wishes: Wishes | None = None,
    seed: int = 0,
    at_once: int = 8,
    plans: Plans | None = None,
    report: Callable[[str], None] = print,
) -> dict:
    """Search settings, from the model's own on.

    Parameters
    ----------
    model, weights_sha256, folder, at_once, plans
        See `koe.experiments.composing.pieces.write_pieces`; a folder for each trial.
    real : sequence of Noted
        Whole pieces of ``valid``.
    n_pieces : int
        Of each trial.
    wishes : Wishes, optional
        What all have in common; 32 measures unless given.
    seed : int
        The same pieces are asked for in all trials.
    report : callable
        Gets a line after each trial.

    Returns
    -------
    result : dict
        ``best``: its temperatures; ``trials``, the best first: ``temperatures``,
        ``score``, ``mean_overlap``, ``repetition_distance``, ``ended``, ``alike``.
    """
    wishes = wishes or Wishes(measures=32)
    trials: dict[Temperatures, dict] = {}

    def tried(temperatures: Temperatures) -> float:
        if temperatures not in trials:
            jobs = jobs_of("piece", [replace(wishes, temperatures=temperatures)], n_pieces, seed)
            name = "-".join(f"{key}{value:g}" for key, value in asdict(temperatures).items())
            composed = write_pieces(model, weights_sha256, jobs, folder / name, at_once, plans)
            found = measure_whole(composed, real, seed=seed)
            trials[temperatures] = {
                "temperatures": asdict(temperatures),
                "score": score_of(found),
                "mean_overlap": found["overlaps"]["mean"],
                "repetition_distance": repetition_distance(found),
                "ended": found["ended"]["value"],
                "alike": found["form"]["repetition"]["alike all"]["written"]["value"],
            }
            report(f"{name}: score {trials[temperatures]['score']:.4f}")
        return trials[temperatures]["score"]

    best = model.temperatures
    for name, values in CANDIDATES.items():
        able = {best, *(replace(best, **{name: value}) for value in values)}
        best = max(sorted(able, key=lambda one: tuple(asdict(one).values())), key=tried)
    return {
        "best": asdict(best),
        "trials": sorted(trials.values(), key=lambda trial: -trial["score"]),
        "n_pieces": n_pieces,
        "n_measures": wishes.measures,
        "seed": seed,
    }
