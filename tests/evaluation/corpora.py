"""Corpora whose every step is known."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from koe.corpus.store import FORMAT_VERSION, Corpus, pack


class Made(NamedTuple):
    """A piece of a corpus to be written."""

    roll: np.ndarray
    split: str = "test"
    work: str = "work"
    composer: str = "nobody"


def write_corpus(folder: Path, pieces: list[Made]) -> Corpus:
    """A corpus with these pieces, in this order."""
    folder.mkdir(exist_ok=True)
    entries, start = [], 0
    for number, piece in enumerate(pieces):
        entries.append(
            {
                "path": f"{number}.mid",
                "split": piece.split,
                "work": piece.work,
                "composer": piece.composer,
                "title": f"Piece {number}",
                "licence": "CC0",
                "start": start,
                "n_steps": len(piece.roll),
                "n_notes": 0,
                "measure_steps": 16,
                "qpm": 100.0,
            }
        )
        start += len(piece.roll)
    index = {"format_version": FORMAT_VERSION, "sha256": "ab" * 32, "entries": entries}
    (folder / "index.json").write_text(json.dumps(index), "utf-8")
    rolls = np.concatenate([piece.roll for piece in pieces]).astype(bool)
    onsets = rolls & ~np.concatenate([np.zeros((1, 88), bool), rolls[:-1]])
    np.save(folder / "pianoroll.npy", pack(rolls))
    np.save(folder / "onsets.npy", pack(onsets))
    return Corpus(folder)


def random_roll(seed: int, n_steps: int, density: float = 0.05) -> np.ndarray:
    """A roll without music in it."""
    return np.random.default_rng(seed).random((n_steps, 88)) < density
