"""Whether copies are found, whether new music is left alone, and how much models copy."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.evaluation.copying import MIN_NOTES, MIN_PITCHES
from koe.evaluation.writing import continuations, decoded_samples, openings
from koe.models.cards import LATENT
from koe.models.registry import Registry
from koe.models.sampling import Sampling
from koe.music.grid import LOWEST_PITCH, N_KEYS, SEGMENT_STEPS, TICKS_PER_STEP
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.music.states import sounding
from koe.originality.chance import Passage, passages
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Index
from koe.originality.passage import exact_share
from koe.originality.verdict import COPY, SHORT, Originality, judge
from koe.progress import Progress

SEMITONES = 3
ALTERED = (0.1, 0.2, 0.3, 0.4)
FARTHEST = 4  # semitones that an altered note moves


def benchmark_originality(
    registry: Registry,
    corpus: Corpus,
    index: Index,
    models: Sequence[str] = (),
    *,
    n_passages: int = 500,
    n_written: int = 200,
    n_steps: int = 512,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Look up passages of known origin, and what models write.

    Parameters
    ----------
    registry : Registry
    corpus : Corpus
        The one that the index was made of.
    index : Index
    models : sequence of str
        A model with a latent space decodes vectors drawn near the training
        data; one that continues goes on, guarded as in the app, from the
        first two measures of pieces of the test split, and of the train split.
    n_passages : int
        Of 64 steps each, with enough notes to say something.
    n_written, n_steps : int
        Pieces of each model, and steps of a continuation.
    seed : int
    progress : callable, optional
        Called with kinds of music done and kinds in all.

    Returns
    -------
    report : dict
        ``transposed``: passages of the train split, three semitones higher;
        ``found`` is the share whose nearest passage lies in the same piece at
        that interval, ``same_notes`` that of those whose nearest passage, in
        any piece, has exactly their notes. ``altered``: the same passages with
        a share of their notes dropped or moved by up to four semitones.
        ``test``: passages of the test split. ``real``: stretches of the test
        split as long as a continuation. ``written``: by model. Each with the
        figures of `summed`. For ``altered`` and ``test`` also how far the
        share by fingerprints lies below that of all notes.

    Raises
    ------
    CorpusError
        If the index was made of another corpus.
    """
    if corpus.sha256 != index.corpus_sha256:
        raise CorpusError(
            f"The index in {index.folder} is of another corpus than {corpus.folder}; make one of it with "
            "`koe originality build` and name it in KOE_ORIGINALITY."
        )
    train = _chosen(corpus, "train", SEGMENT_STEPS, n_passages, seed, SEMITONES)
    rng = np.random.default_rng((seed, 0x0F))
    todo: dict[str, Callable[[], Any]] = {
        "transposed": lambda: _copies(corpus, index, train, 0.0, rng),
        "altered": lambda: {f"{rate:g}": _copies(corpus, index, train, rate, rng) for rate in ALTERED},
        "test": lambda: _held_out(corpus, index, _chosen(corpus, "test", SEGMENT_STEPS, n_passages, seed)),
        "real": lambda: _held_out(corpus, index, _chosen(corpus, "test", n_steps, n_written, seed)),
    }
    for name in models:
        todo[f"written {name}"] = lambda name=name: _by_model(  # type: ignore[misc]
            name, registry, corpus, index, n_written, n_steps, seed
        )
    report: dict[str, Any] = {
        "seed": seed,
        "corpus_sha256": corpus.sha256,
        "limits": [asdict(one) for one in index.limits],
        "semitones": SEMITONES,
        "written": {},
    }
    for number, (name, look_up) in enumerate(todo.items(), start=1):
        kind, _, model = name.partition(" ")
        (report["written"] if model else report)[model or kind] = look_up()
        if progress is not None:
            progress(number, len(todo))
    return report


def summed(verdicts: Sequence[Originality]) -> dict[str, Any]:
    """Figures over pieces.

    Returns
    -------
    figures : dict
        ``pieces``; ``too_short``, which hold too few notes; ``copies``, the
        share called copies; ``copied_share`` of all notes; ``run`` and
        ``nearest_share``, the longest run and the share of the nearest
        passage: ``median``, ``p99`` and ``max`` over pieces.
    """
    runs = [one.run.n_notes if one.run else 0 for one in verdicts]
    shares = [one.nearest[0].share if one.nearest else 0.0 for one in verdicts]
    return {
        "pieces": len(verdicts),
        "too_short": sum(one.kind == SHORT for one in verdicts),
        "copies": float(np.mean([one.kind == COPY for one in verdicts])),
        "copied_share": sum(one.n_copied for one in verdicts) / max(sum(one.n_notes for one in verdicts), 1),
        "run": _spread(runs),
        "nearest_share": _spread(shares),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": float(np.median(values)),
        "p99": float(np.quantile(values, 0.99)),
        "max": float(np.max(values)),
    }


def _chosen(
    corpus: Corpus, split: str, n_steps: int, most: int, seed: int, semitones: int = 0
) -> list[tuple[Passage, np.ndarray]]:
    """Passages with enough notes, and their onsets, transposed; those that would leave the piano are passed over."""
    every = passages(corpus, split, n_steps)
    order = np.random.default_rng((seed, n_steps, semitones)).permutation(len(every))
    chosen: list[tuple[Passage, np.ndarray]] = []
    for one in order:
        passage = every[one]
        onsets = onsets_of(corpus.pianoroll(passage.entry)) - np.array([passage.start, -semitones])
        onsets = onsets[(onsets[:, 0] >= 0) & (onsets[:, 0] < n_steps)]
        keys = np.unique(onsets[:, 1])
        if len(onsets) >= MIN_NOTES and len(keys) >= MIN_PITCHES and keys[0] >= 0 and keys[-1] < N_KEYS:
            chosen.append((passage, onsets))
        if len(chosen) == most:
            break
    if not chosen:
        raise CorpusError(
            f"The {split} split has no passage of {n_steps} steps with enough notes; ask for fewer steps."
        )
    return chosen


def _piece(onsets: np.ndarray, n_steps: int) -> Piece:
    return Piece(
        tuple(note_at_step(int(step), int(key) + LOWEST_PITCH) for step, key in onsets), n_steps * TICKS_PER_STEP
    )


def _altered(onsets: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    """Drop half of a share of the notes, and move the other half."""
    luck = rng.random(len(onsets))
    moved = (luck >= rate / 2) & (luck < rate)
    far = rng.integers(1, FARTHEST + 1, len(onsets)) * rng.choice((-1, 1), len(onsets))
    changed = onsets + np.stack([np.zeros_like(far), np.where(moved, far, 0)], axis=1)
    changed = changed[(luck >= rate / 2) & (changed[:, 1] >= 0) & (changed[:, 1] < N_KEYS)]
    return np.unique(changed, axis=0)


def _copies(
    corpus: Corpus,
    index: Index,
    chosen: Sequence[tuple[Passage, np.ndarray]],
    rate: float,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Look up passages of the train split that are moved by three semitones, a share of their notes altered."""
    verdicts, found, same, missed = [], 0, 0, []
    for passage, onsets in chosen:
        asked = _altered(onsets, rate, rng) if rate else onsets
        verdict = judge(_piece(asked, passage.n_steps), index)
        verdicts.append(verdict)
        if verdict.nearest:
            near = verdict.nearest[0]
            found += near.source.path == passage.entry.path and near.semitones == SEMITONES
            exact = exact_share(corpus, near, asked) or 0.0
            same += exact == 1.0
            missed.append(exact - near.share)
    return {
        "found": found / len(verdicts),
        "same_notes": same / len(verdicts),
        "share_missed": float(np.mean(missed)) if missed else None,
        **summed(verdicts),
    }


def _held_out(corpus: Corpus, index: Index, chosen: Sequence[tuple[Passage, np.ndarray]]) -> dict[str, Any]:
    verdicts, missed = [], []
    for passage, onsets in chosen:
        verdict = judge(_piece(onsets, passage.n_steps), index)
        verdicts.append(verdict)
        if verdict.nearest:
            missed.append((exact_share(corpus, verdict.nearest[0], onsets) or 0.0) - verdict.nearest[0].share)
    return {"share_missed": float(np.mean(missed)) if missed else None, **summed(verdicts)}


def _by_model(
    name: str, registry: Registry, corpus: Corpus, index: Index, n_written: int, n_steps: int, seed: int
) -> dict[str, Any]:
    card = registry.card(name)
    if card.kind == LATENT:
        segments = decoded_samples(registry.latent(name), card.threshold, n_written, seed)
        return {"samples": summed([_verdict(segment, index) for segment in segments])}
    figures = {}
    for split in ("test", "train"):
        prompts, clocks = openings(corpus, split, n_written, seed)
        written = continuations(registry.continuer(name), prompts, n_steps, Sampling(), seed, guard=True, clocks=clocks)
        figures[f"after {split} openings"] = summed([_verdict(one, index) for one in written])
    return figures


def _verdict(written: np.ndarray, index: Index) -> Originality:
    return judge(Piece.from_pianoroll(sounding(written)), index)
