"""Motifs cut from pieces, and what the benchmark says of answers that are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from koe.errors import Cancelled, InputError
from koe.experiments import answering
from koe.experiments.answering import draw_motifs, evaluate_answering
from koe.music.notes import Note
from koe.music.piece import Piece


def tune(seed: int, n_measures: int = 12) -> Piece:
    """A tune in quavers of its own above a bass that is no part of any motif."""
    rng = np.random.default_rng(seed)
    top = [Note(12 * n, int(rng.integers(72, 96)), 12) for n in range(8 * n_measures)]
    bass = [Note(96 * measure, 40, 96) for measure in range(n_measures)]
    return Piece(tuple(sorted([*top, *bass])), 96 * n_measures)


class Pieces:
    """As much of a corpus as motifs are cut from."""

    def __init__(self, n: int) -> None:
        self.pieces = [tune(number) for number in range(n)]

    def split(self, name: str):
        assert name == "valid"
        return tuple(SimpleNamespace(number=number, work=f"work {number}") for number in range(len(self.pieces)))

    def piece(self, entry) -> Piece:
        return self.pieces[entry.number]


def test_motifs_are_measures_of_the_top_voice_of_both_lengths():
    corpus = Pieces(6)
    motifs = draw_motifs(corpus, "valid", 8, seed=3)
    assert [motif.n_measures for motif, _ in motifs] == [1, 2] * 4
    assert motifs == draw_motifs(corpus, "valid", 8, seed=3)
    for motif, work in motifs:
        assert min(note.pitch for note in motif.notes) >= 72
        whole = corpus.pieces[int(work.split()[1])]
        pitches = [note.pitch for note in whole.melody().notes]
        own = [note.pitch for note in motif.notes]
        assert any(pitches[at : at + len(own)] == own for at in range(len(pitches)))


def test_too_few_motifs_are_said():
    with pytest.raises(InputError, match="has 0 motifs, but 4 were asked for"):
        draw_motifs(SimpleNamespace(split=Pieces(2).split, piece=lambda _: Piece((), 960)), "valid", 4, seed=0)


def test_answers_are_told_from_chance_and_from_what_goes_its_own_way(monkeypatch):
    def continued(model, piece, n_ticks, seed, *, answer, on_written, should_stop):
        rows = np.array([(note.onset, note.duration, note.pitch) for note in piece.notes])
        rows = rows + np.array([96, 0, -5]) if answer else np.array([[0, 96, 60]])
        on_written([rows])
        late = np.array([[n_ticks - 6, 30, 100]])  # sounds on where the looking ends
        on_written([np.concatenate([rows, late])])
        assert should_stop()
        raise Cancelled

    monkeypatch.setattr(answering, "continued", continued)
    report = evaluate_answering(None, Pieces(10), "valid", n_motifs=20, seed=1, n_resamples=20)
    assert report["n_motifs"] == 20
    assert report["answers"]["found"]["value"] == report["answers"]["likeness"]["value"] == 1
    assert report["chance"]["found"]["value"] == 0
    assert 0 < report["chance"]["likeness"]["value"] < 0.6
    assert report["plain"]["found"]["value"] == 0
