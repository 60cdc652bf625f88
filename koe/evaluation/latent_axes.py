"""Finding a latent space's axes on a corpus, and measuring what they change.

The axes come from the training split: its principal axes, turned to where the
descriptors grow. Which descriptor names an axis is chosen
on the validation split, and the correlations that are reported are those of
the test split. What moving along an axis does to the music is measured on
decoded music, at segments of the training split.
"""

from collections.abc import Callable

import numpy as np

from koe.corpus.segments import cut
from koe.corpus.store import Corpus, Entry
from koe.evaluation.descriptors import DESCRIPTORS
from koe.evaluation.windows import TASKS, SplitWindows
from koe.generation.axes import (
    LatentAxes,
    Measures,
    Places,
    correlations,
    names_of,
    principal_axes,
    rotation_to,
    sensitivities,
)
from koe.models.cards import LATENT, ModelCard
from koe.models.interfaces import LatentModel, encode_once
from koe.music.grid import SEGMENT_STEPS
from koe.music.pianoroll import binarize
from koe.progress import Progress

# What can name an axis: each says something else about four measures, in words that anybody knows.
NAMING = (
    *("note_density", "polyphony", "note_length", "mean_pitch", "pitch_range"),
    *("pitch_class_entropy", "scale_consistency", "repetition", "silence"),
)
N_AXES = 16
N_PRINCIPAL = 48  # principal axes that these are turned from
N_DESCRIBED = 4000  # segments of the training split that say where descriptors grow
N_BASES = 96  # segments at which effects are tried out
N_PLACES = 1500  # segments on the map,
MAX_PLACE_NUMBERS = 131_072  # and fewer of a model with many latent numbers: two bytes each


def measure_axes(
    model: LatentModel,
    card: ModelCard,
    corpus: Corpus,
    split: str = "test",
    *,
    n_axes: int = N_AXES,
    seed: int = 0,
    progress: Progress | None = None,
) -> LatentAxes:
    """Find the axes of a model's latent space on a corpus, name them, and draw the map's segments.

    Parameters
    ----------
    model : LatentModel
    card : ModelCard
        For the threshold and the hash of the weights.
    corpus : Corpus
    split : str
        On which the correlations are measured.
    n_axes : int
        At most.
    seed : int
        Of the segments at which effects are tried out, and of those on the map.
    progress : callable, optional
        Called with stages done and stages in all.

    Raises
    ------
    InputError
        If a split has no piece that is long enough.
    """
    n_stages = 3 + n_axes

    def done(stage: int) -> None:
        if progress:
            progress(stage, n_stages)

    train = SplitWindows(corpus, "train", TASKS[LATENT])
    latents = np.concatenate([encode_once(model)(windows.states) for windows in train])
    done(1)
    rng = np.random.default_rng(seed)
    bases = latents[np.sort(rng.permutation(len(latents))[:N_BASES])]
    weights = sensitivities(model.decode, bases, latents.std(axis=0))
    principal, loudness = principal_axes(latents, weights, max(n_axes, N_PRINCIPAL))
    some = np.sort(rng.permutation(len(latents))[:N_DESCRIBED])
    described = _described(cut(corpus.packed, train.starts[some], SEGMENT_STEPS))
    axes = principal.turned(rotation_to(described, principal.scores(latents[some]), loudness, n_axes))
    done(2)

    chosen_scores, chosen_described = _scores_and_descriptors(model, axes.scores, corpus, "valid")
    told_scores, told_described = _scores_and_descriptors(model, axes.scores, corpus, split)
    chosen_on, told = correlations(chosen_scores, chosen_described), correlations(told_scores, told_described)
    done(3)

    units = np.nanstd(chosen_described, axis=0)
    effects, changes = np.zeros(len(axes.directions)), np.zeros_like(told)
    for number, direction in enumerate(axes.directions):
        ends = [binarize(model.decode(bases + way * direction), card.threshold) for way in (-1, 1)]
        effects[number] = np.count_nonzero(ends[0] != ends[1]) / len(bases)
        below, above = (_described(rolls) for rolls in ends)
        known = np.isfinite(below) & np.isfinite(above)
        change = np.where(known, above - below, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        changes[number] = np.divide(change, units, out=np.zeros_like(change), where=units > 0)
        done(4 + number)

    # The slider with the greatest effect comes first, and a name's "more" is to the right.
    names = names_of(chosen_on, told, changes, NAMING)
    signs = np.array([np.sign(row[NAMING.index(name)]) if name else 1.0 for name, row in zip(names, told, strict=True)])
    order = np.argsort(-effects, kind="stable")
    signs = signs[order]
    measures = Measures(
        NAMING,
        tuple(names[place] for place in order),
        (told[order] * signs[:, None]).astype(np.float32),
        (changes[order] * signs[:, None]).astype(np.float32),
        effects[order].astype(np.float32),
    )
    places = _places(train, latents, rng)
    return LatentAxes(card.weights_sha256, corpus.sha256, split, axes.take(order, signs), measures, places)


def table_of(found: LatentAxes) -> list[dict]:
    """One row an axis, ready for JSON: its name, effect, correlations, and changes of the decoded music."""
    measures = found.measures
    rows = zip(measures.names, measures.effects, measures.correlations, measures.changes, strict=True)
    return [
        {
            "axis": number,
            "name": name or None,
            "effect": round(float(effect), 1),
            "correlations": _rounded(measures.descriptors, told),
            "changes": _rounded(measures.descriptors, changed),
        }
        for number, (name, effect, told, changed) in enumerate(rows, start=1)
    ]


def full_name(composer: str) -> str:
    """A composer as people write the name: ``"bach-js"`` is J. S. Bach."""
    name, _, rest = composer.partition("-")
    if len(rest) > 3:
        return composer.title()
    return " ".join([*(f"{letter.upper()}." for letter in rest), name.title()])


def _scores_and_descriptors(
    model: LatentModel, scores: Callable[[np.ndarray], np.ndarray], corpus: Corpus, split: str
) -> tuple[np.ndarray, np.ndarray]:
    windows = list(SplitWindows(corpus, split, TASKS[LATENT]))
    scored = np.concatenate([scores(encode_once(model)(each.states)) for each in windows])
    return scored, np.concatenate([_described(each.rolls) for each in windows])


def _described(rolls: np.ndarray) -> np.ndarray:
    return np.array([[DESCRIPTORS[name].of(roll) for name in NAMING] for roll in rolls], dtype=np.float64)


def _places(train: SplitWindows, latents: np.ndarray, rng: np.random.Generator) -> Places:
    n_places = min(N_PLACES, MAX_PLACE_NUMBERS // latents.shape[1], len(latents))
    chosen = np.sort(rng.permutation(len(latents))[:n_places])
    used, pieces = np.unique(train.pieces[chosen], return_inverse=True)
    entries: list[Entry] = [train.entries[piece] for piece in used]
    measures = [
        (start - train.entries[piece].start) // train.entries[piece].measure_steps + 1
        for start, piece in zip(train.starts[chosen], train.pieces[chosen], strict=True)
    ]
    return Places(
        latents[chosen].astype(np.float16),
        pieces.astype(np.uint16),
        np.array(measures, dtype=np.uint16),
        tuple(entry.title for entry in entries),
        tuple(full_name(entry.composer) for entry in entries),
    )


def _rounded(names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
