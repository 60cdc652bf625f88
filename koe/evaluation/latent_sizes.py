"""How much of a segment comes back through more or fewer latent numbers.

A curve is a family of models, each with another number of latents: PCA cut to
its first components, which is PCA with that many; a network cut to its first
numbers, the others at the training data's mean; or networks that were trained
with so many. All are measured alike: the threshold is chosen on ``valid``,
the figures are those of the split asked for.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.metrics import COLUMNS, Calibration, count, measures
from koe.evaluation.notes import COLUMNS as NOTE_COLUMNS
from koe.evaluation.notes import count_notes, note_measures
from koe.evaluation.windows import TASKS, SplitWindows
from koe.models.cards import LATENT
from koe.models.interfaces import LatentModel
from koe.progress import Progress

SIZES = (16, 32, 64, 128, 256, 512)
FIGURES = ("mse", "f1", "precision", "recall")
NOTE_FIGURES = ("onset_f1", "onset_duration_f1")


class FirstNumbers:
    """A model of whose latent numbers only the first ``n`` are kept; the others are 0, in the middle of their range.

    Parameters
    ----------
    model : LatentModel
    n : int
    """

    def __init__(self, model: LatentModel, n: int) -> None:
        self.model, self.latent_dim = model, min(n, model.latent_dim)
        self.name, self.latent_range, self.hears_onsets = model.name, model.latent_range, model.hears_onsets
        self.statistics = model.statistics
        self.decode, self.decode_states = model.decode, model.decode_states

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)`` to latent vectors of the whole model's length."""
        latents = self.model.encode(segments)
        latents[:, self.latent_dim :] = 0
        return latents


def measure_latent_sizes(
    curves: Mapping[str, Sequence[LatentModel]],
    corpus: Corpus,
    split: str = "test",
    progress: Progress | None = None,
) -> dict:
    """Measure each model of each curve.

    Parameters
    ----------
    curves : mapping
        By the curve's name its models.
    corpus : Corpus
    split : str
    progress : callable, optional
        Called with models measured and models in all.

    Returns
    -------
    report : dict
        Ready for JSON: ``split``, ``corpus_sha256``, and ``curves``: by name a
        list of points, from few latents to many, each with ``latent_dim``,
        ``threshold``, ``mse``, ``f1``, ``precision`` and ``recall`` of the
        roll, and the F1 of notes by onset and by onset and duration, see
        `koe.evaluation.notes`.

    Raises
    ------
    InputError
        If no piece of a split is long enough.
    """
    total, done = sum(len(models) for models in curves.values()), 0
    report: dict = {"split": split, "corpus_sha256": corpus.sha256, "curves": {}}
    for name, models in curves.items():
        points = []
        for model in models:
            points.append(_point(model, corpus, split))
            done += 1
            if progress:
                progress(done, total)
        report["curves"][name] = sorted(points, key=lambda point: point["latent_dim"])
    return report


def _point(model: LatentModel, corpus: Corpus, split: str) -> dict[str, float]:
    calibration = Calibration()
    for windows in SplitWindows(corpus, "valid", TASKS[LATENT]):
        calibration.add(windows.target, model.decode(model.encode(windows.states)))
    threshold = calibration.best_threshold()
    sums, notes = np.zeros(len(COLUMNS)), np.zeros(len(NOTE_COLUMNS))
    for windows in SplitWindows(corpus, split, TASKS[LATENT]):
        latents = model.encode(windows.states)
        sums += count(windows.target, model.decode(latents), threshold).sum(axis=0)
        notes += count_notes(windows.states, model.decode_states(latents, threshold)).sum(axis=0)
    of_rolls, of_notes = measures(sums), note_measures(notes)
    return {
        "latent_dim": model.latent_dim,
        "threshold": threshold,
        **{figure: float(of_rolls[figure]) for figure in FIGURES},
        **{figure: float(of_notes[figure]) for figure in NOTE_FIGURES},
    }


def fitted_pca(corpus: Corpus, latent_dim: int, seed: int = 0) -> LatentModel:
    """PCA of the training split's segments with so many components."""
    from koe.models.pca import fit_pca

    return fit_pca((windows.rolls for windows in SplitWindows(corpus, "train", TASKS[LATENT])), latent_dim, seed)


def sizes_up_to(sizes: Sequence[int], most: int) -> list[int]:
    """Those of the sizes below ``most``, and it."""
    return sorted({size for size in sizes if size < most} | {most})
