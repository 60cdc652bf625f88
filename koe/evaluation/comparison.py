"""Two sets of equally long pieces side by side: written by a model, and real.

Conventions: ``generated`` and ``real``, ``(n, steps, 88)`` and ``(m, steps,
88)``, are rolls, bool, or states, uint8 (`koe.music.states`), both the same.
In states a key that is struck again is not stuck; all else is told by the
rolls of sounding keys. Everything returned is ready for JSON; a number that has
no meaning is None. `koe.evaluation.generated` says what each key means.
"""

from collections.abc import Callable, Sequence

import numpy as np

from koe.evaluation.copying import Copying, Passage
from koe.evaluation.descriptors import (
    DESCRIPTORS,
    describe_all,
    note_length_histogram,
    pitch_class_histogram,
    pitch_histogram,
)
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.overlap import compare_sets, histogram_intersection, overlapping_area, shared_histogram
from koe.music.faults import SILENCE_STEPS, STUCK_STEPS, longest_note
from koe.music.grid import LOWEST_PITCH
from koe.music.states import SILENT, STRUCK, sounding

# Each fault: the descriptor that tells it, and what that must not exceed.
FAULTS: dict[str, tuple[str, int]] = {
    "silence_over_2_measures": ("longest_silence", SILENCE_STEPS),
    "bursts_over_12_keys": ("bursts", 0),
    "stuck_notes_over_4_measures": ("longest_note", STUCK_STEPS),
}
# Histograms over notes: the unit of the bins, the value of the first, and the function of a piece.
_HISTOGRAMS: dict[str, tuple[str, int, Callable[[np.ndarray], np.ndarray]]] = {
    "pitch": ("MIDI pitch", LOWEST_PITCH, pitch_histogram),
    "pitch_class": ("semitones above C", 0, pitch_class_histogram),
    "note_length": ("steps", 1, note_length_histogram),
}


def compare(generated: np.ndarray, real: np.ndarray) -> dict:
    """Compare both sets in all descriptors, in their histograms over notes, and in their faults.

    Returns
    -------
    comparison : dict
        ``descriptors``, ``histograms`` and ``rates`` (without ``density_ratio``).
    """
    ours, theirs = describe_all(sounding(generated)), describe_all(sounding(real))
    shares = [_shares(generated, ours), _shares(real, theirs)]
    generated, real = sounding(generated), sounding(real)
    return {
        "descriptors": {
            name: {"unit": descriptor.unit, **_compared(ours[name], theirs[name])}
            for name, descriptor in DESCRIPTORS.items()
        },
        "histograms": {
            name: {"unit": unit, **_compared_histograms(list(map(of, generated)), list(map(of, real)), first)}
            for name, (unit, first, of) in _HISTOGRAMS.items()
        },
        "rates": {fault: {"generated": shares[0][fault], "real": shares[1][fault]} for fault in shares[0]},
    }


def restruck_notes(states: np.ndarray, names: Sequence[str], n_resamples: int = N_RESAMPLES, seed: int = 0) -> dict:
    """How many notes begin where their key was sounding the step before; those of the first step are not counted.

    Parameters
    ----------
    states : np.ndarray, shape=(n, steps, 88), dtype=uint8
    names : sequence of str
        The group of each piece, such as its work, for the bootstrap.
    n_resamples, seed : int

    Returns
    -------
    restruck : dict
        ``share``, ``interval`` (None where there are fewer than two groups)
        and ``n_notes``. Share and interval are None where there is no note.
    """
    struck = states[:, 1:] == STRUCK
    again = struck & (states[:, :-1] > SILENT)
    sums = np.stack([np.count_nonzero(each, axis=(1, 2)) for each in (again, struck)], axis=1)
    if not sums[:, 1].any():
        return {"share": None, "interval": None, "n_notes": 0}

    def share(totals: np.ndarray) -> dict[str, np.ndarray]:
        return {"share": totals[..., 0] / np.maximum(totals[..., 1], 1)}

    found = over_groups(sums, names, share, n_resamples, seed)["share"]
    return {"share": found["value"], "interval": found["interval"], "n_notes": int(sums[:, 1].sum())}


def summed_copying(copied: Sequence[Copying], labels: Sequence[dict[str, str]]) -> dict:
    """What a set of pieces shares with the training pieces.

    Parameters
    ----------
    copied : sequence of Copying
        One a piece.
    labels : sequence of dict
        What is known of each training piece: ``source_path``,
        ``source_composer``, ``source_title``.
    """
    n_ngrams = sum(each.n_ngrams for each in copied)
    longest = [each.longest for each in copied]
    fullest = [each.fullest for each in copied]
    return {
        "longest_steps": _summary([passage.n_steps if passage else 0 for passage in longest]),
        "most_notes": _summary([passage.n_notes if passage else 0 for passage in fullest]),
        "ngram_share": sum(each.n_shared_ngrams for each in copied) / n_ngrams if n_ngrams else None,
        "longest": _first_of_all(longest, lambda passage: (passage.n_steps, passage.n_notes), labels),
        "fullest": _first_of_all(fullest, lambda passage: (passage.n_notes, -passage.n_steps), labels),
    }


def _compared(generated: np.ndarray, real: np.ndarray) -> dict:
    """One descriptor of both sets; pieces for which it has no meaning are left out."""
    generated, real = generated[np.isfinite(generated)], real[np.isfinite(real)]
    report: dict = {"overlap": None, "distances": compare_sets(generated, real)}
    for side, values in (("generated", generated), ("real", real)):
        mean, std = (float(values.mean()), float(values.std())) if len(values) else (None, None)
        report[side] = {"mean": mean, "std": std, "n": len(values)}
    edges, ours, theirs = np.zeros(0), np.zeros(0, int), np.zeros(0, int)
    if len(generated) and len(real):
        report["overlap"] = overlapping_area(generated, real)
        edges, ours, theirs = shared_histogram(generated, real)
    return {
        **report,
        "edges": edges.tolist(),
        "generated_histogram": ours.tolist(),
        "real_histogram": theirs.tolist(),
    }


def _compared_histograms(generated: list[np.ndarray], real: list[np.ndarray], first: int) -> dict:
    ours, theirs = np.sum(generated, axis=0), np.sum(real, axis=0)
    overlap = histogram_intersection(ours, theirs)
    return {
        "values": list(range(first, first + len(ours))),
        "generated_histogram": ours.tolist(),
        "real_histogram": theirs.tolist(),
        "overlap": overlap if np.isfinite(overlap) else None,
        "distances": compare_sets(_scaled(generated), _scaled(real)),
    }


def _scaled(histograms: list[np.ndarray]) -> np.ndarray:
    """Each scaled to sum 1; those of pieces without a note are left out."""
    rows = np.array(histograms, dtype=np.float64)
    rows = rows[rows.sum(axis=1) > 0]
    return rows / rows.sum(axis=1, keepdims=True)


def fault_shares(pieces: np.ndarray) -> dict[str, float]:
    """Share of pieces, shape ``(n, steps, 88)``, with each of the `FAULTS`, and with any."""
    return _shares(pieces, describe_all(sounding(pieces)))


def _shares(pieces: np.ndarray, described: dict[str, np.ndarray]) -> dict[str, float]:
    if pieces.dtype == np.uint8:
        described = {**described, "longest_note": np.array([longest_note(states) for states in pieces])}
    found = {fault: described[name] > limit for fault, (name, limit) in FAULTS.items()}
    shares = {fault: float(faulty.mean()) for fault, faulty in found.items()}
    return {**shares, "any_fault": float(np.any([*found.values()], axis=0).mean())}


def _summary(values: list[int]) -> dict[str, float]:
    return {
        "mean": float(np.mean(values)),
        "median": float(np.median(values)),
        "p90": float(np.percentile(values, 90)),
        "max": float(np.max(values)),
    }


def _first_of_all(
    passages: Sequence[Passage | None], size: Callable[[Passage], tuple], labels: Sequence[dict[str, str]]
) -> dict | None:
    """The largest of all pieces' passages (of several, the first), with what is known of its source."""
    there = [(piece, passage) for piece, passage in enumerate(passages) if passage]
    if not there:
        return None
    piece, passage = max(there, key=lambda item: size(item[1]))
    return {
        "piece": piece,
        "step": passage.step,
        "n_steps": passage.n_steps,
        "n_notes": passage.n_notes,
        **labels[passage.source],
        "source_step": passage.source_step,
        "semitones": passage.semitones,
    }
