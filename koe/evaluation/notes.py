"""How many notes of a piece a model finds again: by mir_eval's definition, in steps.

A note that a reconstruction has is *right* if the piece has one of the same
key whose onset lies at most one step away, and, where durations count, whose
end lies at most one step or a fifth of the piece's note away, whichever is
more. Each note answers for one note of the other side at most; of all ways to
pair them the one with the most pairs counts. Precision is the share of the
reconstruction's notes that are right, recall the share of the piece's notes
that are found; notes are added up over segments, so that a full segment
weighs more than an empty one.

A note that a segment begins in the middle of begins with the segment, on both
sides.

References
----------
Raffel et al., "mir_eval: a transparent implementation of common MIR metrics",
ISMIR 2014, `mir_eval.transcription`. Its tolerances are in seconds; one step
stands for its 50 ms here.
"""

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.windows import TASKS, SplitWindows
from koe.models.cards import LATENT
from koe.models.interfaces import LatentModel
from koe.music.states import notes_from_states
from koe.progress import Progress

ONSET_STEPS = 1.0
OFFSET_STEPS = 1.0
OFFSET_SHARE = 0.2

# What is counted: notes of the piece, notes made, and pairs of both by onset, and by onset and end.
COLUMNS = ("truths", "made", "onset_hits", "hits")
KINDS = {"onset": "onset_hits", "onset_duration": "hits"}
MEASURES = ("precision", "recall", "f1")


def count_notes(target: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Count, segment by segment, what all measures follow from.

    Parameters
    ----------
    target, made : np.ndarray, shape=(n, steps, 88), dtype=uint8
        States, see `koe.music.states`.

    Returns
    -------
    sums : np.ndarray, shape=(n, len(COLUMNS)), dtype=float64

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if target.shape != made.shape:
        raise ValueError(f"target has the shape {target.shape}, made has {made.shape}")
    return np.array([_count(*pair) for pair in zip(target, made, strict=True)], np.float64).reshape(-1, len(COLUMNS))


def note_measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """The measures that follow from sums ``(..., len(COLUMNS))``: ``onset_f1``, ``onset_duration_f1`` and so on.

    0 stands for 0 of 0.
    """
    of = {name: sums[..., index] for index, name in enumerate(COLUMNS)}
    measured = {}
    for kind, hits in KINDS.items():
        measured[f"{kind}_precision"] = _share(of[hits], of["made"])
        measured[f"{kind}_recall"] = _share(of[hits], of["truths"])
        measured[f"{kind}_f1"] = _share(2 * of[hits], of["made"] + of["truths"])
    return measured


def measure_notes(
    model: LatentModel,
    threshold: float,
    corpus: Corpus,
    split: str = "test",
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict:
    """Find out how many notes of a split's segments a model gives back.

    Parameters
    ----------
    model : LatentModel
    threshold : float
        From which a key sounds.
    corpus : Corpus
    split : str
    n_resamples, seed : int
        Of the bootstrap over works.
    progress : callable, optional
        Called with batches done and batches in all.

    Returns
    -------
    scores : dict
        Ready for JSON: ``onset`` and ``onset_duration``, each with
        ``precision``, ``recall``, ``f1`` and ``intervals``, ``[low, high]``
        for each or None where there are fewer than two works; ``threshold``,
        ``n_real`` and ``n_made``, the notes of both sides.

    Raises
    ------
    InputError
        If no piece of the split is long enough.
    """
    windows = SplitWindows(corpus, split, TASKS[LATENT])
    sums = np.zeros((len(windows.entries), len(COLUMNS)))
    for done, batch in enumerate(windows, 1):
        made = model.decode_states(model.encode(batch.states), threshold)
        np.add.at(sums, batch.pieces, count_notes(batch.states, made))
        if progress:
            progress(done, windows.n_batches)
    kept = np.zeros(len(sums), dtype=bool)
    kept[windows.pieces] = True
    works = [entry.work for entry, keep in zip(windows.entries, kept, strict=True) if keep]
    figures = over_groups(sums[kept], works, note_measures, n_resamples, seed)
    return {
        **{
            kind: {
                **{name: figures[f"{kind}_{name}"]["value"] for name in MEASURES},
                "intervals": {name: figures[f"{kind}_{name}"]["interval"] for name in MEASURES},
            }
            for kind in KINDS
        },
        "threshold": threshold,
        "n_real": int(sums[:, 0].sum()),
        "n_made": int(sums[:, 1].sum()),
    }


def _count(target: np.ndarray, made: np.ndarray) -> tuple[int, int, int, int]:
    from mir_eval.transcription import match_notes  # takes a second or more to import

    real, ours = _arrays(target), _arrays(made)
    n_real, n_made = len(real[1]), len(ours[1])
    if not (n_real and n_made):
        return n_real, n_made, 0, 0
    by_onset = match_notes(*real, *ours, onset_tolerance=ONSET_STEPS, offset_ratio=None)
    whole = match_notes(
        *real,
        *ours,
        onset_tolerance=ONSET_STEPS,
        offset_ratio=OFFSET_SHARE,
        offset_min_tolerance=OFFSET_STEPS,
    )
    return n_real, n_made, len(by_onset), len(whole)


def _arrays(states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Notes as mir_eval wants them: onsets and ends ``(n, 2)``, in steps, and frequencies ``(n,)``, in Hz."""
    notes = notes_from_states(states)
    intervals = np.array([(note.step, note.end_step) for note in notes], np.float64).reshape(-1, 2)
    return intervals, 440.0 * 2.0 ** ((np.array([note.pitch for note in notes], np.float64) - 69) / 12)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0)
