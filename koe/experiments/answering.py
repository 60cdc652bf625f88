"""Whether a network answers what is played: motifs of real pieces, and whether they come back.

Motifs of one or two measures, each whole and in one metre, are cut from the top
voice of pieces of a split. A model answers each; the plain continuation of the
same motif stands beside it. Chance is the answer to another motif, drawn by
the seed: how often a motif is found where nobody had it in mind.
"""

from contextlib import suppress
from dataclasses import replace

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import Cancelled, InputError
from koe.evaluation.intervals import N_RESAMPLES
from koe.evaluation.motif import FIRST_MEASURES, Answer, answer_in, evaluate
from koe.generation.answering import FOUND
from koe.generation.going_on import continued
from koe.models.interfaces import Composer
from koe.music.grid import TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.progress import Progress

N_MOTIFS = 100
LEAST_NOTES, LEAST_PITCHES = 4, 3  # fewer are no motif
REPLY_MEASURES = 8
_CUT, _OTHERS = 0x6D, 0x6E  # of the seed: which motifs, and whose answers are compared


def draw_motifs(corpus: Corpus, split: str, n_motifs: int, seed: int) -> list[tuple[Piece, str]]:
    """Motifs of one or two measures and their works, as many of each length, one a piece while there are enough.

    Raises
    ------
    InputError
        If the split has fewer.
    """
    rng = np.random.default_rng((seed, _CUT))
    entries = corpus.split(split)
    found: list[tuple[Piece, str]] = []
    for turn in range(n_motifs):  # at most so many from one piece
        for number in rng.permutation(len(entries)):
            motif = _cut(corpus.piece(entries[number]), 1 + len(found) % 2, rng)
            if motif and all(motif.notes != other.notes for other, _ in found):
                found.append((motif, entries[number].work))
            if len(found) == n_motifs:
                return found
        if not found or (turn > 2 and len(found) < n_motifs // 2):
            break
    raise InputError(f"The {split} split has {len(found)} motifs, but {n_motifs} were asked for.")


def _cut(piece: Piece, n_measures: int, rng: np.random.Generator) -> Piece | None:
    """Some measures of the top voice that begin anywhere, on sixteenths; None where there is no motif."""
    lines = [*piece.measure_onsets, piece.n_ticks]
    if len(lines) <= n_measures + 2:
        return None
    first = int(rng.integers(1, len(lines) - n_measures - 1))
    start, stop = lines[first], lines[first + n_measures]
    part = piece.slice(start, stop).melody()
    rows = part.notes
    plain = all(not (note.onset % TICKS_PER_STEP or note.duration % TICKS_PER_STEP) for note in rows)
    pitches = {note.pitch for note in rows}
    whole = stop - start == n_measures * part.time_signatures[0].measure_ticks and not part.upbeat
    if len(rows) < LEAST_NOTES or len(pitches) < LEAST_PITCHES or not (plain and whole):
        return None
    return replace(part, title="", warnings=())


def evaluate_answering(
    model: Composer,
    corpus: Corpus,
    split: str = "test",
    *,
    n_motifs: int = N_MOTIFS,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> dict:
    """Answer motifs and look for them in the answers.

    Parameters
    ----------
    model : Composer
    corpus : Corpus
    split : str
    n_motifs, seed : int
    n_resamples : int
        Of the bootstrap over works.
    progress : callable, optional
        Called with motifs answered and motifs in all.

    Returns
    -------
    report : dict
        Ready for JSON. ``answers``, ``chance`` and ``plain``, the
        continuations without a plan, each as `koe.evaluation.motif.evaluate` says.
    """
    motifs = draw_motifs(corpus, split, n_motifs, seed)
    answers: list[Answer] = []
    plain: list[Answer] = []
    for number, (motif, work) in enumerate(motifs):
        for replies, answer in ((answers, True), (plain, False)):
            replies.append(_answered(model, motif, work, seed + number, answer))
        if progress:
            progress(number + 1, len(motifs))
    # Each motif looked for in the answer to the next one of its length, in an order drawn by the seed.
    others = list(answers)
    for parity in range(2):
        order = np.random.default_rng((seed, _OTHERS, parity)).permutation(np.arange(parity, len(answers), 2))
        for own, other in zip(order.tolist(), np.roll(order, 1).tolist(), strict=True):
            others[own] = replace(answers[own], reply=answers[other].reply)
    return {
        "split": split,
        "n_motifs": len(motifs),
        "seed": seed,
        "found_from": FOUND,
        "answers": evaluate(answers, n_resamples, seed),
        "chance": evaluate(others, n_resamples, seed),
        "plain": evaluate(plain, n_resamples, seed),
    }


def _answered(model: Composer, motif: Piece, work: str, seed: int, answer: bool) -> Answer:
    """A motif and what a model plays after it: of `REPLY_MEASURES` only those that are looked at are written."""
    measure_ticks = motif.time_signatures[0].measure_ticks
    n_ticks = REPLY_MEASURES * measure_ticks
    rows: list[np.ndarray] = []

    def see(written: list[np.ndarray]) -> None:
        rows[:] = written

    def is_enough() -> bool:
        return bool(rows) and int(rows[0][:, 0].max(initial=0)) >= FIRST_MEASURES * measure_ticks

    with suppress(Cancelled):
        rows = continued(model, motif, n_ticks, seed, answer=answer, on_written=see, should_stop=is_enough)
    found = answer_in(motif.followed_by(_reply(rows[0], n_ticks)), motif.n_steps, work)
    if found is None:
        raise InputError("A motif had no note or no answer; ask for longer ones.")
    return found


def _reply(rows: np.ndarray, n_ticks: int) -> Piece:
    """What was written so far as a piece; a note of it may still sound where the looking ends."""
    notes = (
        Note(onset, pitch, min(duration, n_ticks - onset))
        for onset, duration, pitch in rows.tolist()
        if onset < n_ticks
    )
    return Piece(tuple(notes), n_ticks)
