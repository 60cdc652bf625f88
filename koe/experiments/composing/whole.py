"""What composed pieces do as a whole, beside real ones of about their length.

Real pieces are those of a split with three quarters of the measures that were
asked for at least, cut where as many are over; how they end is asked of all of
them, whole.
"""

from collections.abc import Sequence

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation import form
from koe.evaluation.descriptors import DESCRIPTORS, describe_all
from koe.evaluation.intervals import N_RESAMPLES, share_interval
from koe.evaluation.noted import Noted, noted_entries, noted_piece
from koe.evaluation.overlap import overlapping_area
from koe.experiments.composing.pieces import Composed
from koe.generation.composer import EARLIEST_END
from koe.music.states import sounding


def noted(composed: Sequence[Composed]) -> list[Noted]:
    """Composed pieces as measures hear them, each a group of its own; those without a note are left out."""
    return [noted_piece(one.piece, one.job.name) for one in composed if one.piece.notes]


def real_pieces(corpus: Corpus, split: str) -> list[Noted]:
    """The whole pieces of a split."""
    return noted_entries(corpus, [entry for entry in corpus.split(split) if entry.n_notes])


def cut_to(pieces: Sequence[Noted], n_measures: int) -> list[Noted]:
    """Pieces of about so many measures at least, cut there.

    Raises
    ------
    InputError
        If there is none.
    """
    kept = [piece.first_measures(n_measures) for piece in pieces if len(piece.starts) >= EARLIEST_END * n_measures]
    if not kept:
        raise InputError(f"No real piece has about {n_measures} measures; ask for shorter pieces.")
    return kept


def overlaps(written: Sequence[Noted], real: Sequence[Noted]) -> dict[str, float | None]:
    """The overlapping area of the distributions of each descriptor, and their ``mean``."""
    sides = [describe_all(sounding(piece.states) for piece in pieces) for pieces in (written, real)]
    found: dict[str, float | None] = {}
    for name in DESCRIPTORS:
        values = [side[name][np.isfinite(side[name])] for side in sides]
        found[name] = overlapping_area(*values) if all(map(len, values)) else None
    known = [overlap for overlap in found.values() if overlap is not None]
    return {**found, "mean": float(np.mean(known)) if known else None}


def share(hits: int, n: int) -> dict:
    """A share of independent trials and its interval."""
    return {"value": hits / max(n, 1), "interval": list(share_interval(hits, n)) if n else None, "n": n}


def measure_whole(
    composed: Sequence[Composed], real: Sequence[Noted], n_resamples: int = N_RESAMPLES, seed: int = 0
) -> dict:
    """Measure composed pieces of one length.

    Parameters
    ----------
    composed : sequence of Composed
    real : sequence of Noted
        Whole pieces.
    n_resamples, seed : int

    Returns
    -------
    report : dict
        ``n_pieces``, ``n_measures`` asked for, ``n_real`` that are long
        enough; ``ended``: share of pieces that ended by themselves within a
        quarter of the asked length; ``length``: written over asked, mean;
        ``form``: see `koe.evaluation.form.evaluate`; ``overlaps``.
    """
    n_measures = composed[0].job.wishes.measures
    written, beside = noted(composed), cut_to(real, n_measures)
    found = form.evaluate(written, beside, form.OF_STRETCHES, n_resamples, seed)
    found |= form.evaluate(written, real, ("endings",), n_resamples, seed)
    return {
        "n_pieces": len(composed),
        "n_measures": n_measures,
        "n_real": len(beside),
        "ended": share(sum(one.ended for one in composed), len(composed)),
        "length": float(np.mean([len(piece.starts) for piece in written])) / n_measures,
        "form": found,
        "overlaps": overlaps(written, beside),
    }
