"""What many tests share: small made-up music, and a corpus of it."""

import os
from pathlib import Path

import numpy as np
import pytest

from koe.corpus.build import build_corpus
from koe.music.midi import write_midi
from koe.music.piece import Piece
from koe.settings import quiet_tensorflow

quiet_tensorflow()
os.environ.setdefault("KOE_AHEAD", "0")  # nothing composed in the background


def arpeggio(root: int, n_steps: int = 160) -> np.ndarray:
    """Broken chords over a held bass, moving up a fourth every sixteen steps."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    for step in range(n_steps):
        key = root + (step // 16 * 5) % 12
        roll[step, key] = True
        roll[step, key + 12 + (0, 4, 7, 12)[step % 4]] = True
    return roll


@pytest.fixture(scope="session")
def midi_folder(tmp_path_factory) -> Path:
    """Twenty-four MIDI files in eight keys, in three folders named as a manifest's splits would be."""
    folder = tmp_path_factory.mktemp("midi")
    rows = ["path,split,work_group,composer,title,licence"]
    for number in range(24):
        split = ("train", "train", "valid", "test")[number % 4]
        path = f"{split}/piece{number}.mid"
        (folder / split).mkdir(exist_ok=True)
        roll = arpeggio(20 + number, 288 if number % 2 else 160)
        (folder / path).write_bytes(write_midi(Piece.from_pianoroll(roll, 100.0, f"Piece {number}")))
        rows.append(f"{path},{split},work{number},nobody,Piece {number},CC0")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def corpus_folder(midi_folder, tmp_path_factory) -> Path:
    """A corpus built from `midi_folder`."""
    folder = tmp_path_factory.mktemp("corpus")
    build_corpus([midi_folder], folder, n_workers=1)
    return folder


@pytest.fixture(scope="session")
def composing_folder(tmp_path_factory) -> Path:
    """A folder of models with a TR1 of toy size and random weights."""
    from tests.models.toys import toy_registry

    folder = tmp_path_factory.mktemp("composing")
    toy_registry(folder, tr1={"width": 32, "layers": 1})
    return folder


@pytest.fixture(scope="session")
def composing(composing_folder):
    """A studio with that TR1 alone; it compiles its loop once."""
    from koe.models.registry import Registry
    from koe.studio import Studio

    return Studio(Registry(composing_folder))
