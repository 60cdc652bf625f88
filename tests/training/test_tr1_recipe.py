"""From a corpus to a run of TR1, on both grids."""

import numpy as np
import pytest

from koe.cli import main
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.tr1_layout import SIXTEENTHS, TICKS
from koe.music.events import tidy_notes
from koe.training.event_fit import STATE
from koe.training.tr1 import pieces_of, prepare_stores, train_tr1

pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(scope="module")
def corpus(few_pieces):
    return Corpus(few_pieces)


def silent(line):
    """Say nothing."""


def test_pieces_are_told_on_either_grid(corpus):
    entries = corpus.split("train")
    for grid in (TICKS, SIXTEENTHS):
        for entry, (about, notes, lines, n_ticks) in zip(entries, pieces_of(corpus, "train", grid), strict=True):
            piece = corpus.piece(entry)
            assert about["path"] == entry.path
            assert lines[0] == 0
            assert notes[:, :2].sum(axis=1).max() <= n_ticks
            if grid == SIXTEENTHS:
                assert (notes[:, :2] % 6 == 0).all()
                onsets = np.zeros_like(piece.onsets)
                onsets[notes[:, 0] // 6, notes[:, 2] - 21] = True
                np.testing.assert_array_equal(onsets, piece.onsets)
            else:
                expected = tidy_notes([(note.onset, note.duration, note.pitch) for note in piece.notes])
                np.testing.assert_array_equal(tidy_notes(notes), expected)


def test_a_run_is_made_and_gone_on_with_and_ends(corpus, tmp_path):
    options = {"width": 32, "layers": 1, "report": silent}
    with pytest.raises(InputError, match="no run in"):
        train_tr1(corpus, tmp_path, minutes=0, resume=True, **options)
    train_tr1(corpus, tmp_path, minutes=0, **options)
    with pytest.raises(InputError, match="go on with --resume"):
        train_tr1(corpus, tmp_path, minutes=0, **options)
    with pytest.raises(InputError, match="another seed, corpus or network"):
        train_tr1(corpus, tmp_path, seed=1, minutes=0, resume=True, **options)
    train_tr1(corpus, tmp_path, resume=True, cool_down=2, **options)
    assert '"updates": 2' in (tmp_path / STATE).read_text()
    assert set(prepare_stores(corpus, tmp_path / "events", silent)) == {"train", "train-16", "valid-16"}
    (tmp_path / "events" / "corpus.json").write_text('"other"')
    with pytest.raises(InputError, match="those of another corpus"):
        prepare_stores(corpus, tmp_path / "events", silent)


def test_what_tr1_does_not_know_is_said(corpus_folder, capsys):
    assert main(["train", "tr1", "--corpus", str(corpus_folder), "--epochs", "3"]) != 0
    assert "does not know --epochs" in capsys.readouterr().err
    assert main(["train", "tr1", "--corpus", str(corpus_folder), "--cooldown", "3", "-o", "nowhere"]) != 0
    assert "no run in nowhere" in capsys.readouterr().err
